import { betaQuantile, logBetaLower, logBetaUpper } from './beta.ts'

/** log P(X >= k) for X ~ Binomial(n, p). */
export function logBinomialUpper(k: number, n: number, p: number): number {
  if (k <= 0) return 0
  return k > n ? -Infinity : logBetaLower(p, k, n - k + 1)
}

/** log P(X <= k) for X ~ Binomial(n, p). */
export function logBinomialLower(k: number, n: number, p: number): number {
  if (k >= n) return 0
  return k < 0 ? -Infinity : logBetaUpper(p, k + 1, n - k)
}

/**
 * Exact (Clopper-Pearson) interval for a proportion of which k of n were seen: it covers the truth with a chance of at least `level`,
 * each side missing it with at most half of the rest.
 */
export function exactInterval(k: number, n: number, level: number): { readonly low: number; readonly high: number } {
  const miss = (1 - level) / 2
  return { low: k === 0 ? 0 : betaQuantile(miss, k, n - k + 1), high: exactUpperLimit(k, n, 1 - miss) }
}

/** Exact one-sided upper limit for a proportion of which k of n were seen: none of 10,000 at level 0.95 is at most 0.03 %. */
export function exactUpperLimit(k: number, n: number, level: number): number {
  if (!(Number.isInteger(k) && Number.isInteger(n) && k >= 0 && k <= n && n > 0)) throw new RangeError(`${k} of ${n} is no count`)
  if (!(level > 0 && level < 1)) throw new RangeError(`a level is between 0 and 1, got ${level}`)
  if (k === n) return 1
  return k === 0 ? -Math.expm1(Math.log1p(-level) / n) : betaQuantile(level, k + 1, n - k)
}
