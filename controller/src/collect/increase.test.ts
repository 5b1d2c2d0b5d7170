import fc from 'fast-check'
import { expect, test } from 'vitest'
import { countsFromZero, edgeCount, endOf, firstEdge, increases, lookback, onEdges } from './increase.ts'

const missing = Number.NaN
const always = (intervals: number) => new Uint8Array(intervals).fill(1)
const never = (intervals: number) => new Uint8Array(intervals)

/** Values on edges of so many intervals and the lookback. */
const edges = <T>(intervals: fc.Arbitrary<number>, value: fc.Arbitrary<T>) =>
  intervals.chain((count) => fc.array(value, { minLength: count + lookback + 1, maxLength: count + lookback + 1 }))
const someMissing = fc.oneof({ weight: 3, arbitrary: fc.nat(1000) }, { weight: 1, arbitrary: fc.constant(missing) })

test('without restarts amounts add up to the last value less the first', () => {
  fc.assert(
    fc.property(edges(fc.integer({ min: 1, max: 30 }), fc.nat(100)), (steps) => {
      let value = 0
      const values = Float64Array.from(steps, (more) => {
        value += more
        return value
      })
      const amounts = increases(values, never(values.length - lookback - 1))
      expect(amounts.reduce((sum, one) => sum + one, 0)).toBe((values.at(-1) ?? 0) - (values[lookback] ?? 0))
    }),
  )
})

test('values that are missing for no longer than the lookback lose nothing', () => {
  fc.assert(
    fc.property(edges(fc.integer({ min: 1, max: 30 }), fc.tuple(fc.nat(100), fc.boolean())), (steps) => {
      let value = 0
      let gap = 0
      const values = Float64Array.from(steps, ([more, gone], at) => {
        value += more
        const ends = at <= lookback || at === steps.length - 1
        gap = gone && !ends && gap < lookback ? gap + 1 : 0
        return gap > 0 ? missing : value
      })
      const amounts = increases(values, never(values.length - lookback - 1)).filter((one) => !Number.isNaN(one))
      expect(amounts.reduce((sum, one) => sum + one, 0)).toBe(value - (values[lookback] ?? 0))
    }),
  )
})

test('whatever falls or is missing, no amount is negative, and none is more than the value', () => {
  fc.assert(
    fc.property(edges(fc.integer({ min: 1, max: 30 }), someMissing), fc.boolean(), (list, zero) => {
      const values = Float64Array.from(list)
      const intervals = values.length - lookback - 1
      for (const [at, amount] of increases(values, zero ? always(intervals) : never(intervals)).entries())
        if (!Number.isNaN(amount)) {
          expect(amount).toBeGreaterThanOrEqual(0)
          expect(amount).toBeLessThanOrEqual(values[endOf(at)] ?? -1)
        }
    }),
  )
})

test('a fetch that is split at any edge gives the same amounts', () => {
  fc.assert(
    fc.property(
      edges(fc.integer({ min: 2, max: 30 }), someMissing),
      fc.nat(),
      fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
      (list, at, heard) => {
        const values = Float64Array.from(list)
        const intervals = values.length - lookback - 1
        const cut = 1 + (at % (intervals - 1))
        const part = (from: number, to: number) => {
          const mine = values.subarray(from, to + lookback + 1)
          const pod = Uint8Array.from(mine, (value) => (Number.isNaN(value) ? 0 : 1))
          const anybody = Uint8Array.from(mine, (_, edge) => (heard[from + edge] ? 1 : 0))
          return [...increases(mine, countsFromZero(pod, anybody, to - from))]
        }
        expect([...part(0, cut), ...part(cut, intervals)]).toEqual(part(0, intervals))
      },
    ),
  )
})

test('a value that falls is a restart: all of it is new', () => {
  expect([...increases(Float64Array.of(0, 0, 0, 0, 0, 50, 60, 7, 9), never(3))]).toEqual([10, 7, 2])
})

test('what happened while a value was missing belongs to the interval in which it is seen again', () => {
  expect([...increases(Float64Array.of(0, 0, 0, 0, 0, 50, missing, missing, 80), never(3))]).toEqual([missing, missing, 30])
  expect([...increases(Float64Array.of(40, missing, missing, missing, missing, missing, 60), never(1))]).toEqual([20])
})

test('a series that is new counts from 0 only where that is known', () => {
  const values = Float64Array.of(missing, missing, missing, missing, missing, missing, 8)
  expect([...increases(values, always(1))]).toEqual([8])
  expect([...increases(values, never(1))]).toEqual([missing])
})

test('a new series began at 0 when its pod was there before, or when the source was never silent in the lookback', () => {
  const [none, all] = [new Uint8Array(7), new Uint8Array(7).fill(1)]
  const once = Uint8Array.of(0, 0, 1, 0, 0, 0, 1)
  expect([...countsFromZero(once, once, 1)]).toEqual([1])
  expect([...countsFromZero(none, all, 1)]).toEqual([1])
  expect([...countsFromZero(none, once, 1)]).toEqual([0])
  expect([...countsFromZero(none, Uint8Array.of(1, 1, 1, 1, 1, 0, 1), 1)]).toEqual([0])
})

test('points are put on their edges; those of other times are ignored', () => {
  const grid = { from: 100_000, step: 10_000, intervals: 2 }
  expect(firstEdge(grid)).toBe(50_000)
  expect(edgeCount(grid)).toBe(8)
  const values = onEdges(
    [
      [40_000, 1],
      [50_000, 2],
      [99_999, 3],
      [105_000, 4],
      [120_000, 5],
      [130_000, 6],
    ],
    grid,
  )
  expect([...values]).toEqual([2, missing, missing, missing, missing, 3, missing, 5])
})
