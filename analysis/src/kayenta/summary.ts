import { requiredNumber } from './arguments.ts'
import { type Samples, withoutNaN } from './samples.ts'

export type Summary = { readonly mean: number; readonly min: number; readonly max: number; readonly std: number; readonly count: number }

/** Arithmetic mean in two passes, the second taking up what the first lost to rounding; NaN when there is nothing to average or the sum overflows. */
export function mean(values: Float64Array): number {
  let sum = 0
  for (let at = 0; at < values.length; at++) sum += values[at] as number
  const first = sum / values.length
  let rest = 0
  for (let at = 0; at < values.length; at++) rest += (values[at] as number) - first
  return first + rest / values.length
}

/** What is reported of an arm. NaN are left out; all fields are 0 when nothing is left. `std` is the sample deviation (n - 1), 0 for one value. */
export function summarize(values: Samples): Summary {
  return summaryOf(withoutNaN(values))
}

/** The same for values that hold no NaN. */
export function summaryOf(kept: Float64Array): Summary {
  const count = kept.length
  if (count === 0) return { mean: 0, min: 0, max: 0, std: 0, count: 0 }
  const average = mean(kept)
  let min = kept[0] as number
  let max = min
  let squares = 0
  let rest = 0
  for (let at = 0; at < count; at++) {
    const value = kept[at] as number
    if (value < min) min = value
    if (value > max) max = value
    squares += (value - average) * (value - average)
    rest += value - average
  }
  const std = count === 1 ? 0 : Math.sqrt((squares - (rest * rest) / count) / (count - 1))
  return { mean: average, min, max, std, count }
}

/** The percentile (p from 0 to 100) by linear interpolation between order statistics, definition 7 of Hyndman and Fan. NaN are left out; NaN for nothing. */
export function percentile(values: Samples, p: number): number {
  return percentileOfSorted(withoutNaN(values).sort(), requiredNumber('p', p, '95'))
}

export function percentileOfSorted(sorted: Float64Array, p: number): number {
  const n = sorted.length
  if (n === 0 || !(p >= 0 && p <= 100)) return Number.NaN
  const position = 1 + (n - 1) * (p / 100)
  const whole = Math.floor(position)
  if (whole >= n) return sorted[n - 1] as number
  const below = sorted[whole - 1] as number
  const above = sorted[whole] as number
  return below + (position - whole) * (above - below)
}
