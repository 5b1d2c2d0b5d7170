import type { Clock } from '../clock.ts'

/** Tokens that come back at a steady rate, up to a limit. */
export interface TokenBucket {
  /** Takes one now, if there is one. */
  take(): boolean
  /** Takes one in any case; milliseconds until it may be used. */
  reserve(): number
}

export function tokenBucket(clock: Clock, perSecond: number, burst: number): TokenBucket {
  let tokens = burst
  let at = clock.now()
  const refill = () => {
    const now = clock.now()
    tokens = Math.min(burst, tokens + (Math.max(0, now - at) / 1000) * perSecond)
    at = now
  }
  return {
    take() {
      refill()
      if (tokens < 1) return false
      tokens -= 1
      return true
    },
    reserve() {
      refill()
      tokens -= 1
      return tokens >= 0 ? 0 : (-tokens / perSecond) * 1000
    },
  }
}
