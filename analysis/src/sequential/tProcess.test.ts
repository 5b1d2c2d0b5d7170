import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normal, uniforms } from '../random.ts'
import { inflationOf, noContrasts, observeContrast, type TProcess, tLogE, tLogEBelow } from './tProcess.ts'

const of = (zs: readonly number[]) => zs.reduce<TProcess>((sums, z) => observeContrast(sums, z), noContrasts)
const worked = [0.12, 0.05, 0.2, 0.11, 0.09, 0.16, 0.13, 0.08]

describe('the t-process', () => {
  it('gives the worked values', () => {
    expect(tLogE(of(worked.slice(0, 3)))).toBe(Number.NEGATIVE_INFINITY)
    expect(tLogE(of(worked.slice(0, 3)), 0, 3)).toBeCloseTo(0.686901, 6)
    for (const [at, value] of [1.399474, 2.133584, 3.082972, 4.149995, 4.943175].entries())
      expect(tLogE(of(worked.slice(0, at + 4)))).toBeCloseTo(value, 6)
  })

  it('does not depend on the unit of the contrasts', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 5, maxLength: 30 }), (zs) => {
        fc.pre(new Set(zs).size > 1)
        const [small, large] = [tLogE(of(zs)), tLogE(of(zs.map((z) => z * 1024)))]
        expect(large).toBe(small)
      }),
    )
  })

  it('looks down as it looks up', () => {
    expect(tLogEBelow(of(worked.map((z) => -z)))).toBe(tLogE(of(worked)))
    expect(tLogEBelow(of(worked))).toBe(Number.NEGATIVE_INFINITY)
  })

  it('believes contrasts less that remember the last one', () => {
    expect(tLogE(of(worked), 0.5)).toBeLessThan(tLogE(of(worked)))
    expect(tLogE(of(worked), 0.5)).toBeGreaterThan(0)
  })

  it('knows by how much the mean of an AR(1) varies more than its spread tells', () => {
    expect(inflationOf(0, 10)).toBe(1)
    expect(inflationOf(-0.5, 10)).toBe(1)
    expect(inflationOf(0.8, 1e6)).toBeCloseTo(9, 3)
    for (const r of [0.3, 0.8, 1]) for (const n of [2, 4, 60]) expect(inflationOf(r, n)).toBeGreaterThan(1)
    const runs = 4000
    let means = 0
    let spreads = 0
    for (let run = 0; run < runs; run++) {
      const uniform = uniforms(1, run)
      let x = normal(uniform)
      const values = Array.from({ length: 8 }, () => {
        x = 0.8 * x + 0.6 * normal(uniform)
        return x
      })
      const mean = values.reduce((sum, value) => sum + value, 0) / 8
      means += mean ** 2
      spreads += values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 7 / 8
    }
    expect(means / spreads / inflationOf(0.8, 8)).toBeCloseTo(1, 1)
  })

  it('stays finite when all contrasts are the same', () => {
    expect(tLogE(of([0.3, 0.3, 0.3, 0.3, 0.3, 0.3]))).toBeGreaterThan(4)
    expect(tLogE(of([0.3, 0.3, 0.3, 0.3, 0.3, 0.3]))).toBeLessThan(1e3)
    expect(tLogE(of([0, 0, 0, 0, 0]))).toBe(Number.NEGATIVE_INFINITY)
  })
})
