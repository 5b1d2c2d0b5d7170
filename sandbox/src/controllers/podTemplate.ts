import type { Obj } from '../types.ts'
import { canonical } from './equal.ts'

export const hashLabel = 'pod-template-hash'

const texts = new WeakMap<object, string>()

/** The template as comparable text, without the hash label that the controller itself adds. */
function templateText(template: Obj['spec']): string {
  const known = texts.get(template)
  if (known !== undefined) return known
  const { [hashLabel]: _, ...labels } = template.metadata?.labels ?? {}
  const { labels: __, creationTimestamp: ___, ...metadata } = template.metadata ?? {}
  if (Object.keys(metadata.annotations ?? {}).length === 0) delete metadata.annotations
  const text = canonical({ ...template, metadata: { ...metadata, labels } })
  // only what cannot change under us may be remembered
  if (Object.isFrozen(template)) texts.set(template, text)
  return text
}

export const sameTemplate = (a: Obj['spec'], b: Obj['spec']): boolean => templateText(a) === templateText(b)

const safeAlphabet = 'bcdfghjklmnpqrstvwxz2456789'

/** At most 10 characters that cannot spell a word; another `collisions` gives another hash of the same template. */
export function templateHash(template: Obj['spec'], collisions: number | undefined): string {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(`${templateText(template)}${collisions ?? ''}`)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  }
  return [...String(hash)].map((digit) => safeAlphabet[digit.charCodeAt(0) % safeAlphabet.length]).join('')
}
