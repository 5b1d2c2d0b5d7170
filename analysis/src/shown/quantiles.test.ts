import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normal, uniforms } from '../random.ts'
import type { Bucket } from '../table.ts'
import { cdfBand, cdfConstant } from './cdfBand.ts'
import { quantileSequence } from './quantileSequence.ts'
import { quantileShown, quantilesCompared, quantilesShown } from './quantileShown.ts'

const edges = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1, 2.5, Number.POSITIVE_INFINITY]

/** Latencies around 0.15 s whose p99 is 0.15 e^(2.326 * 0.6) = 0.606 s. */
function latencies(seed: number, count: number, times = 1): Bucket[] {
  const uniform = uniforms(41, seed)
  const counts = edges.map(() => 0)
  for (let at = 0; at < count; at++) {
    const x = times * 0.15 * Math.exp(0.6 * normal(uniform))
    const edge = edges.findIndex((upper) => x <= upper)
    counts[edge] = (counts[edge] ?? 0) + 1
  }
  return edges.map((upper, at) => [upper, counts[at] ?? 0])
}

describe('the band around a distribution function', () => {
  it('has the constants of its optimised proof, a little under the published closed form', () => {
    for (const [alpha, constant] of [
      [0.1, 7.623],
      [0.05, 8.123],
      [0.025, 8.623],
      [0.01, 9.284],
      [0.005, 9.783],
    ] as const) {
      expect(cdfConstant(alpha)).toBeCloseTo(constant, 3)
      expect(cdfConstant(alpha)).toBeLessThan(0.8 * Math.log(1612 / alpha))
    }
    expect(() => cdfConstant(0)).toThrow(RangeError)
  })
  it('takes 78,000 observations to be 0.01 wide, at 5 %', () => {
    expect(cdfBand(78_000, 0.05)).toBeLessThan(0.01)
    expect(cdfBand(76_000, 0.05)).toBeGreaterThan(0.01)
    expect(cdfBand(0, 0.05)).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('the sequence at a fixed quantile', () => {
  it('is 0.0050 wide for p99 after 10,000 observations, 0.0015 after 100,000', () => {
    expect(quantileSequence(10_000, 0.99, 0.05)).toBeCloseTo(0.005, 4)
    expect(quantileSequence(100_000, 0.99, 0.05)).toBeCloseTo(0.0015, 4)
    expect(quantileSequence(0, 0.99, 0.05)).toBe(Number.POSITIVE_INFINITY)
    expect(quantileSequence(1, 0.5, 0.05)).toBeGreaterThan(1)
    expect(() => quantileSequence(10, 1, 0.05)).toThrow(RangeError)
  })
  it('is left by the empirical distribution function in hardly any run', () => {
    let crossed = 0
    for (let seed = 0; seed < 300; seed++) {
      const uniform = uniforms(42, seed)
      let below = 0
      for (let t = 1; t <= 2000; t++) {
        if (uniform() <= 0.9) below += 1
        if (Math.abs(below / t - 0.9) > quantileSequence(t, 0.9, 0.05)) {
          crossed += 1
          break
        }
      }
    }
    expect(crossed).toBeLessThanOrEqual(1)
  })
})

describe('a quantile shown', () => {
  it('lies between two edges, in the unit of the edges', () => {
    expect(quantileShown(latencies(1, 100_000), 0.99, 0.05)).toEqual({ low: 0.5, high: 0.75 })
    const millis = latencies(1, 100_000).map(([upper, count]): Bucket => [upper * 1000, count])
    expect(quantileShown(millis, 0.99, 0.05)).toEqual({ low: 500, high: 750 })
  })
  it('has no limit where there are too few observations to say', () => {
    expect(quantileShown([], 0.99, 0.05)).toEqual({ low: 0, high: Number.POSITIVE_INFINITY })
    expect(quantileShown(latencies(1, 30), 0.99, 0.05).high).toBe(Number.POSITIVE_INFINITY)
    expect(quantileShown([[Number.POSITIVE_INFINITY, 1e6]], 0.5, 0.05)).toEqual({ low: 0, high: Number.POSITIVE_INFINITY })
  })
  it('contains the true quantile, and the wider band for many contains it too', () =>
    fc.assert(
      fc.property(fc.nat(10_000), fc.integer({ min: 10, max: 3000 }), (seed, count) => {
        const buckets = latencies(seed, count)
        const truth = (z: number) => 0.15 * Math.exp(0.6 * z)
        const [median, p99] = quantilesShown(buckets, [0.5, 0.99], 0.05)
        for (const [range, z] of [
          [quantileShown(buckets, 0.5, 0.05), 0],
          [quantileShown(buckets, 0.99, 0.05), 2.3263],
          [median, 0],
          [p99, 2.3263],
        ] as const) {
          expect(range?.low).toBeLessThanOrEqual(truth(z))
          expect(range?.high).toBeGreaterThanOrEqual(truth(z))
        }
        expect(p99?.low).toBeLessThanOrEqual(quantileShown(buckets, 0.99, 0.05).low)
      }),
      { numRuns: 40 },
    ))
  it('compares two arms by difference and ratio', () => {
    const { difference, ratio } = quantilesCompared({ canary: latencies(2, 50_000, 3), baseline: latencies(3, 50_000) }, 0.5, 0.05)
    // Medians 0.45 in (0.4, 0.5] and 0.15, which is an edge itself.
    expect(difference.low).toBeCloseTo(0.4 - 0.2, 9)
    expect(difference.high).toBeCloseTo(0.5 - 0.1, 9)
    expect(ratio.low).toBeCloseTo(2, 9)
    expect(ratio.high).toBeCloseTo(5, 9)
  })
  it('compares without limits when an arm has no observations', () => {
    const nothing = quantilesCompared({ canary: [], baseline: [] }, 0.5, 0.05)
    expect(nothing).toEqual({
      difference: { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY },
      ratio: { low: 0, high: Number.POSITIVE_INFINITY },
    })
  })
})
