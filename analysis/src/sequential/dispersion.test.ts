import { describe, expect, it } from 'vitest'
import { normal, uniforms } from '../random.ts'
import { learned, noSpread, observeBaseline, observeDifference, type Spread } from './dispersion.ts'

/** Standardised differences of so much variance, and a mean that moves at some interval. */
function spreadOf(n: number, dispersion: number, seed: number, mean: (at: number) => number = () => 0): Spread {
  const uniform = uniforms(seed, n)
  return Array.from({ length: n }, (_, at) => mean(at) + Math.sqrt(dispersion) * normal(uniform)).reduce(
    (spread, z) => observeDifference(spread, z, 1),
    noSpread,
  )
}

const above = (bounds: readonly number[], truth: number) => bounds.filter((bound) => bound >= truth).length / bounds.length
const bounds = (n: number, dispersion: number, mean?: (at: number) => number) =>
  Array.from({ length: 300 }, (_, seed) => learned(spreadOf(n, dispersion, seed, mean), n, false).harm)

describe('the dispersion learned during a run', () => {
  it('begins above independence, and comes down to it', () => {
    expect(learned(noSpread, 0, false).harm).toBe(4)
    expect(above(bounds(60, 1), 1.6)).toBeLessThan(0.2)
  })

  it('is rarely below the truth, and never far above it for long', () => {
    for (const truth of [1, 2, 5]) expect(above(bounds(30, truth), truth)).toBeGreaterThan(0.65)
    expect(above(bounds(60, 5), 9)).toBeLessThan(0.02)
  })

  it('does not take a lasting difference for noise, from the first interval on or from a later one', () => {
    const still = bounds(40, 1)
    const average = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length
    expect(average(bounds(40, 1, () => 4))).toBeCloseTo(average(still), 1)
    expect(average(bounds(40, 1, (at) => (at < 30 ? 0 : 4)))).toBeLessThan(1.2 * average(still))
  })

  it('does not listen to intervals with next to no events', () => {
    expect(observeDifference(noSpread, 9, 0.4)).toBe(noSpread)
  })

  it('is given up beyond the last level', () => {
    expect(learned(spreadOf(30, 40, 1), 30, false)).toMatchObject({ harm: Number.POSITIVE_INFINITY, place: -1 })
  })

  it('believes the baseline where the canary may have seen no cluster yet, and waits for it', () => {
    const quiet = (clusters: readonly number[]) => clusters.reduce((spread, bad) => observeBaseline(spread, { bad, total: 5400 }), noSpread)
    const clustered = quiet([0, 20, 40, 10, 0, 50, 30])
    expect(learned(clustered, 7, true).calm).toBeGreaterThan(10)
    expect(learned(quiet([27, 24, 31, 26, 29, 22, 28]), 7, true).calm).toBeLessThan(2)
    expect(learned(clustered, 5, true).calm).toBe(Number.POSITIVE_INFINITY)
    expect(learned(clustered, 1, true).harm).toBe(24)
  })
})
