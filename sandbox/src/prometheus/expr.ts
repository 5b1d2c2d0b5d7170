import type { Matcher } from './series.ts'

export type ValueType = 'scalar' | 'vector' | 'matrix'

export interface Grouping {
  without: boolean
  labels: readonly string[]
}

/** On which labels the two sides of an operation meet; left out: on all but the metric's name. */
export interface Matching {
  ignoring: boolean
  labels: readonly string[]
}

const arithmeticOps = ['+', '-', '*', '/', '%', '^'] as const
const comparisonOps = ['==', '!=', '>', '<', '>=', '<='] as const
const setOps = ['and', 'or', 'unless'] as const
export type BinaryOp = (typeof arithmeticOps)[number] | (typeof comparisonOps)[number] | (typeof setOps)[number]

export const isComparison = (op: BinaryOp): boolean => (comparisonOps as readonly string[]).includes(op)
export const isSetOp = (op: BinaryOp): boolean => (setOps as readonly string[]).includes(op)

export const aggregateOps = ['sum', 'avg', 'min', 'max', 'count', 'topk', 'bottomk'] as const
export type AggregateOp = (typeof aggregateOps)[number]

/** A query, parsed and checked. */
export type Expr =
  | { kind: 'number'; value: number }
  /** With `rangeMs` a range vector, without an instant one. */
  | { kind: 'selector'; matchers: readonly Matcher[]; offsetMs: number; rangeMs?: number }
  | { kind: 'call'; name: string; args: readonly Expr[] }
  | { kind: 'aggregate'; op: AggregateOp; grouping: Grouping; k?: Expr; of: Expr }
  | { kind: 'binary'; op: BinaryOp; bool: boolean; matching?: Matching; left: Expr; right: Expr }
  | { kind: 'negate'; of: Expr }

/** A query that cannot be answered, in Prometheus' words. */
export class PromqlError extends Error {
  /** bad_data: it is no query, or none that this evaluator knows. execution: its data do not allow it. */
  readonly errorType: 'bad_data' | 'execution'
  constructor(errorType: 'bad_data' | 'execution', message: string) {
    super(message)
    this.errorType = errorType
  }
}
