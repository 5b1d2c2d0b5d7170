import { expect, test } from 'vitest'
import { seededRandom } from '../../test/dsl/seededRandom.ts'
import { slopeOf } from './slope.ts'

const noisy = (perHour: number, seed: number) => {
  const random = seededRandom(seed)
  return Array.from({ length: 33 }, (_, at) => ({ hours: at / 2, value: 100 + (perHour * at) / 2 + (random() - 0.5) }))
}

test('a straight line has its slope, and no doubt', () => {
  const points = [0, 1, 2, 3, 4].map((hours) => ({ hours, value: 7 + 3 * hours }))
  expect(slopeOf(points)).toEqual({ perHour: 3, low: 3, high: 3 })
})

test('one point far off does not move it', () => {
  const points = Array.from({ length: 20 }, (_, hours) => ({ hours, value: hours === 19 ? 1000 : 5 }))
  expect(slopeOf(points).perHour).toBe(0)
})

test('the limits hold the true slope in 95 of 100 runs, near enough', () => {
  const held = Array.from({ length: 400 }, (_, seed) => slopeOf(noisy(0.02, seed + 1))).filter(
    ({ low, high }) => low <= 0.02 && high >= 0.02,
  )
  expect(held.length / 400).toBeGreaterThan(0.92)
})

test('a leak of 0.2 an hour under noise of 1 is told from none', () => {
  for (let seed = 1; seed <= 20; seed++) expect(slopeOf(noisy(0.2, seed)).low).toBeGreaterThan(0)
})

test('too few points are refused', () => {
  expect(() => slopeOf([{ hours: 0, value: 1 }])).toThrow('three points')
})
