import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compile } from '../../../../analysis/src/threshold/expression.ts'
import { type Expr, parse } from './parse.ts'
import { toCel, toCelByPlace } from './toCel.ts'
import { ExprError } from './tokens.ts'

test.each([
  ['result[0] >= 0.95', 'value >= 0.95'],
  ['result[0] >= 0.95 && len(result) > 0 || isNaN(result)', 'value >= 0.95 || isNaN(value)'],
  ['len(result) == 0 || result[0] < 5', 'value < 5'],
  ['default(result, 0) < 0.05', 'value < 0.05'],
  ['all(result, {# > 1})', 'value > 1'],
  ['any(result, # > 1)', 'value > 1'],
  ['result | filter(# > 1) | len() > 0', '(value > 1 ? 1.0 : 0.0) > 0'],
  ['all(map(result, {# * 100}), {# < 5})', 'value * 100.0 < 5'],
  ['result[0] in [1, 2] and not (result[0] == 3)', '(value == 1 || value == 2) && !(value == 3)'],
  ['result not in 1..2', '!(value == 1 || value == 2)'],
  ['asFloat(result) >= asFloat("{{ args.limit }}")', 'value >= {{args.limit}}'],
  ['result[0] > 1 ? result[0] < 2 : false', 'value > 1 ? value < 2 : false'],
  ['isNil(result) || result ?? 0 < 3', 'value < 3'],
  ['isInf(result)', 'isInf(value)'],
])('%s is %s', (source, cel) => {
  expect(toCel(source, 'numbers').cel).toBe(cel)
})

test('the one place of a document that a condition looks at is told', () => {
  expect(toCel('result.data?.rates[0] < 0.1', 'document')).toMatchObject({ cel: 'value < 0.1', path: ['data', 'rates', 0] })
  expect(toCel('all(result[0].Values, {# <= 0.01})', 'document')).toMatchObject({ path: [0, 'Values', 0], asksForAll: true })
  expect(toCel('result.ok', 'document')).toMatchObject({ cel: 'value == 1', path: ['ok'] })
})

test('a condition whose parts look at several places is one condition for each place', () => {
  expect(toCelByPlace('result.ok && (result.rate > 1 && result.ok != false) && result.rate < 2', 'document')).toMatchObject([
    { cel: 'value == 1 && value == 1', path: ['ok'] },
    { cel: 'value > 1 && value < 2', path: ['rate'] },
  ])
  expect(toCelByPlace('result[0] > 1 && len(result) > 0', 'numbers').map(({ cel }) => cel)).toEqual(['value > 1'])
  expect(toCelByPlace('true && result.rate > 1', 'document')).toMatchObject([{ cel: 'value > 1', path: ['rate'] }])
  expect(() => toCelByPlace('result.ok || result.rate > 1', 'document')).toThrow('result.ok and result.rate')
})

test.each([
  ['result.ok && result.percent > 0.9', 'result.ok and result.percent'],
  ['result.error == nil && result.percent > 0.9', 'whether there is result.error'],
  ['result == "up"', 'the text "up"'],
  ['result contains "x"', 'contains works on texts'],
  ['result[1] > 2', 'one number'],
  ['result[0] ** 2 > 3', 'power'],
  ['result[0] > ', 'ends too early'],
  ['results[0] > 1', 'there is no results'],
  ['result[0] > 1 result', 'not expected'],
  ['filter(result, {# > 1})[0] < 3', 'may not be there'],
  ['trim(result)', 'trim() has no counterpart'],
  ['result', undefined],
])('%s: what has no counterpart is said', (source, words) => {
  const translate = () => toCel(source, source.includes('.') ? 'document' : 'numbers')
  if (words === undefined) expect(translate().cel).toBe('value == 1')
  else expect(translate).toThrow(words)
})

