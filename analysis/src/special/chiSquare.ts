import { logGammaLower, logGammaUpper } from './gammaTail.ts'
import { solve } from './solve.ts'

/**
 * The value that a chi-square variable with `df` > 0 degrees of freedom exceeds with chance p, 0 < p < 1, to about 1e-13 relative.
 * With s^2 from df degrees of freedom, df s^2 / chiSquareUpperQuantile(1 - alpha, df) is an upper confidence bound of a variance.
 */
export function chiSquareUpperQuantile(p: number, df: number): number {
  if (!(p > 0 && p < 1 && df > 0)) throw new RangeError(`chiSquareUpperQuantile needs 0 < p < 1 and df > 0, got ${p} and ${df}`)
  const shape = df / 2
  const inUpper = p < 0.5
  const target = inUpper ? Math.log(p) : Math.log1p(-p)
  // In log x, where small answers keep their digits. Rises with x.
  const excess = (log: number) => (inUpper ? target - logGammaUpper(shape, Math.exp(log)) : logGammaLower(shape, Math.exp(log)) - target)
  let low = Math.log(shape)
  while (excess(low) > 0 && low > -740) low -= 1
  let high = Math.log(shape)
  while (excess(high) < 0) high += 0.5
  return excess(low) > 0 ? 0 : 2 * Math.exp(solve(excess, { low, high, tolerance: 1e-15 }))
}
