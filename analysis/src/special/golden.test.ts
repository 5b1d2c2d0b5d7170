import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { betaQuantile, logBetaLower, logBetaUpper } from './beta.ts'
import { chiSquareUpperQuantile } from './chiSquare.ts'
import { logBeta, logGamma } from './gamma.ts'
import { logGammaLower, logGammaUpper } from './gammaTail.ts'
import { log1pDeficit } from './logSpace.ts'
import { logNormalTail, normalCdf } from './normal.ts'
import { normalQuantile } from './normalQuantile.ts'
import { logStudentTail } from './student.ts'

interface Rows {
  readonly expression: string
  readonly of: readonly string[]
  readonly values: readonly (readonly (number | '-Infinity')[])[]
}
const golden = JSON.parse(readFileSync(new URL('./golden/special.json', import.meta.url), 'utf8')) as Record<string, Rows>

type Values = readonly [number, number, number]

/** How far off the worst answer is: each function returns its answers in the order of the golden columns after the arguments. */
function check(name: string, answers: (arguments_: Values) => readonly number[], close: (expected: number) => number) {
  const rows = golden[name]
  if (!rows) throw new Error(`no golden values for ${name}`)
  for (const row of rows.values) {
    const values = row.map(Number)
    const [a = 0, b = 0, c = 0] = values
    const expected = values.slice(rows.of.length)
    const actual = answers([a, b, c])
    expect(actual.length).toBe(expected.length)
    for (const [at, want] of expected.entries()) {
      const have = actual[at] ?? Number.NaN
      if (have === want) continue
      expect(Math.abs(have - want), `${name}(${values.slice(0, rows.of.length)})[${at}] is ${have}, not ${want}`).toBeLessThanOrEqual(
        close(want),
      )
    }
  }
}

/** Tolerance of a log: `digits` of what it is the log of, or a few ulps of the log itself where it is large. */
const ofProbability = (digits: number) => (log: number) => Math.max(10 ** -digits, 8 * Number.EPSILON * Math.abs(log))
const relative = (digits: number) => (value: number) => 10 ** -digits * Math.abs(value)

describe('special functions agree with mpmath', () => {
  it('logGamma', () => check('logGamma', ([x]) => [logGamma(x)], relative(14)))
  it('logBeta', () =>
    check(
      'logBeta',
      ([a, b]) => [logBeta(a, b)],
      (log) => Math.max(1e-14, 1e-14 * Math.abs(log)),
    ))
  it('log1pDeficit', () => check('log1pDeficit', ([x]) => [log1pDeficit(x)], relative(15)))
  it('tails of the beta distribution, in logs, to 12 digits of the probability', () =>
    check('betaTails', ([x, a, b]) => [logBetaLower(x, a, b), logBetaUpper(x, a, b)], ofProbability(12)))
  it('quantiles of the beta distribution', () => check('betaQuantile', ([p, a, b]) => [betaQuantile(p, a, b)], relative(13)))
  it('the normal tail in logs, and its distribution function', () =>
    check(
      'normal',
      ([x]) => [logNormalTail(x), normalCdf(x)],
      (value) => Math.max(1e-15, 4 * Number.EPSILON * Math.abs(value)),
    ))
  it('quantiles of the normal distribution', () => check('normalQuantile', ([p]) => [normalQuantile(p)], relative(15)))
  it("the tail of Student's t", () => check('studentTail', ([t, df]) => [logStudentTail(t, df)], ofProbability(12)))
  it('tails of the gamma distribution', () =>
    check('gammaTails', ([a, x]) => [logGammaLower(a, x), logGammaUpper(a, x)], ofProbability(12)))
  it('quantiles of chi-square', () => check('chiSquareUpperQuantile', ([p, df]) => [chiSquareUpperQuantile(p, df)], relative(12)))
})
