import type { Measurement } from '@serin/analysis'
import type { AnalysisRunSpec } from '../api/analysisRun.ts'
import type { Metric } from '../api/metric.ts'
import type { Instant } from '../clock.ts'

/** What to measure: metrics of one rhythm, over whole intervals. */
export interface CollectRequest {
  readonly namespace: string
  readonly metrics: readonly Metric[]
  readonly arms: AnalysisRunSpec['arms']
  /** Values of arguments that queries insert. */
  readonly args?: Readonly<Record<string, string>>
  /** Begin of the first interval, end of the last; whole steps apart. The end lies in the past by at least every source's lag. */
  readonly from: Instant
  readonly to: Instant
  /** Length of an interval in milliseconds. */
  readonly step: number
}

/** One interval that is over. `metrics` holds only what there is: an arm without data is left out, a metric without any data too. */
export interface CollectedInterval {
  readonly end: Instant
  readonly metrics: Readonly<Record<string, Measurement>>
}

export interface Collected {
  /** Ascending; one for every interval asked for. */
  readonly intervals: readonly CollectedInterval[]
  readonly problems: readonly CollectProblem[]
}

/** Why a metric was not measured. SourceDown: ask again. Remark: it was measured, but not all of it. The others are said to people; other metrics go on. */
export interface CollectProblem {
  readonly metric: string
  /** Name of the source, where there is one. */
  readonly source?: string
  readonly kind: 'SourceDown' | 'Query' | 'Missing' | 'Remark'
  readonly because: string
  readonly retryAfterMs?: number
}
