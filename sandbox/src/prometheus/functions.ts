import { extreme, total } from './aggregate.ts'
import type { Expr } from './expr.ts'
import { histogramQuantiles } from './histogramQuantile.ts'
import { type Labels, nameLabel, withoutName } from './labels.ts'
import { grown, lastStep } from './rates.ts'
import type { SeriesRange, Value, VectorElement } from './value.ts'

/** An argument as it was written, and what it gave. The types fit: the parser checked them. */
export interface EvaluatedArg {
  expr: Expr
  value: Value
}

type Apply = (args: readonly EvaluatedArg[], at: number) => Value

const vector = (elements: VectorElement[]): Value => ({ type: 'vector', elements })

const elementsOf = (arg: EvaluatedArg | undefined): VectorElement[] => (arg?.value.type === 'vector' ? arg.value.elements : [])
const rangesOf = (arg: EvaluatedArg | undefined): SeriesRange[] => (arg?.value.type === 'matrix' ? arg.value.ranges : [])
const scalarOf = (arg: EvaluatedArg | undefined, otherwise = Number.NaN): number =>
  arg?.value.type === 'scalar' ? arg.value.value : otherwise

/** A number out of each range; a range without one is left out. */
const overRange =
  (number: (range: SeriesRange) => number | undefined, keepsName = false): Apply =>
  ([arg]) => {
    const elements: VectorElement[] = []
    for (const range of rangesOf(arg)) {
      const value = number(range)
      if (value !== undefined) elements.push({ labels: keepsName ? range.series.labels : withoutName(range.series.labels), value })
    }
    return vector(elements)
  }

const mapped = (arg: EvaluatedArg | undefined, number: (value: number) => number): Value =>
  vector(elementsOf(arg).map(({ labels, value }) => ({ labels: withoutName(labels), value: number(value) })))

function* valuesOf({ series, from, to }: SeriesRange): Generator<number> {
  for (let index = from; index < to; index++) yield series.values[index] ?? Number.NaN
}

const perSecond = (growth: number | undefined, { start, end }: SeriesRange) =>
  growth === undefined ? undefined : growth / ((end - start) / 1000)

/** By Prometheus' name; what they take and give stands in signatures.ts. */
export const functions: Readonly<Record<string, Apply>> = {
  rate: overRange((range) => perSecond(grown(range, true), range)),
  increase: overRange((range) => grown(range, true)),
  delta: overRange((range) => grown(range, false)),
  irate: overRange((range) => {
    const step = lastStep(range, true)
    return step && step.change / step.seconds
  }),
  idelta: overRange((range) => lastStep(range, false)?.change),
  sum_over_time: overRange((range) => total(valuesOf(range))),
  avg_over_time: overRange((range) => total(valuesOf(range)) / (range.to - range.from)),
  min_over_time: overRange((range) => extreme(valuesOf(range), (a, b) => a < b)),
  max_over_time: overRange((range) => extreme(valuesOf(range), (a, b) => a > b)),
  count_over_time: overRange(({ from, to }) => to - from),
  last_over_time: overRange(({ series, to }) => series.values[to - 1], true),
  abs: ([arg]) => mapped(arg, Math.abs),
  ceil: ([arg]) => mapped(arg, Math.ceil),
  floor: ([arg]) => mapped(arg, Math.floor),
  round: ([arg, to]) => {
    const inverse = 1 / scalarOf(to, 1)
    return mapped(arg, (value) => Math.floor(value * inverse + 0.5) / inverse)
  },
  clamp: ([arg, least, most]) => {
    const [low, high] = [scalarOf(least), scalarOf(most)]
    return low > high ? vector([]) : mapped(arg, (value) => Math.max(low, Math.min(high, value)))
  },
  clamp_min: ([arg, least]) => mapped(arg, (value) => Math.max(scalarOf(least), value)),
  clamp_max: ([arg, most]) => mapped(arg, (value) => Math.min(scalarOf(most), value)),
  histogram_quantile: ([quantile, arg]) => vector(histogramQuantiles(scalarOf(quantile), elementsOf(arg))),
  scalar: ([arg]) => {
    const [only, another] = elementsOf(arg)
    return { type: 'scalar', value: only && !another ? only.value : Number.NaN }
  },
  vector: ([arg]) => vector([{ labels: {}, value: scalarOf(arg) }]),
  time: (_, at) => ({ type: 'scalar', value: at / 1000 }),
  absent: ([arg]) => vector(elementsOf(arg).length > 0 || !arg ? [] : [{ labels: impliedLabels(arg.expr), value: 1 }]),
}

/** What a series that is not there would surely have: the labels that a selector asks for by `=`, each once. */
function impliedLabels(expr: Expr): Labels {
  if (expr.kind !== 'selector') return {}
  const asked = expr.matchers.filter(({ label }) => label !== nameLabel)
  const once = asked.filter(
    ({ label, op, value }) => op === '=' && value !== '' && asked.filter((other) => other.label === label).length === 1,
  )
  return Object.fromEntries(once.map(({ label, value }) => [label, value]))
}
