import type { Bucket, HistogramSample, RawSample } from '../table.ts'
import { CalibrationError } from './errors.ts'

/** Buckets a doubling: each 2.2 % wide. */
const perDoubling = 32

/** Single observations as an exponential histogram. Throws a CalibrationError for one that is no number from 0 on. */
export function binned({ samples }: RawSample): HistogramSample {
  const counts = new Map<number, number>()
  let zeros = 0
  for (const value of samples) {
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY))
      throw new CalibrationError(`An observation is ${value}: single observations must be numbers from 0 on; take a gauge for others`)
    if (value === 0) zeros += 1
    else {
      const place = Math.ceil(Math.log2(value) * perDoubling - 1e-9)
      counts.set(place, (counts.get(place) ?? 0) + 1)
    }
  }
  const buckets: Bucket[] = zeros > 0 ? [[0, zeros]] : []
  const places = [...counts.keys()].sort((a, b) => a - b)
  let last: number | undefined
  for (const place of places) {
    // The empty neighbour below keeps the width of a bucket to be seen.
    if (last !== place - 1) buckets.push([2 ** ((place - 1) / perDoubling), 0])
    buckets.push([2 ** (place / perDoubling), counts.get(place) ?? 0])
    last = place
  }
  return { buckets }
}
