import type { SeriesRange } from './value.ts'

const timeOf = ({ series }: SeriesRange, index: number) => series.times[index] ?? 0
const sampleOf = ({ series }: SeriesRange, index: number) => series.values[index] ?? 0

/**
 * By how much it grew in the range, extended from the first and last sample to the range's edges as Prometheus does: fully where the edge
 * is nearer than 1.1 times the distance of samples, else by half that distance; a counter never to before it was zero. A counter that falls was
 * reset. Undefined with less than two samples.
 */
export function grown(range: SeriesRange, counter: boolean): number | undefined {
  const { from, to, start, end } = range
  if (to - from < 2) return undefined
  const first = sampleOf(range, from)
  let growth = sampleOf(range, to - 1) - first
  if (counter) {
    for (let index = from + 1; index < to; index++) {
      const before = sampleOf(range, index - 1)
      if (sampleOf(range, index) < before) growth += before
    }
  }
  const sampled = timeOf(range, to - 1) - timeOf(range, from)
  const distance = sampled / (to - from - 1)
  const reach = (gap: number) => (gap >= distance * 1.1 ? distance / 2 : gap)
  let before = reach(timeOf(range, from) - start)
  if (counter && growth > 0 && first >= 0) before = Math.min(before, sampled * (first / growth))
  return growth * ((sampled + before + reach(end - timeOf(range, to - 1))) / sampled)
}

/** The change between the last two samples, and the seconds between them. */
export function lastStep(range: SeriesRange, counter: boolean): { change: number; seconds: number } | undefined {
  const { from, to } = range
  if (to - from < 2) return undefined
  const last = sampleOf(range, to - 1)
  const before = sampleOf(range, to - 2)
  return {
    change: counter && last < before ? last : last - before,
    seconds: (timeOf(range, to - 1) - timeOf(range, to - 2)) / 1000,
  }
}
