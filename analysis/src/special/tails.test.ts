import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { betaQuantile, logBetaLower, logBetaUpper } from './beta.ts'
import { exactInterval, exactUpperLimit, logBinomialLower, logBinomialUpper } from './binomial.ts'
import { chiSquareUpperQuantile } from './chiSquare.ts'
import { logBeta, logGamma } from './gamma.ts'
import { logGammaLower, logGammaUpper } from './gammaTail.ts'
import { logAdd, logSum } from './logSpace.ts'
import { logNormalTail, normalCdf } from './normal.ts'
import { normalQuantile } from './normalQuantile.ts'
import { logStudentTail } from './student.ts'

const shape = fc.double({ min: Math.log(0.5), max: Math.log(1e6), noNaN: true }).map(Math.exp)
const small = shape.filter((a) => a < 2000)
const share = fc.double({ min: 0.001, max: 0.999, noNaN: true })

describe('gamma and beta functions', () => {
  it('follow the recurrence of the gamma function', () =>
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e6, noNaN: true }), (x) => {
        expect(Math.abs(logGamma(x + 1) - logGamma(x) - Math.log(x))).toBeLessThan(1e-14 * Math.max(10, logGamma(x + 1)))
      }),
    ))
  it('follow the recurrence of the beta function, also where gammas are huge', () =>
    fc.assert(
      fc.property(shape, shape, (a, b) => {
        // B(a, b) = B(a + 1, b) + B(a, b + 1)
        const whole = logBeta(a, b)
        expect(Math.abs(logAdd(logBeta(a + 1, b), logBeta(a, b + 1)) - whole)).toBeLessThan(1e-14 * Math.max(10, Math.abs(whole)))
      }),
    ))
  it('refuse arguments without a value', () => {
    expect(() => logGamma(0)).toThrow(RangeError)
    expect(() => logGamma(Number.NaN)).toThrow(RangeError)
    expect(() => logBeta(-1, 2)).toThrow(RangeError)
    expect(() => logBetaLower(1.1, 1, 1)).toThrow(RangeError)
    expect(() => logGammaLower(1, -1)).toThrow(RangeError)
  })
})

describe('tails of distributions', () => {
  it('of beta shrink by one term when a grows by one, on both sides of the mean', () =>
    fc.assert(
      fc.property(small, small, share, (a, b, x) => {
        // I_x(a, b) = I_x(a + 1, b) + x^a (1 - x)^b / (a B(a, b))
        const term = a * Math.log(x) + b * Math.log1p(-x) - Math.log(a) - logBeta(a, b)
        const [lower, upper] = [logAdd(logBetaLower(x, a + 1, b), term), logAdd(logBetaUpper(x, a, b), term)]
        expect(Math.abs(lower - logBetaLower(x, a, b))).toBeLessThan(1e-10 * Math.max(1, -lower))
        expect(Math.abs(upper - logBetaUpper(x, a + 1, b))).toBeLessThan(1e-10 * Math.max(1, -upper))
      }),
    ))
  it('of beta grow with x', () =>
    fc.assert(
      fc.property(shape, shape, share, share, (a, b, x, y) => {
        const [low, high] = [Math.min(x, y), Math.max(x, y)]
        expect(logBetaLower(low, a, b)).toBeLessThanOrEqual(logBetaLower(high, a, b) + 1e-9)
      }),
    ))
  it('of beta reach the ends without NaN', () => {
    expect(logBetaLower(0, 2, 3)).toBe(-Infinity)
    expect(logBetaLower(1, 2, 3)).toBe(0)
    expect(logBetaUpper(0, 2, 3)).toBe(0)
    expect(logBetaUpper(1, 2, 3)).toBe(-Infinity)
    expect(logBetaLower(1e-300, 1e5, 2)).toBeLessThan(-6e7)
  })
  it('of the binomial are the sums of its terms', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), share, fc.nat(), (n, p, seed) => {
        const k = seed % (n + 1)
        const terms = Array.from(
          { length: n + 1 },
          (_, i) => -Math.log(n + 1) - logBeta(i + 1, n - i + 1) + i * Math.log(p) + (n - i) * Math.log1p(-p),
        )
        expect(logBinomialUpper(k, n, p)).toBeCloseTo(logSum(terms.slice(k)), 11)
        expect(logBinomialLower(k, n, p)).toBeCloseTo(logSum(terms.slice(0, k + 1)), 11)
      }),
    ))
  it('of the binomial keep their digits far from the mean', () => {
    // mpmath 1.4.1, 40 digits: log(sum(binomial(58, i) * p**i * (1 - p)**(58 - i) for i in range(49, 59))).
    expect(logBinomialUpper(49, 58, 1e-6)).toBeCloseTo(-653.8713061691363, 11)
    expect(logBinomialUpper(49, 58, 0.001)).toBeCloseTo(-315.4001129897693, 11)
  })
  it('of the binomial are certain or impossible outside 0..n', () => {
    expect([logBinomialUpper(0, 5, 0.3), logBinomialUpper(6, 5, 0.3), logBinomialLower(5, 5, 0.3), logBinomialLower(-1, 5, 0.3)]).toEqual([
      0,
      -Infinity,
      0,
      -Infinity,
    ])
  })
  it('of gamma shrink by one term when the shape grows by one', () =>
    fc.assert(
      fc.property(small, fc.double({ min: 0.01, max: 4, noNaN: true }), (a, times) => {
        // P(a, x) = P(a + 1, x) + x^a e^-x / Gamma(a + 1)
        const x = a * times
        const term = a * Math.log(x) - x - logGamma(a + 1)
        const [lower, upper] = [logAdd(logGammaLower(a + 1, x), term), logAdd(logGammaUpper(a, x), term)]
        expect(Math.abs(lower - logGammaLower(a, x))).toBeLessThan(1e-10 * Math.max(1, -lower))
        expect(Math.abs(upper - logGammaUpper(a + 1, x))).toBeLessThan(1e-10 * Math.max(1, -upper))
      }),
    ))
  it("of Student's t mirror, and become normal", () => {
    expect(logStudentTail(-2, 5)).toBeCloseTo(Math.log1p(-Math.exp(logStudentTail(2, 5))), 13)
    expect(logStudentTail(0, 3)).toBeCloseTo(-Math.LN2, 14)
    expect(logStudentTail(1.96, 1e9)).toBeCloseTo(logNormalTail(1.96), 7)
    expect(logStudentTail(Infinity, 3)).toBe(-Infinity)
    expect(logStudentTail(-Infinity, 3)).toBeCloseTo(0, 300)
    // Cauchy: 1/2 - atan(t) / pi
    expect(logStudentTail(3, 1)).toBeCloseTo(Math.log(0.5 - Math.atan(3) / Math.PI), 13)
  })
  it('of the normal mirror, and stay finite far out', () => {
    for (const x of [0, 0.5, 1.99, 2.01, 3, 6]) expect(logAdd(logNormalTail(x), logNormalTail(-x))).toBeCloseTo(0, 14)
    expect(logNormalTail(1e8)).toBeCloseTo(-0.5e16, -2)
    expect(logNormalTail(Infinity)).toBe(-Infinity)
    expect(logNormalTail(-Infinity)).toBeCloseTo(0, 300)
  })
})

