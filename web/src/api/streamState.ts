export type StreamState = 'live' | 'reconnecting' | 'stale'

/** Away for longer than this, what is shown counts as old. */
const staleAfter = 30_000

/** How it is told: `brokenSince` undefined while events come. */
export function streamStateOf(brokenSince: number | undefined, now: number): StreamState {
  if (brokenSince === undefined) return 'live'
  return now - brokenSince > staleAfter ? 'stale' : 'reconnecting'
}

/** How long to wait before the next attempt: 1 s, 2 s, 4 s, to 30 s, spread by `random` so that a thousand pages do not come back at once. */
export function retryIn(attempt: number, random: number): number {
  return Math.min(30_000, 1_000 * 2 ** attempt) * (0.5 + random / 2)
}
