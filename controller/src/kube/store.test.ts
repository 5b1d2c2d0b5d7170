import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { silentLog } from './log.ts'
import { type Change, createStore } from './store.ts'
import type { KubeObject } from './types.ts'

function object(name: string, version: number, more: Partial<KubeObject['metadata']> = {}): KubeObject {
  return {
    ...{ apiVersion: 'v1', kind: 'ConfigMap' },
    metadata: { name, namespace: 'ns', uid: `uid-${name}`, resourceVersion: String(version), ...more },
  }
}

function watched(options: Parameters<typeof createStore>[0] = {}) {
  const store = createStore(options)
  const seen: string[] = []
  store.onChange((change) => seen.push(`${change.type} ${change.object.metadata.name}@${change.object.metadata.resourceVersion}`))
  const version = (name: string) => store.byKey(`ns/${name}`)?.metadata.resourceVersion
  return { store, seen, version }
}

describe('own writes', () => {
  test('are there at once, and older news of the same object is ignored', () => {
    const { store, seen, version } = watched()
    store.relisted([object('a', 5)], '5')
    store.wrote(object('a', 9))
    store.saw(object('a', 7))
    store.relisted([object('a', 5)], '6')
    expect(version('a')).toBe('9')
    store.saw(object('a', 9))
    store.saw(object('a', 10))
    expect(seen).toEqual(['added a@5', 'modified a@9', 'modified a@10'])
  })
  test('survive a list that was taken before them', () => {
    const { store, version } = watched()
    store.wrote(object('new', 20))
    store.relisted([object('a', 5)], '19')
    expect(version('new')).toBe('20')
    store.relisted([object('a', 5)], '21')
    expect(version('new')).toBeUndefined()
  })
  test('versions order by number, not as text, and beyond 2^53', () => {
    const { store, version } = watched()
    store.saw(object('a', 99))
    store.wrote(object('a', 100))
    store.saw(object('a', 99))
    expect(version('a')).toBe('100')
    store.saw(object('b', 0, { resourceVersion: '9007199254740993' }))
    store.saw(object('b', 0, { resourceVersion: '9007199254740992' }))
    expect(version('b')).toBe('9007199254740993')
  })
  test('versions that are no numbers: the latest news counts', () => {
    const { store, version } = watched()
    store.saw(object('a', 0, { resourceVersion: 'xyz' }))
    store.saw(object('a', 0, { resourceVersion: 'abc' }))
    expect(version('a')).toBe('abc')
  })
  test('that make an object leave the selector remove it; a newer change brings it back', () => {
    const { store, seen, version } = watched({ labelSelector: 'app=web' })
    store.relisted([object('a', 5, { labels: { app: 'web' } })], '5')
    store.wrote(object('a', 6, { labels: { app: 'other' } }))
    store.saw(object('a', 5, { labels: { app: 'web' } }))
    expect(version('a')).toBeUndefined()
    store.sawGone(object('a', 6, { labels: { app: 'web' } }))
    store.saw(object('a', 7, { labels: { app: 'web' } }))
    expect(seen).toEqual(['added a@5', 'deleted a@5', 'added a@7'])
  })
  test('that bring an object back are not undone by word of its earlier leaving', () => {
    const { store, version } = watched({ labelSelector: 'app=web' })
    store.wrote(object('a', 9, { labels: { app: 'web' } }))
    store.sawGone(object('a', 7, { labels: { app: 'web' } }))
    expect(version('a')).toBe('9')
  })
  test('outside the namespace of the store are not put in', () => {
    const { store } = watched({ namespace: 'other' })
    store.wrote(object('a', 1))
    expect(store.size).toBe(0)
  })
})

