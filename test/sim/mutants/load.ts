import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { mutantNamed, mutated } from '../mutants.ts'

const root = join(import.meta.dirname, '../../..')

/** From now on the file of that mutant is loaded with the bug in it; the file itself stays as it is. What is given back says whether it was. */
export function loadMutated(name: string): () => boolean {
  const mutant = mutantNamed(name)
  let done = false
  const target = pathToFileURL(join(root, mutant.file)).href
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context)
      if (url !== target) return loaded
      const { source } = loaded
      const text = typeof source === 'string' ? source : new TextDecoder().decode(source as Uint8Array)
      done = true
      return { ...loaded, source: mutated(mutant, text) }
    },
  })
  return () => done
}
