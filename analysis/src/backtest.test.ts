import { expect, test } from 'vitest'
import { backtest } from './backtest.ts'
import type { Judge } from './judge.ts'
import { JudgePlan } from './plan.ts'
import { clustered, uniforms } from './random.ts'
import { sequentialJudge } from './sequential/judge.ts'
import type { Interval, RatioSample } from './table.ts'

/** Ratios of 1,000 and 9,000 requests at 1 %; the canary `times` as bad in the intervals asked for. */
function history(intervals: number, times: (interval: number) => number = () => 1, seed = 1): Interval[] {
  return Array.from({ length: intervals }, (_, interval) => {
    const uniform = uniforms(seed, interval)
    const canary = { total: 1000, bad: clustered(uniform, 10 * times(interval), 1) }
    return { interval, metrics: { errors: { form: 'ratio', canary, baseline: { total: 9000, bad: clustered(uniform, 90, 1) } } } }
  })
}

const plan = JudgePlan.parse({ metrics: [{ name: 'errors', form: 'ratio', history: { dispersion: 1.2 } }] })
const hour = { judge: sequentialJudge, plan, deadline: 3600, interval: 60 }

test('a week that changed nothing: no alarms, and how long the releases took', () => {
  const found = backtest({ ...hour, draws: [history(7 * 24 * 60)] })
  expect(found).toMatchObject({ releases: 168, windows: 168, covered: 7 * 86_400, alarms: [] })
  expect(found.passed + found.undecided).toBe(168)
  expect(found.passed).toBeGreaterThan(160)
  expect(found.toPass?.median).toBeGreaterThanOrEqual(300)
  expect(found.toPass?.median).toBeLessThan(1200)
  expect(found.alarmsAtMost).toBeCloseTo(1 - 0.05 ** (1 / 168), 10)
  expect(found.sentences[0]).toMatch(
    /^In the last 7 days this analysis would have raised 0 false alarms in 168 releases of one hour; median time to pass \d+ minutes \(90 % within \d+ minutes\)\.$/,
  )
})

test('an alarm names its window, interval, draw and metric', () => {
  const hurt = history(180, (interval) => (interval >= 60 && interval < 120 ? 4 : 1), 2)
  const found = backtest({ ...hour, draws: [history(180), hurt] })
  expect(found).toMatchObject({ releases: 6, windows: 3 })
  expect(found.alarms).toHaveLength(1)
  expect(found.alarms[0]).toMatchObject({ draw: 1, from: 60, metric: 'errors' })
  expect(found.alarms[0]?.at).toBeGreaterThanOrEqual(60)
  expect(found.alarms[0]?.at).toBeLessThan(70)
  expect(found.sentences[0]).toContain('raised 1 false alarm in 6 releases of one hour, each of 3 windows with several choices of pods')
  expect(found.sentences.at(-1)).toBe('Alarms by metric: errors 1.')
})

test('what comes after a pass belongs to no release', () => {
  const late = history(60, (interval) => (interval < 45 ? 1 : 20))
  expect(backtest({ ...hour, draws: [late] })).toMatchObject({ passed: 1, alarms: [] })
})

test('a window that is mostly a gap is no release; small gaps do not matter', () => {
  const gappy = history(240).filter(({ interval }) => (interval < 60 ? interval % 10 !== 0 : interval < 120 ? interval % 2 === 0 : true))
  expect(backtest({ ...hour, draws: [gappy] }).windows).toBe(3)
})

test('a history shorter than a release says so', () => {
  for (const draws of [[], [[]], [history(30)]]) {
    const found = backtest({ ...hour, draws })
    expect(found).toMatchObject({ releases: 0, alarms: [], alarmsAtMost: 1 })
    expect(found.sentences).toEqual([
      'The history is shorter than one release of one hour, or mostly gaps: there is nothing to test this analysis on.',
    ])
  }
})

test('metrics that the plan does not name can be left out', () => {
  const more = history(60).map((each): Interval => ({ ...each, metrics: { ...each.metrics, other: { form: 'gauge' } } }))
  expect(() => backtest({ ...hour, draws: [more] })).toThrow('other')
  expect(backtest({ ...hour, draws: [more], metrics: ['errors'] }).releases).toBe(1)
})

/** A fixed limit, as simple rollout tools have it: any other judge goes through the same door. */
const fixedLimit: Judge<{ limit: number }, { limit: number; at: number; over: boolean }> = {
  begin: ({ limit }) => ({ limit, at: 0, over: false }),
  observe(state, { interval, metrics }) {
    const canary = metrics.errors?.form === 'ratio' ? (metrics.errors.canary as RatioSample) : { bad: 0, total: 1 }
    return { ...state, at: interval, over: state.over || canary.bad / canary.total > state.limit }
  },
  verdict: ({ at, over }) => ({
    verdict: over ? 'fail' : 'continue',
    because: over ? 'above the limit' : 'below',
    interval: at,
    metrics: [],
    calm: true,
  }),
}

test('another judge is tested the same way', () => {
  const found = backtest({ judge: fixedLimit, plan: { limit: 0.015 }, draws: [history(6000)], deadline: 3600, interval: 60 })
  expect(found.releases).toBe(100)
  expect(found.alarms.length).toBeGreaterThan(50)
  expect(found.passed).toBe(0)
  expect(found.sentences[0]).toContain('none of them would have passed')
  for (const { from, at } of found.alarms) expect(Math.floor(at / 60) * 60).toBe(from)
})

test('lengths that make no sense are refused', () => {
  expect(() => backtest({ ...hour, deadline: 0, draws: [] })).toThrow(RangeError)
  expect(() => backtest({ ...hour, interval: Number.NaN, draws: [] })).toThrow(RangeError)
})
