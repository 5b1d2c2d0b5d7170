import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MetricClass } from './classifier.ts'
import { classifyScore, roundHalfUp, type ScoredMetric, weightedSumScore } from './score.ts'

const metric = (classification: MetricClass, group: string | readonly string[] = 'g', rest: Partial<ScoredMetric> = {}): ScoredMetric => ({
  name: `a ${classification}`,
  classification,
  groups: typeof group === 'string' ? [group] : group,
  critical: false,
  ...rest,
})
const many = (count: number, one: ScoredMetric): ScoredMetric[] => new Array(count).fill(one)

describe('group scores', () => {
  it('are the part that passed; Nodata and Error are not counted, NodataFailMetric is', () => {
    const { groupScores } = weightedSumScore([
      metric('Pass'),
      metric('Pass'),
      metric('High'),
      metric('NodataFailMetric'),
      metric('Nodata'),
      metric('Error'),
    ])
    expect(groupScores).toEqual({ g: 50 })
  })

  it('count a metric in each of its groups', () => {
    expect(weightedSumScore([metric('Pass', ['a', 'b']), metric('Low', 'b')]).groupScores).toEqual({ a: 100, b: 50 })
  })

  it('leave muted metrics out of everything', () => {
    const muted = metric('High', 'g', { muted: true, critical: true })
    expect(weightedSumScore([metric('Pass'), muted])).toEqual(weightedSumScore([metric('Pass')]))
  })

  it('read 0 for a group without counted metrics, which the summary takes as 100', () => {
    const { groupScores, summaryScore, noDataGroups } = weightedSumScore([metric('Pass', 'a'), metric('Pass', 'a'), metric('Error', 'b')], {
      groupWeights: { a: 50, b: 50 },
    })
    expect({ groupScores, summaryScore, noDataGroups }).toEqual({ groupScores: { a: 100, b: 0 }, summaryScore: 100, noDataGroups: ['b'] })
  })
})

describe('the summary', () => {
  it('is 0 for a critical metric of any class but Pass, the first named', () => {
    for (const classification of ['High', 'Low', 'Nodata', 'Error', 'NodataFailMetric'] as const) {
      const { summaryScore, reason } = weightedSumScore([...many(9, metric('Pass')), metric(classification, 'g', { critical: true })])
      expect([summaryScore, reason]).toEqual([0, `The critical metric a ${classification} is ${classification}.`])
    }
    expect(weightedSumScore([metric('Pass', 'g', { critical: true })]).summaryScore).toBe(100)
  })

  it('is 0 from half the metrics without data on, and ignores fewer', () => {
    expect(weightedSumScore([metric('Pass'), metric('Nodata')])).toMatchObject({ summaryScore: 0, reason: '1 of 2 metrics have no data.' })
    expect(weightedSumScore([...many(2, metric('Pass')), metric('Nodata')])).toMatchObject({ summaryScore: 100, reason: null })
    expect(weightedSumScore([metric('Pass'), metric('Nodata')], { nodataThresholdPercent: 51 }).summaryScore).toBe(100)
    expect(weightedSumScore([...many(2, metric('Pass')), metric('Nodata')], { nodataThresholdPercent: 30 }).summaryScore).toBe(0)
  })

  it('shares what the weights leave among the groups without one', () => {
    const results = [metric('Pass', 'a'), metric('High', 'b'), metric('Pass', 'c')]
    expect(weightedSumScore(results, { groupWeights: { a: 40 } }).summaryScore).toBe(70)
    expect(weightedSumScore(results).summaryScore).toBe(66.67)
  })

  it('loses the weights of groups without metrics', () => {
    expect(weightedSumScore([metric('Pass', 'a')], { groupWeights: { a: 60, absent: 40 } }).summaryScore).toBe(60)
    expect(weightedSumScore([metric('Pass', 'a'), metric('Pass', 'b')], { groupWeights: { a: 60, absent: 40 } }).summaryScore).toBe(60)
  })

  it('gives groups without a weight a negative one where the weights exceed 100', () => {
    expect(weightedSumScore([metric('Pass', 'a'), metric('Pass', 'b')], { groupWeights: { a: 120 } }).summaryScore).toBe(100)
    expect(weightedSumScore([metric('High', 'a'), metric('Pass', 'b')], { groupWeights: { a: 120 } }).summaryScore).toBe(-20)
  })

  it('is 0 without results', () => {
    expect(weightedSumScore([])).toEqual({ groupScores: {}, summaryScore: 0, noDataGroups: [], reason: null })
  })

  it('refuses weights that are no numbers', () => {
    expect(() => weightedSumScore([metric('Pass')], { groupWeights: { g: Number.NaN } })).toThrow('The weight of group g is NaN')
  })

  it('lies from 0 to 100 where weights sum to 100 at most', () => {
    const classes = fc.constantFrom<MetricClass>('Pass', 'High', 'Low', 'Nodata', 'NodataFailMetric', 'Error')
    const results = fc.array(fc.tuple(classes, fc.subarray(['a', 'b', 'c'])))
    fc.assert(
      fc.property(results, fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 50 }), (picked, a, b) => {
        const { summaryScore } = weightedSumScore(
          picked.map(([classification, groups]) => metric(classification, groups)),
          { groupWeights: { a, b } },
        )
        expect(summaryScore).toBeGreaterThanOrEqual(0)
        expect(summaryScore).toBeLessThanOrEqual(100)
      }),
    )
  })
})

describe('rounding', () => {
  it('takes halves up on the decimal form', () => {
    expect([1.005, 66.665, 0.004999, 1e-20, 0, 99.995, 33.333333, 1e21, 12].map(roundHalfUp)).toEqual([
      1.01, 66.67, 0, 0, 0, 100, 33.33, 1e21, 12,
    ])
    expect(roundHalfUp(-2.345)).toBe(-2.35)
    expect(Object.is(roundHalfUp(-0.001), 0)).toBe(true)
  })

  it('moves a number by half a hundredth at most', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (value) => {
        expect(Math.abs(roundHalfUp(value) - value)).toBeLessThanOrEqual(0.005 + 1e-9)
      }),
    )
  })
})

describe('the class of a score', () => {
  it('reaches a threshold by equalling it', () => {
    const thresholds = { pass: 95, marginal: 75 }
    expect([95, 94.99, 75, 74.99, 0].map((score) => classifyScore(score, thresholds))).toEqual([
      'Pass',
      'Marginal',
      'Marginal',
      'Fail',
      'Fail',
    ])
  })
})
