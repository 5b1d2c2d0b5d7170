import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { equal, type Json } from './json.ts'
import { applyOperations, jsonPatch, mergePatch, PatchFailure } from './patch.ts'

const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>
const map = fc.dictionary(
  fc.string({ maxLength: 3 }).filter((key) => key !== '__proto__'),
  json,
  { maxKeys: 4 },
)
const pointer = (key: string) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`

describe('jsonPatch', () => {
  it.each([
    ['adds a member', { foo: 'bar' }, [{ op: 'add', path: '/baz', value: 'qux' }], { foo: 'bar', baz: 'qux' }],
    ['inserts into a list', { l: [1, 3] }, [{ op: 'add', path: '/l/1', value: 2 }], { l: [1, 2, 3] }],
    ['appends behind a dash', { l: [1] }, [{ op: 'add', path: '/l/-', value: [2] }], { l: [1, [2]] }],
    ['removes from a list, from the end by a negative index', { l: [1, 2, 3] }, [{ op: 'remove', path: '/l/-1' }], { l: [1, 2] }],
    ['replaces the whole document', { a: 1 }, [{ op: 'replace', path: '', value: [] }], []],
    ['moves', { a: { b: 1 }, c: {} }, [{ op: 'move', from: '/a/b', path: '/c/d' }], { a: {}, c: { d: 1 } }],
    ['copies', { a: [1] }, [{ op: 'copy', from: '/a', path: '/b' }], { a: [1], b: [1] }],
    [
      'unescapes tilde and slash',
      { 'a/b': 1, 'm~n': 2 },
      [
        { op: 'remove', path: '/a~1b' },
        { op: 'test', path: '/m~0n', value: 2 },
      ],
      { 'm~n': 2 },
    ],
    ['takes an absent value for null in a test', { a: 1 }, [{ op: 'test', path: '/b', value: null }], { a: 1 }],
    ['replaces a member that is not there', { a: 1 }, [{ op: 'replace', path: '/b', value: 2 }], { a: 1, b: 2 }],
    ['adds null', { a: 1 }, [{ op: 'add', path: '/b', value: null }], { a: 1, b: null }],
  ])('%s', (_, doc, ops, expected) => {
    expect(jsonPatch(doc, ops)).toEqual(expected)
  })

  it.each([
    ['a test that does not hold', [{ op: 'test', path: '/a', value: 2 }]],
    ['removal of what is not there', [{ op: 'remove', path: '/b' }]],
    ['replacement of an item that is not there', [{ op: 'replace', path: '/l/1', value: 1 }]],
    ['replacement below what is not there', [{ op: 'replace', path: '/b/c', value: 1 }]],
    ['a test below what is not there, even for null', [{ op: 'test', path: '/b/c', value: null }]],
    ['a move of what is not there', [{ op: 'move', from: '/b', path: '/c' }]],
    ['a parent that is not there', [{ op: 'add', path: '/b/c', value: 1 }]],
    ['an index past the end', [{ op: 'add', path: '/l/2', value: 1 }]],
    ['a move into itself', [{ op: 'move', from: '/o', path: '/o/x' }]],
    ['an unknown operation', [{ op: 'frobnicate', path: '/a' }]],
  ])('refuses %s as a server does', (_, ops) => {
    expect(() => jsonPatch({ a: 1, l: [1], o: {} }, ops)).toThrow(
      expect.objectContaining({ code: 422, reason: 'Invalid', message: 'the server rejected our request due to an error in our request' }),
    )
  })

  it('refuses what is no list of operations, and too many of them', () => {
    expect(() => jsonPatch({}, {})).toThrow(expect.objectContaining({ code: 400 }))
    const ops = Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/x', value: null }))
    expect(() => jsonPatch({}, ops)).toThrow(expect.objectContaining({ code: 413 }))
  })

  it('tells a failed test from other failures', () => {
    const failure = (op: { op: string; path: string; value?: unknown }) => {
      try {
        applyOperations({ a: 1 }, [op])
      } catch (error) {
        return error instanceof PatchFailure && error.testFailed
      }
      return undefined
    }
    expect(failure({ op: 'test', path: '/a', value: 2 })).toBe(true)
    expect(failure({ op: 'remove', path: '/b' })).toBe(false)
    expect(failure({ op: 'test', path: '/b/c', value: 2 })).toBe(false)
  })

  it('removes again what it added, and never changes its input', () => {
    fc.assert(
      fc.property(
        map,
        fc.string({ maxLength: 4 }).filter((key) => key !== '__proto__'),
        json,
        (doc, key, value) => {
          fc.pre(!Object.hasOwn(doc, key))
          const before = JSON.stringify(doc)
          const added = jsonPatch(doc, [{ op: 'add', path: pointer(key), value }])
          const removed = jsonPatch(added, [{ op: 'remove', path: pointer(key) }])
          expect(equal(removed, doc)).toBe(true)
          expect(JSON.stringify(doc)).toBe(before)
        },
      ),
    )
  })

  it('adds a key named __proto__ as an ordinary one', () => {
    const out = jsonPatch({}, [{ op: 'add', path: '/__proto__', value: { polluted: true } }])
    expect(Object.hasOwn(out, '__proto__')).toBe(true)
    expect(({} as Json).polluted).toBeUndefined()
  })
})

describe('mergePatch', () => {
  it.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'foo' }, null, null],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j with %j gives %j', (doc, patch, expected) => {
    expect(mergePatch(doc, patch)).toEqual(expected)
  })

  it('does nothing the second time', () => {
    fc.assert(
      fc.property(map, map, (doc, patch) => {
        const once = mergePatch(doc, patch)
        expect(equal(mergePatch(once, patch), once)).toBe(true)
      }),
    )
  })

  it('with an empty patch leaves a map as it is', () => {
    fc.assert(
      fc.property(map, (doc) => {
        expect(equal(mergePatch(doc, {}), doc)).toBe(true)
      }),
    )
  })
})
