import fc from 'fast-check'
import { expect, test } from 'vitest'
import { columnsOf, gapAt, lonely, openBand, type Point, ratioRange, ratioTicks, timeRange } from './points.ts'

const start = Date.parse('2026-03-14T10:00:00Z')
const point = (minute: number, rest: Partial<Point> = {}): Point => ({
  at: new Date(start + minute * 60_000).toISOString(),
  canary: 1,
  baseline: 1,
  estimate: 1,
  low: 0.9,
  high: 1.1,
  ...rest,
})

test('a missing interval breaks the line', () => {
  const columns = columnsOf([point(1), point(2), point(3), point(6), point(7)])
  expect(columns.point).toEqual([0, 1, 2, null, 3, 4])
  expect(columns.canary).toEqual([1, 1, 1, null, 1, 1])
})

test('no data stays no data and is never zero', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ step: fc.integer({ min: 1, max: 5 }), canary: fc.option(fc.double({ noNaN: true })) })), (drawn) => {
      let minute = 0
      const points = drawn.map(({ step, canary }) => {
        minute += step
        return point(minute, { canary })
      })
      const columns = columnsOf(points)
      expect(columns.canary.filter((_, index) => columns.point[index] !== null)).toEqual(drawn.map(({ canary }) => canary))
      expect(columns.at).toEqual(columns.at.toSorted((a, b) => a - b))
      for (const [index, of] of columns.point.entries()) if (of === null) expect(columns.canary[index]).toBeNull()
    }),
  )
})

test('a value between two gaps gets a dot', () => {
  expect(lonely([1, null, 2, null, 3, 4])).toEqual([0, 2])
  expect(lonely([null, null])).toEqual([])
})

test('the axis shows the estimate, both limits and no difference, and cuts off the wide band of the first looks', () => {
  const [low, high] = ratioRange([point(1, { low: 0, high: 400 }), point(2, { low: 0.9, high: 1.2 })], { tolerance: 1.1, margin: 1.3 })
  expect(low).toBeLessThan(0.9)
  expect(high).toBeGreaterThan(1.3)
  expect(high).toBeLessThan(3)
  expect(ratioRange([], undefined)).toEqual([1 / 1.02, 1.02])
  expect(ratioRange([point(1, { estimate: 0, low: 0, high: 1e9 })], undefined)[0]).toBeGreaterThan(0)
})

test('a band without a limit is open on that side, and absent where nothing is known', () => {
  const columns = columnsOf([
    point(1, { estimate: null, low: null, high: null }),
    point(2, { low: null, high: null }),
    point(3, { low: 0, high: 1.2 }),
    point(4, { low: 0.8, high: null }),
  ])
  const { low, high } = openBand(columns, [0.5, 1.5])
  expect([low[0], high[0], low[1], high[1]]).toEqual([null, null, null, null])
  expect(low[2]).toBeGreaterThan(0)
  expect(low[2]).toBeLessThan(0.5)
  expect(high[2]).toBe(1.2)
  expect(low[3]).toBe(0.8)
  expect(high[3]).toBeGreaterThan(1.5)
})

test('the axis of ratios is labelled at a few round ratios within it', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 1, noNaN: true }), fc.double({ min: 1.04, max: 10_000, noNaN: true }), (low, times) => {
      const ticks = ratioTicks([low, low * times])
      expect(ticks.length).toBeGreaterThanOrEqual(2)
      expect(ticks.length).toBeLessThanOrEqual(13)
      for (const tick of ticks) expect(tick >= low * 0.999 && tick <= low * times * 1.001).toBe(true)
    }),
  )
  expect(ratioTicks([0.9, 1.35])).toEqual([0.9, 1, 1.1, 1.2, 1.3])
  expect(ratioTicks([0.5, 8])).toEqual([0.5, 0.7, 1, 1.5, 2, 3, 5, 7])
})

test('why there is no data', () => {
  const gaps = [{ from: '2026-03-14T10:02:00Z', to: '2026-03-14T10:07:00Z', because: 'provider timeout' }]
  expect(gapAt({ gaps }, '2026-03-14T10:05:00Z')).toBe('provider timeout')
  expect(gapAt({ gaps }, '2026-03-14T10:08:00Z')).toBeUndefined()
})

test('a time axis spans a minute around few points, and no more than many have', () => {
  expect(timeRange(1000, 1000)).toEqual([970, 1030])
  expect(timeRange(1000, 1020)).toEqual([980, 1040])
  expect(timeRange(1000, 4000)).toEqual([1000, 4000])
})
