import type { Arm, Form, Interval, Measurement } from '../../../analysis/src/table.ts'

/** One metric as minute values of each arm; NaN where there is none. */
export interface Series {
  readonly metric: string
  readonly form: Form
  readonly canary: readonly number[]
  readonly baseline: readonly number[]
}

/** Rate of bad events, mean of a histogram, mean over pods. */
export function seriesOf(intervals: readonly Interval[]): readonly Series[] {
  const names = Object.keys(intervals[0]?.metrics ?? {})
  return names.map((metric) => ({
    metric,
    form: intervals[0]?.metrics[metric]?.form ?? 'ratio',
    canary: intervals.map((interval) => minuteValue(interval.metrics[metric], 'canary')),
    baseline: intervals.map((interval) => minuteValue(interval.metrics[metric], 'baseline')),
  }))
}

function minuteValue(measured: Measurement | undefined, arm: Arm): number {
  switch (measured?.form) {
    case 'ratio': {
      const sample = measured[arm]
      return sample ? sample.bad / sample.total : Number.NaN
    }
    case 'count': {
      const sample = measured[arm]
      return sample ? sample.count / (sample.exposure ?? 1) : Number.NaN
    }
    case 'histogram': {
      const buckets = measured[arm]?.buckets ?? []
      let sum = 0
      let total = 0
      let lower = 0
      for (const [upper, count] of buckets) {
        sum += count * (upper === Number.POSITIVE_INFINITY ? lower : (lower + upper) / 2)
        total += count
        lower = upper
      }
      return sum / total
    }
    case 'gauge':
      return mean(measured[arm]?.values ?? [])
    case 'raw':
      return mean(measured[arm]?.samples ?? [])
    case undefined:
      return Number.NaN
  }
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Mean of each metric on the baseline, missing values left out. */
export function normalOf(series: readonly Series[]): Readonly<Record<string, number>> {
  return Object.fromEntries(series.map(({ metric, baseline }) => [metric, mean(baseline.filter((value) => !Number.isNaN(value)))]))
}
