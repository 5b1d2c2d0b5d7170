import { expect, test } from 'vitest'
import { retryAfterMs } from './retryAfter.ts'

const now = Date.UTC(2026, 0, 1)

test.each([
  ['3', 3_000],
  [' 0 ', 0],
  ['3600', 600_000],
  ['Thu, 01 Jan 2026 00:00:20 GMT', 20_000],
  ['Wed, 31 Dec 2025 23:59:59 GMT', 0],
  ['Fri, 02 Jan 2026 00:00:00 GMT', 600_000],
  ['', undefined],
  ['-1', undefined],
  ['soon', undefined],
  ['1.5', undefined],
  ['2026-01-01T00:00:20Z', undefined],
  [undefined, undefined],
])('"%s" asks for %s ms', (header, expected) => {
  expect(retryAfterMs(header, now)).toBe(expected)
})
