import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { classifyMannWhitney } from './classifier.ts'
import type { ClassifierOptions } from './classifierOptions.ts'
import { mannWhitney } from './mannWhitney.ts'

type Case = {
  readonly kind: string
  readonly experiment: readonly number[]
  readonly control: readonly number[]
  readonly confLevel: number
  readonly shift: readonly [number, number, number] | null
  readonly options: ClassifierOptions
  readonly class: readonly [string, number | null, boolean]
}

const golden: { readonly cases: readonly Case[] } = JSON.parse(readFileSync(join(import.meta.dirname, 'golden/mannWhitney.json'), 'utf8'))

function shiftOf(one: Case): readonly number[] | null {
  try {
    const { low, high, estimate } = mannWhitney(one.experiment, one.control, one.confLevel)
    return [low, high, estimate]
  } catch {
    return null
  }
}

describe('the location shift', () => {
  it('equals the golden vectors of a naive implementation bit for bit', () => {
    expect(golden.cases.length).toBeGreaterThan(90)
    for (const one of golden.cases) expect(shiftOf(one), `${one.kind} ${one.experiment.length}`).toEqual(one.shift)
  })

  it('leads to the golden classes', () => {
    for (const one of golden.cases) {
      const { classification, deviation, critical } = classifyMannWhitney(one, one.options)
      expect([classification, Number.isNaN(deviation) ? null : deviation, critical]).toEqual(one.class)
    }
  })

  it('gives 6 to 39 around 22.5 for four values ten times as large, as R does', () => {
    const { low, high, estimate } = mannWhitney([10, 20, 30, 40], [1, 2, 3, 4], 0.95)
    expect(low).toBeCloseTo(6, 6)
    expect(high).toBeCloseTo(39, 6)
    expect(estimate).toBeCloseTo(22.5, 6)
  })

  it('does not depend on the order of the samples, and drops NaN', () => {
    const x = [3, 1, 4, 1, 5, 9, 2, 6]
    const y = [2, 7, 1, 8, 2, 8, 1, 8]
    expect(mannWhitney([...x].reverse(), [...y, Number.NaN].sort(), 0.98)).toEqual(mannWhitney(x, y, 0.98))
  })

  it('leaves its arguments as they are', () => {
    const x = [3, 1, 2]
    mannWhitney(x, [5, 4], 0.98)
    expect(x).toEqual([3, 1, 2])
  })

  it('compares two constant arms by noise of a hundred thousandth, the same each time', () => {
    const once = mannWhitney(new Array(20).fill(5), new Array(20).fill(1), 0.98)
    expect(once).toEqual(mannWhitney(new Array(20).fill(5), new Array(20).fill(1), 0.98))
    expect(once.estimate).toBeCloseTo(4, 3)
    expect(once.low).not.toBe(once.high)
    const zeros = new Array(20).fill(0)
    const ones = new Array(20).fill(1)
    for (const { low, high } of [mannWhitney(zeros, ones), mannWhitney(ones, zeros)]) expect(high - low).toBeGreaterThan(1e-7)
  })

  it('says what is wrong with an empty arm and with a level outside 0 to 1', () => {
    expect(() => mannWhitney([], [1], 0.98)).toThrow('at least one sample in each arm')
    expect(() => mannWhitney([1, 2], [3, 4], 98)).toThrow('The confidence level is 98')
  })

  it('moves with the experiment, within the tolerance of the root finder', () => {
    // Multiples of a power of two, which moving by 64 does not round: rounding makes ties, and ties move the limits.
    const value = fc.integer({ min: 0, max: 10 * 2 ** 20 }).map((units) => units / 2 ** 20)
    const arm = fc.array(value, { minLength: 5, maxLength: 15 })
    fc.assert(
      fc.property(arm, arm, (x, y) => {
        fc.pre(new Set(x).size > 3 && new Set(y).size > 3)
        const before = mannWhitney(x, y, 0.9)
        const after = mannWhitney(
          x.map((value) => value + 64),
          y,
          0.9,
        )
        expect(Math.abs(after.low - before.low - 64)).toBeLessThan(3e-4)
        expect(Math.abs(after.high - before.high - 64)).toBeLessThan(3e-4)
      }),
    )
  })
})
