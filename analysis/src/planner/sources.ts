import { lagOneCorrelation, logRatios, mean } from '../calibrate/correlation.ts'
import { measureDispersion, pairOf } from '../calibrate/dispersion.ts'
import { leastStep } from '../calibrate/steps.ts'
import type { MetricPlan } from '../plan.ts'
import { clustered, normal, poisson, type Uniform } from '../random.ts'
import type { Bucket, Interval, Measurement } from '../table.ts'
import { histogramSource, rawSource } from './histogramSource.ts'

/** How a canary differs: its level is `times` what it should be, and `added` more bad events a request come on top. */
export interface Change {
  readonly times: number
  readonly added: number
}

/** Parts of the service's traffic, 0 to 1. */
export interface Shares {
  readonly canary: number
  readonly baseline: number
}

/** One metric, imitated. `from` is the place in the history whose level the interval takes. */
export interface Source {
  begin(change: Change): (uniform: Uniform, from: number, shares: Shares) => Measurement | undefined
  /** Requests of the whole service in an average interval. */
  readonly volume?: number
  readonly spotless: boolean
}

/** Fewer comparisons tell nothing of a dispersion: events are then imitated as independent ones. */
const leastComparisons = 20

/** Undefined when the history has nothing of the metric. */
export function sourceOf(
  metric: MetricPlan,
  draws: readonly (readonly Interval[])[],
  whole: readonly (Measurement | undefined)[],
): Source | undefined {
  switch (metric.form) {
    case 'ratio':
    case 'count':
      return rateSource(metric, draws, whole)
    case 'gauge':
      return gaugeSource(metric, draws, whole)
    case 'histogram':
      return histogramSource(
        metric,
        draws,
        whole.map((measurement) => (measurement?.form === 'histogram' ? (measurement.baseline?.buckets ?? []) : ([] as Bucket[]))),
      )
    case 'raw':
      return rawSource(metric, draws, whole)
  }
}

function rateSource(
  metric: MetricPlan,
  draws: readonly (readonly Interval[])[],
  whole: readonly (Measurement | undefined)[],
): Source | undefined {
  const levels = whole.map((measurement) => {
    if (measurement?.form === 'ratio') return measurement.baseline ?? { bad: 0, total: 0 }
    if (measurement?.form === 'count') return { bad: measurement.baseline?.count ?? 0, total: measurement.baseline?.exposure ?? 1 }
    return { bad: 0, total: 0 }
  })
  const all = levels.reduce((sum, { total }) => sum + total, 0)
  if (!(all > 0)) return undefined
  const { dispersion, comparisons } = measureDispersion(
    draws.flatMap((draw) => draw.flatMap(({ metrics }) => pairOf(metrics[metric.name]) ?? [])),
  )
  const spread = comparisons >= leastComparisons ? Math.max(1, dispersion) : 1
  const { form, direction } = metric
  const draw = (uniform: Uniform, { bad, total }: { bad: number; total: number }, share: number, change: Change) => {
    const events = form === 'ratio' ? poisson(uniform, total * share) : total * share
    const worse = direction === 'decrease' ? 1 / change.times : change.times
    const mean =
      total > 0 ? events * (form === 'ratio' ? Math.min(1, (bad / total) * worse + change.added) : (bad / total) * worse + change.added) : 0
    const drawn = clustered(uniform, mean, spread)
    return { bad: form === 'ratio' ? Math.min(events, drawn) : drawn, total: events }
  }
  return {
    spotless: levels.every(({ bad }) => bad === 0),
    ...(form === 'ratio' ? { volume: all / levels.length } : {}),
    begin: (change) => (uniform, from, shares) => {
      const level = levels[from] ?? { bad: 0, total: 0 }
      const canary = draw(uniform, level, shares.canary, change)
      const baseline = draw(uniform, level, shares.baseline, { times: 1, added: 0 })
      if (form === 'ratio') return { form, canary, baseline }
      return {
        form: 'count',
        canary: { count: canary.bad, exposure: canary.total },
        baseline: { count: baseline.bad, exposure: baseline.total },
      }
    },
  }
}

/**
 * The log ratio as a first-order autoregression of the spread and correlation that the placebos had; shared swings are in the level. What sets some
 * pods apart for good is taken from a draw at random, when there are several.
 */
function gaugeSource(
  metric: MetricPlan,
  draws: readonly (readonly Interval[])[],
  whole: readonly (Measurement | undefined)[],
): Source | undefined {
  const levels = whole.map((measurement) => (measurement?.form === 'gauge' ? mean(measurement.baseline?.values ?? []) : Number.NaN))
  const series = draws.map((draw) =>
    logRatios(
      draw.flatMap(({ interval, metrics }) => {
        const measurement = metrics[metric.name]
        return measurement ? [{ interval, measurement }] : []
      }),
    ),
  )
  const values = series.flat().map(({ value }) => value)
  if (values.length < 3) return undefined
  const means = series.filter((one) => one.length > 0).map((one) => mean(one.map(({ value }) => value)))
  const within = series.filter((one) => one.length > 0).flatMap((one, draw) => one.map(({ value }) => value - (means[draw] ?? 0)))
  const spread = Math.sqrt(within.reduce((sum, value) => sum + value ** 2, 0) / Math.max(1, values.length - means.length))
  const correlation = Math.min(0.99, Math.max(0, lagOneCorrelation(series, leastStep(draws))?.correlation ?? 0))
  const direction = metric.direction === 'decrease' ? -1 : 1
  return {
    spotless: false,
    begin: ({ times }) => {
      let noise: number | undefined
      let lasting = 0
      return (uniform, from) => {
        const level = levels[from]
        if (noise === undefined && means.length > 1) lasting = means[Math.floor(uniform() * means.length)] ?? 0
        const shock = spread * normal(uniform)
        noise = noise === undefined ? shock : correlation * noise + Math.sqrt(1 - correlation ** 2) * shock
        if (level === undefined || !(level > 0)) return undefined
        return {
          form: 'gauge',
          canary: { values: [level * times ** direction * Math.exp(lasting + noise)] },
          baseline: { values: [level] },
        }
      }
    },
  }
}
