import { aggregate } from './aggregate.ts'
import { vectorOp } from './binary.ts'
import { type Expr, isComparison, PromqlError } from './expr.ts'
import { type EvaluatedArg, functions } from './functions.ts'
import { type Labels, signature, withoutName } from './labels.ts'
import { compare, operate } from './operators.ts'
import { parsePromql } from './parse.ts'
import { lastIndexAt, type Series, type SeriesSource } from './series.ts'
import type { SeriesRange, Value, VectorElement } from './value.ts'

/** How old a sample may be to count as the present value; one just as old does not. */
const lookbackMs = 300_000

/** One series of a range query: times ascending, milliseconds. */
export interface EvaluatedSeries {
  labels: Labels
  points: [at: number, value: number][]
}

/**
 * The value of a query at an instant (milliseconds), by the rules of Prometheus 3: ranges and the lookback of 5 minutes leave their
 * beginning out. Throws a PromqlError for what is no query, is none that is known here, or meets data that do not allow it.
 */
export function evaluate(query: string, data: SeriesSource, at: number): Value {
  return new Evaluation(data).at(parsePromql(query), at)
}

/** The values of a query at from, from + step, ... up to `to`. Throws like `evaluate`; also for a query that gives ranges. */
export function evaluateRange(query: string, data: SeriesSource, window: { from: number; to: number; step: number }): EvaluatedSeries[] {
  const expr = parsePromql(query)
  if (expr.kind === 'selector' && expr.rangeMs !== undefined) {
    throw new PromqlError('bad_data', 'invalid expression type "range vector" for range query, must be Scalar or instant Vector')
  }
  const evaluation = new Evaluation(data)
  const found = new Map<string, EvaluatedSeries>()
  for (let at = window.from; at <= window.to; at += window.step) {
    const value = evaluation.at(expr, at)
    const elements = value.type === 'scalar' ? [{ labels: {}, value: value.value }] : value.type === 'vector' ? value.elements : []
    for (const element of elements) {
      const key = signature(element.labels)
      const series = found.get(key)
      if (series) series.points.push([at, element.value])
      else found.set(key, { labels: element.labels, points: [[at, element.value]] })
    }
  }
  return [...found.values()]
}

/** Evaluates one query at several instants: which series a selector means is looked up once. */
class Evaluation {
  readonly data: SeriesSource
  readonly #selected = new Map<Expr, Series[]>()

  constructor(data: SeriesSource) {
    this.data = data
  }

  at(expr: Expr, at: number): Value {
    switch (expr.kind) {
      case 'number':
        return { type: 'scalar', value: expr.value }
      case 'selector':
        return this.#select(expr, at)
      case 'call':
        return this.#call(expr, at)
      case 'aggregate': {
        const k = expr.k ? this.#scalar(expr.k, at) : undefined
        return { type: 'vector', elements: aggregate(expr.op, expr.grouping, this.#vector(expr.of, at), k) }
      }
      case 'negate': {
        const of = this.at(expr.of, at)
        if (of.type === 'scalar') return { type: 'scalar', value: -of.value }
        return distinct(this.#elements(of).map(({ labels, value }) => ({ labels: withoutName(labels), value: -value })))
      }
      case 'binary':
        return this.#binary(expr, at)
    }
  }

  #select(expr: Expr & { kind: 'selector' }, at: number): Value {
    let selected = this.#selected.get(expr)
    if (!selected) {
      selected = this.data.select(expr.matchers)
      this.#selected.set(expr, selected)
    }
    const end = at - expr.offsetMs
    if (expr.rangeMs === undefined) {
      const elements: VectorElement[] = []
      for (const series of selected) {
        const value = valueAt(series, end)
        if (value !== undefined) elements.push({ labels: series.labels, value })
      }
      return { type: 'vector', elements }
    }
    const start = end - expr.rangeMs
    const ranges: SeriesRange[] = []
    for (const series of selected) {
      const from = lastIndexAt(series, start) + 1
      const to = lastIndexAt(series, end) + 1
      if (to > from) ranges.push({ series, from, to, start, end })
    }
    return { type: 'matrix', ranges }
  }

  #call(expr: Expr & { kind: 'call' }, at: number): Value {
    const apply = functions[expr.name]
    if (!apply) throw new PromqlError('bad_data', `unknown function with name "${expr.name}"`)
    const args = expr.args.map((arg): EvaluatedArg => ({ expr: arg, value: this.at(arg, at) }))
    const value = apply(args, at)
    return value.type === 'vector' ? distinct(value.elements) : value
  }

  #binary(expr: Expr & { kind: 'binary' }, at: number): Value {
    const { op, bool } = expr
    const left = this.at(expr.left, at)
    const right = this.at(expr.right, at)
    if (left.type === 'scalar' && right.type === 'scalar') {
      return {
        type: 'scalar',
        value: isComparison(op) ? Number(compare(op, left.value, right.value)) : operate(op, left.value, right.value),
      }
    }
    if (left.type !== 'scalar' && right.type !== 'scalar') {
      return distinct(vectorOp({ op, bool, matching: expr.matching }, this.#elements(left), this.#elements(right)))
    }
    const scalar = left.type === 'scalar' ? left.value : right.type === 'scalar' ? right.value : Number.NaN
    const elements: VectorElement[] = []
    for (const { labels, value } of this.#elements(left.type === 'scalar' ? right : left)) {
      const [a, b] = left.type === 'scalar' ? [scalar, value] : [value, scalar]
      if (!isComparison(op)) elements.push({ labels: withoutName(labels), value: operate(op, a, b) })
      else if (bool) elements.push({ labels: withoutName(labels), value: Number(compare(op, a, b)) })
      else if (compare(op, a, b)) elements.push({ labels, value })
    }
    return distinct(elements)
  }

  #scalar(expr: Expr, at: number): number {
    const value = this.at(expr, at)
    if (value.type !== 'scalar') throw new PromqlError('execution', 'expected a scalar')
    return value.value
  }

  #vector(expr: Expr, at: number): VectorElement[] {
    return this.#elements(this.at(expr, at))
  }

  #elements(value: Value): VectorElement[] {
    if (value.type !== 'vector') throw new PromqlError('execution', 'expected an instant vector')
    return value.elements
  }
}

function valueAt(series: Series, at: number): number | undefined {
  const index = lastIndexAt(series, at)
  if (index < series.first) return undefined
  const time = series.times[index] ?? Number.NEGATIVE_INFINITY
  if (time <= at - lookbackMs) return undefined
  if (series.ends.some((end) => end > time && end <= at)) return undefined
  return series.values[index]
}

/** Two elements of a vector never have equal labels. */
function distinct(elements: VectorElement[]): Value {
  const seen = new Set<string>()
  for (const { labels } of elements) {
    const key = signature(labels)
    if (seen.has(key)) throw new PromqlError('execution', `vector cannot contain metrics with the same labelset`)
    seen.add(key)
  }
  return { type: 'vector', elements }
}
