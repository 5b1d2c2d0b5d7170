import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { HistoryItem } from '../dto/detail.ts'
import { median, type Remembered, statisticsOf } from './statistics.ts'

const now = Date.UTC(2026, 5, 30)
const hour = 3_600_000
const version = (hash: string) => ({ hash, images: [`web:${hash}`] })
/** A run that ended so many hours ago and took so many. */
const run = (id: number, from: string, to: string, result: HistoryItem['result'], endedHoursAgo: number, took: number): HistoryItem => ({
  id,
  from: version(from),
  to: version(to),
  result,
  because: '',
  startedAt: new Date(now - (endedHoursAgo + took) * hour).toISOString(),
  endedAt: new Date(now - endedHoursAgo * hour).toISOString(),
})
const release = (history: HistoryItem[], more: Partial<Remembered> = {}): Remembered => ({
  namespace: 'shop',
  name: 'web',
  team: 'a',
  history,
  limit: 100,
  ...more,
})
const query = { by: 'service', days: 28 } as const

describe('the four keys', () => {
  test('of runs that were promoted, rolled back, aborted and overtaken', () => {
    const { total, weeks, remark } = statisticsOf(
      [
        release([
          run(6, 'b', 'd', 'Superseded', 1, 1),
          run(5, 'b', 'c', 'Aborted', 24, 2),
          run(4, 'b', 'c', 'RolledBack', 48, 4),
          run(2, 'a', 'b', 'Promoted', 200, 3),
          run(1, 'z', 'a', 'Promoted', 24 * 27, 1),
        ]),
      ],
      query,
      now,
    )
    expect(total).toEqual({
      runs: 5,
      deployments: 2,
      perWeek: 0.5,
      leadTime: 2 * 3600,
      failureRate: 2 / 4,
      timeToRestore: 3 * 3600,
    })
    expect(weeks.map(({ promoted, failed }) => [promoted, failed])).toEqual([
      [1, 0],
      [0, 0],
      [1, 0],
      [0, 2],
    ])
    expect(remark).toBeUndefined()
  })

  test('a deployment that was undone has failed; what put it back is none, and ends its time to restore', () => {
    const { total } = statisticsOf([release([run(2, 'b', 'a', 'Promoted', 10, 1), run(1, 'a', 'b', 'Promoted', 20, 2)])], query, now)
    expect(total).toMatchObject({ runs: 2, deployments: 1, failureRate: 1, timeToRestore: 12 * 3600 })
  })

  test('going forth again after going back is a deployment', () => {
    const { total } = statisticsOf(
      [release([run(3, 'a', 'b', 'Promoted', 1, 1), run(2, 'b', 'a', 'Promoted', 10, 1), run(1, 'a', 'b', 'Promoted', 20, 2)])],
      query,
      now,
    )
    expect(total).toMatchObject({ deployments: 2, failureRate: 0.5 })
  })

  test('the newest week is whole, the oldest is what is left', () => {
    const { weeks } = statisticsOf([release([run(1, 'a', 'b', 'Promoted', 24 * 7 - 1, 1)])], { ...query, days: 10 }, now)
    expect(weeks.map(({ from, promoted }) => [(now - Date.parse(from)) / (24 * hour), promoted])).toEqual([
      [10, 0],
      [7, 1],
    ])
  })

  test('of nothing there is nothing, which is not zero', () => {
    expect(statisticsOf([], query, now).total).toEqual({
      runs: 0,
      deployments: 0,
      perWeek: 0,
      leadTime: null,
      failureRate: null,
      timeToRestore: null,
    })
  })

  test('by team and by namespace, of a team only', () => {
    const promoted = [run(1, 'a', 'b', 'Promoted', 1, 1)]
    const all = [
      release(promoted),
      release(promoted, { name: 'api', team: 'b' }),
      release(promoted, { namespace: 'mail', team: undefined }),
    ]
    const keys = (more: object) => statisticsOf(all, { ...query, ...more }, now).rows.map(({ key, deployments }) => [key, deployments])
    expect(keys({})).toEqual([
      ['mail/web', 1],
      ['shop/api', 1],
      ['shop/web', 1],
    ])
    expect(keys({ by: 'namespace' })).toEqual([
      ['shop', 2],
      ['mail', 1],
    ])
    // Those without a team are a row of their own, that no team can have the name of.
    expect(keys({ by: 'team' })).toEqual([
      [null, 1],
      ['a', 1],
      ['b', 1],
    ])
    expect(keys({ team: 'b' })).toEqual([['shop/api', 1]])
  })

  test('says when a full history does not reach back to the begin', () => {
    const full = release([run(1, 'a', 'b', 'Promoted', 1, 1)], { limit: 1 })
    expect(statisticsOf([full], query, now).remark).toContain('1 release has had more runs')
    expect(statisticsOf([{ ...full, limit: 2 }], query, now).remark).toBeUndefined()
    const old = release([run(2, 'a', 'b', 'Promoted', 1, 1), run(1, 'a', 'b', 'Promoted', 24 * 40, 1)], { limit: 2 })
    expect(statisticsOf([old], query, now).remark).toBeUndefined()
  })
})

