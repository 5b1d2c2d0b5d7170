import type { Interval } from '../table.ts'
import { CalibrationError } from './errors.ts'

/** The distance of adjoining labels: the smallest there is, 1 when there is but one. Throws a CalibrationError when labels do not ascend. */
export function leastStep(draws: readonly (readonly Interval[])[]): number {
  let step = Number.POSITIVE_INFINITY
  for (const draw of draws) {
    let last: number | undefined
    for (const { interval } of draw) {
      if (last !== undefined) {
        if (!(interval > last)) throw new CalibrationError(`Interval ${interval} comes after ${last}: history must be in ascending order`)
        step = Math.min(step, interval - last)
      }
      last = interval
    }
  }
  return Number.isFinite(step) ? step : 1
}
