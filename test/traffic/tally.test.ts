import { expect, test } from 'vitest'
import { answersOf, badOf, count, emptyTally } from './tally.ts'

test('answers are counted by version and status, and everything but 2xx is bad', () => {
  const tally = emptyTally()
  for (const [version, status] of [
    ['v1', '200'],
    ['v1', '500'],
    ['v2', '204'],
    ['-', 'ECONNRESET'],
    ['-', '503'],
  ] as const)
    count(tally, 1_000, version, status)
  expect([answersOf(tally), answersOf(tally, 'v1'), answersOf(tally, 'v9')]).toEqual([5, 2, 0])
  expect([badOf(tally), badOf(tally, 'v1'), badOf(tally, 'v2'), badOf(tally, '-')]).toEqual([3, 1, 0, 2])
  expect(tally.failures[0]).toEqual({ at: 1_000, version: 'v1', status: '500' })
})

test('only so many failures are kept, and all are counted', () => {
  const tally = emptyTally()
  for (let n = 0; n < 1_500; n++) count(tally, n, 'v1', '500')
  expect(tally.failures).toHaveLength(1_000)
  expect(badOf(tally)).toBe(1_500)
})
