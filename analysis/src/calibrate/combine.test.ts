import fc from 'fast-check'
import { expect, test } from 'vitest'
import { tails, totalOf } from '../sequential/histogram/edges.ts'
import type { Bucket, HistogramSample } from '../table.ts'
import { combine } from './combine.ts'

const growth = Math.LN2 / 8

/** A pod's native histogram: a run of buckets, with its lower edge, at any place. */
function native(from: number, counts: readonly number[], width = 1): HistogramSample {
  const uppers = [from - width, ...counts.map((_, at) => from + at * width)]
  return { buckets: uppers.map((place, at): Bucket => [Math.exp(growth * place), counts[at - 1] ?? 0]) }
}

const pod = fc
  .record({ from: fc.integer({ min: 10, max: 20 }), counts: fc.array(fc.nat(50), { minLength: 3, maxLength: 20 }) })
  .map(({ from, counts }) => native(from, counts))

test('pods whose buckets lie at different places add up above every edge', () => {
  fc.assert(
    fc.property(fc.array(pod, { minLength: 1, maxLength: 8 }), (pods) => {
      const sum = combine.histogram(pods)
      expect(totalOf(sum)).toBe(pods.reduce((all, each) => all + totalOf(each), 0))
      const edges = Array.from({ length: 12 }, (_, at) => Math.exp(growth * (at + 12)))
      const each = pods.map((one) => tails(one, edges))
      for (const [at, above] of tails(sum, edges).entries()) expect(above).toBe(each.reduce((all, one) => all + (one[at] ?? Number.NaN), 0))
    }),
  )
})

test('a pod with coarser buckets makes the sum as coarse', () => {
  const sum = combine.histogram([native(10, [1, 2, 3, 4]), native(10, [5, 6, 7], 2)])
  const edges = [10, 12, 14].map((place) => Math.exp(growth * place))
  expect(tails(sum, edges)).toEqual([22, 11, 0])
  expect(tails(sum, [Math.exp(growth * 11)])).toEqual([undefined])
})

test('of classic layouts that differ the common edges are left', () => {
  const infinite = Number.POSITIVE_INFINITY
  const one: Bucket[] = [
    [0.1, 1],
    [1, 2],
    [infinite, 4],
  ]
  const other: Bucket[] = [
    [0.1, 8],
    [0.5, 16],
    [1, 32],
    [infinite, 64],
  ]
  expect(combine.histogram([{ buckets: one }, { buckets: other }]).buckets).toEqual([
    [0.1, 9],
    [1, 50],
    [infinite, 68],
  ])
})

test('counts without an exposure weigh alike, those with one by it', () => {
  expect(combine.count([{ count: 1 }, { count: 2 }])).toEqual({ count: 3, exposure: 2 })
  expect(
    combine.count([
      { count: 1, exposure: 10 },
      { count: 2, exposure: 30 },
    ]),
  ).toEqual({ count: 3, exposure: 40 })
})