test('no text makes it throw anything but an ExprError', () => {
  const piece = fc.constantFrom(
    'result',
    '[0]',
    '.a',
    '(',
    ')',
    '{',
    '}',
    '#',
    '1',
    '0.5',
    '"x"',
    '&&',
    'or',
    'not ',
    '?',
    ':',
    ',',
    'all',
    'in',
    '..',
    '|',
    '{{args.a}}',
    '{{',
    ' ',
    'nil',
    '\u0000',
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece, { maxLength: 30 }).map((parts) => parts.join('')),
      ),
      (source) => {
        try {
          toCel(source, 'numbers')
        } catch (error) {
          expect(error).toBeInstanceOf(ExprError)
        }
      },
    ),
    { numRuns: 1000 },
  )
})

test('depth and length are bounded', () => {
  expect(() => toCel(`${'('.repeat(5000)}1${')'.repeat(5000)}`, 'numbers')).toThrow(ExprError)
  expect(() => toCel('!'.repeat(5000), 'numbers')).toThrow(ExprError)
})

const constant = fc.oneof(fc.integer({ min: -3, max: 9 }), fc.constantFrom(0.05, 0.5, 0.95, 2.25))
const { logical } = fc.letrec<{ numeric: string; logical: string; list: string }>((tie) => ({
  numeric: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('result[0]', 'result', 'first(result)', 'default(result, 7)', 'max(result)'),
    constant.map(String),
    fc.tuple(tie('numeric'), fc.constantFrom('+', '-', '*', '/'), tie('numeric')).map(([a, sign, b]) => `(${a} ${sign} ${b})`),
    fc.tuple(tie('logical'), tie('numeric'), tie('numeric')).map(([when, a, b]) => `(${when} ? ${a} : ${b})`),
    fc
      .tuple(fc.constantFrom('abs', 'asFloat', 'sum', 'min'), tie('numeric'))
      .map(([name, a]) => (name === 'sum' || name === 'min' ? `${name}([${a}, 2])` : `${name}(${a})`)),
    fc.tuple(fc.constantFrom('-', '+'), tie('numeric')).map(([sign, a]) => `${sign}(${a})`),
    tie('list').map((list) => `len(${list})`),
    fc.tuple(tie('list'), constant).map(([list, limit]) => `count(${list}, {# > ${limit}})`),
  ),
  list: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('[result[0]]', '[result[0], 2]', '1..3'),
    fc.tuple(tie('list'), constant).map(([list, limit]) => `filter(${list}, {# >= ${limit}})`),
    fc.tuple(tie('list'), constant).map(([list, factor]) => `map(${list}, {# * ${factor}})`),
  ),
  logical: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.tuple(tie('numeric'), fc.constantFrom('<', '<=', '>', '>=', '==', '!='), tie('numeric')).map(([a, sign, b]) => `${a} ${sign} ${b}`),
    fc.tuple(tie('logical'), fc.constantFrom('&&', '||', 'and', 'or', '=='), tie('logical')).map(([a, sign, b]) => `(${a}) ${sign} (${b})`),
    tie('logical').map((a) => `!(${a})`),
    fc
      .tuple(fc.constantFrom('all', 'any', 'none', 'one'), tie('list'), constant)
      .map(([name, list, limit]) => `${name}(${list}, {# < ${limit}})`),
    fc.tuple(tie('numeric'), fc.constantFrom('in', 'not in'), tie('list')).map(([a, sign, list]) => `${a} ${sign} ${list}`),
    fc.tuple(fc.constantFrom('isNaN', 'isInf'), tie('numeric')).map(([name, a]) => `${name}(${a})`),
  ),
}))