describe('quantiles', () => {
  it('of beta undo its distribution function', () =>
    fc.assert(
      fc.property(shape, shape, share, (a, b, p) => {
        const x = betaQuantile(p, a, b)
        expect(Math.exp(logBetaLower(x, a, b))).toBeCloseTo(p, 9)
      }),
      { numRuns: 40 },
    ))
  it('of beta reach the ends', () => {
    expect(betaQuantile(0, 2, 3)).toBe(0)
    expect(betaQuantile(1, 2, 3)).toBe(1)
    expect(betaQuantile(1e-200, 1, 1)).toBeCloseTo(1e-200, 210)
    expect(betaQuantile(1e-12, 0.01, 1)).toBe(0)
    expect(() => betaQuantile(1.5, 1, 1)).toThrow(RangeError)
  })
  it('of the normal undo its distribution function', () =>
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 0.5, noNaN: true }), (p) => {
        expect(Math.abs(normalCdf(normalQuantile(p)) / p - 1)).toBeLessThan(1e-11)
      }),
    ))
  it('of the normal mirror', () =>
    fc.assert(
      fc.property(share, (p) => {
        expect(normalQuantile(1 - p) + normalQuantile(1 - (1 - p))).toBe(0)
      }),
    ))
  it('of the normal are infinite for certainty', () =>
    expect([normalQuantile(0), normalQuantile(0.5), normalQuantile(1)]).toEqual([-Infinity, 0, Infinity]))
  it('of chi-square undo its tail, for 1 to 1,000 degrees of freedom', () =>
    fc.assert(
      fc.property(share, fc.integer({ min: 1, max: 1000 }), (p, df) => {
        expect(Math.exp(logGammaUpper(df / 2, chiSquareUpperQuantile(p, df) / 2))).toBeCloseTo(p, 11)
      }),
    ))
})

describe('exact limits of a proportion', () => {
  it('say 0.03 % when none of 10,000 failed', () => {
    expect(exactUpperLimit(0, 10_000, 0.95)).toBeCloseTo(0.00029952836, 10)
    expect(exactInterval(0, 10_000, 0.95)).toEqual({ low: 0, high: exactUpperLimit(0, 10_000, 0.975) })
    expect(exactInterval(20, 20, 0.95).high).toBe(1)
    expect(exactInterval(20, 20, 0.95).low).toBeCloseTo(0.025 ** (1 / 20), 12)
  })
  it('are where the binomial tails have half the rest each', () =>
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 20_000 }), fc.nat(), (n, seed) => {
        const k = 1 + (seed % (n - 1))
        const { low, high } = exactInterval(k, n, 0.9)
        expect(Math.exp(logBinomialUpper(k, n, low))).toBeCloseTo(0.05, 9)
        expect(Math.exp(logBinomialLower(k, n, high))).toBeCloseTo(0.05, 9)
        expect(low).toBeLessThan(k / n)
        expect(high).toBeGreaterThan(k / n)
      }),
      { numRuns: 50 },
    ))
  it('refuse what is no count', () => {
    expect(() => exactUpperLimit(3, 2, 0.95)).toThrow(RangeError)
    expect(() => exactUpperLimit(0.5, 2, 0.95)).toThrow(RangeError)
    expect(() => exactUpperLimit(0, 2, 1)).toThrow(RangeError)
  })
})
