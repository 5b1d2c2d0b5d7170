import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalQuantile } from '../special/normalQuantile.ts'
import { cles, cohensD, meanRatio } from './effect.ts'
import { iqrOutliers, sigmaOutliers, withoutOutliers } from './outliers.ts'
import { percentile, summarize } from './summary.ts'

describe('the normal quantile', () => {
  // Reference values to 17 digits by high-precision arithmetic (Newton on the normal distribution function, 50 digits).
  it.each([
    [0.01, -2.3263478740408408],
    [0.025, -1.9599639845400543],
    [0.25, -0.6744897501960817],
    [0.5, 0],
    [0.925, 1.4395314709384563],
    [0.99, 2.3263478740408408],
    [1e-10, -6.3613409024040557],
    [1e-300, -37.0470962993612],
  ])('of %d is %d', (p, expected) => {
    const actual = normalQuantile(p)
    expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-15 * Math.abs(expected))
  })

  it('is infinite at the ends and NaN outside', () => {
    expect([0, 1, -0.1, 1.1, Number.NaN].map(normalQuantile)).toEqual([
      Number.NEGATIVE_INFINITY,
      Number.POSITIVE_INFINITY,
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ])
  })
})

describe('summary', () => {
  it('of nothing is all zeros, of one value has no deviation', () => {
    expect(summarize([])).toEqual({ mean: 0, min: 0, max: 0, std: 0, count: 0 })
    expect(summarize([Number.NaN])).toEqual({ mean: 0, min: 0, max: 0, std: 0, count: 0 })
    expect(summarize([7])).toEqual({ mean: 7, min: 7, max: 7, std: 0, count: 1 })
  })

  it('has the sample deviation', () => {
    const { std, ...rest } = summarize([2, 4, 4, 4, 5, 5, 7, 9])
    expect(rest).toEqual({ mean: 5, min: 2, max: 9, count: 8 })
    expect(std).toBeCloseTo(Math.sqrt(32 / 7), 14)
  })

  it('keeps its digits far from zero', () => {
    expect(summarize([1e9, 1e9 + 1, 1e9 + 2]).std).toBe(1)
  })
})

describe('percentile', () => {
  it('interpolates between order statistics', () => {
    expect(percentile([4, 1, 3, 2], 25)).toBe(1.75)
    expect(percentile([1, 2, 3, 4], 75)).toBe(3.25)
    expect(percentile([1, 2, 3, 4], 0)).toBe(1)
    expect(percentile([1, 2, 3, 4], 100)).toBe(4)
    expect(percentile([7], 50)).toBe(7)
    expect(percentile([], 50)).toBeNaN()
    expect(percentile([1, 2], 101)).toBeNaN()
  })

  it('lies between the extremes and does not fall with p', () => {
    const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 })
    fc.assert(
      fc.property(values, fc.integer({ min: 0, max: 99 }), (sample, p) => {
        expect(percentile(sample, p)).toBeGreaterThanOrEqual(Math.min(...sample))
        expect(percentile(sample, p + 1)).toBeGreaterThanOrEqual(percentile(sample, p))
      }),
    )
  })
})

describe('outliers', () => {
  const steady = (length: number): number[] => Array.from({ length }, (_, at) => 10 + (at % 5) / 10)

  it.each([20, 60, 101])('a lone spike among %i goes, two equal ones stay', (length) => {
    const one = [...steady(length - 1), 1000]
    const two = [...steady(length - 2), 1000, 1000]
    expect(iqrOutliers(one, 3, true)).toEqual(one.map((value) => value === 1000))
    expect(iqrOutliers(two, 3, true)).not.toContain(true)
    expect(iqrOutliers(two, 3, false)).toEqual(two.map((value) => value === 1000))
  })

  it('a lone spike among 102 stays out too, until the 99th percentile reaches between two spikes of 300', () => {
    expect(iqrOutliers([...steady(299), 1000], 3, true).at(-1)).toBe(true)
    expect(iqrOutliers([...steady(296), 1000, 1000, 1000, 1000], 3, true)).not.toContain(true)
  })

  it('NaN is none, infinities that leave no fences exclude nothing', () => {
    expect(iqrOutliers([1, Number.NaN, 2, 1, 2, 1, 2, 90])).toEqual([false, false, false, false, false, false, false, true])
    expect(iqrOutliers([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 1, 2])).not.toContain(true)
    expect(iqrOutliers([])).toEqual([])
    expect([...withoutOutliers(Float64Array.of(), 3)]).toEqual([])
  })

  it('asks for a factor above zero', () => {
    expect(() => iqrOutliers([1], 0)).toThrow('The outlier factor is 0')
  })

  it('by deviations: beyond k of the population kind', () => {
    expect(sigmaOutliers([...new Array(20).fill(1), 50])).toEqual([...new Array(20).fill(false), true])
    expect(sigmaOutliers([1, 2, 3])).not.toContain(true)
  })
})

describe('effect sizes', () => {
  it('the ratio of means has no value where a mean is zero', () => {
    expect(meanRatio([2, 4], [1, 2])).toBe(2)
    expect(meanRatio([0, 0], [1, 2])).toBeNaN()
    expect(meanRatio([1], [-1, 1])).toBeNaN()
    expect(meanRatio([], [1])).toBeNaN()
  })

  it('the common language effect counts pairs, ties by half', () => {
    expect(cles([3, 4], [1, 2])).toBe(1)
    expect(cles([1, 2], [1, 2])).toBe(0.5)
    const arm = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(arm, arm, (x, y) => {
        const wins = x.flatMap((a) => y.map((b): number => (a > b ? 1 : a === b ? 0.5 : 0))).reduce((sum, win) => sum + win, 0)
        expect(cles(x, y)).toBeCloseTo(wins / (x.length * y.length), 12)
        expect(cles(x, y) + cles(y, x)).toBeCloseTo(1, 12)
      }),
    )
  })

  it("Cohen's d divides by the pooled deviation", () => {
    expect(cohensD([3, 5], [1, 3])).toBeCloseTo(Math.SQRT2, 12)
  })
})
