import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Release, ReleaseQuery } from '../dto/release.ts'
import { compare, ordered, rowOf, type Sort } from './order.ts'
import { pageOf } from './page.ts'
import type { Sight } from './visible.ts'

const start = Date.parse('2026-01-01T00:00:00Z')
const kinds = ['Approval', 'Stuck', undefined] as const

function release(n: number, more: Partial<Release> = {}): Release {
  return {
    namespace: `ns-${n % 3}`,
    name: `app-${n}`,
    uid: `u${n}`,
    version: '1',
    workload: { kind: 'Deployment', name: `app-${n}` },
    strategy: 'canary',
    phase: 'Healthy',
    message: '',
    since: new Date(start + (n % 7) * 1000).toISOString(),
    ...more,
  }
}

const some = fc.record({
  n: fc.nat(40),
  since: fc.nat(5),
  kind: fc.constantFrom(...kinds),
  team: fc.constantFrom('blue', 'Green', undefined),
})
const made = ({ n, since, kind, team }: { n: number; since: number; kind?: (typeof kinds)[number]; team?: string | undefined }) =>
  release(n, {
    since: new Date(start + since).toISOString(),
    ...(kind ? { attention: { kind, since: new Date(start + since).toISOString() } } : {}),
    ...(team ? { team } : {}),
  })
const query = (given: object = {}) => ReleaseQuery.parse(given)
const everywhere: Sight = { everywhere: true, namespaces: new Set() }
const only = (...namespaces: string[]): Sight => ({ everywhere: false, namespaces: new Set(namespaces) })
const of = (releases: Release[]) => {
  const rows = ordered()
  for (const one of releases) rows.put(rowOf(one))
  return rows
}
const names = ({ items }: { items: Release[] }) => items.map(({ name }) => name)

describe('the order', () => {
  test('stays right, whatever comes, changes and goes', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(some, fc.boolean(), fc.boolean()), { maxLength: 200 }), (changes) => {
        const rows = ordered()
        const held = new Map<string, Release>()
        for (const [given, goes, looks] of changes) {
          if (looks) rows.in('name')
          const one = made(given)
          const key = `${one.namespace}/${one.name}`
          if (goes) {
            rows.remove(key)
            held.delete(key)
          } else {
            rows.put(rowOf(one))
            held.set(key, one)
          }
        }
        for (const sort of ['attention', 'name', 'since'] as Sort[]) {
          const wanted = [...held.values()].map(rowOf).sort((a, b) => compare(a.place[sort], b.place[sort]))
          expect(rows.in(sort).map(({ key }) => key)).toEqual(wanted.map(({ key }) => key))
        }
      }),
    )
  })
  test('is: who needs somebody, then what moves, then the rest, each the newest first', () => {
    const run = { id: 1 } as Release['run'] & object
    const rows = of([
      release(1),
      release(2, { run: { ...run, to: { hash: '', images: [] }, from: { hash: '', images: [] } } as NonNullable<Release['run']> }),
      release(3),
      release(4, { attention: { kind: 'Stuck', since: '2026-01-01T00:00:00Z' } }),
      release(5, { attention: { kind: 'Paused', since: '2026-01-02T00:00:00Z' } }),
    ])
    expect(names(pageOf(rows, everywhere, query()))).toEqual(['app-5', 'app-4', 'app-2', 'app-3', 'app-1'])
    expect(names(pageOf(rows, everywhere, query({ sort: 'name' })))).toEqual(['app-1', 'app-2', 'app-3', 'app-4', 'app-5'])
    expect(names(pageOf(rows, everywhere, query({ sort: 'since' })))).toEqual(['app-5', 'app-4', 'app-3', 'app-2', 'app-1'])
  })
})

