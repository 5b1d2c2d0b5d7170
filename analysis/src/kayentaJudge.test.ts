import { expect, test } from 'vitest'
import { judgeAll } from './judge.ts'
import { judge } from './kayenta/index.ts'
import { type KayentaPlan, kayentaJudge, plainConfig } from './kayentaJudge.ts'
import type { Interval } from './table.ts'

const thresholds = { pass: 95, marginal: 75 }
const plan: KayentaPlan = { config: plainConfig(['errors', 'cpu']), thresholds }
const interval = (label: number, times: number): Interval => ({
  interval: label,
  metrics: {
    errors: {
      form: 'ratio',
      canary: { bad: times * (5 + (label % 7)), total: 1000 },
      baseline: { bad: 5 + ((label * 3) % 7), total: 1000 },
    },
    cpu: { form: 'gauge', canary: { values: [0.5 + (label % 5) / 100] }, baseline: { values: [0.5 + ((label * 2) % 5) / 100] } },
  },
})
const table = (count: number, times: number) => Array.from({ length: count }, (_, at) => interval(at + 1, times))

test('gives the judgement of Kayenta on the points', () => {
  const rate = (bad: number) => bad / 1000
  const intervals = table(50, 3)
  const errors = {
    control: intervals.map((_, at) => rate(5 + (((at + 1) * 3) % 7))),
    experiment: intervals.map((_, at) => rate(3 * (5 + ((at + 1) % 7)))),
  }
  const alone = judge(plainConfig(['errors']), [{ name: 'errors', values: errors }], thresholds)
  const verdict = judgeAll(kayentaJudge, { ...plan, config: plainConfig(['errors']) }, intervals)
  expect(alone.results[0]?.classification).toBe('High')
  expect(verdict).toMatchObject({ verdict: 'fail', interval: 50, decidedAt: 50, by: { metric: 'errors', engine: 'kayenta', also: [] } })
  expect(verdict.metrics[0]?.ratio?.estimate).toBe(alone.results[0]?.deviation)
})

test('scores are verdicts: Pass, Marginal and Fail', () => {
  expect(judgeAll(kayentaJudge, plan, table(50, 1)).verdict).toBe('pass')
  // One of two metrics is High: 50 points.
  expect(judgeAll(kayentaJudge, plan, table(50, 3))).toMatchObject({ verdict: 'fail', because: expect.stringContaining('is 50, below 75') })
  expect(judgeAll(kayentaJudge, { ...plan, thresholds: { pass: 95, marginal: 50 } }, table(50, 3)).verdict).toBe('inconclusive')
})

test('with `after` it is asked once, and stays with the answer', () => {
  const late = { ...plan, after: 50 }
  expect(judgeAll(kayentaJudge, late, table(49, 3)).verdict).toBe('continue')
  const once = judgeAll(kayentaJudge, late, table(50, 3))
  expect(once.verdict).toBe('fail')
  expect(judgeAll(kayentaJudge, late, [...table(50, 3), interval(51, 1)])).toEqual(once)
})

test('an arm that is missing is no point, and no data is no verdict', () => {
  const gaps = table(60, 1).map((one) => (one.interval % 3 === 0 ? { interval: one.interval, metrics: {} } : one))
  expect(judgeAll(kayentaJudge, plan, gaps).verdict).toBe('pass')
  expect(judgeAll(kayentaJudge, plan, []).verdict).toBe('continue')
  const silent = judgeAll(kayentaJudge, plan, [{ interval: 1, metrics: {} }])
  expect(silent.metrics.map(({ verdict }) => verdict)).toEqual(['inconclusive', 'inconclusive'])
  expect(JSON.parse(JSON.stringify(silent))).toEqual(silent)
})

test('states are not changed by what comes after them', () => {
  const half = table(20, 1).reduce(kayentaJudge.observe, kayentaJudge.begin(plan))
  const before = kayentaJudge.verdict(half)
  table(50, 9).reduce(kayentaJudge.observe, half)
  expect(kayentaJudge.verdict(half)).toEqual(before)
})
