import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { JsonPatchOp } from '../kube/types.ts'
import { diff, diffItems, pointer, same } from './patch.ts'
import { applyPatch } from './testing/applyPatch.ts'

const small = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, true, 0, 1, 'a', ''),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b/c', 'd~e', '~1'), tie('value'), { maxKeys: 3 }),
  ),
})).value

it('a difference, applied, gives the other value', () => {
  fc.assert(
    fc.property(small, small, (a, b) => {
      expect(applyPatch({ at: a }, diff(['at'], a, b))).toEqual({ at: b })
    }),
  )
})

it('a difference of lists, applied, gives the other list', () => {
  fc.assert(
    fc.property(fc.array(small), fc.array(small), (a, b) => {
      expect(applyPatch({ at: a }, diffItems(['at'], a, b))).toEqual({ at: b })
    }),
  )
})

it('there is a difference exactly where values are not the same', () => {
  fc.assert(
    fc.property(small, small, (a, b) => {
      expect(diff([], a, b).length === 0).toBe(same(a, b))
    }),
  )
})

it('the order of keys is no difference, the order of items is', () => {
  expect(same({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toBe(true)
  expect(same([1, 2], [2, 1])).toBe(false)
})

it('a key that is undefined is not there, one that is null is', () => {
  expect(same({ a: 1, b: undefined }, { a: 1 })).toBe(true)
  expect(same({ a: 1 }, { a: 1, b: undefined })).toBe(true)
  expect(same({ a: null }, {})).toBe(false)
  expect(same({}, { a: null })).toBe(false)
})

it('names only what differs', () => {
  expect(diff(['spec'], { a: { b: 1, c: 2 } }, { a: { b: 1, c: 3 } })).toEqual([{ op: 'replace', path: '/spec/a/c', value: 3 }])
})

it('escapes pointers', () => {
  expect(pointer('metadata', 'labels', 'serin.dev/a~b', 0)).toBe('/metadata/labels/serin.dev~1a~0b/0')
})

const failing: [string, unknown, JsonPatchOp][] = [
  ['a test that does not hold', { a: 1 }, { op: 'test', path: '/a', value: 2 }],
  ['removing what is not there', { a: 1 }, { op: 'remove', path: '/b' }],
  ['replacing what is not there', { a: 1 }, { op: 'replace', path: '/b', value: 1 }],
  ['adding below what is not there', {}, { op: 'add', path: '/a/b', value: 1 }],
  ['an item past the end', { a: [1] }, { op: 'remove', path: '/a/1' }],
]
it.each(failing)('the applier of these tests refuses %s', (_, document, op) => {
  expect(() => applyPatch(document, [op])).toThrow()
})

it('the applier of these tests moves and copies', () => {
  expect(
    applyPatch({ a: [1, 2] }, [
      { op: 'move', from: '/a/0', path: '/a/-' },
      { op: 'copy', from: '/a/0', path: '/b' },
    ]),
  ).toEqual({ a: [2, 1], b: 2 })
})
