import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Bucket } from '../table.ts'
import { slowed } from './slowed.ts'

const growth = 2 ** (1 / 8)
const exponential = fc
  .array(fc.nat(1000), { minLength: 3, maxLength: 60 })
  .map((counts): Bucket[] => counts.map((count, at) => [growth ** (at + 20), count]))
const classic = fc
  .array(fc.nat(1000), { minLength: 5, maxLength: 5 })
  .map((counts): Bucket[] => [0.005, 0.1, 0.25, 1, Number.POSITIVE_INFINITY].map((upper, at) => [upper, counts[at] ?? 0]))
const factor = fc.double({ min: 0.1, max: 20, noNaN: true })

function total(buckets: readonly Bucket[]): number {
  return buckets.reduce((sum, [, count]) => sum + count, 0)
}

test('no observation is lost, edges ascend, and classic edges stay', () => {
  fc.assert(
    fc.property(fc.oneof(exponential, classic), factor, (buckets, times) => {
      const moved = slowed(buckets, times)
      expect(Math.abs(total(moved) - total(buckets))).toBeLessThan(1e-6 * (1 + total(buckets)))
      for (const [at, [upper]] of moved.entries()) if (at > 0) expect(upper).toBeGreaterThan(moved[at - 1]?.[0] ?? 0)
      if (buckets.at(-1)?.[0] === Number.POSITIVE_INFINITY) expect(moved.map(([upper]) => upper)).toEqual(buckets.map(([upper]) => upper))
    }),
  )
})

test('whole buckets of an exponential layout move whole', () => {
  const buckets: Bucket[] = [
    [growth ** 20, 5],
    [growth ** 21, 7],
    [growth ** 22, 1],
  ]
  const moved = slowed(buckets, growth ** 3).filter(([, count]) => count > 1e-9)
  expect(moved.map(([, count]) => Math.round(count * 1e6) / 1e6)).toEqual([5, 7, 1])
  expect(Math.abs(Math.log((moved[0]?.[0] ?? 0) / growth ** 23))).toBeLessThan(1e-9)
})

test('in a classic layout the share that crosses an edge is that of evenly spread logarithms', () => {
  const buckets: Bucket[] = [
    [1, 0],
    [4, 100],
    [16, 0],
    [Number.POSITIVE_INFINITY, 10],
  ]
  const moved = slowed(buckets, 2)
  expect(moved.map(([, count]) => Math.round(count))).toEqual([0, 50, 50, 10])
})

test('a factor of 1 leaves the buckets as they are', () => {
  fc.assert(
    fc.property(exponential, (buckets) => {
      expect(slowed(buckets, 1)).toBe(buckets)
    }),
  )
})
