import type { Form, HistogramSample, Interval } from '../table.ts'
import { alignGrids } from './histogram/align.ts'
import { checkBuckets } from './histogram/layout.ts'

/** Differences of the canary, relative to the baseline. */
export interface Limits {
  /** Below it there is never harm. */
  readonly tolerance: number
  /** A pass means: surely not worse than this. */
  readonly margin: number
}

/** Where a plan does not say them. Distributions by their buckets: a grid tells small shifts, fixed edges only large differences beyond them. */
export const usual = {
  ratio: { tolerance: 0.1, margin: 0.5 },
  count: { tolerance: 0.1, margin: 0.5 },
  gauge: { tolerance: 0.1, margin: 0.3 },
  gridded: { tolerance: 0.1, margin: 0.3 },
  edged: { tolerance: 0.25, margin: 1 },
} as const satisfies Record<string, Limits>

/** The limits that a metric of that form is judged by where its plan says none; of a distribution they follow from the first interval that both arms have. */
export function usualLimits(form: Form, name: string, intervals: readonly Interval[]): Limits | undefined {
  if (form === 'raw') return undefined
  if (form !== 'histogram') return usual[form]
  for (const { metrics } of intervals) {
    const measured = metrics[name]
    if (measured?.form !== 'histogram' || !said(measured.canary) || !said(measured.baseline)) continue
    return alignGrids(measured.canary, measured.baseline) ? usual.gridded : usual.edged
  }
  return undefined
}

const said = (sample: HistogramSample | undefined): sample is HistogramSample => sample !== undefined && checkBuckets(sample.buckets) > 0
