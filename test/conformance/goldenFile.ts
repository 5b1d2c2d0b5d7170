import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Transcript } from './caseContext.ts'

/** What the real cluster did, case by case, as one file an area. */
export class GoldenFile {
  readonly #path: string
  readonly #cases: Record<string, Transcript>

  constructor(area: string) {
    this.#path = join(import.meta.dirname, 'golden', `${area}.golden.json`)
    this.#cases = existsSync(this.#path) ? JSON.parse(readFileSync(this.#path, 'utf8')) : {}
  }

  transcript(name: string): Transcript | undefined {
    return this.#cases[name]
  }

  record(name: string, transcript: Transcript): void {
    this.#cases[name] = transcript
  }

  /** Writes the cases that still exist. */
  save(names: readonly string[]): void {
    const kept = names.flatMap((name) => (this.#cases[name] ? [[name, this.#cases[name]]] : []))
    writeFileSync(this.#path, `${JSON.stringify(Object.fromEntries(kept), null, 1)}\n`)
  }
}
