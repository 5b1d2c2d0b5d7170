import { expect, it } from 'vitest'
import { csvOf } from './csv.ts'

it('quotes what needs it, and nothing else', () => {
  expect(
    csvOf([
      ['shop/web', 12, 0.5, null],
      ['a, "b"', 'two\nlines', -1, ''],
    ]),
  ).toBe('shop/web,12,0.5,\r\n"a, ""b""","two\nlines",-1,\r\n')
})

it('no text is a formula, while numbers stay numbers', () => {
  expect(csvOf([['=1+1', '@x', '-y', '+z', -3]])).toBe("'=1+1,'@x,'-y,'+z,-3\r\n")
})
