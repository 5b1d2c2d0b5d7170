import { logNormalTail } from '../special/normal.ts'

/**
 * Log e-value of "the mean is above 0" from a sum s of observations whose variances sum to v (known, or conservatively bounded): the average of
 * e^(l s - l^2 v / 2) over a half-normal prior of l with variance 1 / prior. Source: Howard, Ramdas, McAuliffe & Sekhon, arXiv 1810.08240.
 */
export function normalMixture(s: number, v: number, prior: number): number {
  const spread = v + prior
  return 0.5 * Math.log((4 * prior) / spread) + (s * s) / (2 * spread) + logNormalTail(-s / Math.sqrt(spread))
}

/** The prior that makes a boundary at level alpha narrowest near a variance of `optimum`. For alpha < 1/2. */
export function normalMixturePrior(optimum: number, alpha: number): number {
  if (!(alpha > 0 && alpha < 0.5 && optimum > 0))
    throw new RangeError(`needs 0 < alpha < 1/2 and an optimum over 0, got ${alpha} and ${optimum}`)
  const twice = -2 * Math.log(2 * alpha)
  return optimum / (twice + Math.log1p(twice))
}

/**
 * Log e-value of "the mean of n differences is not 0" (mixture sequential probability ratio test): d is their mean, `variance` that of one, and
 * `prior` the standard deviation of the true difference. Two-sided. Source: Johari, Pekelis & Walsh, arXiv 1512.04922.
 */
export function mixtureRatioTest(d: number, n: number, variance: number, prior: number): number {
  const spread = variance + n * prior * prior
  return 0.5 * Math.log(variance / spread) + (n * n * prior * prior * d * d) / (2 * variance * spread)
}
