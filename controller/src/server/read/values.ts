import { type Arm, type Bucket, combine, type Form, type Interval, type Measurement, type Samples, usualLimits } from '@serin/analysis'
import type { Metric } from '../../api/metric.ts'
import type { PartRecord } from '../../evidence/record.ts'

/** Which quantile of a distribution is shown as its one number. */
const shownQuantile = 0.95

/** One number for people of one side of a measurement: a share, a rate, a mean, or a quantile. Null: there is none. */
export function shownValue(measured: Measurement | undefined, arm: Arm): number | null {
  const sample = measured?.[arm]
  if (!measured || !sample) return null
  return finite(numberOf(measured.form, sample))
}

function numberOf(form: Form, sample: Samples[Form]): number {
  switch (form) {
    case 'ratio': {
      const { bad, total } = sample as Samples['ratio']
      return bad / total
    }
    case 'count': {
      const { count, exposure = 1 } = sample as Samples['count']
      return count / exposure
    }
    case 'histogram':
      return quantile((sample as Samples['histogram']).buckets, shownQuantile)
    case 'gauge':
      return mean((sample as Samples['gauge']).values)
    case 'raw':
      return mean((sample as Samples['raw']).samples)
  }
}

/** How many events or observations a sample is made of; undefined where they are not counted. */
export function samplesOf(measured: Measurement | undefined, arm: Arm): number | undefined {
  const sample = measured?.[arm]
  switch (measured?.form) {
    case 'ratio':
      return (sample as Samples['ratio'] | undefined)?.total
    case 'histogram':
      return (sample as Samples['histogram'] | undefined)?.buckets.reduce((sum, [, count]) => sum + count, 0)
    default:
      return undefined
  }
}

/** A metric over several intervals as one measurement; an arm that none of them has is left out. */
export function together(intervals: readonly Interval[], name: string): Measurement | undefined {
  const measured = intervals.flatMap(({ metrics }) => metrics[name] ?? [])
  const [first] = measured
  if (!first || measured.length === 1) return first
  const side = (arm: Arm) => {
    const samples = measured.flatMap((one) => (one.form === first.form && one[arm] ? [one[arm]] : []))
    return samples.length === 0 ? {} : { [arm]: combine[first.form](samples as never) }
  }
  return { form: first.form, ...side('canary'), ...side('baseline') } as Measurement
}

/** Between the edges of its bucket in proportion, as Prometheus does it; NaN without observations. */
export function quantile(buckets: readonly Bucket[], q: number): number {
  const total = buckets.reduce((sum, [, count]) => sum + count, 0)
  if (!(total > 0)) return Number.NaN
  let below = 0
  for (const [at, [upper, count]] of buckets.entries()) {
    if (count > 0 && below + count >= q * total) {
      const lower = buckets[at - 1]?.[0] ?? Math.min(0, upper)
      // Above the last finite edge nothing is known but that it is above.
      return upper === Number.POSITIVE_INFINITY ? lower : lower + ((upper - lower) * (q * total - below)) / count
    }
    below += count
  }
  return buckets.at(-1)?.[0] ?? Number.NaN
}

/** What a metric is: the key by which it is written. */
export function formOf(metric: Metric): string {
  return (
    (['ratio', 'count', 'histogram', 'gauge', 'threshold', 'job', 'webhook', 'preset'] as const).find(
      (form) => metric[form] !== undefined,
    ) ?? ''
  )
}

export function unitOf(metric: Metric | undefined): string | undefined {
  if (metric?.ratio) return 'share'
  return metric?.histogram?.unit
}

/** Ratios to the baseline: up to tolerance it is never harm, within margin it may pass. Where less is worse both are below 1. */
export function limitsOf(part: PartRecord | undefined, name: string): { tolerance: number; margin: number } | undefined {
  if (part?.judge !== 'sequential') return undefined
  const plan = part.plan.metrics.find((metric) => metric.name === name)
  const usual = plan && usualLimits(plan.form, name, part.intervals)
  if (!plan || !usual) return undefined
  const ratio = (share: number) => (plan.direction === 'decrease' ? 1 / (1 + share) : 1 + share)
  return { tolerance: ratio(plan.tolerance ?? usual.tolerance), margin: ratio(plan.margin ?? usual.margin) }
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value / values.length, values.length === 0 ? Number.NaN : 0)

export const finite = (value: number | null | undefined): number | null =>
  value !== null && value !== undefined && Number.isFinite(value) ? value : null
