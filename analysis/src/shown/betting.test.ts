import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gamma, uniforms } from '../random.ts'
import { bettingInterval, bettingWealth } from './betting.ts'

/** Share of runs in which the true mean was refuted at some look. */
function missed(runs: number, length: number, mean: number, draw: (uniform: () => number) => number): number {
  let misses = 0
  for (let seed = 0; seed < runs; seed++) {
    const uniform = uniforms(21, seed)
    const values = Array.from({ length }, () => draw(uniform))
    if (bettingWealth(values, mean, 0.05).peak >= Math.log(20)) misses += 1
  }
  return misses / runs
}

describe('the betting sequence of a bounded mean', () => {
  it('misses a rare share in about 2 % of runs where 5 % are allowed', () => {
    const share = missed(1000, 2000, 0.01, (uniform) => (uniform() < 0.01 ? 1 : 0))
    expect(share).toBeGreaterThan(0.005)
    expect(share).toBeLessThan(0.04)
  })
  it('misses the mean of a beta distribution in about 3 % of runs where 5 % are allowed', () => {
    const share = missed(600, 1000, 0.25, (uniform) => {
      const [a, b] = [gamma(uniform, 2), gamma(uniform, 6)]
      return a / (a + b)
    })
    expect(share).toBeGreaterThan(0.01)
    expect(share).toBeLessThan(0.055)
  })
  it('ends where the wealth of one side is 2/alpha', () => {
    const uniform = uniforms(22)
    const values = Array.from({ length: 500 }, () => uniform() ** 2)
    const { low, high } = bettingInterval(values, 0.05)
    expect(bettingWealth(values, low, 0.05).above).toBeCloseTo(Math.log(40), 4)
    expect(bettingWealth(values, high, 0.05).below).toBeCloseTo(Math.log(40), 4)
    expect(low).toBeLessThan(1 / 3)
    expect(high).toBeGreaterThan(1 / 3)
    expect(high - low).toBeLessThan(0.15)
  })
  it('mirrors with the observations, and says nothing without any', () => {
    expect(bettingInterval([], 0.05)).toEqual({ low: 0, high: 1 })
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 60 }), (values) => {
        const [one, other] = [
          bettingInterval(values, 0.1),
          bettingInterval(
            values.map((x) => 1 - x),
            0.1,
          ),
        ]
        expect(one.low + other.high).toBeCloseTo(1, 6)
        expect(one.high + other.low).toBeCloseTo(1, 6)
      }),
      { numRuns: 40 },
    )
  })
  it('bets before it sees: later observations do not change earlier wealth', () => {
    const values = [0, 1, 0.5, 0.2, 0.9]
    const { above } = bettingWealth(values.slice(0, 3), 0.3, 0.05)
    const [first = 0, second = 0, third = 0] = [1, 2, 3].map((n) => bettingWealth(values.slice(0, n), 0.3, 0.05).above)
    expect(third).toBe(above)
    // The first bet follows from the prior variance of a quarter alone; it is capped at half the wealth.
    expect(first).toBeCloseTo(Math.log(1 + (0.5 / 0.3) * (0 - 0.3)), 12)
    expect(second).toBeGreaterThan(first)
  })
  it('refuses what is not between 0 and 1', () => expect(() => bettingInterval([0.5, 1.5], 0.05)).toThrow(RangeError))
})
