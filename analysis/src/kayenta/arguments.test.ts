import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  aggregate,
  type CanaryConfig,
  classifyMannWhitney,
  classifyMeanInequality,
  classifyScore,
  cles,
  cohensD,
  expandQuery,
  expectedDataPoints,
  failsFast,
  iqrOutliers,
  judge,
  KayentaError,
  mannWhitney,
  meanRatio,
  mixMetricSets,
  percentile,
  readCanaryConfig,
  sampleWarnings,
  seededNoise,
  sigmaOutliers,
  standaloneAnalysis,
  summarize,
  weightedSumScore,
  windows,
} from './index.ts'

/** A call as plain JavaScript makes it, where types promise nothing. */
function untyped(call: (...args: never[]) => unknown): (...args: unknown[]) => unknown {
  return (...args) => call(...(args as never[]))
}

const config: CanaryConfig = { metrics: [{ name: 'm', groups: ['g'] }] }
const thresholds = { pass: 95, marginal: 75 }
const arms = { control: [1, 2, 3, 4, 5], experiment: [2, 3, 4, 5, 6] }
const samples = Array.from({ length: 10 }, (_, at) => at + 1)

describe('an argument of another type', () => {
  const functions = {
    aggregate,
    classifyMannWhitney,
    classifyMeanInequality,
    classifyScore,
    cles,
    cohensD,
    expandQuery,
    expectedDataPoints,
    failsFast,
    iqrOutliers,
    judge,
    mannWhitney,
    meanRatio,
    mixMetricSets,
    percentile,
    readCanaryConfig,
    sampleWarnings,
    seededNoise,
    sigmaOutliers,
    standaloneAnalysis,
    summarize,
    weightedSumScore,
    windows,
  }

  const words = [
    'name',
    'values',
    'tags',
    'control',
    'experiment',
    'metrics',
    'groups',
    'scopes',
    'pass',
    'query',
    'scope',
    'classification',
  ]
  const key = fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 3 }))
  const leaf = fc.oneof(
    fc.constantFrom(undefined, null, true, 'm', '1', 'NaN', '', Number.NaN, 0, -1, 1e300, 'prometheus', 'Pass', '{', '[]'),
    fc.constantFrom(new Map([['m', [1]]]), new Map(), new Date(0), config, thresholds, samples, arms, () => 0),
  )
  const { any } = fc.letrec((tie) => ({
    any: fc.oneof({ maxDepth: 3 }, leaf, fc.array(tie('any'), { maxLength: 3 }), fc.dictionary(key, tie('any'), { maxKeys: 3 })),
  }))

  it.each(Object.entries(functions))('of %s is at worst a KayentaError with a sentence', (_, call) => {
    const plain = untyped(call)
    fc.assert(
      fc.property(fc.array(any, { maxLength: 4 }), (args) => {
        try {
          plain(...args)
        } catch (error) {
          if (!(error instanceof KayentaError)) throw error
          expect(error.message).toMatch(/\.$/)
        }
      }),
      { numRuns: 150 },
    )
  })

  it.each<[string, () => unknown, string]>([
    ['thresholds left out', () => untyped(judge)(config, []), 'The argument thresholds is missing; write an object such as { pass: 95'],
    ['one threshold', () => untyped(judge)(config, [], { pass: 95 }), 'thresholds.marginal is missing; write a number'],
    ['a threshold in quotes', () => untyped(classifyScore)(90, { pass: '95', marginal: 75 }), 'thresholds.pass is the text "95"'],
    ['thresholds of a run in quotes', () => untyped(aggregate)([50], { pass: '95' }), 'thresholds.pass is the text "95"'],
    ['a config that is no object', () => untyped(judge)(7, [], thresholds), 'The canary config is the number 7'],
    ['a config without metrics', () => untyped(judge)({}, [], thresholds), 'metrics is missing; write a list of metrics'],
    [
      'groups as one text',
      () => untyped(judge)({ metrics: [{ name: 'm', groups: 'g' }] }, [{ name: 'm', values: arms }], thresholds),
      'metrics[0].groups is the text "g"',
    ],
    ['pairs left out', () => untyped(judge)(config, undefined, thresholds), 'The argument pairs is missing'],
    [
      'arms of other names',
      () => untyped(judge)(config, [{ name: 'm', canary: [1], baseline: [2] }], thresholds),
      'it has only name, canary, baseline',
    ],
    [
      'values of other names',
      () => untyped(judge)(config, [{ name: 'm', values: { canary: [1] } }], thresholds),
      'pairs[0].values.control is missing',
    ],
    ['a seed in quotes', () => untyped(judge)(config, [], thresholds, { seed: '7' }), 'seed is the text "7"'],
    ['no arms', () => untyped(classifyMannWhitney)(null), 'The pair of arms is null'],
    ['arms by other names', () => untyped(classifyMannWhitney)({ canary: [1], baseline: [2] }), 'has only canary, baseline'],
    ['an option in quotes', () => untyped(classifyMannWhitney)(arms, { tolerance: '0.25' }), 'tolerance is the text "0.25"'],
    ['a flag in quotes', () => untyped(classifyMannWhitney)(arms, { isCriticalMetric: 'yes' }), 'isCriticalMetric is the text "yes"'],
    ['NaN for a tolerance', () => classifyMannWhitney(arms, { tolerance: Number.NaN }), 'tolerance is the number NaN'],
    ['a level of 98', () => classifyMannWhitney(arms, { confLevel: 98 }), 'The confidence level is 98'],
    ['a level of 98 without data', () => classifyMannWhitney({}, { confLevel: 98 }), 'The confidence level is 98'],
    ['results left out', () => untyped(weightedSumScore)(null), 'The argument results is null'],
    [
      'a class that is none',
      () => untyped(weightedSumScore)([{ name: 'm', classification: 'pass' }]),
      'results[0].classification is the text "pass"; write one of Pass, High',
    ],
    ['a weight in quotes', () => untyped(weightedSumScore)([], { groupWeights: { g: '50' } }), 'The weight of group g is the text "50"'],
    ['a sample that is a word', () => untyped(summarize)([1, 'two']), '[1] is the text "two"; write a number'],
    ['an arm that is a text', () => untyped(mannWhitney)('123', [1]), 'experiment is the text "123"; write a list of numbers'],
    ['a null percentile', () => untyped(percentile)([1, 2], null), 'p is null'],
    ['no request', () => untyped(windows)(null, 0), 'The request is null'],
  ])('is named: %s', (_, call, message) => {
    expect(call).toThrow(KayentaError)
    expect(call).toThrow(message)
  })
})

