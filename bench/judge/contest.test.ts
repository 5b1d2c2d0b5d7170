import { describe, expect, it } from 'vitest'
import { JudgePlan } from '../../analysis/src/plan.ts'
import { contenders } from './judges/all.ts'
import type { Trial } from './judges/contender.ts'
import { normalOf, seriesOf } from './judges/series.ts'
import { runLaws } from './laws.ts'
import { readValues } from './nab.ts'
import { readOptions } from './options.ts'
import { runRamps } from './ramp.ts'
import { rampCells } from './rampCells.ts'
import { runWorld } from './run.ts'
import { cellOf, quantiles, shareOf } from './summary.ts'
import { targets } from './targets.ts'
import { worldNamed } from './worlds/all.ts'

/** A rollout with a rate of bad answers by minute, of 1,000 requests an arm; 1 % is normal. */
function trial(canary: readonly number[]): Trial {
  const intervals = canary.map((bad, at) => ({
    interval: at + 1,
    metrics: { errors: { form: 'ratio' as const, canary: { bad, total: 1000 }, baseline: { bad: 10, total: 1000 } } },
  }))
  const series = seriesOf(intervals)
  const plan = JudgePlan.parse({ metrics: [{ name: 'errors', form: 'ratio', history: { dispersion: 1 } }] })
  return { world: worldNamed('errors x2'), intervals, series, plan, bare: plan, normal: normalOf(series) }
}

function failedAt(name: string, of: Trial): number | undefined {
  return contenders.find((one) => one.name === name)?.decide(of).failedAt
}

describe('the rivals', () => {
  const minutes = (count: number, bad: number): number[] => Array.from({ length: count }, () => bad)

  it('fixed limits count failures without forgetting: Argo one more than three, Flagger five', () => {
    const now = trial([...minutes(2, 25), ...minutes(10, 10), ...minutes(8, 25)])
    expect(failedAt('fixed limit 2x normal, Argo-like', now)).toBe(14)
    expect(failedAt('fixed limit 2x normal, Flagger-like', now)).toBe(15)
    expect(failedAt('fixed limit 5x normal, Argo-like', now)).toBe(0)
    expect(failedAt('canary > 1.5x baseline, Argo-like', now)).toBe(14)
  })

  it('all find what is gross, and only the oracle and we before the fifth minute', () => {
    const gross = trial(minutes(60, 100))
    const found = contenders.map(({ name, decide }) => [name, decide(gross).failedAt] as const)
    expect(found.filter(([, at]) => at === 0)).toEqual([])
    expect(failedAt('Kayenta once at the deadline', gross)).toBe(60)
    expect(failedAt('oracle SPRT, alpha 5 %', gross)).toBe(1)
    expect(failedAt('ours, alpha 5 %', gross)).toBe(1)
  })

  it('none finds anything where both arms are the same', () => {
    const same = trial(minutes(60, 10))
    expect(contenders.map(({ decide }) => decide(same).failedAt).filter((at) => at > 0)).toEqual([])
  })
})

describe('a run', () => {
  it('does not depend on the chunk it is in', () => {
    const runs = { 'ours, alpha 5 %': 60, 'z-test each minute': 60 } as const
    const task = (from: number, to: number) => runWorld({ kind: 'world', world: 'errors 1 %, dispersion 5', seed: 5, from, to, runs })
    const whole = task(0, 60)
    const parts = [task(0, 50), task(50, 60)]
    for (const name of Object.keys(runs)) expect(whole[name]).toEqual(parts.flatMap((part) => part[name]))
  })

  it('counts what the canary served from the onset to the fail', () => {
    const name = 'ours, alpha 5 %'
    const task = { kind: 'world', seed: 1, from: 0, to: 1, runs: { [name]: 1 } } as const
    const result = runWorld({ ...task, world: 'errors x2 from minute 30' })[name]?.[0]
    const minutes = (result?.failedAt ?? 0) - 30
    expect(minutes).toBeGreaterThan(0)
    // 1,200 requests a minute, 1 % of them bad.
    expect((result?.requests ?? 0) / minutes / 1200).toBeCloseTo(1, 1)
    expect((result?.bad ?? 0) / (result?.requests ?? 0) / 0.01).toBeCloseTo(1, 0)
  })

  it('of the ramp ends promoted when healthy and rolled back when everything fails', () => {
    const ended = (kind: string): readonly string[] => {
      const row = rampCells.find((one) => one.kind === kind && one.cell.rps === 100)
      return row ? runRamps({ kind: 'ramp', cell: row.cell, seed: 1, from: 0, to: 20 }).map(({ end }) => end) : []
    }
    expect(ended('healthy').filter((end) => end === 'promoted').length).toBeGreaterThan(17)
    expect(ended('all fail').filter((end) => end === 'rolled back')).toHaveLength(20)
  })

  it('obeys the laws of units, names and replay', () => {
    const tried = runLaws({ kind: 'laws', world: 'rollout: latency x2', seed: 1, from: 0, to: 3 })
    expect(tried).toEqual({ tried: 3, units: 0, relabelled: 0, renamed: 0, replayed: 0 })
  })
})

describe('the figures', () => {
  it('shares carry exact limits, quantiles are values that occurred', () => {
    expect(shareOf(0, 10_000).high).toBeCloseTo(0.000369, 5)
    expect(quantiles([5, 1, 3, 2])).toEqual({ median: 2, p90: 5 })
    expect(quantiles([])).toBeUndefined()
  })

  it('a fail before the onset is no find, and what passes first is promoted', () => {
    const world = worldNamed('errors x2 from minute 30')
    const served = { requests: 0, bad: 0 }
    const cell = cellOf(world, [
      { failedAt: 10, passedAt: 0, ...served },
      { failedAt: 40, passedAt: 20, ...served },
      { failedAt: 35, passedAt: 0, ...served },
      { failedAt: 0, passedAt: 0, ...served },
    ])
    expect(cell.failed.count).toBe(2)
    expect(cell.early).toBe(1)
    expect(cell.minutesToFail).toEqual({ median: 5, p90: 10 })
    expect([cell.rolledBack.count, cell.promoted.count, cell.undecided.count]).toEqual([2, 1, 1])
  })

  it('a missed target is said to be missed', () => {
    const world = worldNamed('errors 0.5 %')
    const served = { requests: 0, bad: 0 }
    const cell = cellOf(world, [
      { failedAt: 3, passedAt: 0, ...served },
      { failedAt: 0, passedAt: 9, ...served },
    ])
    const lines = targets({ worlds: [{ world, cells: { 'ours, alpha 5 %': cell } }], ramps: [] })
    expect(lines.map(({ met }) => met)).toEqual([false, false])
    expect(lines.some(({ ci }) => ci)).toBe(true)
  })

  it('options are refused with a sentence', () => {
    expect(readOptions(['--quick', '--only', 'a,b', '--seed', '7'])).toMatchObject({ quick: true, only: ['a', 'b'], seed: 7, runs: 1000 })
    expect(() => readOptions(['--runs', 'many'])).toThrow('write a whole number')
  })

  it('reads recorded series', () => {
    expect(readValues('timestamp,value\n2014-02-14 14:30:00,0.132\n2014-02-14 14:35:00,4\n')).toEqual([0.132, 4])
  })
})
