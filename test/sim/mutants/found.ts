import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const file = join(import.meta.dirname, 'found.json')

/** The seed that found each mutant last, by name. Where it is tried first a hunt takes a second; a seed that finds nothing any more costs one try. */
export function lastFound(): Record<string, number> {
  return JSON.parse(readFileSync(file, 'utf8'))
}

/** Writes down what found them now; of `others` what was known stays. */
export function writeFound(found: Readonly<Record<string, number>>, others: readonly string[]): void {
  const known = lastFound()
  const kept = Object.fromEntries(others.flatMap((name) => (known[name] === undefined ? [] : [[name, known[name]]])))
  const sorted = Object.entries({ ...kept, ...found }).sort(([a], [b]) => (a < b ? -1 : 1))
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`)
}
