import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Duration, milliseconds } from '../api/fields.ts'
import { durationText, secondsOf } from './durations.ts'

test.each([
  ['1m30s', 90],
  ['1.5h', 5400],
  ['500ms', 0.5],
  ['15s', 15],
])('%s is %d seconds', (text, seconds) => {
  expect(secondsOf(text)).toBeCloseTo(seconds)
})

test.each(['', '1', '1min', 'm', '1d', '-1m', '1m 30s', '99999999h'])('%j is no duration', (text) => {
  expect(secondsOf(text)).toBeUndefined()
})

test('what is written is a duration of Serin, and is read as the same', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 99_999_999 }), (seconds) => {
      const text = durationText(seconds)
      expect(Duration.safeParse(text).success).toBe(true)
      expect(milliseconds(text)).toBe(seconds * 1000)
      expect(secondsOf(text)).toBe(seconds)
    }),
  )
})
