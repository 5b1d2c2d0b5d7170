import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { CliError } from './exit.ts'

export interface Manifest {
  /** As it is called in findings. */
  file: string
  text: string
}

/** Reads a file, the YAML and JSON files of a folder and of those in it, or `-`: standard input. */
export async function readManifests(path: string, stdin: () => Promise<string>): Promise<Manifest[]> {
  if (path === '-') return [{ file: 'standard input', text: await stdin() }]
  const about = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new CliError(
      `-f ${path}: ${error.code === 'ENOENT' ? 'there is no such file or folder' : `cannot be read (${error.code ?? error.message})`}`,
    )
  })
  if (!about.isDirectory()) return [{ file: path, text: await readFile(path, 'utf8') }]
  const names = (await readdir(path, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && /\.(ya?ml|json)$/.test(entry.name) && !join(entry.parentPath, entry.name).includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  if (names.length === 0) throw new CliError(`-f ${path}: there is no .yaml, .yml or .json file in it`)
  return Promise.all(names.map(async (file) => ({ file, text: await readFile(file, 'utf8') })))
}
