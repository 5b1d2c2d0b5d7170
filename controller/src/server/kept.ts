import type { Clock, Instant } from '../clock.ts'

export interface KeptOptions<T> {
  /** How long an answer is good. */
  ms: number | ((answer: T) => number)
  /** Beyond so many, the one asked for longest ago is forgotten. */
  most?: number
}

/**
 * Answers that are kept for a moment, by key: many people who look at the same thing cost one request. Questions under way are shared; a failure is told
 * to all who wait for it, and not kept.
 */
export function kept<T>(
  { now }: Pick<Clock, 'now'>,
  { ms, most = 200 }: KeptOptions<T>,
): (key: string, ask: () => Promise<T>) => Promise<T> {
  const known = new Map<string, { until: Instant; answer: Promise<T> }>()
  const put = (key: string, entry: { until: Instant; answer: Promise<T> }) => {
    // What was asked for last stands last.
    known.delete(key)
    known.set(key, entry)
  }
  return (key, ask) => {
    const before = known.get(key)
    if (before && now() < before.until) {
      put(key, before)
      return before.answer
    }
    const entry = { until: Number.POSITIVE_INFINITY, answer: ask() }
    put(key, entry)
    const oldest = known.keys().next().value
    if (known.size > most && oldest !== undefined) known.delete(oldest)
    entry.answer.then(
      (answer) => {
        entry.until = now() + (typeof ms === 'number' ? ms : ms(answer))
      },
      () => {
        if (known.get(key) === entry) known.delete(key)
      },
    )
    return entry.answer
  }
}
