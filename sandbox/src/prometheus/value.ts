import type { Labels } from './labels.ts'
import type { Series } from './series.ts'

export interface VectorElement {
  labels: Labels
  value: number
}

/** What a query gives at one instant. */
export type Value =
  | { type: 'scalar'; value: number }
  | { type: 'vector'; elements: VectorElement[] }
  | { type: 'matrix'; ranges: SeriesRange[] }

/** Samples of a series from index `from` to before `to`, all later than `start` and not later than `end`. Milliseconds. */
export interface SeriesRange {
  series: Series
  from: number
  to: number
  start: number
  end: number
}
