import { readFile } from 'node:fs/promises'
import { parseDocument } from 'yaml'
import { CliError } from '../exit.ts'
import { fileTrouble } from './tableInput.ts'

/** Most that a plan may take; a table given as a plan by mistake is not read whole. */
const mostLetters = 1_000_000

/** A file of YAML or JSON that holds one object. */
export async function readObject(flag: string, path: string): Promise<Record<string, unknown>> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new CliError(`${flag} ${path}: ${fileTrouble(error)}`)
  })
  if (text.length > mostLetters) throw new CliError(`${flag} ${path}: has ${text.length} characters, which is more than a plan can have`)
  if (looksLikeTable(text)) throw new CliError(`${flag} ${path}: looks like a table`, ['A table is given with -f.'])
  const document = parseDocument(text)
  const [wrong] = document.errors
  if (wrong) throw new CliError(`${flag} ${path}: is not YAML: ${wrong.message.split('\n')[0]?.replace(/:$/, '')}`)
  const value: unknown = document.toJS({ maxAliasCount: 100 })
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new CliError(`${flag} ${path}: holds ${value === null ? 'nothing' : 'no object'}`, ['Write keys and values, like `alpha: 1%`.'])
  return value as Record<string, unknown>
}

/** Lines of JSON with an interval, or the header of a CSV. */
function looksLikeTable(text: string): boolean {
  const [first = ''] = text.trimStart().split('\n', 1)
  return /^"?interval"?\s*,/i.test(first) || (/^\[?\s*\{/.test(first) && /"interval"\s*:/.test(first) && /"metric"\s*:/.test(first))
}