describe('pages', () => {
  test('together are the whole list, each release once, whatever is filtered', () => {
    fc.assert(
      fc.property(
        fc.array(some, { maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom<object>(
          {},
          { attention: 'true' },
          { q: 'app-1' },
          { team: 'Green', sort: 'since' },
          { namespace: 'ns-1', sort: 'name' },
        ),
        (given, limit, filter) => {
          const rows = of(given.map(made))
          const whole = pageOf(rows, everywhere, query({ ...filter, limit: 500 }))
          const got: string[] = []
          let cursor: string | undefined
          do {
            const page = pageOf(rows, everywhere, query({ ...filter, limit, ...(cursor === undefined ? {} : { cursor }) }))
            expect(page.total).toBe(whole.total)
            got.push(...names(page))
            cursor = page.next
          } while (cursor !== undefined)
          expect(got).toEqual(names(whole))
          expect(got).toHaveLength(whole.total)
        },
      ),
    )
  })
  test('leave out and repeat nothing of what stayed the same, though others come and go between', () => {
    const rows = of(Array.from({ length: 20 }, (_, n) => release(n)))
    const first = pageOf(rows, everywhere, query({ limit: 8, sort: 'name' }))
    rows.remove(`ns-${8 % 3}/app-8`)
    const last = first.items.at(-1)
    rows.remove(`${last?.namespace}/${last?.name}`)
    rows.put(rowOf(release(3, { name: 'aaa' })))
    rows.put(rowOf(release(3, { name: 'zzz' })))
    const second = pageOf(rows, everywhere, query({ limit: 500, sort: 'name', cursor: first.next }))
    const all = [...names(first), ...names(second)]
    expect(new Set(all).size).toBe(all.length)
    expect(all).toContain('zzz')
    for (let n = 0; n < 20; n++) if (n !== 8) expect(all).toContain(`app-${n}`)
  })
  test.each(['nonsense', '', btoa('[]'), btoa('["name",0,0,"x"]'), btoa('["attention",null,0,"x"]'), btoa('{"sort":1}')])(
    'a cursor that is none of theirs is refused: %s',
    (cursor) => {
      expect(() => pageOf(of([release(1)]), everywhere, { ...query(), cursor })).toThrow(/cursor/)
    },
  )
})

describe('what somebody may not see', () => {
  const rows = of(Array.from({ length: 9 }, (_, n) => release(n, { team: `team-${n % 3}`, attention: { kind: 'Stuck', since: '' } })))
  test('is in no item, no count and no facet', () => {
    const page = pageOf(rows, only('ns-1'), query())
    expect(page).toMatchObject({ total: 3, all: 3, facets: { attention: [{ value: 'Stuck', count: 3 }] } })
    expect(JSON.stringify(page)).not.toMatch(/ns-[02]|team-[02]/)
  })
  test('nothing at all is an empty page', () => {
    expect(pageOf(rows, only(), query())).toEqual({
      items: [],
      total: 0,
      all: 0,
      facets: { phase: [], namespace: [], team: [], attention: [], moving: 0 },
    })
  })
})

test('facets count before any filter; the filters count what matches', () => {
  const rows = of([release(1, { phase: 'Paused', team: 'blue' }), release(2), release(4)])
  expect(pageOf(rows, everywhere, query({ phase: 'Paused,Degraded' }))).toMatchObject({
    total: 1,
    all: 3,
    facets: {
      phase: [
        { value: 'Healthy', count: 2 },
        { value: 'Paused', count: 1 },
      ],
      namespace: [
        { value: 'ns-1', count: 2 },
        { value: 'ns-2', count: 1 },
      ],
      team: [{ value: 'blue', count: 1 }],
    },
  })
})

test('every word must occur somewhere: name, namespace, team or image', () => {
  const rows = of([release(1, { team: 'Blue', stable: { hash: 'x', images: ['registry.test/Shop:v2'] } }), release(2)])
  expect(names(pageOf(rows, everywhere, query({ q: ' shop:V2  blue ' })))).toEqual(['app-1'])
  expect(names(pageOf(rows, everywhere, query({ q: 'shop:v2 ns-2' })))).toEqual([])
})

test('counts follow what changes', () => {
  const rows = of([release(1), release(2)])
  const counted = () => pageOf(rows, everywhere, query()).facets.phase
  expect(counted()).toEqual([{ value: 'Healthy', count: 2 }])
  rows.put(rowOf(release(2, { phase: 'Paused' })))
  expect(counted()).toEqual([
    { value: 'Healthy', count: 1 },
    { value: 'Paused', count: 1 },
  ])
  rows.remove('ns-1/app-1')
  expect(counted()).toEqual([{ value: 'Paused', count: 1 }])
})
