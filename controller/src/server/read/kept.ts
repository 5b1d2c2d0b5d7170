import type { Clock, Instant } from '../../clock.ts'

/**
 * Answers that are kept for a moment, by key: many people who look at the same thing cost one request. Questions under way are shared; a failure is
 * not kept. Beyond `most` the oldest is forgotten.
 */
export function kept<T>(
  { now }: Pick<Clock, 'now'>,
  { ms, most = 200 }: { ms: number; most?: number },
): (key: string, ask: () => Promise<T>) => Promise<T> {
  const known = new Map<string, { until: Instant; answer: Promise<T> }>()
  return (key, ask) => {
    const before = known.get(key)
    if (before && now() < before.until) return before.answer
    const entry = { until: Number.POSITIVE_INFINITY, answer: ask() }
    known.delete(key)
    known.set(key, entry)
    const oldest = known.keys().next().value
    if (known.size > most && oldest !== undefined) known.delete(oldest)
    entry.answer.then(
      () => {
        entry.until = now() + ms
      },
      () => {
        if (known.get(key) === entry) known.delete(key)
      },
    )
    return entry.answer
  }
}
