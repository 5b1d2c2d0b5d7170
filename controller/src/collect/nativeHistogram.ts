import { type HistogramSample, spanBuckets } from '@serin/analysis'
import type { NativeBucket, Series } from '../metrics/provider.ts'
import { named } from './counters.ts'
import { edgeAt, edgeCount, endOf, type Grid, lookback } from './increase.ts'
import type { Remarks } from './problems.ts'

/** Edges differ by so much when they are written as text. */
const rounding = 1e-9

/** By interval, what each native histogram among the series observed in it. */
export function nativeSamples(
  series: readonly Series[],
  how: { readonly grid: Grid; readonly counters: 'cumulative' | 'delta'; readonly fromZero: Uint8Array; readonly remarks: Remarks },
): HistogramSample[][] {
  const { grid, counters, fromZero, remarks } = how
  const samples: HistogramSample[][] = Array.from({ length: grid.intervals }, () => [])
  for (const one of series) {
    const values = histogramsOnEdges(one, grid, remarks)
    let last = -1
    for (const [edge, now] of values.entries()) {
      if (!now) continue
      const interval = edge - endOf(0)
      if (interval >= 0) {
        const before = last >= edge - 1 - lookback ? values[last] : undefined
        const fresh = counters === 'delta' || (!before && fromZero[interval] === 1)
        const amounts = fresh ? now : before && nativeIncrease(before, now)
        if (amounts) samples[interval]?.push(spanBuckets(amounts.map(([lower, upper, count]) => ({ lower, upper, count }))))
      }
      last = edge
    }
  }
  return samples
}

function histogramsOnEdges({ labels, histograms = [] }: Series, grid: Grid, remarks: Remarks): (readonly NativeBucket[] | undefined)[] {
  const values = new Array<readonly NativeBucket[] | undefined>(edgeCount(grid)).fill(undefined)
  for (const [at, buckets] of histograms) {
    const edge = edgeAt(at, grid)
    if (edge === undefined) continue
    if (buckets.some(([lower, upper, count]) => count > 0 && lower < 0 && upper <= 0))
      remarks.say('negative', () => `${named(labels)} observed values under 0, which is left out: use a gauge for them`)
    else if (buckets.some(([lower, upper, count]) => !(lower <= upper && count >= 0 && count < Number.POSITIVE_INFINITY)))
      remarks.say('bucket', () => `${named(labels)} has buckets that make no sense, which is left out: counts are numbers from 0 up`)
    else values[edge] = [...buckets].sort((a, b) => a[1] - b[1])
  }
  return values
}

/**
 * What came into each bucket since before. Buckets may have been merged into larger ones meanwhile (a histogram that grows gets coarser); when one
 * is gone, or fell, the histogram restarted and all is new. Both ascending.
 */
export function nativeIncrease(before: readonly NativeBucket[], now: readonly NativeBucket[]): readonly NativeBucket[] {
  const rest = now.map(([, , count]) => count)
  let at = 0
  for (const [lower, upper, count] of before) {
    if (count === 0) continue
    while (at < now.length && !reaches(now[at], upper)) at++
    const bucket = now[at]
    const left = (rest[at] ?? 0) - count
    if (!bucket || !startsBy(bucket, lower) || left < -rounding * count) return now
    rest[at] = Math.max(0, left)
  }
  return now.map(([lower, upper], place) => [lower, upper, rest[place] ?? 0])
}

function reaches(bucket: NativeBucket | undefined, upper: number): boolean {
  return bucket !== undefined && (bucket[1] >= upper || Math.abs(bucket[1] - upper) <= rounding * Math.abs(upper))
}

function startsBy([from]: NativeBucket, lower: number): boolean {
  return from <= lower || Math.abs(from - lower) <= rounding * Math.abs(lower)
}
