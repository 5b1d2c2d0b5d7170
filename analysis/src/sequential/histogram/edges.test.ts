import { describe, expect, it } from 'vitest'
import { alignGrids } from './align.ts'
import { chooseEdges, pool, pooledTails, tails } from './edges.ts'
import { classic, native, uniform } from './testing/lognormal.ts'

describe('edges', () => {
  it('are those nearest to tails of a half, a quarter, 10, 5 and 1 %', () => {
    const sample = native(uniform(1), 1e6, { median: 0.1 })
    const edges = chooseEdges(sample)
    const counts = tails(sample, edges).map((count) => (count ?? 0) / 1e6)
    expect(edges).toHaveLength(5)
    for (const [at, target] of [0.5, 0.25, 0.1, 0.05, 0.01].entries()) {
      expect((counts[at] ?? 0) / target).toBeGreaterThan(0.8)
      expect((counts[at] ?? 0) / target).toBeLessThan(1.25)
    }
  })

  it('are few in a classic layout, each once', () => {
    expect(chooseEdges(classic(uniform(2), 1e6, { median: 0.1 }))).toEqual([0.1, 0.25, 0.5])
  })

  it('are none when everything lies in one bucket or there is nothing', () => {
    expect(
      chooseEdges({
        buckets: [
          [1, 0],
          [2, 500],
          [3, 0],
        ],
      }),
    ).toEqual([])
    expect(chooseEdges({ buckets: [[1, 0]] })).toEqual([])
    expect(chooseEdges({ buckets: [] })).toEqual([])
  })

  it('are read from the canary moved back, so that the same slowness leaves no trace', () => {
    const baseline = native(uniform(3), 5000, { median: 0.1 })
    const canary = { buckets: baseline.buckets.map(([upper, count]) => [upper * 2 ** (1 / 8), count] as const) }
    const both = alignGrids(canary, baseline)
    const alone = alignGrids(baseline, baseline)
    expect(both && pooledTails(both, 1).map(({ tail }) => tail)).toEqual(alone && pooledTails(alone, 0).map(({ tail }) => tail))
  })
})

it('tails are unknown at an edge that a classic sample lacks, and beyond the end of a list that has something there', () => {
  const list = {
    buckets: [
      [0.1, 5],
      [0.2, 3],
      [0.5, 2],
      [Number.POSITIVE_INFINITY, 1],
    ] as const,
  }
  expect(tails(list, [0.1, 0.15, 0.5, 1])).toEqual([6, undefined, 1, undefined])
  const geometric = {
    buckets: [
      [1, 5],
      [1.2, 3],
      [1.44, 2],
      [Number.POSITIVE_INFINITY, 1],
    ] as const,
  }
  expect(tails(geometric, [1 / 1.2, 1, 1.2, 1.44, 1.728])).toEqual([undefined, 6, 3, 1, undefined])
})

it('a pool has the observations of all samples, on the coarsest grid', () => {
  const samples = [1, 2, 3].map((seed) => native(uniform(seed), 1000, { median: 0.1 }))
  const edge = 2 ** (-20 / 8)
  const sum = samples.reduce((total, sample) => total + (tails(sample, [edge])[0] ?? 0), 0)
  expect(tails(pool(samples), [edge])).toEqual([sum])
  const lists = [4, 5].map((seed) => classic(uniform(seed), 1000, { median: 0.1 }))
  const above = lists.reduce((total, sample) => total + (tails(sample, [0.25])[0] ?? 0), 0)
  expect(tails(pool(lists), [0.25])).toEqual([above])
})
