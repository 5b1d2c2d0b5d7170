import { binned as binnedFrom } from '../sequential/raw.ts'
import type { HistogramSample, RawSample } from '../table.ts'
import { CalibrationError } from './errors.ts'

/** Single observations as the exponential histogram that the judge makes of them. Throws a CalibrationError for one that is no number from 0 on. */
export function binned(sample: RawSample): HistogramSample {
  for (const value of sample.samples)
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY))
      throw new CalibrationError(`An observation is ${value}: single observations must be numbers from 0 on; take a gauge for others`)
  return binnedFrom(sample)
}
