import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseExposition } from './exposition.ts'

test('samples come in order, without comments, blank lines and time stamps', () => {
  const text = `# HELP http_requests_total Requests.
# TYPE http_requests_total counter
http_requests_total{code="200",} 12 1700000000000

http_requests_total { code = "500" , path="/a b" } 3e2
process:up 1
\tspaced   -0.5  `
  expect(parseExposition(text)).toEqual([
    { name: 'http_requests_total', labels: { code: '200' }, value: 12 },
    { name: 'http_requests_total', labels: { code: '500', path: '/a b' }, value: 300 },
    { name: 'process:up', labels: {}, value: 1 },
    { name: 'spaced', labels: {}, value: -0.5 },
  ])
})

test('values are all that Go reads: infinities, NaN and exponents', () => {
  const values = ['+Inf', '-Inf', 'Inf', 'NaN', '1e-3', '.5', '+7']
  const parsed = parseExposition(values.map((value) => `a ${value}`).join('\n')).map(({ value }) => value)
  expect(parsed).toEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NaN, 0.001, 0.5, 7])
})

test('label values keep every character through their escapes', () => {
  const escaped = (value: string) => value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (one, other) => {
      const value = (text: string) => text.replaceAll('\r', '')
      const line = `m{a="${escaped(value(one))}",b="${escaped(value(other))}"} 1`
      expect(parseExposition(line)).toEqual([{ name: 'm', labels: { a: value(one), b: value(other) }, value: 1 }])
    }),
  )
})

test.each(['1a 2', 'a', 'a{b="c" 1', 'a{b=c} 1', 'a{b="c} 1', 'a{b="1",b="2"} 1', 'a 0x10', 'a one', 'a 1 2 3'])(
  '%s is no sample',
  (line) => {
    expect(() => parseExposition(`ok 1\n${line}`)).toThrow('line 2 is no sample')
  },
)
