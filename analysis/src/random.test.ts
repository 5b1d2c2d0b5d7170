import { expect, test } from 'vitest'
import { clustered, gamma, normal, poisson, type Uniform, uniforms } from './random.ts'

function moments(draw: (uniform: Uniform) => number, n = 20_000): { mean: number; variance: number } {
  const uniform = uniforms(1, 2)
  let sum = 0
  let squares = 0
  for (let at = 0; at < n; at++) {
    const value = draw(uniform)
    sum += value
    squares += value * value
  }
  return { mean: sum / n, variance: squares / n - (sum / n) ** 2 }
}

test('a stream is a function of its names, and other names give another stream', () => {
  const first = Array.from({ length: 5 }, uniforms(1, 2, 3))
  expect(Array.from({ length: 5 }, uniforms(1, 2, 3))).toEqual(first)
  for (const other of [
    [1, 3, 2],
    [2, 2, 3],
    [1, 2],
  ])
    expect(Array.from({ length: 5 }, uniforms(...other))).not.toEqual(first)
})

test('uniform numbers are even, also the first of neighbouring streams', () => {
  const cells = new Array<number>(10).fill(0)
  for (let name = 0; name < 10_000; name++) {
    const cell = Math.floor(uniforms(7, name)() * 10)
    cells[cell] = (cells[cell] ?? 0) + 1
  }
  const chiSquare = cells.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)
  expect(chiSquare).toBeLessThan(27.9) // 0.1 % of a chi-square of 9 degrees
})

test.each([0.05, 3, 29, 31, 5000])('Poisson numbers of mean %s vary as much as their mean', (mean) => {
  const found = moments((uniform) => poisson(uniform, mean))
  expect(Math.abs(found.mean / mean - 1)).toBeLessThan(5 / Math.sqrt(20_000 * mean))
  expect(Math.abs(found.variance / mean - 1)).toBeLessThan(0.2)
})

test.each([
  [2, 3],
  [40, 8],
])('clustered counts of mean %s vary %s times as much', (mean, dispersion) => {
  const found = moments((uniform) => clustered(uniform, mean, dispersion))
  expect(Math.abs(found.mean / mean - 1)).toBeLessThan(0.05)
  expect(Math.abs(found.variance / (mean * dispersion) - 1)).toBeLessThan(0.1)
})

test('normal and gamma numbers have their mean and variance', () => {
  const bell = moments(normal)
  expect(Math.abs(bell.mean)).toBeLessThan(0.03)
  expect(Math.abs(bell.variance - 1)).toBeLessThan(0.05)
  for (const shape of [0.3, 4]) {
    const found = moments((uniform) => gamma(uniform, shape))
    expect(Math.abs(found.mean / shape - 1)).toBeLessThan(0.05)
    expect(Math.abs(found.variance / shape - 1)).toBeLessThan(0.12)
  }
})
