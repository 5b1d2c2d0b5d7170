import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { brentRoot } from './brent.ts'

const find = (f: (at: number) => number, lower: number, upper: number): number => brentRoot(f, lower, f(lower), upper, f(upper))

type Case = {
  readonly steps: readonly number[]
  readonly values: readonly number[]
  readonly slope: number
  readonly lower: number
  readonly upper: number
  readonly root: number
  readonly visited: readonly number[]
  readonly evaluations: number
}

const golden: { readonly cases: readonly Case[] } = JSON.parse(readFileSync(join(import.meta.dirname, 'golden/brent.json'), 'utf8'))

describe('the root finder', () => {
  it('visits the points of the golden vectors and stops where they stop, bit for bit, on functions that jump up and down', () => {
    for (const { steps, values, slope, lower, upper, ...expected } of golden.cases) {
      const visited: number[] = []
      const f = (at: number): number => {
        visited.push(at)
        return (values[steps.filter((step) => step <= at).length] ?? Number.NaN) * (1 + (slope * Math.abs(at - lower)) / 10)
      }
      const [atLower, atUpper] = [f(lower), f(upper)]
      visited.length = 0
      const root = brentRoot(f, lower, atLower, upper, atUpper)
      expect({ root, visited: visited.slice(0, 12), evaluations: visited.length }).toEqual(expected)
    }
  })

  it('gives an end where the function is zero there', () => {
    expect(find((at) => at - 2, 2, 5)).toBe(2)
    expect(find((at) => at - 5, 2, 5)).toBe(5)
  })

  it('stops within its tolerance of the root of a function that falls', () => {
    fc.assert(
      fc.property(fc.double({ min: -50, max: 50, noNaN: true }), (root) => {
        expect(Math.abs(find((at) => (root - at) ** 3 + (root - at), -60, 61) - root)).toBeLessThan(1.01e-4)
      }),
    )
  })

  it('stops within its tolerance of a jump, which is what the rank statistic has', () => {
    fc.assert(
      fc.property(fc.double({ min: -50, max: 50, noNaN: true }), (jump) => {
        expect(Math.abs(find((at) => (at < jump ? 1 : -2), -60, 61) - jump)).toBeLessThan(1.01e-4)
      }),
    )
  })

  it('takes the same steps as the description, counted on a cubic', () => {
    const visited: number[] = []
    const f = (at: number): number => {
      visited.push(at)
      return at ** 3 - 2 * at - 5
    }
    // The first step is the secant's: 2 + 1 * 1 / (16 + 1), from the end nearer to zero.
    expect(brentRoot(f, 2, -1, 3, 16)).toBeCloseTo(2.0945514815, 4)
    expect(visited[0]).toBe(2 + 1 / 17)
    expect(visited.length).toBeLessThanOrEqual(7)
  })

  it('ends after at most 1001 evaluations whatever the function and the ends', () => {
    const value = fc.double()
    fc.assert(
      fc.property(value, value, fc.array(value, { minLength: 1, maxLength: 7 }), (lower, upper, answers) => {
        let calls = 0
        brentRoot(() => answers[calls++ % answers.length] as number, lower, 1, upper, -1)
        expect(calls).toBeLessThanOrEqual(1001)
      }),
    )
    let calls = 0
    expect(brentRoot(() => ++calls, Number.NaN, 1, 5, -1)).toBeNaN()
    expect(calls).toBe(1001)
  })
})
