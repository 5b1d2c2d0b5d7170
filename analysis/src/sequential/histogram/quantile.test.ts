import { describe, expect, it } from 'vitest'
import { alignGrids } from './align.ts'
import { addToEdges, addToGrid, edgeQuantile, type GridSum, gridQuantile } from './quantile.ts'
import { rankContrast } from './rank.ts'
import { native, uniform } from './testing/lognormal.ts'

describe('sums of an arm', () => {
  it('know its median to a fraction of a bucket', () => {
    let sum: GridSum | undefined
    for (let interval = 0; interval < 20; interval++) {
      const sample = native(uniform(interval), 2000, { median: 0.1 })
      const both = alignGrids(sample, sample)
      if (both) sum = addToGrid(sum, both.canary, both.grid)
    }
    expect(sum && gridQuantile(sum, 0.5)).toBeCloseTo(0.1, 2)
    expect(sum && gridQuantile(sum, 0.9)).toBeCloseTo(0.1 * Math.exp(0.6 * 1.2816), 2)
  })

  it('stay bounded however far the observations are spread', () => {
    const grid = { anchor: 1, log: Math.LN2 / 256 }
    const at = Array.from({ length: 5000 }, (_, i) => i - 1000)
    const counts = at.map(() => 1)
    const placed = { at, counts, total: 5000, under: { upTo: Number.NEGATIVE_INFINITY, count: 0 }, over: 0, bounded: false }
    const once = addToGrid(undefined, placed, grid)
    const twice = addToGrid(once, placed, grid)
    expect(twice.sum.at.length).toBeLessThanOrEqual(400)
    expect(twice.sum.total).toBe(10000)
    expect(Math.log2(gridQuantile(twice, 0.5) ?? 0)).toBeCloseTo(1499.5 / 256, 1)
  })

  it('of a classic layout are kept at the edges that all intervals had', () => {
    const first = { uppers: [1, 2, 4], canary: [10, 5, 1], baseline: [20, 9, 2] }
    const sum = addToEdges(addToEdges(undefined, first), { uppers: [1, 4], canary: [6, 2], baseline: [7, 3] })
    expect(sum).toEqual({ uppers: [1, 4], canary: [16, 3], baseline: [27, 5] })
    expect(edgeQuantile([1, 4], [16, 4], 32, 0.5)).toBe(1)
    expect(edgeQuantile([1, 4], [16, 4], 28, 0.5)).toBeCloseTo(4 ** (1 / 6), 12)
    expect(edgeQuantile([1, 4], [16, 4], 32, 0.99)).toBeUndefined()
  })
})

describe('the rank contrast', () => {
  it('is about standard normal for equal arms and 0 for the same counts', () => {
    const z = Array.from({ length: 400 }, (_, seed) => {
      const random = uniform(seed)
      const both = alignGrids(native(random, 600, { median: 0.1 }), native(random, 5400, { median: 0.1 }))
      return (both && rankContrast(both.canary, both.baseline, 0)?.z) ?? Number.NaN
    })
    const mean = z.reduce((sum, value) => sum + value, 0) / z.length
    const variance = z.reduce((sum, value) => sum + (value - mean) ** 2, 0) / z.length
    expect(Math.abs(mean)).toBeLessThan(0.2)
    expect(variance).toBeGreaterThan(0.75)
    expect(variance).toBeLessThan(1.25)
    const sample = native(uniform(1), 600, { median: 0.1 })
    const same = alignGrids(sample, sample)
    expect(same && rankContrast(same.canary, same.baseline, 0)?.z).toBeCloseTo(0, 10)
  })

  it('ties zeros with zeros, and what lies beyond the ends of a list', () => {
    const arm = {
      buckets: [
        [0, 50],
        [1, 0],
        [1.2, 20],
        [1.44, 0],
        [Number.POSITIVE_INFINITY, 30],
      ] as const,
    }
    const both = alignGrids(arm, arm)
    expect(both && rankContrast(both.canary, both.baseline, 0)?.z).toBeCloseTo(0, 10)
    // Moved up by one the 20 are beyond 20 of the canary's: 0.5 less half of 0.2 squared.
    expect(both && (rankContrast(both.canary, both.baseline, 1)?.z ?? 0) / Math.sqrt(600)).toBeCloseTo(-0.02, 10)
  })
})
