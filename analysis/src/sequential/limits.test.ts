import { expect, test } from 'vitest'
import type { Bucket, Interval } from '../table.ts'
import { usualLimits } from './limits.ts'

const interval = (canary?: Bucket[], baseline?: Bucket[]): Interval => ({
  interval: 1,
  metrics: {
    latency: {
      form: 'histogram',
      ...(canary ? { canary: { buckets: canary } } : {}),
      ...(baseline ? { baseline: { buckets: baseline } } : {}),
    },
  },
})
const edges: Bucket[] = [
  [0.1, 50],
  [0.25, 30],
  [1, 15],
  [Number.POSITIVE_INFINITY, 5],
]
const grid: Bucket[] = [1, 2, 3, 4, 5, 6].map((k) => [0.1 * 1.09 ** k, 10])
const of = (...intervals: Interval[]) => usualLimits('histogram', 'latency', intervals)

test('a distribution on a grid is held to small shifts, one with fixed edges to large differences', () => {
  expect(of(interval(grid, grid))).toEqual({ tolerance: 0.1, margin: 0.3 })
  expect(of(interval(edges, edges))).toEqual({ tolerance: 0.25, margin: 1 })
})

test('which it is follows from the first interval that both versions have, as for the judge', () => {
  expect(of(interval(grid), interval([], edges), interval(edges, edges), interval(grid, grid))).toEqual({ tolerance: 0.25, margin: 1 })
  expect(of(interval(grid), interval(undefined, grid))).toBeUndefined()
  expect(of()).toBeUndefined()
})

test('of all else it follows from the form', () => {
  expect(usualLimits('ratio', 'errors', [])).toEqual({ tolerance: 0.1, margin: 0.5 })
  expect(usualLimits('gauge', 'memory', [])).toEqual({ tolerance: 0.1, margin: 0.3 })
  expect(usualLimits('raw', 'x', [])).toBeUndefined()
})
