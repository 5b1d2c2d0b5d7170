import { bayesFactor, inflationOf } from './tProcess.ts'

/** Sums of a regression of log ratios on time, kept about the running means so that nothing cancels. */
export interface Slope {
  readonly n: number
  readonly time: number
  readonly level: number
  readonly times: number
  readonly product: number
  readonly levels: number
}

export const noSlope: Slope = { n: 0, time: 0, level: 0, times: 0, product: 0, levels: 0 }

/** A rise of the log ratio per interval up to this is no leak. */
const tolerated = 0.001

/** Fewer intervals say nothing of a slope. */
const leastIntervals = 12

/** Adds one interval's log ratio. Welford's updates. */
export function observeSlope(slope: Slope, logRatio: number): Slope {
  const n = slope.n + 1
  const at = slope.n
  const value = logRatio - tolerated * at
  const time = slope.time + (at - slope.time) / n
  const mean = slope.level + (value - slope.level) / n
  return {
    n,
    time,
    level: mean,
    times: slope.times + (at - slope.time) * (at - time),
    product: slope.product + (at - slope.time) * (value - mean),
    levels: slope.levels + (value - slope.level) * (value - mean),
  }
}

/**
 * Log e-value of "the log ratio rises by more than is tolerated": the t-process's Bayes factor for a slope, the intercept being a nuisance, with
 * the spread of the times over 25 as its information, and the same allowance for memory. `-Infinity` with fewer than 12 intervals or a slope
 * that does not rise.
 */
export function slopeLogE({ n, times, product, levels }: Slope, memory: number): number {
  if (n < leastIntervals || !(product > 0) || !(levels > 0)) return Number.NEGATIVE_INFINITY
  const between = (product * product) / times
  const within = inflationOf(memory, n) * Math.max(levels - between, levels * Number.EPSILON * n)
  return bayesFactor(n - 2, between / within, times / 25)
}
