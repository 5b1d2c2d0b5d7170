import { shown } from './arguments.ts'
import { KayentaError } from './errors.ts'
import { numbersOf, type Samples, withoutNaN } from './samples.ts'
import { mean, percentileOfSorted } from './summary.ts'

export const DEFAULT_OUTLIER_FACTOR = 3

/**
 * Which values lie beyond the quartiles by more than `factor` interquartile ranges. With `reduceSensitivity` (what the judge uses) the
 * fences are widened to the 1st and 99th percentile, so that in up to 101 values a lone spike goes and two equal ones stay.
 * NaN is never an outlier; fences that cannot be computed because of infinities exclude nothing.
 * @throws KayentaError 'bad-argument' for a factor that is not above zero
 */
export function iqrOutliers(values: Samples, factor?: number | null, reduceSensitivity?: boolean | null): boolean[] {
  const numbers = numbersOf(values, 'The list of values')
  const { low, high } = fences(withoutNaN(numbers), aboveZero('The outlier factor', factor), reduceSensitivity ?? true)
  return Array.from(numbers, (value) => value < low || value > high)
}

function fences(values: Float64Array, factor: number, reduceSensitivity: boolean): { low: number; high: number } {
  const sorted = values.slice().sort()
  const q1 = percentileOfSorted(sorted, 25)
  const q3 = percentileOfSorted(sorted, 75)
  const low = q1 - factor * (q3 - q1)
  const high = q3 + factor * (q3 - q1)
  if (!reduceSensitivity) return { low, high }
  return { low: Math.min(percentileOfSorted(sorted, 1), low), high: Math.max(percentileOfSorted(sorted, 99), high) }
}

/** Which values lie more than `k` population standard deviations from the mean. Kayenta has it; its judge does not use it. */
export function sigmaOutliers(values: Samples, k?: number | null): boolean[] {
  const factor = aboveZero('The number of deviations', k)
  const numbers = numbersOf(values, 'The list of values')
  const kept = withoutNaN(numbers)
  const average = mean(kept)
  let squares = 0
  for (const value of kept) squares += (value - average) * (value - average)
  const limit = factor * Math.sqrt(squares / kept.length)
  return Array.from(numbers, (value) => Math.abs(value - average) > limit)
}

/** Kayenta's default of both kinds is 3. */
function aboveZero(what: string, value: number | null | undefined): number {
  const number: unknown = value ?? DEFAULT_OUTLIER_FACTOR
  if (typeof number === 'number' && number > 0) return number
  throw new KayentaError('bad-argument', `${what} is ${shown(number)}; write a number above zero, such as 3.`)
}

/** The values of a series without NaN that are not outliers, in order; `factor` is above zero. */
export function withoutOutliers(values: Float64Array, factor: number): Float64Array {
  const { low, high } = fences(values, factor, true)
  return values.filter((value) => !(value < low || value > high))
}
