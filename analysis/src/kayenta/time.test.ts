import { describe, expect, it } from 'vitest'
import { isoOf, millisecondsOf } from './time.ts'

describe('a moment', () => {
  const at = Date.UTC(2026, 0, 1, 12, 30)

  it.each([
    ['2026-01-01T12:30:00Z'],
    ['2026-01-01T12:30:00'],
    ['2026-01-01T12:30'],
    ['2026-01-01 12:30:00z'],
    ['2026-01-01T12:30:00.000Z'],
    ['2026-01-01T14:30:00+02:00'],
    ['2026-01-01T10:30:00-0200'],
    [at],
    [new Date(at)],
  ])('is the same in any zone of the machine: %s', (time) => {
    expect(millisecondsOf(time)).toBe(at)
  })

  it.each([['tomorrow'], ['Jan 1 2026'], ['2026-13-01'], [''], [null], [undefined], [Number.NaN], [1e300], [new Date(Number.NaN)], [{}]])(
    'is not %s',
    (time) => {
      expect(millisecondsOf(time)).toBeUndefined()
    },
  )

  it('is a day from its start, and is written without zero milliseconds', () => {
    expect(isoOf(millisecondsOf('2026-01-01') ?? Number.NaN)).toBe('2026-01-01T00:00:00Z')
    expect([isoOf(at + 5), isoOf(1e300)]).toEqual(['2026-01-01T12:30:00.005Z', undefined])
  })
})
