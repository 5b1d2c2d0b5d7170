import { type Counts, logE } from '../sequential/kernel.ts'
import { logSum } from '../special/logSpace.ts'
import { solve } from '../special/solve.ts'

/** Both arms in one interval. */
export interface Pair {
  readonly canary: Counts
  readonly baseline: Counts
}

/** How many times the baseline's rate the canary's is. */
export interface RatioSequence {
  /** Mantel and Haenszel's, which stays right when rate and weights change: Infinity if only the canary had bad events, undefined if neither had. */
  readonly estimate: number | undefined
  /** 0 where nothing speaks against any small ratio. */
  readonly low: number
  /** Infinity where nothing speaks against any large ratio. */
  readonly high: number
}

/** Multiples of the ratio in question that are betted on, in equal parts; on the other side their inverses. */
const grid: readonly number[] = [1.1, 1.25, 1.6, 2.5, 6, 30]

/** Ratios beyond these are shown as 0 and Infinity. */
const limits = { low: Math.log(1e-6), high: Math.log(1e6) }

/**
 * Confidence sequence of the ratio of rates: every ratio R with `p_canary = R * p_baseline` in all intervals against which neither of two
 * one-sided tests has an e-value of 2/alpha. However often one looks, the truth is inside at all looks with a chance of at least 1 - alpha.
 * `dispersion` divides the counts, as in the judge.
 *
 * The limits never cross, even where no constant ratio fits the record (a fault that began late): each test's log wealth is, as a function of the
 * log of the multiple betted on, one concave curve through 0, so it cannot be above 0 on both sides. Costs about 30 passes over the intervals.
 */
export function ratioSequence(intervals: readonly Pair[], { alpha, dispersion }: { alpha: number; dispersion: number }): RatioSequence {
  const said = intervals.filter(({ canary, baseline }) => canary.total > 0 && baseline.total > 0)
  const needs = Math.log(2 / alpha)
  const above = (log: number) => mixture(said, Math.exp(log), dispersion) - needs
  const swapped = said.map(({ canary, baseline }) => ({ canary: baseline, baseline: canary }))
  const below = (log: number) => mixture(swapped, Math.exp(-log), dispersion) - needs
  // The evidence for "more than R" falls with R, that for "less than R" rises.
  const low = edge(above, { open: limits.low, closed: limits.high }) ?? 0
  const high = edge(below, { open: limits.high, closed: limits.low }) ?? Number.POSITIVE_INFINITY
  return { estimate: estimateOf(said), low, high }
}

/** Log e-value of "more than `rho` times": the grid's average. No restarts, for the range speaks of the whole record. */
function mixture(intervals: readonly Pair[], rho: number, dispersion: number): number {
  const wealth = grid.map((factor) => {
    const bet = { rho, delta: 0, ratio: rho * factor }
    let sum = 0
    for (const { canary, baseline } of intervals) sum += logE(canary, baseline, bet, dispersion)
    return sum
  })
  return logSum(wealth) - Math.log(grid.length)
}

/** Where the evidence falls under what is needed; undefined when it is too little already at the outermost ratio. */
function edge(excess: (log: number) => number, { open, closed }: { open: number; closed: number }): number | undefined {
  if (excess(open) < 0) return undefined
  if (excess(closed) >= 0) return Math.exp(closed)
  return Math.exp(solve(excess, { low: open, high: closed, tolerance: 1e-7 }))
}

function estimateOf(intervals: readonly Pair[]): number | undefined {
  let over = 0
  let under = 0
  for (const { canary, baseline } of intervals) {
    const all = canary.total + baseline.total
    over += canary.bad * (baseline.total / all)
    under += baseline.bad * (canary.total / all)
  }
  return over === 0 && under === 0 ? undefined : over / under
}
