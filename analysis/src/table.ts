// The one shape of what was measured: the judges, the record and the readers of files all speak it.

/** The two sides of a comparison: the new version, and what runs now. */
export type Arm = 'canary' | 'baseline'

/** Events of one arm in one interval: how many were bad, of how many. */
export interface RatioSample {
  readonly bad: number
  readonly total: number
}

/** Events without a denominator, and what the arm was exposed to (requests, pod-seconds); 1 when nothing is said. */
export interface CountSample {
  readonly count: number
  readonly exposure?: number
}

/**
 * Observations of one arm in one interval, by bucket: upper edge (included; the last may be Infinity) and how many fell into *this* bucket,
 * not below it. Edges ascend. An edge that is missing is unknown, not empty.
 */
export interface HistogramSample {
  readonly buckets: readonly Bucket[]
}
export type Bucket = readonly [upper: number, count: number]

/** One number per pod. */
export interface GaugeSample {
  readonly values: readonly number[]
}

/** Single observations, as they came. */
export interface RawSample {
  readonly samples: readonly number[]
}

/** What each form of metric brings for one arm and interval. */
export interface Samples {
  ratio: RatioSample
  count: CountSample
  histogram: HistogramSample
  gauge: GaugeSample
  raw: RawSample
}
export type Form = keyof Samples
export const forms: readonly Form[] = ['ratio', 'count', 'histogram', 'gauge', 'raw']

/** One metric in one interval. An arm that could not be read is left out. */
export type Measurement = { [F in Form]: { readonly form: F } & Readonly<Partial<Record<Arm, Samples[F]>>> }[Form]

/** One closed interval of all metrics. Intervals are labelled in ascending order; a label that is not higher than the last is ignored. */
export interface Interval {
  readonly interval: number
  /** Share of the traffic that the canary should have had, in percent. */
  readonly weight?: number
  /** Pods of the baseline crashed in it, or none was ready all along: that the canary had more than its share is no wonder. */
  readonly baselineUnsteady?: boolean
  readonly metrics: Readonly<Record<string, Measurement>>
}
