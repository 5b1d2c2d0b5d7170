import { describe, expect, it } from 'vitest'
import { gamma, normal, uniforms } from '../random.ts'
import { meanSequence } from './meanSequence.ts'

const options = { alpha: 0.05, optimum: 500 }

/** Share of runs in which the sequence missed the mean at some look from 30 to `length`. */
function missed(runs: number, length: number, mean: number, draw: (uniform: () => number) => number): number {
  let misses = 0
  for (let seed = 0; seed < runs; seed++) {
    const uniform = uniforms(31, seed)
    let [sum, squares] = [0, 0]
    for (let count = 1; count <= length; count++) {
      const x = draw(uniform)
      sum += x
      squares += x * x
      const shown = meanSequence(
        { count, mean: sum / count, deviation: Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2)) },
        options,
      )
      if (shown && (mean < shown.low || mean > shown.high)) {
        misses += 1
        break
      }
    }
  }
  return misses / runs
}

describe('the asymptotic sequence of a mean', () => {
  it('misses the mean of a skewed gamma in about 5 % of runs', () => {
    const share = missed(1000, 1000, 2, (uniform) => gamma(uniform, 2))
    expect(share).toBeGreaterThan(0.02)
    expect(share).toBeLessThan(0.075)
  })
  it('misses more on heavy tails, as its description says', () => {
    const mean = Math.exp(1.5 ** 2 / 2)
    expect(missed(300, 1000, mean, (uniform) => Math.exp(1.5 * normal(uniform)))).toBeGreaterThan(0.15)
  })
  it('shows nothing before 30 observations', () => {
    expect(meanSequence({ count: 29, mean: 1, deviation: 1 }, options)).toBeUndefined()
    expect(meanSequence({ count: 30, mean: 1, deviation: 1 }, options)).toBeDefined()
  })
  it('is narrowest, next to a fixed-size interval, around the optimum', () => {
    const excess = (count: number) => (meanSequence({ count, mean: 0, deviation: 1 }, options)?.high ?? 0) * Math.sqrt(count)
    const best = excess(500)
    for (const count of [50, 200, 350, 700, 1500, 10_000]) expect(excess(count)).toBeGreaterThan(best)
    expect(best).toBeCloseTo(3.01, 1)
  })
  it('refuses what is no level', () => {
    expect(() => meanSequence({ count: 50, mean: 0, deviation: 1 }, { alpha: 1, optimum: 50 })).toThrow(RangeError)
    expect(() => meanSequence({ count: 50, mean: 0, deviation: 1 }, { alpha: 0.05, optimum: 0 })).toThrow(RangeError)
  })
})
