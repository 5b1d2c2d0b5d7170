import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { unzipSync } from 'fflate'
import { cacheFolder, contentHash } from './cacheFolder.ts'

const run = promisify(execFile)

export interface GoProgram {
  /** The binary's name in the cache: `<name>-<version>-<hash of the sources>`. */
  name: string
  version: string
  /** Holds main.go (or names `package` in a tools.go), a complete go.mod and go.sum. */
  folder: string
  /** The program's import path when it comes from another module, unchanged. Default: main.go of the folder. */
  package?: string
  /** Variables set at link time, by full name. */
  linkVariables?: Record<string, string>
}

/** The path of the built program. Builds it (minutes, once a machine) when it is not in the cache. */
export async function goBinary(program: GoProgram): Promise<string> {
  const binary = join(cacheFolder(), `${program.name}-${program.version}-${await sourceHash(program)}`)
  if (existsSync(binary)) return binary
  console.log(`Building ${program.name} ${program.version} from Go modules: about 10 minutes, once.`)
  const work = await mkdtemp(join(tmpdir(), 'serin-build-'))
  const unfinished = `${binary}.${process.pid}`
  try {
    // A build cache of its own, thrown away: it would keep some 5 GB that nothing uses again.
    const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly', GOCACHE: join(work, 'cache'), GOTMPDIR: work }
    const ldflags = ['-s', '-w', ...Object.entries(program.linkVariables ?? {}).map(([name, value]) => `-X ${name}=${value}`)]
    const command = [
      'go',
      'build',
      '-p',
      '2',
      '-trimpath',
      '-buildvcs=false',
      '-ldflags',
      ldflags.join(' '),
      '-o',
      unfinished,
      program.package ?? '.',
    ]
    await run('nice', command, { cwd: program.folder, env, maxBuffer: 64 << 20 })
    await rename(unfinished, binary)
    return binary
  } finally {
    await rm(unfinished, { force: true })
    await rm(work, { recursive: true, force: true })
  }
}

async function sourceHash(program: GoProgram): Promise<string> {
  const names = (await readdir(program.folder)).filter((name) => name.endsWith('.go') || name.startsWith('go.')).sort()
  const contents = await Promise.all(names.map((name) => readFile(join(program.folder, name), 'utf8')))
  return contentHash(JSON.stringify(program.linkVariables ?? {}), ...names, ...contents)
}

interface DownloadedModule {
  Zip?: string
  Error?: string
}

/** Which files of which module, and the folder of the cache they are kept in. */
export interface GoModuleFiles {
  module: string
  version: string
  /** Of the folder; the version is put behind it. */
  name: string
  /** Matches the full names of the wanted files in the module's archive. */
  wanted: RegExp
}

/** The folder that holds the wanted files of a Go module, without their own folders. Kept in the cache folder. */
export async function goModuleFiles({ module, version, name, wanted }: GoModuleFiles): Promise<string> {
  const folder = join(cacheFolder(), `${name}-${version}`)
  if (existsSync(folder)) return folder
  const archive = await readFile(await goModuleArchive(module, version))
  const files = unzipSync(archive, { filter: ({ name }) => wanted.test(name) })
  const unfinished = `${folder}.${process.pid}`
  await mkdir(unfinished, { recursive: true })
  await Promise.all(Object.entries(files).map(([path, content]) => writeFile(join(unfinished, basename(path)), content)))
  await rename(unfinished, folder).catch(() => rm(unfinished, { recursive: true, force: true }))
  return folder
}

/**
 * The path of a Go module's archive, downloaded when it is not there. The archive serves whatever Go version the module
 * asks of those who compile it.
 */
async function goModuleArchive(path: string, version: string): Promise<string> {
  const command = ['mod', 'download', '-json', `${path}@${version}`]
  const { stdout } = await run('go', command, { cwd: tmpdir() }).catch((error: { stdout?: string }) => {
    if (!error.stdout) throw error
    return { stdout: error.stdout }
  })
  const answer = JSON.parse(stdout) as DownloadedModule
  if (!answer.Zip) throw new Error(`${path}@${version}: ${answer.Error}`)
  return answer.Zip
}
