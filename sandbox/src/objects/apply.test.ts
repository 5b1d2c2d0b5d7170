import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Obj } from '../types.ts'
import { canonical, type JsonMap } from './json.ts'
import { applied, tracked } from './managedFields.ts'
import type { Schema } from './schema.ts'

// The laws of server-side apply, on a custom kind with every sort of list and map.

const text: Schema = { type: 'string' }
const schema: Schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: {
        a: text,
        b: { type: 'integer' },
        set: { type: 'array', items: text, 'x-kubernetes-list-type': 'set' },
        keyed: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['k'],
          items: { type: 'object', properties: { k: text, v: text, w: text } },
        },
        whole: { type: 'array', items: text },
        labels: { type: 'object', additionalProperties: text },
        atom: { type: 'object', 'x-kubernetes-map-type': 'atomic', properties: { x: text, y: text } },
        free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      },
    },
  },
}

const word = fc.constantFrom('p', 'q', 'r')
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 })
const dropUndefined = (value: object): JsonMap => Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined))

const spec = fc
  .record({
    a: optional(word),
    b: optional(fc.integer({ min: 0, max: 2 })),
    set: optional(fc.uniqueArray(word, { minLength: 1 })),
    keyed: optional(fc.uniqueArray(fc.record({ k: word, v: word }), { selector: ({ k }) => k, minLength: 1 })),
    whole: optional(fc.array(word, { maxLength: 2 })),
    labels: optional(fc.dictionary(word, word, { minKeys: 1 })),
    atom: optional(fc.record({ x: word })),
    free: optional(fc.dictionary(word, fc.oneof(word, fc.dictionary(word, word, { minKeys: 1 })), { minKeys: 1 })),
  })
  .map(dropUndefined)

const widget = (of: JsonMap): JsonMap => ({
  apiVersion: 'test.dev/v1',
  kind: 'Widget',
  metadata: { name: 'w' },
  ...(Object.keys(of).length > 0 && { spec: of }),
})
const apply = (live: Obj | undefined, of: JsonMap, manager: string, force = true): Obj =>
  applied({ live, config: widget(of), manager, force, schema, now: '2026-01-01T00:00:00Z' })

/** A list of a set or with keys in a fixed order: apply promises their order only among themselves. */
function settled(object: Obj): string {
  const { set = [], keyed = [], ...rest } = object.spec ?? {}
  return canonical({ ...rest, set: [...set].sort(), keyed: [...keyed].map(canonical).sort() })
}

/** Who owns what, whenever he came by it. */
const owners = (object: Obj) =>
  Object.fromEntries((object.metadata.managedFields ?? []).map(({ manager, fieldsV1 }: JsonMap) => [manager, fieldsV1]))

describe('server-side apply', () => {
  it('does nothing the second time', () => {
    fc.assert(
      fc.property(spec, spec, (first, second) => {
        const live = apply(apply(undefined, first, 'one'), second, 'two')
        expect(apply(live, second, 'two')).toBe(live)
      }),
    )
  })

  it('holds everything that was applied', () => {
    fc.assert(
      fc.property(spec, spec, (first, second) => {
        const live = apply(apply(undefined, first, 'one'), second, 'two')
        expect(settled(apply(live, second, 'three', false))).toBe(settled(live))
      }),
    )
  })

  it('leaves nothing behind of what a single manager no longer applies', () => {
    fc.assert(
      fc.property(spec, spec, (first, second) => {
        const replaced = apply(apply(undefined, first, 'one'), second, 'one')
        expect(settled(replaced)).toBe(settled(apply(undefined, second, 'one')))
      }),
    )
  })

  it('never makes managers of different fields meet, in whatever order they come', () => {
    const left = spec.map(({ a, keyed, labels }) => dropUndefined({ a, keyed, labels }))
    const right = spec.map(({ b, whole, atom, set }) => dropUndefined({ b, whole, atom, set }))
    fc.assert(
      fc.property(left, right, (one, two) => {
        const forwards = apply(apply(undefined, one, 'one', false), two, 'two', false)
        const backwards = apply(apply(undefined, two, 'two', false), one, 'one', false)
        expect(settled(forwards)).toBe(settled(backwards))
        expect(owners(forwards)).toEqual(owners(backwards))
      }),
    )
  })

  it('gives back the other manager his object when one withdraws', () => {
    const left = spec.map(({ a, keyed }) => dropUndefined({ a, keyed }))
    const right = spec.map(({ b, labels, set }) => dropUndefined({ b, labels, set }))
    fc.assert(
      fc.property(left, right, (one, two) => {
        const alone = apply(undefined, one, 'one')
        const withdrawn = apply(apply(alone, two, 'two'), {}, 'two')
        expect(settled(withdrawn)).toBe(settled(alone))
        expect(withdrawn.metadata.managedFields).toEqual(alone.metadata.managedFields)
      }),
    )
  })

  it('owns nothing of a list that is empty, the list where it is one value, and a null', () => {
    const object = apply(undefined, { set: [], keyed: [], whole: [], labels: {}, a: null }, 'one')
    expect(owners(object)).toEqual({ one: { 'f:spec': { 'f:whole': {}, 'f:labels': {}, 'f:a': {} } } })
    expect(object.spec).toEqual({ set: [], keyed: [], whole: [], labels: {}, a: null })
  })

  it('gives up the items of a list by applying it empty', () => {
    const both = apply(apply(undefined, { set: ['p'] }, 'one'), { set: ['q'] }, 'two')
    const rest = apply(both, { set: [] }, 'one')
    expect(rest.spec).toEqual({ set: ['q'] })
    expect(Object.keys(owners(rest))).toEqual(['one', 'two'])
  })

  it('tracks a plain write to the same fields as the object that results', () => {
    fc.assert(
      fc.property(spec, spec, (first, second) => {
        const live = tracked({ next: widget(first) as Obj, manager: 'one', operation: 'Update', schema, now: '2026-01-01T00:00:00Z' })
        const next = { ...widget(second), metadata: live.metadata } as Obj
        const out = tracked({ live, next, manager: 'one', operation: 'Update', schema, now: '2026-01-01T00:00:00Z' })
        const fresh = tracked({ next: widget(second) as Obj, manager: 'one', operation: 'Update', schema, now: '2026-01-01T00:00:00Z' })
        expect(out.metadata.managedFields).toEqual(fresh.metadata.managedFields)
      }),
    )
  })
})

describe('merging lists', () => {
  const keyed = (...keys: string[]) => ({ keyed: keys.map((k) => ({ k })) })
  it.each([
    ['keeps the live order where nothing new comes', ['a', 'b', 'c'], ['b'], 'a b c'],
    ['puts shared items in the applied order', ['a', 'b', 'c'], ['c', 'a'], 'b c a'],
    ['puts new items where they were applied', ['a', 'b'], ['x', 'b'], 'a x b'],
  ])('%s', (_, live, config, expected) => {
    const out = apply(apply(undefined, keyed(...live), 'one'), keyed(...config), 'two')
    expect(out.spec.keyed.map(({ k }: JsonMap) => k).join(' ')).toBe(expected)
  })
})