test('a translated condition says of any number what the original says', () => {
  let asked = 0
  fc.assert(
    fc.property(logical, fc.oneof(constant, fc.double({ noNaN: true, min: -1e6, max: 1e6 })), (source, value) => {
      const original = evaluate(parse(source), value, undefined)
      const { cel } = toCel(source, 'numbers')
      // Conditions of Serin have at most 1024 letters and 250 parts.
      if (cel.length > 400) return
      const answer = compile(cel).ask({ value, canary: undefined, baseline: undefined })
      // 0 / 0 in between: expr-lang calls it false, Serin says that it cannot tell.
      if (answer === 'unknown') return
      asked++
      expect({ source, cel, value, answer }).toEqual({ source, cel, value, answer: original })
    }),
    { numRuns: 1000 },
  )
  expect(asked).toBeGreaterThan(300)
})

type Value = number | boolean | Value[]

/** What expr-lang makes of an expression whose result is one number, which stands for the list of it too. */
function evaluate(expr: Expr, result: number, item: Value | undefined): Value {
  const of = (one: Expr): Value => evaluate(one, result, item)
  const list = (one: Expr): Value[] => [of(one)].flat()
  const holds = (one: Expr, value: Value) => evaluate(one.op === 'closure' ? one.body : one, result, value)
  switch (expr.op) {
    case 'number':
    case 'bool':
      return expr.value
    case 'item':
      return item ?? Number.NaN
    case 'name':
      return result
    case 'list':
      return expr.items.map(of)
    case 'member':
      return list(expr.of)[0] ?? Number.NaN
    case 'unary': {
      const value = of(expr.of)
      // A zero has no sign, as among integers; only a division by it would tell.
      return expr.sign === '!' ? !value : expr.sign === '-' ? 0 - Number(value) : value
    }
    case 'choice':
      return of(expr.when) === true ? of(expr.then) : of(expr.otherwise)
    case 'binary':
      return applied(
        expr.sign,
        () => of(expr.left),
        () => of(expr.right),
      )
    case 'text':
    case 'arg':
    case 'nil':
    case 'closure':
      break
    case 'call': {
      const [first, second] = expr.args
      if (!first) throw new Error(expr.name)
      const matching = second && list(first).filter((value) => holds(second, value) === true)
      switch (expr.name) {
        case 'all':
          return matching?.length === list(first).length
        case 'any':
          return matching !== undefined && matching.length > 0
        case 'none':
          return matching?.length === 0
        case 'one':
          return matching?.length === 1
        case 'count':
          return matching?.length ?? Number.NaN
        case 'filter':
          return matching ?? []
        case 'map':
          return list(first).map((value) => (second ? holds(second, value) : value))
        case 'len':
          return list(first).length
        case 'sum':
          return list(first).reduce<number>((sum, value) => sum + Number(value), 0)
        case 'min':
          return Math.min(...list(first).map(Number))
        case 'max':
          return Math.max(...list(first).map(Number))
        case 'first':
          return list(first)[0] ?? Number.NaN
        case 'isNaN':
          return Number.isNaN(of(first))
        case 'isInf':
          return Math.abs(Number(of(first))) === Number.POSITIVE_INFINITY
        case 'abs':
          return Math.abs(Number(of(first)))
        case 'asFloat':
        case 'default':
          return of(first)
      }
    }
  }
  throw new Error(`not made by the test: ${JSON.stringify(expr)}`)
}

function applied(sign: string, left: () => Value, right: () => Value): Value {
  if (sign === '&&') return left() === true && right() === true
  if (sign === '||') return left() === true || right() === true
  const [a, b] = [left(), right()]
  if (sign === '..') return Array.from({ length: Number(b) - Number(a) + 1 }, (_, at) => Number(a) + at)
  if (sign === 'in') return [b].flat().includes(a)
  if (sign === '==') return a === b
  if (sign === '!=') return a !== b
  const [x, y] = [Number(a), Number(b)]
  const results: Record<string, Value> = {
    '+': x + y,
    '-': x - y,
    '*': x * y,
    '/': x / y,
    '<': x < y,
    '<=': x <= y,
    '>': x > y,
    '>=': x >= y,
  }
  return results[sign] ?? Number.NaN
}
