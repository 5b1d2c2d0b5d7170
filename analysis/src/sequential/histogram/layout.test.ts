import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HistogramSample } from '../../table.ts'
import { alignEdges, alignGrids, mergeToCoarser } from './align.ts'
import { HistogramError } from './errors.ts'
import { checkBuckets, exponential, placeOn } from './layout.ts'

const sample = (uppers: readonly number[], count = 1): HistogramSample => ({ buckets: uppers.map((upper) => [upper, count]) })
const schema = (s: number, places: readonly number[], unit = 1): HistogramSample =>
  sample(places.map((place) => unit * 2 ** (place / 2 ** s)))
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i)

describe('the layout of a histogram', () => {
  it('is exponential when the edges grow by one factor, in any unit, with holes and with a zero bucket', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 8 }),
        fc.uniqueArray(fc.integer({ min: -300, max: 300 }), { minLength: 1, maxLength: 60 }),
        fc.constantFrom(1, 1000, 1e-3, 60, 1 / 3),
        fc.constantFrom([], [0], [1e-30]),
        (s, holes, unit, zero) => {
          const places = [...new Set([...holes, 301, 302])].sort((a, b) => a - b)
          const { buckets } = schema(s, places, unit)
          const grid = exponential({ buckets: [...sample(zero).buckets, ...buckets] })
          expect(grid?.log).toBe(Math.LN2 / 2 ** s)
        },
      ),
    )
  })

  it('is classic when the edges are usual round numbers, linear, or grow by more than 1.35', () => {
    expect(exponential(sample([0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, Number.POSITIVE_INFINITY]))).toBeUndefined()
    expect(exponential(sample(range(1000, 2000)))).toBeUndefined()
    expect(exponential(sample(range(1_000_000, 1_001_000)))).toBeUndefined()
    expect(exponential(schema(1, range(0, 20)))).toBeUndefined()
    expect(exponential(sample([1, 1.1, 1.21, 1.332]))).toBeUndefined()
    expect(exponential(sample([1, 1.1, Number.POSITIVE_INFINITY]))).toBeUndefined()
  })

  it('is exponential for edges of another growth that were written as text', () => {
    const uppers = range(0, 20).map((at) => Number((0.01 * 1.2 ** at).toPrecision(8)))
    expect(exponential(sample([...uppers, Number.POSITIVE_INFINITY]))?.log).toBeCloseTo(Math.log(1.2), 7)
  })

  it('is exponential however far its edges reach', () => {
    const far = { buckets: range(-250_000, 250_000).map((place) => [2 ** (place / 256), 1] as const) }
    expect(alignGrids(far, far)?.grid.log).toBe(Math.LN2 / 256)
  })

  it('refuses edges that are no numbers or do not ascend, counts that are none, and observations under 0', () => {
    const refused = (buckets: HistogramSample['buckets']): unknown => {
      try {
        return checkBuckets(buckets)
      } catch (error) {
        return error instanceof HistogramError ? error.code : error
      }
    }
    expect(refused([[Number.NaN, 1]])).toBe('bad-upper')
    expect(
      refused([
        [2, 1],
        [1, 1],
      ]),
    ).toBe('bad-upper')
    expect(refused([[1, -1]])).toBe('bad-count')
    expect(refused([[1, Number.NaN]])).toBe('bad-count')
    expect(refused([[-1, 3]])).toBe('negative-observations')
    expect(
      refused([
        [-1, 0],
        [0, 2],
        [1, 0.5],
      ]),
    ).toBe(2.5)
  })
})

describe('two samples on one grid', () => {
  it('keep what lies above every edge of the coarser one', () => {
    const counts = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 3, maxLength: 80 })
    fc.assert(
      fc.property(counts, counts, fc.integer({ min: 0, max: 2 }), fc.constantFrom(1, 1000), (a, b, steps, unit) => {
        const fine: HistogramSample = { buckets: a.map((count, at) => [unit * 2 ** ((at - 20) / 32), count]) }
        const coarse: HistogramSample = { buckets: b.map((count, at) => [unit * 2 ** ((at - 10) / (32 >> steps)), count]) }
        const merged = mergeToCoarser(fine, coarse)
        expect(merged).toBeDefined()
        if (!merged) return
        expect(merged[1].buckets.filter(([, count]) => count > 0)).toHaveLength(b.filter((count) => count > 0).length)
        for (const [upper] of merged[0].buckets) {
          const above = ({ buckets }: HistogramSample): number =>
            buckets.reduce((sum, [to, count]) => sum + (to > upper * (1 + 1e-9) ? count : 0), 0)
          expect(above(merged[0])).toBe(above(fine))
        }
      }),
    )
  })

  it('merges the finer one to the grid of a run that is coarser than both', () => {
    const run = exponential(schema(3, range(0, 20)))
    const both = alignGrids(schema(4, range(-10, 40)), schema(5, range(0, 64)), run)
    expect(both?.grid.log).toBe(Math.LN2 / 8)
    expect(both?.canary.total).toBe(51)
    expect(both?.baseline.at).toEqual(range(0, 16))
  })

  it('do not share a grid when their edges lie between each other', () => {
    expect(alignGrids(schema(3, range(0, 20)), schema(3, range(0, 20), 1.03))).toBeUndefined()
    expect(alignGrids(schema(3, range(0, 20)), sample([1, 2, 5, 10]))).toBeUndefined()
  })

  it('place a single bucket by the other sample', () => {
    const grid = exponential(schema(3, range(0, 20)))
    expect(grid && placeOn(grid, schema(3, [7]))?.at).toEqual([7])
  })
})

it('classic arms are compared at the edges that both have', () => {
  const a: HistogramSample = {
    buckets: [
      [0.1, 5],
      [0.2, 3],
      [0.3, 2],
      [Number.POSITIVE_INFINITY, 1],
    ],
  }
  const b: HistogramSample = {
    buckets: [
      [0.1, 50],
      [0.30000000000000004, 7],
      [1, 4],
    ],
  }
  expect(alignEdges(a, b)).toEqual({ uppers: [0.1, 0.3], canary: [6, 1], baseline: [11, 4] })
})
