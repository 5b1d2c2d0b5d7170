import fc from 'fast-check'
import { expect, test } from 'vitest'
import { absoluteText, relativeText, spanText } from './times.ts'

test('a length of time is told in its two largest units', () => {
  expect([0, 45, 60, 125, 700, 3600, 3900, 86_400, 100_000].map(spanText)).toEqual([
    '0 s',
    '45 s',
    '1 min',
    '2 min 5 s',
    '11 min',
    '1 h',
    '1 h 5 min',
    '1 d',
    '1 d 3 h',
  ])
})

test('what was and what will be are told apart', () => {
  const now = Date.parse('2026-03-14T10:18:00Z')
  expect(relativeText(now, now)).toBe('now')
  expect(relativeText(now - 12_000, now)).toBe('12 s ago')
  expect(relativeText(now - 3 * 86_400_000, now)).toBe('3 d ago')
  expect(relativeText(now + 240_000, now)).toBe('in 4 min')
})

test('an instant names its zone', () => {
  const at = Date.parse('2026-03-14T10:18:00Z')
  expect(absoluteText(at, 'utc')).toBe('2026-03-14 10:18:00 UTC')
  expect(absoluteText(at, 'local', 'Europe/Paris')).toBe('2026-03-14 11:18:00 +01:00 Europe/Paris')
  expect(absoluteText(at, 'local', 'Asia/Kolkata')).toBe('2026-03-14 15:48:00 +05:30 Asia/Kolkata')
  expect(absoluteText(Number.NaN, 'utc')).toBe('')
})

test('an instant written in UTC reads back as itself', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (seconds) => {
      const text = absoluteText(seconds * 1000, 'utc')
        .replace(' UTC', 'Z')
        .replace(' ', 'T')
      expect(Date.parse(text)).toBe(seconds * 1000)
    }),
  )
})
