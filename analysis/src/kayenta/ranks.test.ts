import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rankMerge, shiftStatistic, tieSum } from './ranks.ts'

/** Average ranks by counting, all pairs. */
function naive(x: readonly number[], y: readonly number[], mu: number): { doubledRankSum: number; ties: number } {
  const all = [...x.map((value) => value - mu), ...y].map((value) => (Number.isNaN(value) ? Number.POSITIVE_INFINITY : value))
  const ranks = all.map((a) => all.filter((b) => b < a).length + (all.filter((b) => b === a).length + 1) / 2)
  const sizes = new Map<number, number>()
  for (const rank of ranks) sizes.set(rank, (sizes.get(rank) ?? 0) + 1)
  return {
    doubledRankSum: 2 * ranks.slice(0, x.length).reduce((sum, rank) => sum + rank, 0),
    ties: [...sizes.values()].reduce((sum, size) => sum + size ** 3 - size, 0),
  }
}

function naiveStatistic(x: readonly number[], y: readonly number[], mu: number): number {
  const [m, n] = [x.length, y.length]
  const { doubledRankSum, ties } = naive(x, y, mu)
  const d = doubledRankSum / 2 - (m * (m + 1)) / 2 - (m * n) / 2
  return (d - Math.sign(d) * 0.5) / Math.sqrt(((m * n) / 12) * (m + n + 1 - ties / ((m + n) * (m + n - 1))))
}

const sorted = (values: readonly number[]): Float64Array => Float64Array.from(values).sort()
const tiedOrNot = fc.oneof(
  fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 30 }),
  fc.array(
    fc.integer({ min: 0, max: 30 }).map((value) => value / 10),
    { minLength: 1, maxLength: 30 },
  ),
  fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 30 }),
)
const shift = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(0.1, 0.2, 0.3, -0.7, Number.NaN), fc.double())

describe('the rank statistic', () => {
  it('equals the one by counting all pairs, bit for bit, ties and infinities included', () => {
    fc.assert(
      fc.property(tiedOrNot, tiedOrNot, shift, (x, y, mu) => {
        const expected = naiveStatistic(x, y, mu)
        const actual = (): number => shiftStatistic(sorted(x), sorted(y), mu, tieSum(sorted(y)))
        if (Number.isFinite(expected)) expect(actual()).toBe(expected)
        else expect(actual).toThrow('same value')
      }),
      { numRuns: 2000 },
    )
  })

  it('gives rank sums and tie sums of one pass equal to those by counting', () => {
    fc.assert(
      fc.property(tiedOrNot, tiedOrNot, fc.constantFrom(0, 0.1, 1, -2), (x, y, mu) => {
        expect(rankMerge(sorted(x), sorted(y), mu, tieSum(sorted(y)))).toEqual(naive(x, y, mu))
      }),
      { numRuns: 500 },
    )
  })

  it('ties values that become equal by the rounding of the subtraction', () => {
    const x = Float64Array.of(1, 1 + Number.EPSILON)
    expect(1 + Number.EPSILON - 1e9).toBe(1 - 1e9)
    expect(rankMerge(x, Float64Array.of(0), 1e9, 0).ties).toBe(6)
    expect(rankMerge(x, Float64Array.of(0), 0, 0).ties).toBe(0)
  })

  it('does not increase with the shift where variance is not changed by ties', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 2, maxLength: 20 }),
        fc.double({ min: -1e3, max: 1e3, noNaN: true }),
        (values, mu) => {
          const x = sorted(values)
          const y = sorted(values.map((value) => value * 0.7 + 1.1))
          fc.pre(rankMerge(x, y, mu, tieSum(y)).ties === 0 && rankMerge(x, y, mu + 1, tieSum(y)).ties === 0)
          expect(shiftStatistic(x, y, mu + 1, tieSum(y))).toBeLessThanOrEqual(shiftStatistic(x, y, mu, tieSum(y)))
        },
      ),
    )
  })
})
