import type { Instant } from '../clock.ts'

// A source that asks for more is asked again after this all the same.
const mostMs = 600_000

/** Milliseconds from `now` that a Retry-After header asks for, in either form (seconds or a date), at most ten minutes; undefined: it asks for nothing readable. */
export function retryAfterMs(header: string | undefined, now: Instant): number | undefined {
  const text = header?.trim() ?? ''
  if (/^\d{1,9}$/.test(text)) return Math.min(mostMs, Number(text) * 1000)
  // Date.parse takes much that is no HTTP date.
  const at = /^[A-Z][a-z]+,? .*GMT$/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? undefined : Math.min(mostMs, Math.max(0, at - now))
}
