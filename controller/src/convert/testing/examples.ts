import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, 'examples')

export interface Example {
  /** `flagger/blue-green`. */
  readonly name: string
  /** `blue-green.yaml`, as findings call it. */
  readonly file: string
  readonly text: string
  /** The folder of what it is converted into, for golden files. */
  readonly golden: string
}

/** Manifests of the peers, one folder each. */
export const examples: readonly Example[] = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.(yaml|json)$/.test(path))
  .sort()
  .map((path) => {
    const name = path.replace(/\.\w+$/, '')
    return {
      name,
      file: path.split('/').at(-1) ?? path,
      text: readFileSync(join(folder, path), 'utf8'),
      golden: join(import.meta.dirname, 'golden', name),
    }
  })
