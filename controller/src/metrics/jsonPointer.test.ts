import fc from 'fast-check'
import { expect, test } from 'vitest'
import { atPointer } from './jsonPointer.ts'

// The document of RFC 6901, section 5.
const document = { foo: ['bar', 'baz'], '': 0, 'a/b': 1, 'c%d': 2, 'e^f': 3, 'g|h': 4, 'i\\j': 5, 'k"l': 6, ' ': 7, 'm~n': 8 }

test.each([
  ['', document],
  ['/foo', ['bar', 'baz']],
  ['/foo/0', 'bar'],
  ['/', 0],
  ['/a~1b', 1],
  ['/c%d', 2],
  ['/e^f', 3],
  ['/g|h', 4],
  ['/i\\j', 5],
  ['/k"l', 6],
  ['/ ', 7],
  ['/m~0n', 8],
  ['/foo/2', undefined],
  ['/foo/-', undefined],
  ['/foo/00', undefined],
  ['/foo/length', undefined],
  ['/foo/0/0', undefined],
  ['/none', undefined],
  ['/toString', undefined],
  ['foo', undefined],
])('%s', (pointer, expected) => {
  expect(atPointer(document, pointer)).toEqual(expected)
})

test('any key is found by its escaped form', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (outer, inner) => {
      const escaped = [outer, inner].map((key) => key.replaceAll('~', '~0').replaceAll('/', '~1'))
      const nested = Object.fromEntries([[outer, Object.fromEntries([[inner, 'found']])]])
      fc.pre(outer !== '__proto__' && inner !== '__proto__')
      expect(atPointer(nested, `/${escaped.join('/')}`)).toBe('found')
    }),
  )
})
