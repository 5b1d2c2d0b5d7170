import { expect, it } from 'vitest'
import { goPattern } from './regex.ts'

it.each<[string, string, boolean]>([
  ['^[a-z]+$', 'abc', true],
  ['(?i)^abc$', 'ABC', true],
  ['^abc$', 'ABC', false],
  ['^[[:alpha:]_]+$', 'a_B', true],
  ['^[[:digit:]]+$', 'a', false],
  ['\\Aabc\\z', 'abc', true],
  ['\\\\z', '\\z', true],
  ['(?P<year>\\d{4})', '2026', true],
  ['^\\p{L}+$', 'äé', true],
  ['^[a-z0-9\\-_]+$', 'a-b_c', true],
])('%s on %s', (pattern, text, expected) => {
  expect(goPattern(pattern)?.test(text)).toBe(expected)
})

it('knows what is no pattern', () => {
  expect(goPattern('(')).toBeUndefined()
})
