import { lagOneCorrelation, logRatios } from './calibrate/correlation.ts'
import { assumedDispersion, type CountPair, measureDispersion, pairOf } from './calibrate/dispersion.ts'
import { CalibrationError } from './calibrate/errors.ts'
import { leastStep } from './calibrate/steps.ts'
import { calibrateTails } from './calibrate/tails.ts'
import type { JudgePlan, MetricPlan } from './plan.ts'
import type { Interval, Measurement } from './table.ts'

/** What was learned of one metric. */
export interface MetricCalibration {
  readonly name: string
  readonly form: MetricPlan['form']
  /** Intervals that had something to say. */
  readonly intervals: number
  /** For the plan; left out when there were too few intervals to be trusted. */
  readonly history?: MetricPlan['history']
  /** One sentence for people. */
  readonly because: string
}

export interface Calibration {
  readonly metrics: readonly MetricCalibration[]
  readonly sentences: readonly string[]
}

/** Of fewer usable intervals nothing is claimed: the judge then learns in the run, at its own caution. */
const leastIntervals = 20

/**
 * Measures on the stable version alone how much like arms differ. `draws` are lists of intervals in ascending order in which `canary` is some of
 * stable's pods and `baseline` the rest (see `placebos`); several draws carve out other pods of the same intervals.
 *
 * Histogram edges that a metric's own history names are kept; the others are chosen. Throws a CalibrationError when a metric is measured in another
 * form than planned or intervals do not ascend.
 */
export function calibrate(
  draws: readonly (readonly Interval[])[],
  metrics: readonly (Pick<MetricPlan, 'name' | 'form'> & { readonly history?: MetricPlan['history'] })[],
): Calibration {
  const step = leastStep(draws)
  const done = metrics.map((metric) => calibrateMetric(draws, metric, step))
  return { metrics: done, sentences: done.map(({ because }) => because) }
}

/** The plan with what was measured; what its author states of a metric's history stands. */
export function withHistory(plan: JudgePlan, { metrics }: Calibration): JudgePlan {
  return {
    ...plan,
    metrics: plan.metrics.map((metric) => {
      const measured = metrics.find(({ name }) => name === metric.name)?.history
      const { dispersion, correlation } = metric.history
      // A dispersion by edge belongs to the edges it was measured with, so the two are taken from one side.
      const merged = dispersion === undefined ? { ...metric.history, ...measured } : { ...measured, ...metric.history }
      return { ...metric, history: correlation === undefined ? merged : { ...merged, correlation } }
    }),
  }
}

function calibrateMetric(
  draws: readonly (readonly Interval[])[],
  { name, form, history }: Pick<MetricPlan, 'name' | 'form'> & { readonly history?: MetricPlan['history'] },
  step: number,
): MetricCalibration {
  switch (form) {
    case 'ratio':
    case 'count':
      return ofCounts(name, form, draws)
    case 'gauge':
      return ofGauge(name, draws, step)
    case 'histogram':
    case 'raw': {
      const { intervals, edges, dispersion } = calibrateTails(placed(draws, name, form), leastIntervals, history?.edges)
      if (edges.length === 0) return tooFew(name, form, intervals, 'with enough observations')
      const worst = Math.max(...dispersion.map((measured) => measured.dispersion))
      return {
        name,
        form,
        intervals,
        history: { edges: [...edges], dispersion: dispersion.map(assumedDispersion) },
        because: `${name}: compared above ${edges.map(short).join(', ')}; counts there vary ${worst < 1.1 ? 'no more than independent ones' : `up to ${short(worst)} times as much as independent ones`} (${intervals} intervals).${caution(worst)}`,
      }
    }
  }
}

/** Dispersions above it cost so much power that people should hear of it. */
const muchVaried = 5

function ofCounts(name: string, form: 'ratio' | 'count', draws: readonly (readonly Interval[])[]): MetricCalibration {
  const said = new Set<number>()
  const seen = new Set<number>()
  const pairs: CountPair[] = []
  for (const { interval, measurement } of placed(draws, name, form)) {
    const pair = pairOf(measurement)
    if (!pair) continue
    pairs.push(pair)
    seen.add(interval)
    if (measureDispersion([pair]).comparisons > 0) said.add(interval)
  }
  const intervals = said.size
  const measured = measureDispersion(pairs, Math.max(1, pairs.length / seen.size))
  const { dispersion } = measured
  if (intervals < leastIntervals) return tooFew(name, form, intervals, 'with bad events')
  const assumed = assumedDispersion(measured)
  const like = dispersion < 1.1 ? 'vary no more than independent ones' : `vary ${short(dispersion)} times as much as independent ones`
  return {
    name,
    form,
    intervals,
    history: { dispersion: assumed },
    because: `${name}: bad events ${like} (${intervals} intervals); ${assumed > 1 ? `${short(assumed)} times is assumed` : 'so nothing is taken off'}.${caution(dispersion)}`,
  }
}

function ofGauge(name: string, draws: readonly (readonly Interval[])[], step: number): MetricCalibration {
  const series = draws.map((draw) => logRatios(placed([draw], name, 'gauge')))
  const said = new Set(series.flat().map(({ at }) => at))
  if (said.size < leastIntervals) return tooFew(name, 'gauge', said.size, 'with numbers above 0 in both arms')
  const found = lagOneCorrelation(series, step)
  if (!found || found.pairs < leastIntervals) return tooFew(name, 'gauge', found?.pairs ?? 0, 'in a row in which it varied')
  // One standard error more: too little memory would be taken for evidence.
  const correlation = Math.min(1, found.correlation + Math.sqrt((1 - found.correlation ** 2) / found.pairs))
  const like =
    correlation < 0.2 ? 'neighbouring intervals are as good as independent' : 'neighbouring intervals are alike, so each tells less'
  return {
    name,
    form: 'gauge',
    intervals: said.size,
    history: { correlation },
    because: `${name}: ${like} (autocorrelation ${correlation.toFixed(2)} over ${said.size} intervals).`,
  }
}

function tooFew(name: string, form: MetricPlan['form'], intervals: number, what: string): MetricCalibration {
  const how = form === 'gauge' ? 'three intervals are taken as one' : 'its variation is learned during the run, which takes longer'
  return {
    name,
    form,
    intervals,
    because: `${name}: only ${intervals} ${intervals === 1 ? 'interval' : 'intervals'} ${what} in the history, too few to trust (${leastIntervals} are needed): ${how}.`,
  }
}

/** The metric in every interval that has it. */
function placed(
  draws: readonly (readonly Interval[])[],
  name: string,
  form: MetricPlan['form'],
): { interval: number; measurement: Measurement }[] {
  return draws.flatMap((draw) =>
    draw.flatMap(({ interval, metrics }) => {
      const measurement = metrics[name]
      if (!measurement) return []
      if (measurement.form !== form)
        throw new CalibrationError(`${name} is planned as ${form}, but its history in interval ${interval} is ${measurement.form}`)
      return [{ interval, measurement }]
    }),
  )
}

function caution(dispersion: number): string {
  return dispersion > muchVaried ? ' That much hides small differences.' : ''
}

/** Two or three digits. */
function short(value: number): string {
  return String(Number(value.toPrecision(value >= 100 ? 3 : 2)))
}
