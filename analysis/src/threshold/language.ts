import { Environment } from '@marcbachmann/cel-js'
import type { Form } from '../table.ts'
import { mean } from './point.ts'

/** Longer lists and expressions are refused: with them goes the only way to be slow. */
export const mostValues = 10_000
export const mostLetters = 1024
const limits = { maxAstNodes: 250, maxDepth: 40, maxListElements: 100, maxMapEntries: 20, maxCallArguments: 4 }

type Number_ = number | bigint

/** What an expression may say of an arm, by the form of the metric. */
export const armFields: Readonly<Record<Form, Readonly<Record<string, string>>>> = {
  ratio: { bad: 'double', total: 'double' },
  count: { count: 'double', exposure: 'double' },
  histogram: { buckets: 'list<list<double>>', total: 'double', mean: 'double' },
  gauge: { values: 'list<double>', mean: 'double' },
  raw: { samples: 'list<double>', mean: 'double' },
}

const base = arithmetic(new Environment({ unlistedVariablesAreDyn: false, homogeneousAggregateLiterals: false, limits }))

/** CEL with `value`, `canary` and `baseline`; the arms are checked by their fields when the form is known. */
export function environmentFor(form: Form | undefined): Environment {
  const environment = base.clone().registerVariable('value', 'dyn')
  if (form === undefined) return environment.registerVariable('canary', 'dyn').registerVariable('baseline', 'dyn')
  return environment
    .registerType('Arm', { fields: { ...armFields[form] } })
    .registerVariable('canary', 'Arm')
    .registerVariable('baseline', 'Arm')
}

function arithmetic(environment: Environment): Environment {
  const operators: Readonly<Record<string, (a: number, b: number) => number>> = {
    '+': (a, b) => a + b,
    '-': (a, b) => a - b,
    '*': (a, b) => a * b,
    '/': (a, b) => a / b,
    '%': (a, b) => a % b,
  }
  // CEL does not mix whole and broken numbers; people write value / 2.
  for (const [sign, apply] of Object.entries(operators)) {
    const mixed = (a: Number_, b: Number_) => apply(Number(a), Number(b))
    environment.registerOperator(`double ${sign} int: double`, mixed).registerOperator(`int ${sign} double: double`, mixed)
  }
  const list = (of: (values: readonly number[]) => number) => (values: readonly Number_[]) => of(values.map(Number))
  const most = (better: (a: number, b: number) => number) => (values: readonly number[]) =>
    values.length === 0 ? Number.NaN : values.reduce((a, b) => better(a, b))
  return environment
    .registerOperator('int == double: bool', (a: Number_, b: Number_) => Number(a) === Number(b))
    .registerOperator('double % double: double', (a: number, b: number) => a % b)
    .registerFunction('isNaN(dyn): bool', (value: unknown) => typeof value === 'number' && Number.isNaN(value))
    .registerFunction('isInf(dyn): bool', (value: unknown) => value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY)
    .registerFunction('default(dyn, dyn): dyn', (value: unknown, otherwise: unknown) => (isNothing(value) ? otherwise : value))
    .registerFunction('abs(dyn): double', (value: Number_) => Math.abs(Number(value)))
    .registerFunction(
      'sum(list): double',
      list((values) => values.reduce((sum, value) => sum + value, 0)),
    )
    .registerFunction('mean(list): double', list(mean))
    .registerFunction('min(list): double', list(most(Math.min)))
    .registerFunction('max(list): double', list(most(Math.max)))
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0)
}
