import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { logSum } from '../special/logSpace.ts'
import { mixtureRatioTest, normalMixture, normalMixturePrior } from './normalMixture.ts'

const golden = JSON.parse(readFileSync(new URL('./golden/normalMixture.json', import.meta.url), 'utf8')) as {
  readonly normalMixture: { readonly values: readonly (readonly [v: number, s: number, prior: number, log: number])[] }
}

/** Log of the mean of e^logE(s) over a normal s with variance v, by the trapezoid rule. */
function mean(v: number, logE: (s: number) => number): number {
  const step = 0.02
  return logSum(
    Array.from({ length: 1601 }, (_, at) => {
      const z = (at - 800) * step
      return logE(z * Math.sqrt(v)) - (z * z) / 2 + Math.log(step) - 0.5 * Math.log(2 * Math.PI)
    }),
  )
}

describe('mixtures over a normal mean', () => {
  it('agree with the integral they stand for', () => {
    for (const [v, s, prior, log] of golden.normalMixture.values) expect(normalMixture(s, v, prior)).toBeCloseTo(log, 10)
  })
  it('are fair bets when the mean is 0, unfair to the bettor when it is below', () => {
    for (const [v, prior] of [
      [1, 5],
      [5, 5],
      [5, 20],
    ] as const) {
      expect(mean(v, (s) => normalMixture(s, v, prior))).toBeCloseTo(0, 8)
      expect(mean(v, (s) => normalMixture(s - 0.1 * v, v, prior))).toBeLessThan(-0.01)
    }
    expect(mean(3, (s) => mixtureRatioTest(s / 3, 3, 1, 0.5))).toBeCloseTo(0, 8)
  })
  it('grow with evidence, on one side or on both', () => {
    expect(normalMixture(30, 100, 20)).toBeGreaterThan(normalMixture(20, 100, 20))
    expect(normalMixture(-30, 100, 20)).toBeLessThan(normalMixture(0, 100, 20))
    expect(mixtureRatioTest(0.3, 100, 1, 0.2)).toBe(mixtureRatioTest(-0.3, 100, 1, 0.2))
    expect(mixtureRatioTest(0.3, 100, 1, 0.2)).toBeGreaterThan(mixtureRatioTest(0.1, 100, 1, 0.2))
    expect(mixtureRatioTest(0, 0, 1, 0.2)).toBe(0)
  })
  it('stay finite for sums no double could exponentiate', () => {
    expect(normalMixture(-1e6, 100, 20)).toBeLessThan(-10)
    expect(normalMixture(1e6, 100, 20)).toBeGreaterThan(1e9)
    expect(Number.isFinite(normalMixture(-1e6, 100, 20))).toBe(true)
  })
  it('have a prior that makes the boundary low at the optimum', () => {
    const boundary = (prior: number, v: number) => {
      let [low, high] = [0, 1e4]
      for (let step = 0; step < 60; step++) {
        const s = (low + high) / 2
        if (normalMixture(s, v, prior) < Math.log(20)) low = s
        else high = s
      }
      return low
    }
    const prior = normalMixturePrior(100, 0.05)
    // The closed form is an approximation: within half a percent of the best, and better than twice or half as much.
    for (const other of [0.5, 2]) expect(boundary(prior, 100)).toBeLessThan(boundary(other * prior, 100))
    for (const other of [0.8, 0.9, 1.1, 1.25]) expect(boundary(prior, 100)).toBeLessThan(1.005 * boundary(other * prior, 100))
    expect(() => normalMixturePrior(100, 0.5)).toThrow(RangeError)
  })
})
