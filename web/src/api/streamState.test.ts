import fc from 'fast-check'
import { expect, test } from 'vitest'
import { retryIn, streamStateOf } from './streamState.ts'

test('what is broken is old after half a minute', () => {
  expect(streamStateOf(undefined, 99_000)).toBe('live')
  expect(streamStateOf(1_000, 31_000)).toBe('reconnecting')
  expect(streamStateOf(1_000, 31_001)).toBe('stale')
})

test('attempts are half a second to half a minute apart, later ones never sooner', () => {
  fc.assert(
    fc.property(fc.nat(60), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
      const wait = retryIn(attempt, random)
      expect(wait).toBeGreaterThanOrEqual(500)
      expect(wait).toBeLessThanOrEqual(30_000)
      expect(retryIn(attempt + 1, random)).toBeGreaterThanOrEqual(wait)
    }),
  )
})
