/** Names and uids from a seed, so that a run can be repeated. Not for secrets. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number
  uid(): string
  /** Five characters as the real server appends to a generateName. */
  suffix(): string
}

// No vowels and nothing that looks like another character, so that names form no words.
const alphabet = 'bcdfghjklmnpqrstvwxz2456789'

export function random(seed: number): Random {
  let state = seed >>> 0
  // mulberry32: 32 bits of state are enough for names.
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const hex = (digits: number): string => {
    let text = ''
    for (let index = 0; index < digits; index++) text += Math.floor(next() * 16).toString(16)
    return text
  }
  return {
    next,
    uid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${'89ab'[Math.floor(next() * 4)]}${hex(3)}-${hex(12)}`,
    suffix() {
      let text = ''
      for (let index = 0; index < 5; index++) text += alphabet[Math.floor(next() * alphabet.length)]
      return text
    },
  }
}
