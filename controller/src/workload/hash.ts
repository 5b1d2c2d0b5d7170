/** JSON with sorted keys: equal values give equal text, whatever the order of their fields. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value !== null && typeof value === 'object') {
    const fields = Object.entries(value).filter(([, v]) => v !== undefined)
    fields.sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${fields.map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`).join(',')}}`
  }
  return JSON.stringify(value) ?? 'null'
}

/** The letters Kubernetes uses in generated names: no vowels, nothing that reads like another. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789'

/**
 * Ten letters of a name-safe alphabet for a text: two independent 32-bit multiply-xor hashes, 47 bits kept.
 * Not against an adversary: whoever may write a template needs no collision to do harm.
 */
export function shortHash(text: string): string {
  let a = 0x9e3779b1
  let b = 0x85ebca6b
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    a = Math.imul(a ^ code, 0x01000193)
    b = Math.imul(b ^ code, 0x5bd1e995)
    b = (b << 13) | (b >>> 19)
  }
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b)
  b = Math.imul(b ^ (b >>> 13), 0xc2b2ae35)
  let bits = (BigInt((a ^ (b >>> 15)) >>> 0) << 32n) | BigInt((b ^ (a >>> 13)) >>> 0)
  let word = ''
  for (let i = 0; i < 10; i++) {
    word += alphabet[Number(bits % 27n)]
    bits /= 27n
  }
  return word
}
