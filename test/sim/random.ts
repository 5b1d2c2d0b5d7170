import { seededRandom } from '../dsl/seededRandom.ts'

/** Everything random of a simulation comes out of one of these, and follows from its seed. */
export interface Draw {
  /** From 0 to below 1. */
  next(): number
  /** A whole number, both ends included. */
  whole(from: number, to: number): number
  chance(probability: number): boolean
  pick<T>(from: readonly [T, ...T[]] | readonly T[]): T
  /** By the weights that stand beside. */
  weighed<T>(from: readonly (readonly [weight: number, value: T])[]): T
  /** Another one, which follows from this seed and the word alone: what is drawn from it shifts nothing here. */
  fork(word: string): Draw
}

export function drawFrom(seed: number): Draw {
  const next = seededRandom(seed)
  return {
    next,
    whole: (from, to) => from + Math.floor(next() * (to - from + 1)),
    chance: (probability) => next() < probability,
    pick(from) {
      const one = from[Math.floor(next() * from.length)]
      if (one === undefined) throw new Error('nothing to pick from')
      return one
    },
    weighed(from) {
      let left = next() * from.reduce((sum, [weight]) => sum + weight, 0)
      for (const [weight, value] of from) {
        left -= weight
        if (left < 0) return value
      }
      const [last] = from.slice(-1)
      if (!last) throw new Error('nothing to pick from')
      return last[1]
    },
    fork: (word) => drawFrom(hash(`${seed}/${word}`)),
  }
}

/** FNV-1a, 32 bits. */
export function hash(text: string): number {
  let value = 0x811c9dc5
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193)
  return value >>> 0
}
