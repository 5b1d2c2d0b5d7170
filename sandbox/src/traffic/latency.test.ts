import { expect, test } from 'vitest'
import { random } from '../apiserver/random.ts'
import { latency } from './latency.ts'

test('answer times have the median and the 99th percentile asked for', () => {
  const { next } = random(7)
  const times = Array.from({ length: 20_000 }, () => latency({ median: 40, p99: 200 }, next)).sort((a, b) => a - b)
  expect(Math.abs((times[10_000] ?? 0) - 40)).toBeLessThan(1.5)
  expect(Math.abs((times[19_800] ?? 0) - 200)).toBeLessThan(25)
})

test('a tail no longer than the median means a constant time', () => {
  expect(latency({ median: 40, p99: 40 }, Math.random)).toBe(40)
})
