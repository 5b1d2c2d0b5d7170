import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gridOf, logE, logEsFloor } from './kernel.ts'

const canary = { bad: 12, total: 1000 }
const baseline = { bad: 60, total: 9000 }

describe('the count kernel', () => {
  it.each([
    [0, [0.363803, 0.74354, 1.082434, 0.100606, -9.799842, -61.795293]],
    [0.001, [0.275654, 0.526673, 0.580575, -1.04833, -12.684457, -68.009579]],
  ])('gives the worked values of the harm grid with a difference of %d allowed', (delta, values) => {
    const got = [1.1, 1.25, 1.6, 2.5, 6, 30].map((factor) => logE(canary, baseline, { rho: 1.1, delta, ratio: 1.1 * factor }))
    for (const [at, value] of values.entries()) expect(got[at]).toBeCloseTo(value, 6)
  })

  it('gives the worked values of the margin grid', () => {
    const got = [0.9, 0.75, 0.5, 0.2, 0.03].map((factor) => logE(canary, baseline, { rho: 1.5, delta: 0.001, ratio: 1.5 * factor }))
    for (const [at, value] of [-0.141381, -0.611492, -2.520454, -9.80108, -30.373775].entries()) expect(got[at]).toBeCloseTo(value, 6)
  })

  const bet = fc.record({ rho: fc.double({ min: 0.3, max: 3, noNaN: true }), delta: fc.double({ min: 0, max: 0.2, noNaN: true }) })
  const grown = fc.oneof(fc.double({ min: 1.05, max: 20, noNaN: true }), fc.double({ min: 0.03, max: 0.95, noNaN: true }))

  it('has an expectation of at most 1 on the edge of the null, whatever the baseline rate and the numbers of requests', () => {
    fc.assert(
      fc.property(
        bet,
        grown,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 12 }),
        ({ rho, delta }, factor, rate, nc, nb) => {
          const edge = rho * rate + delta
          // Looking for harm the null is everything up to the edge, looking for harmlessness everything from it on.
          const rates = factor > 1 ? [edge, edge / 2, 0] : [edge, (1 + edge) / 2, 1]
          for (const raw of rates) {
            const p = Math.min(1, raw)
            if (factor < 1 && p < edge) continue
            let expected = 0
            for (let c = 0; c <= nc; c++)
              for (let b = 0; b <= nb; b++)
                expected +=
                  binomial(nc, c, p) *
                  binomial(nb, b, rate) *
                  Math.exp(logE({ bad: c, total: nc }, { bad: b, total: nb }, { rho, delta, ratio: rho * factor }))
            expect(expected).toBeLessThanOrEqual(1 + 1e-9)
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  it('has an expectation of at most 1 for a canary below the floor', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        grown,
        fc.integer({ min: 1, max: 15 }),
        (floor, part, factor, n) => {
          fc.pre(factor > 1)
          let expected = 0
          for (let c = 0; c <= n; c++)
            expected += binomial(n, c, floor * part) * Math.exp(logEsFloor({ bad: c, total: n }, floor, gridOf([factor]))[0] ?? 0)
          expect(expected).toBeLessThanOrEqual(1 + 1e-9)
        },
      ),
    )
  })

  it('says nothing where an arm had no requests', () => {
    expect(logE({ bad: 0, total: 0 }, baseline, { rho: 1.1, delta: 0, ratio: 2 })).toBe(0)
    expect(logE(canary, { bad: 0, total: 0 }, { rho: 1.1, delta: 0, ratio: 2 })).toBe(0)
  })

  it('stays finite for counts near the limits of numbers', () => {
    const huge = { bad: 1e300, total: 1e300 }
    for (const pair of [
      [huge, baseline],
      [canary, huge],
      [huge, huge],
    ] as const)
      expect(logE(pair[0], pair[1], { rho: 1.1, delta: 0.001, ratio: 33 })).not.toBeNaN()
  })
})

function binomial(n: number, k: number, p: number): number {
  let choose = 1
  for (let i = 0; i < k; i++) choose = (choose * (n - i)) / (i + 1)
  return choose * p ** k * (1 - p) ** (n - k)
}
