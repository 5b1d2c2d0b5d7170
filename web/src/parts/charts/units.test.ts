import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bandText, changeText, countText, ratioText, valueText } from './units.ts'

test.each([
  [0.0012, 'share', '0.12 %'],
  [0, 'share', '0 %'],
  [0.201, 'share', '20.1 %'],
  [0.214, 'seconds', '214 ms'],
  [0.00042, 'seconds', '420 µs'],
  [1.5, 'seconds', '1.5 s'],
  [600, 'seconds', '10 min'],
  [214, 'milliseconds', '214 ms'],
  [0.214, 's', '214 ms'],
  [1500, 'ms', '1.5 s'],
  [250, 'us', '250 µs'],
  [2048, 'B', '2 KiB'],
  [0, 'bytes', '0 B'],
  [1536, 'bytes', '1.5 KiB'],
  [268435456, 'bytes', '256 MiB'],
  [1.02, 'ratio', '×1.02'],
  [59700, undefined, '59,700'],
  [0.42, 'cores', '0.42 cores'],
])('%s in %s is written %s', (value, unit, text) => expect(valueText(value, unit)).toBe(text))

test.each([null, undefined, Number.NaN, Number.POSITIVE_INFINITY])('%s is no data and never a number', (value) => {
  for (const unit of ['share', 'seconds', 'bytes', 'ratio', undefined]) expect(valueText(value, unit)).toBe('no data')
  expect(changeText(value)).toBe('no data')
  expect(countText(value)).toBe('no data')
})

test('a ratio as a change', () => {
  expect(changeText(1.029)).toBe('+2.9 %')
  expect(changeText(0.6)).toBe('−40 %')
  expect(changeText(1.0001)).toBe('±0 %')
  expect(changeText(16.7)).toBe('×16.7')
})

test('a band says where it has no limit', () => {
  expect(bandText(0.94, 1.12)).toBe('[×0.94, ×1.12]')
  expect(bandText(undefined, undefined)).toBe('')
  expect(bandText(null, 2)).toBe('[×0, ×2.00]')
  expect(bandText(0.5, null)).toBe('[×0.50, no limit yet]')
})

test('the number written is the number, to about one percent', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 1e9, noNaN: true }), (value) => {
      const read = Number(valueText(value).replaceAll(',', ''))
      expect(Math.abs(read - value) / value).toBeLessThan(0.06)
      const ratio = Number(ratioText(value).slice(1).replaceAll(',', ''))
      if (value >= 0.1) expect(Math.abs(ratio - value) / value).toBeLessThan(0.06)
    }),
  )
})
