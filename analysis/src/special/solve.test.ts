import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { solve } from './solve.ts'

function counted(f: (x: number) => number): { f: (x: number) => number; calls: () => number } {
  let calls = 0
  return {
    f: (x) => {
      calls += 1
      return f(x)
    },
    calls: () => calls,
  }
}

describe('the root finder', () => {
  it('finds the root of a smooth function in few steps', () => {
    const { f, calls } = counted((x) => Math.exp(x) - 5)
    expect(solve(f, { low: 0, high: 10 })).toBeCloseTo(Math.log(5), 14)
    expect(calls()).toBeLessThan(20)
  })
  it('finds any root of a rising cubic, from ends in either order', () =>
    fc.assert(
      fc.property(
        fc.double({ min: -100, max: 100, noNaN: true }),
        fc.double({ min: 0, max: 10, noNaN: true }),
        fc.boolean(),
        (root, slope, turned) => {
          const { f, calls } = counted((x) => (x - root) ** 3 + slope * (x - root))
          const ends = turned ? { low: 1000, high: -1000 } : { low: -1000, high: 1000 }
          const found = solve(f, { ...ends, tolerance: 1e-9 })
          expect(Math.abs(found - root)).toBeLessThan(1e-8)
          expect(calls()).toBeLessThan(150)
        },
      ),
    ))
  it('bisects where values are infinite or jump', () => {
    expect(solve((x) => (x < 3 ? -Infinity : Infinity), { low: 0, high: 10 })).toBeCloseTo(3, 14)
    expect(solve((x) => (x < 1e-200 ? -1 : 1), { low: 0, high: 1 })).toBeLessThan(1e-199)
    expect(solve((x) => Math.log(x) + 20, { low: 0, high: 1 })).toBeCloseTo(Math.exp(-20), 20)
  })
  it('takes an end that is the root', () => {
    expect(solve((x) => x, { low: 0, high: 1 })).toBe(0)
    expect(solve((x) => x - 1, { low: 0, high: 1 })).toBe(1)
  })
  it('refuses a function without a change of sign, or without a value', () => {
    expect(() => solve((x) => x * x + 1, { low: -1, high: 1 })).toThrow(RangeError)
    expect(() => solve((x) => (x > 0.1 && x < 0.9 ? Number.NaN : x - 0.5), { low: 0, high: 1 })).toThrow(RangeError)
  })
  it('stops at the tolerance asked for', () => {
    const { f, calls } = counted((x) => Math.sign(x - Math.PI))
    expect(Math.abs(solve(f, { low: 0, high: 8, tolerance: 0.01 }) - Math.PI)).toBeLessThan(0.02)
    expect(calls()).toBeLessThan(15)
  })
})
