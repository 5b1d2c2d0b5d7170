import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Obj } from '../types.ts'
import { createStore } from './store.ts'

const object = (name: string, value: number) =>
  ({ apiVersion: 'v1', kind: 'X', metadata: { name, namespace: 'ns' }, value }) as unknown as Obj
const shown = (objects: readonly Obj[] | undefined) => objects?.map(({ metadata, value }) => `${metadata.name}=${value}`)

describe('the store', () => {
  it('shows every remembered revision as it was', () => {
    const writes = fc.array(fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd'), remove: fc.boolean(), value: fc.nat(9) }), {
      maxLength: 40,
    })
    fc.assert(
      fc.property(writes, (all) => {
        const store = createStore(1000)
        const past = new Map([[0, [] as string[] | undefined]])
        for (const { name, remove, value } of all) {
          const known = store.get('x', 'ns', name)
          if (!remove) store.put('x', object(name, value))
          else if (known) store.remove('x', known)
          past.set(store.revision(), shown(store.list('x')))
        }
        for (const [revision, state] of past) expect(shown(store.listAt('x', revision))).toEqual(state)
        expect(shown(store.list('x', 'ns'))).toEqual(shown(store.list('x')))
        expect(store.list('x', 'n')).toEqual([])
      }),
    )
  })

  it('tells every commit once, in order, with what was there before', () => {
    const store = createStore(1000)
    const told: string[] = []
    store.watch('x', ({ type, old, object: now }) => told.push(`${type} ${old?.value ?? '-'} ${now.value}`))
    store.put('x', object('a', 1))
    const last = store.put('x', object('a', 2))
    const gone = store.remove('x', last)
    expect(told).toEqual(['ADDED - 1', 'MODIFIED 1 2', 'DELETED 2 2'])
    expect(gone.metadata.resourceVersion).toBe('3')
    expect(store.since('x', 1)?.map(({ revision }) => revision)).toEqual([2, 3])
  })

  it('remembers at least its limit and knows what it forgot', () => {
    const store = createStore(5)
    for (let value = 1; value <= 40; value++) store.put('x', object('a', value))
    expect(store.since('x', 36)?.length).toBe(4)
    expect(store.since('x', 35)?.length).toBe(5)
    expect(store.since('x', 1)).toBeUndefined()
    expect(store.listAt('x', 1)).toBeUndefined()
    store.expire()
    expect(store.since('x', 39)).toBeUndefined()
    expect(store.since('x', 40)).toEqual([])
  })

  it('hands out frozen objects', () => {
    const stored = createStore(5).put('x', object('a', 1))
    expect(Object.isFrozen(stored.metadata)).toBe(true)
  })
})
