import { chooseEdges, tails, totalOf } from '../sequential/histogram/edges.ts'
import type { HistogramSample, Measurement } from '../table.ts'
import { binned } from './binned.ts'
import { combine } from './combine.ts'
import { type CountPair, type MeasuredDispersion, measureDispersion } from './dispersion.ts'

export interface CalibratedTails {
  /** Intervals in which both arms had observations. */
  readonly intervals: number
  /** Those that had enough intervals to tell a dispersion: ascending, or in the order given. */
  readonly edges: readonly number[]
  /** As measured, in the order of the edges. */
  readonly dispersion: readonly MeasuredDispersion[]
  /** Share of the baseline's observations above each edge. */
  readonly shares: readonly number[]
}

/**
 * Edges of a histogram at which to compare (those given, else the nearest to the usual tails of all baseline observations), and how much more the
 * counts above each vary between like arms than independent ones. Both arms are read at the same edge, without a shift.
 */
export function calibrateTails(
  placed: readonly { readonly interval: number; readonly measurement: Measurement }[],
  least: number,
  given?: readonly number[],
): CalibratedTails {
  const pairs = placed.flatMap(({ interval, measurement }) => {
    const arms = armsOf(measurement)
    return arms && totalOf(arms.canary) > 0 && totalOf(arms.baseline) > 0 ? [{ interval, ...arms }] : []
  })
  const intervals = new Set(pairs.map(({ interval }) => interval)).size
  const pooled = combine.histogram(pairs.map(({ baseline }) => baseline))
  const candidates = given ?? chooseEdges(pooled)
  const compared = candidates.map((): CountPair[] => [])
  const said = candidates.map(() => new Set<number>())
  for (const { interval, canary, baseline } of pairs) {
    const ours = above(canary, candidates)
    const theirs = above(baseline, candidates)
    const totals = { canary: totalOf(canary), baseline: totalOf(baseline) }
    for (const at of candidates.keys()) {
      const [over, under] = [ours[at], theirs[at]]
      if (over === undefined || under === undefined) continue
      const pair = { canary: { bad: over, total: totals.canary }, baseline: { bad: under, total: totals.baseline } }
      compared[at]?.push(pair)
      if (measureDispersion([pair]).comparisons > 0) said[at]?.add(interval)
    }
  }
  const all = totalOf(pooled)
  const shares = tails(pooled, candidates)
  const found = candidates.flatMap((edge, at) => {
    if ((said[at]?.size ?? 0) < least) return []
    return [{ edge, dispersion: measureDispersion(compared[at] ?? [], pairs.length / intervals), share: (shares[at] ?? 0) / all }]
  })
  return {
    intervals,
    edges: found.map(({ edge }) => edge),
    dispersion: found.map(({ dispersion }) => dispersion),
    shares: found.map(({ share }) => share),
  }
}

/** What lies above each edge: read off where the sample has a bucket that ends there, worked out from its layout elsewhere. */
function above(sample: HistogramSample, edges: readonly number[]): readonly (number | undefined)[] {
  const { buckets } = sample
  const found: number[] = []
  let sum = 0
  let edge = edges.length - 1
  for (let at = buckets.length - 1; at >= 0 && edge >= 0; at--) {
    const upper = buckets[at]?.[0]
    if (upper === edges[edge]) found[edge--] = sum
    sum += buckets[at]?.[1] ?? 0
  }
  return edge < 0 ? found : tails(sample, edges)
}

function armsOf(measurement: Measurement): { canary: HistogramSample; baseline: HistogramSample } | undefined {
  if (measurement.form === 'histogram' && measurement.canary && measurement.baseline)
    return { canary: measurement.canary, baseline: measurement.baseline }
  if (measurement.form === 'raw' && measurement.canary && measurement.baseline)
    return { canary: binned(measurement.canary), baseline: binned(measurement.baseline) }
  return undefined
}