describe('an argument whose meaning is clear', () => {
  it('is none where it is null: options, arms, groups, levels', () => {
    expect(untyped(classifyMannWhitney)(arms, null)).toEqual(classifyMannWhitney(arms))
    expect(classifyMannWhitney(arms, { isCriticalMetric: null, direction: null, confLevel: null, noise: null })).toEqual(
      classifyMannWhitney(arms),
    )
    for (const missing of [undefined, null]) {
      expect(classifyMannWhitney({ experiment: missing, control: [1] })).toEqual(classifyMannWhitney({ experiment: [], control: [1] }))
      expect(classifyMeanInequality({ experiment: [1], control: missing }, null).classification).toBe('Nodata')
      expect(meanRatio(missing, [1])).toBeNaN()
    }
    expect(mannWhitney([5, 6, 7, 9], [1, 2, 3, 4], null, null)).toEqual(mannWhitney([5, 6, 7, 9], [1, 2, 3, 4], 0.98))
    expect(summarize(null)).toEqual(summarize([]))
    expect([iqrOutliers(null, null), sigmaOutliers(null, null)]).toEqual([[], []])
    const ungrouped = { name: 'm', classification: 'Pass', groups: null, critical: null, muted: null } as const
    expect(weightedSumScore([ungrouped], null)).toEqual(weightedSumScore([{ name: 'm', classification: 'Pass' }]))
    expect(weightedSumScore([{ ...ungrouped, groups: ['g'] }], { groupWeights: { g: null } }).summaryScore).toBe(100)
    const judged = judge({ metrics: [{ name: 'm', groups: null }] }, [{ name: 'm', values: arms }], thresholds, null)
    expect(judged.results[0]?.groups).toEqual([])
    expect(judge(config, [{ name: 'm', values: arms }], thresholds, { seed: null, noise: null })).toEqual(
      judge(config, [{ name: 'm', values: arms }], thresholds),
    )
  })

  it('may be the text of a config', () => {
    const pairs = [{ name: 'm', values: arms }]
    expect(judge(JSON.stringify(config), pairs, thresholds)).toEqual(judge(config, pairs, thresholds))
  })

  it('may be pairs with the arms beside the name, or by name', () => {
    const expected = judge(config, [{ name: 'm', values: arms }], thresholds)
    expect(judge(config, [{ name: 'm', ...arms }], thresholds)).toEqual(expected)
    expect(judge(config, { m: arms }, thresholds)).toEqual(expected)
    expect(judge(config, new Map([['m', { values: arms }]]), thresholds)).toEqual(expected)
  })

  it('may be tags and weights as a Map', () => {
    const pair = { name: 'm', values: arms }
    expect(judge(config, [{ ...pair, tags: new Map([['zone', 'a']]) }], thresholds)).toEqual(
      judge(config, [{ ...pair, tags: { zone: 'a' } }], thresholds),
    )
    const results = [
      { name: 'm', classification: 'Pass', groups: ['a'] },
      { name: 'n', classification: 'High', groups: ['b'] },
    ] as const
    expect(weightedSumScore(results, { groupWeights: new Map([['a', 30]]) }).summaryScore).toBe(30)
  })

  it('may be samples written as texts, NaN and infinities among them, as Kayenta stores them', () => {
    const written = { control: ['1', ' 2.5 ', '3e0', 'NaN', null], experiment: ['10', '2e1', '30', '40', '50'] }
    expect(classifyMannWhitney(written)).toEqual(classifyMannWhitney({ control: [1, 2.5, 3], experiment: [10, 20, 30, 40, 50] }))
    expect(summarize(['-Infinity', '+Inf', 'Infinity'])).toMatchObject({
      count: 3,
      min: Number.NEGATIVE_INFINITY,
      max: Number.POSITIVE_INFINITY,
    })
    expect(classifyMannWhitney({ control: ['NaN', 'NaN'], experiment: [1, 2] }).classification).toBe('Nodata')
    expect(iqrOutliers([1, 2, null, 1, 2, 1, 2, '90'])).toEqual([false, false, false, false, false, false, false, true])
  })
})
