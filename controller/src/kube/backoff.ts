/** Growing waits between attempts. */
export interface Backoff {
  /** The next wait in milliseconds; `mostMs`: where this one may not be as long as others. */
  next(mostMs?: number): number
  reset(): void
}

/**
 * Doubles from `firstMs`; each wait is stretched by a random factor between 1 and 2, so that many clients of one failed server
 * do not come back together. No wait is shorter than `firstMs` or longer than `mostMs`.
 */
export function backoff(options: { firstMs: number; mostMs: number; random: () => number }): Backoff {
  const { firstMs, random } = options
  let failures = 0
  return {
    next(mostMs = options.mostMs) {
      // Beyond 2^30 the exponent says nothing any more.
      const base = Math.min(firstMs * 2 ** Math.min(failures, 30), Math.max(firstMs, mostMs / 2))
      failures++
      return Math.min(mostMs, base * (1 + random()))
    },
    reset() {
      failures = 0
    },
  }
}
