/** Bad events among all events of one arm in one interval. Both may be fractional once divided by a dispersion. */
export interface Counts {
  readonly bad: number
  readonly total: number
}

/** How much one interval says: a test of `p_canary <= rho * p_baseline + delta` against `p_canary = ratio * p_baseline`, in every interval anew. */
export interface Bet {
  /** Ratio of rates that the null still allows, over 0. */
  readonly rho: number
  /** Absolute difference of rates that the null allows besides, at least 0. */
  readonly delta: number
  /** Ratio betted on: over rho it looks for harm, under rho (with rho as the margin) for non-inferiority. */
  readonly ratio: number
}

/**
 * Log of the e-value of one interval (natural log).
 *
 * Given the numbers of requests, whatever the baseline's rate in this interval, the expectation of the e-value under the null is at most 1: for
 * independent events of any probability, equal or not, and for Poisson counts. So products over intervals are test supermartingales,
 * and weights may change between intervals. With clustered events divide the counts by the clusters' size first (`dispersion`).
 * An interval without requests in one arm says nothing: 0.
 *
 * Source: Lindon & Malek, arXiv 2011.03567 (given their total, the split of counts does not depend on the common rate); the bound for any
 * p uses 1 + z <= e^z.
 */
export function logE(canary: Counts, baseline: Counts, { rho, delta, ratio }: Bet, dispersion = 1): number {
  const lean = leanOf(canary, baseline)
  return lean === undefined ? 0 : nats(canary, baseline, lean, rho, delta, ratio / rho, Math.log(ratio / rho)) / dispersion
}

/** Factors betted on, as multiples of `rho`. */
export interface Grid {
  readonly factors: readonly number[]
  readonly logs: readonly number[]
}

export function gridOf(factors: readonly number[]): Grid {
  return { factors, logs: factors.map(Math.log) }
}

/** `logE` for each factor of a grid. */
export function logEs(canary: Counts, baseline: Counts, rho: number, delta: number, { factors, logs }: Grid): readonly number[] {
  const lean = leanOf(canary, baseline)
  const won = new Array<number>(factors.length).fill(0)
  if (lean === undefined) return won
  for (let at = 0; at < factors.length; at++) won[at] = nats(canary, baseline, lean, rho, delta, factors[at] ?? 1, logs[at] ?? 0)
  return won
}

/**
 * Xc log(th1/th0) + Xb log((1-th1)/(1-th0)) - delta Nc (th1-th0)/th0 with th0 = rho Nc / (rho Nc + Nb) and th1 the same for R = factor * rho,
 * written with lean = Nc / Nb: both logs then share one.
 */
function nats(canary: Counts, baseline: Counts, lean: number, rho: number, delta: number, factor: number, logFactor: number): number {
  const shrink = (rho * lean + 1) / (factor * rho * lean + 1)
  const perBaseline = Math.log(shrink)
  return canary.bad * (logFactor + perBaseline) + baseline.bad * perBaseline - delta * canary.total * (factor * shrink - 1)
}

/** How many requests the canary had for one of the baseline; undefined where an arm had none, or the other next to none. */
export function leanOf(canary: Counts, baseline: Counts): number | undefined {
  const lean = canary.total / baseline.total
  return lean > 1e-12 && lean < 1e12 ? lean : undefined
}

/**
 * Log e-values of one interval against "the canary's rate is at most `floor`", betting on each factor times that rate: a Poisson bound, so it
 * holds for independent events too.
 */
export function logEsFloor(canary: Counts, floor: number, { factors, logs }: Grid): readonly number[] {
  return factors.map((factor, at) => canary.bad * (logs[at] ?? 0) - canary.total * floor * (factor - 1))
}
