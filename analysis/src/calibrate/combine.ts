import { pool } from '../sequential/histogram/edges.ts'
import { exponential } from '../sequential/histogram/layout.ts'
import type { Bucket, Form, HistogramSample, Samples } from '../table.ts'

/** One sample from those of several pods (or of both arms) in the same interval. At least one is needed. */
export const combine: { readonly [F in Form]: (samples: readonly Samples[F][]) => Samples[F] } = {
  ratio: (samples) => ({ bad: sum(samples, ({ bad }) => bad), total: sum(samples, ({ total }) => total) }),
  // What is said of no exposure counts as 1: so pods without one weigh alike.
  count: (samples) => ({ count: sum(samples, ({ count }) => count), exposure: sum(samples, ({ exposure = 1 }) => exposure) }),
  histogram: (samples) => mergeHistograms(samples),
  gauge: (samples) => ({ values: samples.flatMap(({ values }) => values) }),
  raw: (samples) => ({ samples: samples.flatMap(({ samples: each }) => each) }),
}

/** Sum by bucket; layouts that differ meet at the coarser grid, or at the edges that all have. */
function mergeHistograms(samples: readonly HistogramSample[]): HistogramSample {
  const [first] = samples
  if (first && samples.every(({ buckets }) => sameEdges(buckets, first.buckets)))
    return { buckets: first.buckets.map(([upper], at) => [upper, sum(samples, ({ buckets }) => buckets[at]?.[1] ?? 0)]) }
  return unionOfSparse(samples) ?? pool(samples)
}

/** The same as `pool` for sparse samples of one exponential layout, which is what many pods have, in a fraction of the time. */
function unionOfSparse(samples: readonly HistogramSample[]): HistogramSample | undefined {
  const counts = new Map<number, number>()
  let least = Number.POSITIVE_INFINITY
  let most = 0
  for (const { buckets } of samples) {
    // What lies beyond a list that ends with Infinity is not known, so it cannot be filled from another.
    if (buckets.at(-1)?.[0] === Number.POSITIVE_INFINITY) return undefined
    const growth = finestGrowth(buckets)
    least = Math.min(least, growth)
    most = Math.max(most, growth)
    for (const [upper, count] of buckets) counts.set(upper, (counts.get(upper) ?? 0) + count)
  }
  // All as fine: no bucket of one covers several of another.
  if (!(most / least - 1 < 1e-6)) return undefined
  const buckets = [...counts].sort(([a], [b]) => a - b)
  const merged: HistogramSample = { buckets }
  return Math.abs(finestGrowth(buckets) / least - 1) < 1e-6 && exponential(merged) ? merged : undefined
}

/** Quotient of the closest edges, without the first, which may be that of a zero bucket. Infinity for too few. */
function finestGrowth(buckets: readonly Bucket[]): number {
  let growth = Number.POSITIVE_INFINITY
  for (let at = 2; at < buckets.length; at++) growth = Math.min(growth, (buckets[at]?.[0] ?? 0) / Math.max(0, buckets[at - 1]?.[0] ?? 0))
  return growth
}

function sameEdges(a: readonly Bucket[], b: readonly Bucket[]): boolean {
  return a.length === b.length && a.every(([upper], at) => upper === b[at]?.[0])
}

function sum<T>(list: readonly T[], value: (item: T) => number): number {
  let total = 0
  for (const item of list) total += value(item)
  return total
}
