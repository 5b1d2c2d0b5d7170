import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { log1mExp, logAdd, logDiff, logSum } from './logSpace.ts'

const log = fc.oneof(fc.double({ min: -1e4, max: 1e4, noNaN: true }), fc.constantFrom(Number.NEGATIVE_INFINITY, 0))
const close = (a: number, b: number) => a === b || Math.abs(a - b) <= 1e-13 * Math.max(1, Math.abs(a), Math.abs(b))

describe('numbers known by their logs', () => {
  it('add as the numbers do, where these are in range', () => {
    expect(logAdd(Math.log(2), Math.log(3))).toBeCloseTo(Math.log(5), 14)
    expect(logSum([1, 2, 3, 4].map(Math.log))).toBeCloseTo(Math.log(10), 14)
    expect(logDiff(Math.log(5), Math.log(3))).toBeCloseTo(Math.log(2), 14)
  })
  it('have -Infinity as their zero, and no NaN comes of it', () => {
    expect(logAdd(-Infinity, -Infinity)).toBe(-Infinity)
    expect(logAdd(-Infinity, 3)).toBe(3)
    expect(logAdd(Infinity, 3)).toBe(Infinity)
    expect(logAdd(Infinity, Infinity)).toBe(Infinity)
    expect(logSum([])).toBe(-Infinity)
    expect(logSum([-Infinity, -Infinity])).toBe(-Infinity)
    expect(logSum([Infinity, -Infinity])).toBe(Infinity)
    expect(logDiff(-Infinity, -Infinity)).toBe(-Infinity)
    expect(logDiff(7, 7)).toBe(-Infinity)
    expect(logDiff(7, -Infinity)).toBe(7)
    expect(log1mExp(0)).toBe(-Infinity)
    expect(log1mExp(-Infinity)).toBeCloseTo(0, 300)
  })
  it('keep their digits at both ends', () => {
    expect(log1mExp(-1e-20)).toBeCloseTo(Math.log(1e-20), 12)
    expect(log1mExp(-50)).toBe(-Math.exp(-50))
    expect(logAdd(1e5, 1e5 - 1)).toBeCloseTo(1e5 + Math.log1p(Math.exp(-1)), 9)
  })
  it('refuse a difference that would be negative or unknown', () => {
    for (const [a, b] of [
      [1, 2],
      [-Infinity, 0],
      [Infinity, Infinity],
      [Infinity, 1],
      [Number.NaN, 0],
    ] as const)
      expect(() => logDiff(a, b)).toThrow(RangeError)
    expect(() => log1mExp(1e-9)).toThrow(RangeError)
    expect(() => log1mExp(Number.NaN)).toThrow(RangeError)
  })
  it('add in any order and grouping', () =>
    fc.assert(
      fc.property(log, log, log, (a, b, c) => {
        expect(logAdd(a, b)).toBe(logAdd(b, a))
        expect(close(logAdd(logAdd(a, b), c), logSum([a, b, c]))).toBe(true)
        expect(close(logAdd(a, logAdd(b, c)), logSum([c, b, a]))).toBe(true)
      }),
    ))
  it('give back what was added when it is taken away', () =>
    fc.assert(
      fc.property(fc.double({ min: -5, max: 5, noNaN: true }), fc.double({ min: -5, max: 5, noNaN: true }), (a, b) => {
        expect(logDiff(logAdd(a, b), b)).toBeCloseTo(a, 9)
      }),
    ))
})