describe('a deletion of our own', () => {
  test('is seen at once and not undone by older events', () => {
    const { store, seen, version } = watched()
    store.relisted([object('a', 5)], '5')
    store.removed({ namespace: 'ns', name: 'a' }, 'uid-a')
    store.saw(object('a', 6))
    store.relisted([object('a', 6)], '6')
    store.sawGone(object('a', 7))
    store.saw(object('a', 6))
    expect(version('a')).toBeUndefined()
    expect(seen).toEqual(['added a@5', 'deleted a@5'])
  })
  test('does not hide a new object of the same name', () => {
    const { store, version } = watched()
    store.relisted([object('a', 5)], '5')
    store.removed({ namespace: 'ns', name: 'a' }, 'uid-a')
    store.saw(object('a', 8, { uid: 'second' }))
    store.sawGone(object('a', 7))
    expect(version('a')).toBe('8')
  })
  test('of an object with finalizers waits for the watch', () => {
    const { store, version } = watched()
    store.relisted([object('a', 5, { finalizers: ['x/y'] })], '5')
    store.removed({ namespace: 'ns', name: 'a' }, 'uid-a')
    expect(version('a')).toBe('5')
  })
  test('is taken back when the object turns out to be only marked for deletion', () => {
    const { store, version } = watched()
    store.relisted([object('a', 5)], '5')
    store.removed({ namespace: 'ns', name: 'a' }, 'uid-a')
    store.saw(object('a', 6, { finalizers: ['x/y'], deletionTimestamp: '2026-01-01T00:00:00Z' }))
    expect(version('a')).toBe('6')
  })
})

test('a new object of the same name is told as a deletion and an addition', () => {
  const { store, seen } = watched()
  store.relisted([object('a', 5)], '5')
  store.saw(object('a', 9, { uid: 'second' }))
  expect(seen).toEqual(['added a@5', 'deleted a@5', 'added a@9'])
})

test('objects are frozen all through and carry no managedFields', () => {
  const { store } = watched()
  store.saw({ ...object('a', 1, { managedFields: [{}] }), spec: { list: [{ deep: 1 }] } })
  const held = store.byKey('ns/a')
  expect(held?.metadata).not.toHaveProperty('managedFields')
  const { list = [] } = (held?.spec ?? {}) as { list?: object[] }
  expect(list).toHaveLength(1)
  expect(() => Object.assign(list[0] ?? {}, { deep: 2 })).toThrow(TypeError)
})

test('indexes find objects by each of their values, and follow changes', () => {
  const store = createStore({ indexes: { team: (each) => each.metadata.labels?.team?.split('.') ?? [] } })
  const names = (value: string) => store.byIndex('team', value).map((each) => each.metadata.name)
  store.relisted([object('a', 1, { labels: { team: 'x.y' } }), object('b', 2, { labels: { team: 'y' } })], '2')
  expect(names('y')).toEqual(['a', 'b'])
  store.saw(object('a', 3, { labels: { team: 'z' } }))
  store.sawGone(object('b', 4, { labels: { team: 'y' } }))
  expect([names('x'), names('y'), names('z')]).toEqual([[], [], ['a']])
  expect(() => store.byIndex('nope', 'x')).toThrow(/no index 'nope'/)
})

test('a listener or index that throws is logged and harms nobody else', () => {
  const errors: string[] = []
  const broken = () => {
    throw new Error('broken')
  }
  const store = createStore({ indexes: { broken }, log: { ...silentLog, error: (_, message) => errors.push(message) } })
  store.onChange(broken)
  const seen: Change<KubeObject>[] = []
  store.onChange((change) => seen.push(change))
  store.saw(object('a', 1))
  expect(seen).toHaveLength(1)
  expect(errors).toEqual(['index function failed', 'change listener failed'])
})

test('a listener that was taken off hears nothing more', () => {
  const store = createStore()
  let heard = 0
  const off = store.onChange(() => heard++)
  store.saw(object('a', 1))
  off()
  store.saw(object('a', 2))
  expect(heard).toBe(1)
})

/**
 * A server's history of two names with recreations and label changes. The watch delivers it in order, with repeats of
 * stretches (reconnections); lists arrive later than they were taken; our own writes arrive as soon
 * as they are made, and their answers as late as one likes.
 */
type Act =
  | { act: 'write' | 'own' | 'delete' | 'ownDelete' | 'label'; name: string }
  | { act: 'deliver' | 'replay' | 'relist' | 'late'; n: number }

const acts: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    act: fc.constantFrom('write' as const, 'own' as const, 'delete' as const, 'ownDelete' as const, 'label' as const),
    name: fc.constantFrom('a', 'b'),
  }),
  fc.record({ act: fc.constantFrom('deliver' as const, 'replay' as const, 'relist' as const, 'late' as const), n: fc.nat(6) }),
)

