import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canaryReplicas, proportion, stableEnough, stableNeeds } from './replicas.ts'

const total = fc.integer({ min: 0, max: 100_000 })
const weight = fc.integer({ min: 0, max: 100 })

describe('canaryReplicas', () => {
  it.each([
    [10, 20, 1, 2],
    [10, 1, 1, 1],
    [10, 21, 1, 3],
    [3, 50, 1, 2],
    [10, 100, 1, 10],
    [10, 5, 3, 3],
    [10, 0, 0, 0],
    [10, 0, 2, 2],
    [0, 50, 1, 0],
    [100, 7, 1, 7],
    [100, 29, 1, 29],
  ])('N %i, weight %i, at least %i: %i', (n, w, minPods, expected) => {
    expect(canaryReplicas({ total: n, weight: w, minPods, match: 'traffic' })).toBe(expected)
  })

  it('is full size from the start when asked, whatever the weight', () => {
    expect(canaryReplicas({ total: 10, weight: 0, minPods: 1, match: 'full' })).toBe(10)
    expect(canaryReplicas({ total: 2, weight: 1, minPods: 3, match: 'full' })).toBe(3)
    expect(canaryReplicas({ total: 0, weight: 1, minPods: 3, match: 'full' })).toBe(0)
  })

  it('is the smallest size that carries the weight, and never shrinks as the weight grows', () => {
    fc.assert(
      fc.property(total, weight, (n, w) => {
        const pods = canaryReplicas({ total: n, weight: w, minPods: 0, match: 'traffic' })
        expect(pods * 100).toBeGreaterThanOrEqual(n * w)
        expect((pods - 1) * 100).toBeLessThan(n * w || 1)
        if (w < 100) expect(canaryReplicas({ total: n, weight: w + 1, minPods: 0, match: 'traffic' })).toBeGreaterThanOrEqual(pods)
      }),
    )
  })
})

describe('proportion', () => {
  it.each([
    [9, 10, 1, 10],
    [10, 20, 3, 300 / 13],
    [10, 14, 2, 200 / 12],
    [10, 50, 10, 50],
    [10, 100, 10, 50],
    [1, 1, 1, 50],
    [4, 0, 0, 0],
    [0, 30, 0, 0],
  ])('N %i, weight %i: %i pods, %d percent', (n, w, replicas, percent) => {
    expect(proportion({ total: n, weight: w })).toEqual({ replicas, percent })
  })

  it('is nearer to the weight than any other size from 1 to N, the smaller of equals', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 100 }), (n, w) => {
        // Distances in units of 1 / (100 (n + c)), compared across denominators as whole numbers.
        const nearer = (a: number, b: number) => Math.abs(100 * a - w * (n + a)) * (n + b) < Math.abs(100 * b - w * (n + b)) * (n + a)
        let best = 1
        for (let c = 2; c <= n; c++) if (nearer(c, best)) best = c
        expect(proportion({ total: n, weight: w })).toEqual({ replicas: best, percent: (100 * best) / (n + best) })
      }),
    )
  })
})

describe('stableEnough', () => {
  it.each([
    [10, 8, 20, true],
    [10, 7, 20, false],
    [3, 2, 50, true],
    [3, 1, 50, false],
    [10, 0, 100, true],
    [10, 9, 0, false],
  ])('N %i with %i available, canary at %i: %s', (n, available, w, expected) => {
    expect(stableEnough({ total: n, available, weight: w })).toBe(expected)
  })

  it('asks for the smallest number that carries the rest', () => {
    fc.assert(
      fc.property(total, weight, (n, w) => {
        const needs = stableNeeds({ total: n, weight: w })
        expect(stableEnough({ total: n, available: needs, weight: w })).toBe(true)
        expect(stableEnough({ total: n, available: needs - 1, weight: w })).toBe(false)
        expect(needs * 100).toBeGreaterThanOrEqual(n * (100 - w))
        expect((needs - 1) * 100).toBeLessThan(n * (100 - w) || 1)
      }),
    )
  })
})
