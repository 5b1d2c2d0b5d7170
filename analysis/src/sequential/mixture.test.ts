import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { logE } from './kernel.ts'
import { beginMixture, mixtureLogE, observeMixture, type Starts } from './mixture.ts'

const grid = [1.1, 1.25, 1.6, 2.5, 6, 30]
const table = [
  [12, 1000, 60, 9000],
  [9, 900, 55, 9100],
  [15, 1100, 48, 8900],
  [14, 1000, 70, 9000],
  [20, 1200, 66, 8800],
] as const

function along(starts: Starts, dispersion: number): number[] {
  let mixture = beginMixture(grid.length)
  return table.map(([xc, nc, xb, nb]) => {
    const logs = grid.map((factor) =>
      logE({ bad: xc, total: nc }, { bad: xb, total: nb }, { rho: 1.1, delta: 0, ratio: 1.1 * factor }, dispersion),
    )
    mixture = observeMixture(mixture, logs, starts)
    return mixtureLogE(mixture, starts)
  })
}

describe('the mixture over effects and starts', () => {
  it.each([
    ['with starts spread over 60 intervals', { planned: 60 }, 1, [0.125157, 0.347384, 2.304183, 3.343874, 6.156791]],
    ['without later starts', 'first', 1, [0.236377, 0.605957, 2.932803, 4.008098, 6.837102]],
    ['with counts that cluster', { planned: 60 }, 2.5, [-0.077443, -0.030991, 0.490421, 0.737612, 1.596577]],
  ] as const)('gives the worked values %s', (_, starts, dispersion, values) => {
    const got = along(starts, dispersion)
    for (const [at, value] of values.entries()) expect(got[at]).toBeCloseTo(value, 6)
  })

  it('is the average of processes begun at every planned interval', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 2, max: 10 }),
        (logs, planned) => {
          const starts = { planned }
          let mixture = beginMixture(1)
          for (const log of logs) mixture = observeMixture(mixture, [log], starts)
          const from = (first: number) => Math.exp(logs.slice(first).reduce((sum, log) => sum + log, 0))
          const rest = Array.from({ length: planned - 1 }, (_, at) => from(at + 1)).reduce((sum, wealth) => sum + wealth, 0)
          expect(Math.exp(mixtureLogE(mixture, starts))).toBeCloseTo(from(0) / 2 + rest / (2 * (planned - 1)), 6)
        },
      ),
    )
  })

  it('is worth 1 before anything is seen', () => {
    expect(mixtureLogE(beginMixture(6), { planned: 60 })).toBe(0)
    expect(mixtureLogE(beginMixture(6), 'first')).toBe(0)
  })
})
