import type { Expr, ValueType } from './expr.ts'

/** What a function takes and gives; the last `optional` arguments may be left out. */
export interface Signature {
  takes: readonly ValueType[]
  gives: ValueType
  optional?: number
}

const overRange: Signature = { takes: ['matrix'], gives: 'vector' }
const ofVector: Signature = { takes: ['vector'], gives: 'vector' }
const withBound: Signature = { takes: ['vector', 'scalar'], gives: 'vector' }

/** The functions that the evaluator knows. */
export const functionSignatures: Readonly<Record<string, Signature>> = {
  rate: overRange,
  increase: overRange,
  delta: overRange,
  irate: overRange,
  idelta: overRange,
  sum_over_time: overRange,
  avg_over_time: overRange,
  min_over_time: overRange,
  max_over_time: overRange,
  count_over_time: overRange,
  last_over_time: overRange,
  abs: ofVector,
  ceil: ofVector,
  floor: ofVector,
  absent: ofVector,
  round: { takes: ['vector', 'scalar'], gives: 'vector', optional: 1 },
  clamp: { takes: ['vector', 'scalar', 'scalar'], gives: 'vector' },
  clamp_min: withBound,
  clamp_max: withBound,
  histogram_quantile: { takes: ['scalar', 'vector'], gives: 'vector' },
  scalar: { takes: ['vector'], gives: 'scalar' },
  vector: { takes: ['scalar'], gives: 'vector' },
  time: { takes: [], gives: 'scalar' },
}

export function typeOf(expr: Expr): ValueType {
  switch (expr.kind) {
    case 'number':
      return 'scalar'
    case 'selector':
      return expr.rangeMs === undefined ? 'vector' : 'matrix'
    case 'call':
      return functionSignatures[expr.name]?.gives ?? 'vector'
    case 'aggregate':
      return 'vector'
    case 'binary':
      return typeOf(expr.left) === 'scalar' && typeOf(expr.right) === 'scalar' ? 'scalar' : 'vector'
    case 'negate':
      return typeOf(expr.of)
  }
}

/** As Prometheus names them in messages. */
export const typeNames: Record<ValueType, string> = { scalar: 'scalar', vector: 'instant vector', matrix: 'range vector' }