const results = ['Promoted', 'RolledBack', 'Superseded', 'Aborted'] as const
const histories = fc
  .array(
    fc.record({
      result: fc.constantFrom(...results),
      from: fc.constantFrom('a', 'b', 'c'),
      to: fc.constantFrom('a', 'b', 'c'),
      ended: fc.integer({ min: 0, max: 24 * 60 }),
      took: fc.integer({ min: 0, max: 100 }),
    }),
    { maxLength: 30 },
  )
  .map((runs) =>
    [...runs].sort((a, b) => b.ended - a.ended).map(({ from, to, result, ended, took }, at) => run(at + 1, from, to, result, ended, took)),
  )
const releases = fc.array(
  fc.record({
    history: histories,
    namespace: fc.constantFrom('x', 'y'),
    name: fc.constantFrom('p', 'q', 'r'),
    team: fc.constantFrom('a', 'b', undefined),
  }),
  { maxLength: 6 },
)

test('property: rows of any kind add up to the total, weeks to its deployments and failures, and every rate is a share', () => {
  fc.assert(
    fc.property(releases, fc.constantFrom('service', 'team', 'namespace'), fc.integer({ min: 1, max: 90 }), (of, by, days) => {
      const { total, rows, weeks } = statisticsOf(
        of.map((one) => ({ ...one, limit: 100 })),
        { by, days },
        now,
      )
      const sum = (values: number[]) => values.reduce((a, b) => a + b, 0)
      expect(sum(rows.map(({ runs }) => runs))).toBe(total.runs)
      expect(sum(rows.map(({ deployments }) => deployments))).toBe(total.deployments)
      expect(sum(rows.map(({ perWeek }) => perWeek))).toBeCloseTo(total.perWeek)
      for (const { failureRate, leadTime, timeToRestore, runs, deployments } of [total, ...rows]) {
        expect(deployments).toBeLessThanOrEqual(runs)
        if (failureRate !== null) expect(failureRate >= 0 && failureRate <= 1).toBe(true)
        expect(leadTime === null).toBe(deployments === 0)
        expect(timeToRestore === null).toBe(failureRate === null || failureRate === 0)
      }
      // A week counts a deployment that was undone as failed, not as promoted.
      const [promoted, failed] = [sum(weeks.map((one) => one.promoted)), sum(weeks.map((one) => one.failed))]
      expect(total.failureRate).toBe(promoted + failed === 0 ? null : failed / (promoted + failed))
    }),
  )
})

test('property: the median is the middle, whatever the order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
      const middle = median(values) ?? Number.NaN
      expect(values.filter((value) => value <= middle).length * 2).toBeGreaterThanOrEqual(values.length)
      expect(values.filter((value) => value >= middle).length * 2).toBeGreaterThanOrEqual(values.length)
      expect(median([...values].reverse())).toBe(middle)
    }),
  )
})
