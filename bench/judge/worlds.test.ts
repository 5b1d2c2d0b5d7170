import { describe, expect, it } from 'vitest'
import { JudgePlan } from '../../analysis/src/plan.ts'
import type { Interval } from '../../analysis/src/table.ts'
import { Stream } from './random/philox.ts'
import { worldNamed, worlds } from './worlds/all.ts'
import { counterResets, lateData, missingScrapes } from './worlds/collector.ts'
import { stepped } from './worlds/world.ts'

function first(name: string, seed = 1, run = 0): readonly Interval[] {
  return worldNamed(name).intervals(new Stream(seed, name, run))
}

/** The canary's rate of bad answers in some intervals, over the baseline's. */
function ratioOf(intervals: readonly Interval[], metric = 'errors'): number {
  const sums = { canary: { bad: 0, total: 0 }, baseline: { bad: 0, total: 0 } }
  for (const { metrics } of intervals) {
    const measured = metrics[metric]
    if (measured?.form !== 'ratio') throw new Error(`${metric} is no ratio`)
    for (const arm of ['canary', 'baseline'] as const) {
      sums[arm].bad += measured[arm]?.bad ?? 0
      sums[arm].total += measured[arm]?.total ?? 0
    }
  }
  return sums.canary.bad / sums.canary.total / (sums.baseline.bad / sums.baseline.total)
}

describe('the worlds', () => {
  it('draw from seed 1 what generator version 1 always drew', () => {
    const counts = first('errors x2')
      .slice(0, 3)
      .map(({ metrics }) => metrics.errors)
    expect(counts).toEqual([
      { form: 'ratio', canary: { bad: 13, total: 1212 }, baseline: { bad: 46, total: 10_645 } },
      { form: 'ratio', canary: { bad: 15, total: 1165 }, baseline: { bad: 65, total: 10_792 } },
      { form: 'ratio', canary: { bad: 9, total: 1195 }, baseline: { bad: 47, total: 10_503 } },
    ])
    const whole = first('rollout: as ever')[0]?.metrics
    expect(whole?.errors).toMatchObject({ canary: { bad: 0, total: 594 }, baseline: { bad: 24, total: 5377 } })
    expect(whole?.cpu).toMatchObject({ canary: { values: [0.48685264982731297, 0.4753756044338193] } })
    expect(whole?.latency?.form === 'histogram' && whole.latency.canary?.buckets.map(([, count]) => count).slice(30, 40)).toEqual([
      39, 29, 42, 39, 37, 21, 20, 21, 24, 14,
    ])
  })

  it('have names of their own, valid plans, as many intervals as the deadline, and the same table again', () => {
    expect(new Set(worlds.map(({ name }) => name)).size).toBe(worlds.length)
    for (const { name, plan, deadline, intervals } of worlds) {
      JudgePlan.parse(plan)
      const table = intervals(new Stream(3, name, 5))
      expect(table).toHaveLength(deadline)
      if (deadline === 60) expect(intervals(new Stream(3, name, 5)).at(-1)).toEqual(table.at(-1))
    }
  })

  it('harm the canary from the onset until the recovery, and by as much as they say', () => {
    const late = Array.from({ length: 20 }, (_, run) => first('errors x2 from minute 30', 1, run))
    expect(ratioOf(late.flatMap((table) => table.slice(0, 30)))).toBeCloseTo(1, 1)
    expect(ratioOf(late.flatMap((table) => table.slice(30)))).toBeCloseTo(2, 0)
    const brief = Array.from({ length: 20 }, (_, run) => first('errors x5 that recover after 5 min', 1, run))
    expect(ratioOf(brief.flatMap((table) => table.slice(0, 5)))).toBeGreaterThan(4.5)
    expect(ratioOf(brief.flatMap((table) => table.slice(5)))).toBeCloseTo(1, 1)
  })

  it('have a past without harm, in which a pseudo-canary has a tenth of the traffic', () => {
    const { placebo, name } = worldNamed('errors x5')
    const past = placebo(new Stream(1, name, 0, 'history'), 1000)
    expect(past.every(({ weight }) => weight === 10)).toBe(true)
    expect(ratioOf(past)).toBeCloseTo(1, 1)
  })
})

describe('the collector', () => {
  const stream = (): Stream => new Stream(1, 'collector', 0)
  const table = first('rollout: as ever')

  it('leaves out arms, a pod of an arm, or brings intervals late', () => {
    const gaps = missingScrapes(0.2)(table, stream()).filter(({ metrics }) => !metrics.errors?.canary)
    expect(gaps.length).toBeGreaterThan(4)
    const short = counterResets(0.3)(table, stream())
    expect(short.some(({ metrics }, at) => JSON.stringify(metrics.errors) !== JSON.stringify(table[at]?.metrics.errors))).toBe(true)
    const late = lateData(0.2)(table, stream()).map(({ interval }) => interval)
    expect(late).not.toEqual(table.map(({ interval }) => interval))
    expect(late.toSorted((a, b) => a - b)).toEqual(table.map(({ interval }) => interval))
  })

  it('of late intervals the record of the past keeps those in order', () => {
    const { placebo, name } = worldNamed('rollout: late data')
    const labels = placebo(new Stream(1, name, 0, 'history'), 200).map(({ interval }) => interval)
    expect(labels.length).toBeLessThan(200)
    expect(labels).toEqual([...new Set(labels)].sort((a, b) => a - b))
  })
})

it('steps of weights last as long as asked, the last one for ever', () => {
  const weight = stepped([5, 10, 50], 2)
  expect([1, 2, 3, 4, 5, 6, 7, 99].map(weight)).toEqual([5, 5, 10, 10, 50, 50, 50, 50])
})
