import { mean as average } from 'simple-statistics'
import type { Measurement } from '../table.ts'

/** One number of a series, at the label of its interval. */
export interface Point {
  readonly at: number
  readonly value: number
}

/**
 * Lag-1 autocorrelation over several series, each about its own mean, between -1 and 1, corrected for the bias of short series (Kendall 1954: of one
 * of length n it is -(1 + 3r)/n; of that, 2r/n comes from the quotient and shrinks with the number of series). Only points of adjoining labels are compared: `step` is how far those are apart. Undefined when nothing varies.
 */
export function lagOneCorrelation(series: readonly (readonly Point[])[], step: number): { correlation: number; pairs: number } | undefined {
  let squares = 0
  let products = 0
  let pairs = 0
  let points = 0
  for (const one of series) {
    const mean = one.reduce((sum, { value }) => sum + value, 0) / one.length
    let last: Point | undefined
    for (const point of one) {
      squares += (point.value - mean) ** 2
      points += 1
      if (last && point.at - last.at <= step * 1.5) {
        products += (point.value - mean) * (last.value - mean)
        pairs += 1
      }
      last = point
    }
  }
  if (!(squares > 0) || pairs === 0) return undefined
  const raw = products / pairs / (squares / points)
  const length = points / series.filter((one) => one.length > 0).length
  return { correlation: Math.min(1, Math.max(-1, raw + (1 + raw) / length + (2 * raw) / points)), pairs }
}

/** The gauge's log ratio of the arms' means, where both are above 0. */
export function logRatios(placed: readonly { readonly interval: number; readonly measurement: Measurement }[]): Point[] {
  return placed.flatMap(({ interval, measurement }) => {
    if (measurement.form !== 'gauge' || !measurement.canary || !measurement.baseline) return []
    const value = Math.log(mean(measurement.canary.values)) - Math.log(mean(measurement.baseline.values))
    return Number.isFinite(value) ? [{ at: interval, value }] : []
  })
}

/** NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : average([...values])
}
