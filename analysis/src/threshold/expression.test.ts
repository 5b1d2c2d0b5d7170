import { describe, expect, test } from 'vitest'
import type { Form } from '../table.ts'
import { compile } from './expression.ts'

const nothing = { value: null, canary: undefined, baseline: undefined }
const ask = (source: string, variables: object = {}, form?: Form) => compile(source, form).ask({ ...nothing, ...variables })
const ratio = { canary: { bad: 3, total: 60 }, baseline: { bad: 1, total: 100 } }

test.each<[string, object, unknown]>([
  ['value < 5', { value: 4.5 }, true],
  ['value / 2 > 2 && 2 * value - 1 == 8', { value: 4.5 }, true],
  ['value % 2 == 0.5', { value: 4.5 }, true],
  ['!(value < 5)', { value: 4.5 }, false],
  ['value > 4 ? value < 5 : false', { value: 4.5 }, true],
  ['value == 4', { value: 4 }, true],
  ['value[0] <= 1 && size(value) == 2', { value: [1, 2] }, true],
  ['value.all(x, x > 0) && value.exists(x, x == 2)', { value: [1, 2] }, true],
  ['sum(value) == 3 && mean(value) == 1.5 && min(value) == 1 && max(value) == 2', { value: [1, 2] }, true],
  ['abs(value) < 3', { value: -2 }, true],
  ['value - (1.0 - value) < 0.5', { value: 0.7 }, true],
  ['value / (2 * value) == (0.5)', { value: 4 }, true],
  ['(value > 1) == (value > 2)', { value: 3 }, true],
  ['value - (size("(") - 1.0) == value // (', { value: 3 }, true],
  ['abs(value - (2 - (1 - value))) == 1', { value: 1 }, true],
  ['value < 2e-11', { value: 1e-11 }, true],
  ['isInf(value)', { value: Number.POSITIVE_INFINITY }, true],
  ['canary.bad / canary.total > 2 * baseline.bad / baseline.total', ratio, true],
])('%s of %j is %j', (source, variables, answer) => {
  expect(ask(source, variables)).toEqual(answer)
})

describe('nothing and NaN', () => {
  test('a comparison with NaN is unknown, unless the rest decides', () => {
    const value = Number.NaN
    for (const source of ['value < 5', 'value >= 5', 'value == 5', '!(value < 5)', 'value < 5 && true', 'value + 1.0 != value'])
      expect(ask(source, { value })).toBe('unknown')
    expect(ask('isNaN(value) || value < 5', { value })).toBe(true)
    expect(ask('!isNaN(value) && value < 5', { value })).toBe(false)
    expect(ask('value.all(x, x < 5)', { value: [1, value] })).toBe('unknown')
    expect(ask('value.all(x, isNaN(x) || x < 5)', { value: [1, value] })).toBe(true)
  })
  test('no requests is a rate of NaN', () => {
    const idle = { canary: { bad: 0, total: 0 } }
    expect(ask('canary.bad / canary.total > 0.05', idle, 'ratio')).toBe('unknown')
    expect(ask('canary.total > 0 && canary.bad / canary.total > 0.05', idle, 'ratio')).toBe(false)
  })
  test('no value, an empty list and a missing arm are errors where they are used', () => {
    expect(ask('value < 5')).toEqual({ error: 'there is no value' })
    expect(ask('default(value, 0) < 5')).toBe(true)
    expect(ask('value == null || value < 5')).toBe(true)
    expect(ask('value[0] < 5', { value: [] })).toEqual({ error: 'the list of values is empty' })
    expect(ask('size(value) == 0 || value[0] < 5', { value: [] })).toBe(true)
    expect(ask('canary.bad > baseline.bad', { canary: ratio.canary }, 'ratio')).toEqual({ error: 'there is no data of the baseline' })
    expect(ask('canary.bad > 2 || baseline.bad > 2', { canary: ratio.canary }, 'ratio')).toBe(true)
  })
  test('a value of another kind is an error that says where', () => {
    expect(ask('value > 5', { value: [1] })).toEqual({ error: expect.stringContaining('value > 5: no such overload') })
  })
})

test.each<[string, Form | undefined, string]>([
  ['canary.bads > 1', 'ratio', 'at character 8: a ratio has no bads: did you mean bad?'],
  ['canary.values[0] > 1', 'ratio', 'at character 8: a ratio has no values: there is bad, total'],
  ['cannary.bad > 1', undefined, 'at character 1: there is no cannary: did you mean canary?'],
  ['value = 4', undefined, 'at character 7: write == to compare'],
  ['value > 3 &&', undefined, 'at character 13: '],
  ['value', undefined, 'it gives a value: write a comparison, like value < 5'],
  ['1 + 2', undefined, 'it gives a int: write a comparison, like value < 5'],
  ['canary.bad > "x"', 'ratio', 'at character 1: no such overload: double > string'],
  ['value.all(x, value.all(y, x < y))', undefined, 'at character 14: a loop inside a loop is not allowed'],
  ['"a".matches("(a+)+")', undefined, 'at character 1: patterns are not available'],
  ['now() > 3', undefined, 'at character 1: '],
  [`value > ${'1 + '.repeat(250)}1`, undefined, 'is wrong'],
  [`value > ${'1'.repeat(1100)}`, undefined, 'at most 1024 are allowed'],
])('%s is refused', (source, form, why) => {
  expect(() => compile(source, form)).toThrow(why)
})