test('any interleaving of events, lists and own writes ends at the newest, and no uid ever goes back in time', () => {
  fc.assert(
    fc.property(fc.array(acts, { maxLength: 60 }), (script) => {
      const store = createStore({ labelSelector: 'in=yes' })
      const live = new Map<string, KubeObject>()
      const events: { type: 'saw' | 'sawGone'; object: KubeObject; version: number }[] = []
      const answers: KubeObject[] = []
      let version = 10
      let uids = 0
      let delivered = 0

      let taken: { items: KubeObject[]; version: number } | undefined
      const wrong: string[] = []
      const newest = new Map<string, number>()
      const ownFloor = new Map<string, number>()
      const ownGone = new Set<string>()
      store.onChange(({ type, object: { metadata } }) => {
        if (type === 'deleted') return
        const [uid, at] = [metadata.uid ?? '', Number(metadata.resourceVersion)]
        if (at <= (newest.get(uid) ?? 0) || at < (ownFloor.get(uid) ?? 0) || ownGone.has(uid)) wrong.push(`${type} ${uid}@${at}`)
        newest.set(uid, at)
      })
      const inside = () => [...live.values()].filter((each) => each.metadata.labels?.in === 'yes')
      const put = (name: string, within: boolean): KubeObject => {
        const before = live.get(name)
        const uid = before?.metadata.uid ?? `uid-${++uids}`
        const after = object(name, ++version, { uid, labels: { in: within ? 'yes' : 'no' } })
        live.set(name, after)
        const was = before?.metadata.labels?.in === 'yes'
        if (within) events.push({ type: 'saw', object: after, version })
        else if (was)
          events.push({
            type: 'sawGone',
            object: { ...before, metadata: { ...before.metadata, resourceVersion: String(version) } },
            version,
          })
        return after
      }
      const erase = (name: string): KubeObject | undefined => {
        const before = live.get(name)
        if (!before) return undefined
        live.delete(name)
        version++
        const last = { ...before, metadata: { ...before.metadata, resourceVersion: String(version) } }
        if (before.metadata.labels?.in === 'yes') events.push({ type: 'sawGone', object: last, version })
        return before
      }
      const deliver = (from: number, to: number) => {
        for (const event of events.slice(from, to)) store[event.type](event.object)
      }
      // The list is taken at one moment and arrives at a later one; no watch runs meanwhile, and the next goes on from its version.
      const relist = () => {
        if (!taken) {
          taken = { items: inside(), version }
          return
        }
        const { items, version: asOf } = taken
        taken = undefined
        store.relisted(items, String(asOf))
        delivered = events.findLastIndex((event) => event.version <= asOf) + 1
      }
      const own = (written: KubeObject) => {
        store.wrote(written)
        const { uid = '', resourceVersion } = written.metadata
        ownFloor.set(uid, Number(resourceVersion))
      }
      const run: { [K in Act['act']]: (act: Extract<Act, { act: K }>) => void } = {
        write: ({ name }) => void put(name, true),
        label: ({ name }) => void answers.push(put(name, false)),
        own: ({ name }) => own(put(name, true)),
        delete: ({ name }) => void erase(name),
        ownDelete({ name }) {
          const gone = erase(name)
          if (!gone) return
          store.removed(gone.metadata, gone.metadata.uid ?? '')
          ownGone.add(gone.metadata.uid ?? '')
        },
        deliver({ n }) {
          if (taken) return
          deliver(delivered, delivered + n)
          delivered = Math.min(events.length, delivered + n)
        },
        replay: ({ n }) => deliver(Math.max(0, delivered - n), delivered),
        relist,
        late: ({ n }) => {
          const answer = answers[answers.length - 1 - n]
          if (answer) store.wrote(answer)
        },
      }
      for (const act of script) (run[act.act] as (act: Act) => void)(act)
      if (taken) relist()
      deliver(delivered, events.length)

      const sight = (all: KubeObject[]) => all.map(({ metadata }) => `${metadata.name} ${metadata.uid} ${metadata.resourceVersion}`).sort()
      expect(sight(store.list())).toEqual(sight(inside()))
      expect(wrong).toEqual([])
    }),
    { numRuns: 2000 },
  )
})

test('what nobody needs is not kept', () => {
  const store = createStore({ slim: (object) => ({ ...object, status: undefined }) })
  store.saw({ ...object('a', 1), status: { large: 'x' } })
  expect(store.list()[0]?.status).toBeUndefined()
})
