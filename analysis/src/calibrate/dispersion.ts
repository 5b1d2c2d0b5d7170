import type { Counts } from '../sequential/kernel.ts'
import type { Measurement } from '../table.ts'

/** The two sides of a placebo in one interval. */
export interface CountPair {
  readonly canary: Counts
  readonly baseline: Counts
}

/** How much more counts vary between like arms than independent ones (1). */
export interface MeasuredDispersion {
  readonly dispersion: number
  /** Comparisons that had any bad event. */
  readonly comparisons: number
  /** Standard error that the dispersion would have if events were independent. */
  readonly error: number
}

/**
 * Squared surplus of the pseudo-canary over its share of the bad events, summed over the comparisons, over what it would be on average for
 * independent events: about 1 for those, whatever their rate and however it moves, phi when they come in clusters of size phi. A quotient of
 * sums, so that rare events count as much as they tell. Lasting differences between pods count as variation too. NaN without comparisons.
 *
 * `draws` is how many times each interval is compared: later times add little to what is known.
 */
export function measureDispersion(pairs: Iterable<CountPair>, draws = 1): MeasuredDispersion {
  let squares = 0
  let expected = 0
  let spread = 0
  let comparisons = 0
  for (const { canary, baseline } of pairs) {
    if (!(canary.total > 0 && baseline.total > 0)) continue
    const share = canary.total / (canary.total + baseline.total)
    const bad = canary.bad + baseline.bad
    const information = bad * share * (1 - share)
    if (!(information > 0)) continue
    squares += (canary.bad - bad * share) ** 2
    expected += information
    // Variance of a squared deviation of that variance, of a Poisson number about its mean.
    spread += 2 * information ** 2 + information
    comparisons += 1
  }
  return { dispersion: squares / expected, comparisons, error: (Math.sqrt(spread) / expected) * Math.sqrt(draws) }
}

/** What a judge should assume when that was measured: independence when one standard error explains what is over 1, else a fifth more than measured. */
export function assumedDispersion({ dispersion, error }: Pick<MeasuredDispersion, 'dispersion' | 'error'>): number {
  return dispersion <= 1 + error ? 1 : 1.2 * dispersion
}

/** Both sides of a ratio or count; undefined when an arm is missing, or for other forms. */
export function pairOf(measurement: Measurement | undefined): CountPair | undefined {
  if (measurement?.form === 'ratio' && measurement.canary && measurement.baseline)
    return { canary: measurement.canary, baseline: measurement.baseline }
  if (measurement?.form === 'count' && measurement.canary && measurement.baseline) {
    const { canary, baseline } = measurement
    return {
      canary: { bad: canary.count, total: canary.exposure ?? 1 },
      baseline: { bad: baseline.count, total: baseline.exposure ?? 1 },
    }
  }
  return undefined
}
