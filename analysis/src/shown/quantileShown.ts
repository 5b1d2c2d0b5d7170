import type { Bucket } from '../table.ts'
import { cdfBand } from './cdfBand.ts'
import { quantileSequence } from './quantileSequence.ts'

/** Limits in the unit of the observations. `low` 0 or `high` Infinity: no edge bounds it there. */
export interface Range {
  readonly low: number
  readonly high: number
}

/**
 * Between which edges the p-quantile of the observations lies ("p99 between 0.25 and 0.5 s"), for a p chosen beforehand: however often one
 * looks, with a chance of at least 1 - alpha, if the distribution does not change over time. To show, not to judge by: load changes latency.
 * Observations are not negative, buckets as in a histogram's sample, edges ascending.
 */
export function quantileShown(buckets: readonly Bucket[], p: number, alpha: number): Range {
  return between(buckets, p, quantileSequence(totalOf(buckets), p, alpha))
}

/** The same for several quantiles, or any chosen after a look: all of them hold together with a chance of at least 1 - alpha. Wider. */
export function quantilesShown(buckets: readonly Bucket[], ps: readonly number[], alpha: number): readonly Range[] {
  const band = cdfBand(totalOf(buckets), alpha)
  return ps.map((p) => between(buckets, p, band))
}

/** How much higher the canary's p-quantile is than the baseline's: difference in their unit, and ratio. Each arm has half the alpha. */
export function quantilesCompared(
  { canary, baseline }: { canary: readonly Bucket[]; baseline: readonly Bucket[] },
  p: number,
  alpha: number,
): { readonly difference: Range; readonly ratio: Range } {
  const [of, than] = [quantileShown(canary, p, alpha / 2), quantileShown(baseline, p, alpha / 2)]
  return {
    difference: { low: of.low - than.high, high: of.high - than.low },
    ratio: { low: of.low / than.high || 0, high: than.low > 0 ? of.high / than.low : Number.POSITIVE_INFINITY },
  }
}

/** The quantile is above every edge up to which surely fewer than p lie, and at most an edge up to which surely p lie. */
function between(buckets: readonly Bucket[], p: number, band: number): Range {
  const total = totalOf(buckets)
  let low = 0
  let below = 0
  for (const [upper, count] of buckets) {
    below += count
    if (below / total < p - band) low = Math.max(0, upper)
    else if (below / total > p + band) return { low, high: upper }
  }
  return { low, high: Number.POSITIVE_INFINITY }
}

function totalOf(buckets: readonly Bucket[]): number {
  return buckets.reduce((sum, [, count]) => sum + count, 0)
}
