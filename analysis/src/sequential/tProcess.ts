/**
 * Sums of a t-process: contrasts `z` whose mean under the null is at most 0 and whose spread is unknown, each with an information weight `h`
 * (z = mu * sqrt(h) + sigma * noise).
 */
export interface TProcess {
  readonly n: number
  /** Sum of h. */
  readonly information: number
  /** Sum of z * sqrt(h). */
  readonly drift: number
  /** Sum of z squared. */
  readonly squares: number
}

export const noContrasts: TProcess = { n: 0, information: 0, drift: 0, squares: 0 }

export function observeContrast(sums: TProcess, z: number, h = 1): TProcess {
  return {
    n: sums.n + 1,
    information: sums.information + h,
    drift: sums.drift + z * Math.sqrt(h),
    squares: sums.squares + z * z,
  }
}

/** Fewer contrasts say nothing about their own spread. */
const leastContrasts = 4

/**
 * Log e-value of "the mean is above 0": the Gaussian-mixture Bayes factor of the t-test (prior precision 1 for the standardised mean), a
 * martingale at mean 0 by invariance to the unknown spread, and increasing in t, so that it is valid for every mean below 0 too.
 * `-Infinity` with fewer than `least` contrasts or a mean that is not above 0. With no spread at all it takes its limit, which is finite.
 *
 * Wants roughly symmetric contrasts: log ratios, standardised counts, rank contrasts. `memory` is the correlation of each with the last.
 */
export function tLogE({ n, information, drift, squares }: TProcess, memory = 0, least = leastContrasts): number {
  if (n < least || !(drift > 0) || !(information > 0) || !(squares > 0)) return Number.NEGATIVE_INFINITY
  const between = (drift * drift) / information
  // Rounding may leave a spread of a few ulps where there is none; t squared over nu is between / within.
  const within = inflationOf(memory, n) * Math.max(squares - between, squares * Number.EPSILON * n)
  return bayesFactor(n - 1, between / within, information)
}

/** The same in the other direction: evidence that the mean is under 0. */
export function tLogEBelow(sums: TProcess, memory = 0): number {
  return tLogE({ ...sums, drift: -sums.drift }, memory)
}

/** Log of the Bayes factor of a t-test with `nu` degrees of freedom, t squared = nu * quotient, and so much information about the mean. */
export function bayesFactor(nu: number, quotient: number, information: number): number {
  if (Number.isNaN(quotient)) return Number.NEGATIVE_INFINITY
  const shrink = 1 / (1 + information)
  const gap = quotient < 1e300 ? Math.log1p(shrink * quotient) - Math.log1p(quotient) : Math.log(shrink)
  return 0.5 * Math.log(shrink) - ((nu + 1) / 2) * gap
}

/**
 * How much more the mean of n contrasts varies than their own spread tells, when each remembers the last with correlation `r` (AR(1)): the mean
 * varies more, and neighbours that are alike show less spread. 1 without memory; towards (1 + r) / (1 - r) for many. Bayley and Hammersley 1946.
 */
export function inflationOf(r: number, n: number): number {
  const memory = Math.min(0.98, Math.max(0, r))
  if (memory === 0 || n < 2) return 1
  const mean = (1 + memory) / (1 - memory) - (2 * memory * (1 - memory ** n)) / (n * (1 - memory) ** 2)
  return (mean * (n - 1)) / (n - mean)
}
