import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Look } from '../io.ts'
import { lookOf } from '../io.ts'
import { selectorText } from '../selector.ts'
import { bar } from './bar.ts'
import { clip, paint, width, wrap } from './paint.ts'
import { table } from './table.ts'
import { at, span } from './time.ts'
import { shortImage } from './words.ts'

const ascii: Look = { colour: false, unicode: false, columns: 0 }
const colourful: Look = { colour: true, unicode: true, columns: 20 }

describe('bar', () => {
  test('is always as long as asked, never full before 100 nor empty after 0', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 2, max: 40 }), (percent, cells) => {
        const drawn = bar(ascii, percent, cells)
        const full = drawn.replaceAll('-', '').length
        expect(drawn.length).toBe(cells)
        expect(full === 0).toBe(percent === 0)
        expect(full === cells).toBe(percent === 100)
      }),
    )
  })
  test('grows with the weight', () => {
    const lengths = Array.from({ length: 101 }, (_, percent) => bar(ascii, percent).replaceAll('-', '').length)
    expect(lengths).toEqual([...lengths].sort((a, b) => a - b))
  })
})

describe('clip', () => {
  test('never leaves more than the columns, whatever is coloured', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ unit: 'grapheme-ascii' }), fc.boolean())), (pieces) => {
        const line = pieces.map(([words, red]) => (red ? paint(colourful, 'bad', words) : words)).join('')
        const cut = clip(colourful, line)
        expect(width(cut)).toBeLessThanOrEqual(20)
        if (width(line) <= 20) expect(cut).toBe(line)
      }),
    )
  })
  test('closes a colour that it cuts into', () => {
    expect(clip(colourful, paint(colourful, 'bad', 'x'.repeat(40)))).toBe(`\u001b[31m${'x'.repeat(19)}\u001b[0m…`)
  })
})

test('wrap loses no word and keeps to the columns', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z]{1,10}$/), { minLength: 1 }), (words) => {
      const wrapped = wrap(words.join(' '), 12)
      expect(wrapped.join(' ')).toBe(words.join(' '))
      for (const line of wrapped) expect(width(line)).toBeLessThanOrEqual(12)
    }),
  )
})

test('table columns are aligned and rows have no trailing blanks', () => {
  expect(
    table(
      ascii,
      ['NAME', 'X', 'INFO'],
      [
        ['a', '1', ''],
        ['longer', '22', 'words'],
      ],
    ),
  ).toEqual(['NAME    X   INFO', 'a       1', 'longer  22  words'])
})

test('span gives the two largest units', () => {
  expect([0, 999, 1000, 270_000, 3_600_000, 3_660_000, 187_200_000, -5].map(span)).toEqual([
    '0s',
    '0s',
    '1s',
    '4m30s',
    '1h',
    '1h1m',
    '2d4h',
    '0s',
  ])
})

test('a time of another day carries its date', () => {
  const noon = Date.UTC(2026, 0, 1, 12)
  expect(at(noon + 60_000, noon)).toBe('12:01:00 UTC')
  expect(at(noon + 86_400_000, noon)).toBe('2026-01-02 12:00:00 UTC')
})

test('an image is short without its registry, also by digest', () => {
  expect(shortImage('registry.example:5000/shop/web:v1')).toBe('web:v1')
  expect(shortImage('shop/web@sha256:0123456789abcdef')).toBe('web@sha256:0123456789ab')
})

describe('look', () => {
  const tty = { isTty: true, columns: 90, env: { LANG: 'C.UTF-8' } }
  test('colours only on a terminal without NO_COLOR', () => {
    expect(lookOf(tty).colour).toBe(true)
    expect(lookOf({ ...tty, isTty: false }).colour).toBe(false)
    expect(lookOf({ ...tty, env: { NO_COLOR: '1' } }).colour).toBe(false)
    expect(lookOf({ ...tty, env: { TERM: 'dumb' } }).colour).toBe(false)
  })
  test('box drawing only where the locale can show it; nothing is cut in a pipe', () => {
    expect(lookOf(tty).unicode).toBe(true)
    expect(lookOf({ ...tty, env: { LC_ALL: 'C', LANG: 'en_US.UTF-8' } }).unicode).toBe(false)
    expect(lookOf({ ...tty, isTty: false }).columns).toBe(0)
  })
})

test('a selector becomes the text of a query', () => {
  const matchExpressions = [
    { key: 'tier', operator: 'In', values: ['a', 'b'] },
    { key: 'old', operator: 'DoesNotExist' },
    { key: 'new', operator: 'Exists' },
    { key: 'zone', operator: 'NotIn', values: ['x'] },
  ]
  expect(selectorText({ matchLabels: { app: 'web' }, matchExpressions })).toBe('app=web,tier in (a,b),!old,new,zone notin (x)')
})
