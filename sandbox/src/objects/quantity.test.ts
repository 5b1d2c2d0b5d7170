import fc from 'fast-check'
import { expect, it } from 'vitest'
import { canonicalQuantity, parseQuantity } from './quantity.ts'

it.each([
  ['500m', 0.5],
  ['1', 1],
  ['1.5Gi', 1.5 * 2 ** 30],
  ['2e3', 2000],
  ['1E2', 100],
  ['-3k', -3000],
  ['.5', 0.5],
  ['100n', 1e-7],
])('%s is %d', (text, expected) => {
  expect(parseQuantity(text)?.toNumber()).toBeCloseTo(expected, 9)
})

it('reads E alone as exa, and rounds what is too fine away from zero', () => {
  expect(parseQuantity('1E')?.toNumber()).toBe(1e18)
  expect(parseQuantity('0.1n')?.nanos).toBe(1n)
})

it.each(['', 'x', '1 Gi', '1GI', '1.2.3', 'Gi'])('refuses %j', (text) => {
  expect(parseQuantity(text)).toBeUndefined()
})

it.each([
  ['1024Mi', '1Gi'],
  ['1.5Gi', '1536Mi'],
  ['1000Mi', '1000Mi'],
  ['0.5Ki', '512'],
  ['0.0005Ki', '512m'],
  ['0.1', '100m'],
  ['1000m', '1'],
  ['1500m', '1500m'],
  ['2000', '2k'],
  ['-3000k', '-3M'],
  ['1500e0', '1500'],
  ['1000e3', '1e6'],
  ['1E2', '100'],
  ['0Gi', '0'],
  ['1E', '1E'],
  ['0.1n', '1n'],
])('%s is written %s', (text, written) => {
  expect(canonicalQuantity(text)).toBe(written)
})

it('is written the same again, and as much as it was', () => {
  const suffix = fc.constantFrom('', 'n', 'u', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'e3', 'E-2')
  fc.assert(
    fc.property(fc.integer(), fc.nat(999), suffix, (whole, fraction, end) => {
      const text = `${whole}.${fraction}${end}`
      const written = canonicalQuantity(text) ?? ''
      expect(canonicalQuantity(written)).toBe(written)
      expect(parseQuantity(written)).toEqual(parseQuantity(text))
    }),
  )
})
