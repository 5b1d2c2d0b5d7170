import { randomBytes } from 'node:crypto'
import type { Clock } from '../../clock.ts'

/** Codes for links that are printed on a terminal: whoever sees it may log in, once. */
export interface OneTimeCodes {
  /** A new one; those given out before count no more. */
  next(): string
  /** Whether it counts; if so, it does not again. */
  use(code: string): boolean
}

const goodForMs = 600_000

export function oneTimeCodes(clock: Clock): OneTimeCodes {
  let current: { code: string; until: number } | undefined
  return {
    next() {
      current = { code: randomBytes(32).toString('base64url'), until: clock.now() + goodForMs }
      return current.code
    },
    use(code) {
      const { code: right, until = 0 } = current ?? {}
      // 256 bits that are tried ten times in five minutes: how long a comparison takes tells nothing.
      if (right === undefined || code !== right || until <= clock.now()) return false
      current = undefined
      return true
    },
  }
}
