import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonical, equal } from './equal.ts'

const leaf = fc.constantFrom<unknown>(null, 0, 1, '', 'x', true)
const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.array(tie('value'), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'), { maxKeys: 3 }),
  ),
})).value

test('values are equal exactly when their canonical texts are', () => {
  fc.assert(
    fc.property(json, json, (a, b) => equal(a, b) === (canonical(a) === canonical(b))),
    { numRuns: 2000 },
  )
})

test('order of keys, nulls and empty lists do not count, empty objects do', () => {
  expect(equal({ a: 1, b: [] }, { b: null, a: 1, c: undefined })).toBe(true)
  expect(equal({ a: {} }, {})).toBe(false)
  expect(equal([1, 2], [2, 1])).toBe(false)
})
