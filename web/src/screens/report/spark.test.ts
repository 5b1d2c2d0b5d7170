import fc from 'fast-check'
import { expect, it } from 'vitest'
import { pieces } from './spark.ts'

const value = fc.option(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { nil: null })
const runsOf = (line: readonly (number | null)[]) => line.filter((one, at) => one !== null && (at === 0 || line[at - 1] === null)).length
const numbersOf = (text: string) => text.split(/[ML ]/).filter(Boolean).map(Number)

it('draws as many pieces as there are unbroken runs of values, all inside the box', () => {
  fc.assert(
    fc.property(fc.array(fc.array(value, { maxLength: 30 }), { maxLength: 3 }), (lines) => {
      const drawn = pieces(lines, 100, 20)
      expect(drawn.map((line) => line.length)).toEqual(lines.map(runsOf))
      for (const piece of drawn.flat()) {
        const numbers = 'path' in piece ? numbersOf(piece.path) : [...piece.point]
        expect(numbers.every((one) => Number.isFinite(one))).toBe(true)
        expect(numbers.every((one, at) => one >= 0 && one <= (at % 2 === 0 ? 100 : 20))).toBe(true)
      }
    }),
  )
})

it('a lone value is a point, and equal values lie in the middle', () => {
  expect(pieces([[3, null, 3, 3]], 90, 20)).toEqual([[{ point: [0, 10] }, { path: 'M60 10L90 10' }]])
})
