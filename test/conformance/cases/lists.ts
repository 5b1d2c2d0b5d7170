import { expect } from 'vitest'
import type { Json } from '../../cluster/apiClient.ts'
import type { CallOptions } from '../caseContext.ts'
import { conformance } from '../conformanceCase.ts'
import { configMap } from './objects.ts'

const mine = { labelSelector: 'set=mine' }
const names = (list: Json) => list.items.map((item: Json) => item.metadata.name)
const namesOnly = { show: names }

const five = ['a', 'b', 'c', 'd', 'e'].map((name, index) =>
  configMap(name, {}, { labels: { set: 'mine', parity: index % 2 ? 'odd' : 'even', [`only-${name}`]: '' } }),
)

export const listCases = [
  conformance('a list holds whole objects in the order of names, without kind', async (t) => {
    await t.prepare(...five.slice(0, 2).reverse())
    const { json } = await t.list('ConfigMap', { query: mine })
    expect(names(json)).toEqual(['a', 'b'])
    expect(json.items[0].kind).toBeUndefined()
    await t.list('Widget')
  }),
  conformance('a list of custom resources names the kind of each', async (t) => {
    await t.prepare({ kind: 'Widget', metadata: { name: 'w' }, spec: {} })
    const { json } = await t.list('Widget')
    expect(json.items[0].kind).toBe('Widget')
  }),
  conformance('a limit gives pages of one version, to the end', async (t) => {
    await t.prepare(...five)
    const first = await t.list('ConfigMap', { query: { limit: 2, labelSelector: 'set=mine' } })
    expect(names(first.json)).toEqual(['a', 'b'])
    // What comes later is not on the pages of an earlier version.
    await t.prepare(configMap('f', {}, { labels: { set: 'mine' } }))
    const second = await t.list('ConfigMap', { query: { limit: 2, ...mine, continue: first.json.metadata.continue } })
    const third = await t.list('ConfigMap', { query: { limit: 2, ...mine, continue: second.json.metadata.continue } })
    expect(names(third.json)).toEqual(['e'])
    expect(third.json.metadata.continue ?? '').toBe('')
    expect(second.json.metadata.resourceVersion).toBe(first.json.metadata.resourceVersion)
  }),
  conformance('pages without a selector say how many remain', async (t) => {
    await t.prepare(...['a', 'b', 'c', 'd', 'e'].map((name) => ({ kind: 'Widget', metadata: { name }, spec: {} })))
    const first = await t.list('Widget', { query: { limit: 2 } })
    expect(first.json.metadata.remainingItemCount).toBe(3)
    await t.list('Widget', { query: { limit: 5, continue: first.json.metadata.continue } })
    await t.list('Widget', { query: { limit: 5 }, show: names })
  }),
  conformance('a continue token that is none is refused', async (t) => {
    expect((await t.list('ConfigMap', { query: { limit: 2, continue: 'nonsense' } })).status).toBe(400)
  }),
  conformance('label selectors: equality, sets, presence, absence', async (t) => {
    await t.prepare(...five)
    const found: Record<string, string[]> = {
      'parity=odd': ['b', 'd'],
      'parity==odd,set=mine': ['b', 'd'],
      'set=mine,parity!=odd': ['a', 'c', 'e'],
      'parity in (odd, even),only-a': ['a'],
      'set=mine,parity notin (odd)': ['a', 'c', 'e'],
      'set,!only-a': ['b', 'c', 'd', 'e'],
      'only-a=': ['a'],
      'set=other': [],
    }
    for (const [labelSelector, expected] of Object.entries(found)) {
      expect(names((await t.list('ConfigMap', { query: { labelSelector }, ...namesOnly })).json)).toEqual(expected)
    }
  }),
  conformance('a selector that cannot be read is a bad request', async (t) => {
    for (const labelSelector of ['a in b', '=x', 'a=b=c', 'a in (', 'a/b/c=x', 'a=b c']) {
      expect((await t.list('ConfigMap', { query: { labelSelector } })).status).toBe(400)
    }
    expect((await t.list('ConfigMap', { query: { fieldSelector: 'data.x=y' } })).status).toBe(400)
    expect((await t.list('Widget', { query: { fieldSelector: 'spec.size=small' } })).status).toBe(400)
  }),
  conformance('field selectors: name, namespace, and what a kind offers', async (t) => {
    await t.prepare(
      ...five.slice(0, 2),
      { kind: 'Widget', metadata: { name: 'w' }, spec: {} },
      { kind: 'Widget', metadata: { name: 'v' }, spec: {} },
    )
    expect(names((await t.list('ConfigMap', { query: { fieldSelector: 'metadata.name=a' }, ...namesOnly })).json)).toEqual(['a'])
    expect(
      names(
        (
          await t.list('ConfigMap', {
            query: { fieldSelector: `metadata.name!=a,metadata.namespace=${t.namespace}`, ...mine },
            ...namesOnly,
          })
        ).json,
      ),
    ).toEqual(['b'])
    expect(names((await t.list('Widget', { query: { fieldSelector: 'metadata.name=w' }, ...namesOnly })).json)).toEqual(['w'])
    expect((await t.list('Pod', { query: { fieldSelector: 'status.phase=Running,spec.nodeName!=x' }, ...namesOnly })).status).toBe(200)
  }),
  conformance('a list over all namespaces finds what is in one', async (t) => {
    await t.prepare({ kind: 'Widget', metadata: { name: 'w', labels: { run: t.suffix } }, spec: {} })
    const { json } = await t.send(
      { method: 'GET', path: `/apis/conformance.example.com/v1/widgets?labelSelector=run%3D${t.suffix}` },
      { show: (list) => [list.kind, names(list)] },
    )
    expect(json.items).toHaveLength(1)
  }),
  conformance('a list in a namespace that does not exist is empty', async (t) => {
    const { status, json } = await t.send({ method: 'GET', path: `/api/v1/namespaces/absent-${t.suffix}/configmaps` })
    expect(status).toBe(200)
    expect(json.items).toEqual([])
  }),
  conformance('a list from the cache or at a version is at least as new as asked', async (t) => {
    const [made] = await t.prepare(configMap('a', {}, { labels: { set: 'mine' } }))
    const version = made.metadata.resourceVersion
    const queries: NonNullable<CallOptions['query']>[] = [
      { resourceVersion: version },
      { resourceVersion: version, resourceVersionMatch: 'NotOlderThan' },
      { resourceVersion: version, resourceVersionMatch: 'Exact', limit: 1 },
    ]
    for (const query of queries) {
      expect(names((await t.list('ConfigMap', { query: { ...mine, ...query }, ...namesOnly })).json)).toEqual(['a'])
    }
    expect((await t.list('ConfigMap', { query: { resourceVersionMatch: 'Exact' } })).status).toBe(422)
    expect((await t.list('ConfigMap', { query: { resourceVersion: 'abc' } })).status).toBe(400)
  }),
  conformance('deletecollection deletes what the selector finds', async (t) => {
    await t.prepare(...five)
    const path = `/api/v1/namespaces/${t.namespace}/configmaps?labelSelector=parity%3Deven`
    expect((await t.send({ method: 'DELETE', path })).status).toBe(200)
    expect(names((await t.list('ConfigMap', { query: mine, ...namesOnly })).json)).toEqual(['b', 'd'])
  }),
  conformance('metadata alone is given to those who ask for it', async (t) => {
    await t.prepare({ kind: 'Widget', metadata: { name: 'w', labels: { x: 'y' } }, spec: { size: 'medium' } })
    const accept = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1'
    const { json } = await t.list('Widget', { headers: { accept } })
    expect(json.kind).toBe('PartialObjectMetadataList')
    expect(json.items[0].spec).toBeUndefined()
    await t.get({ kind: 'Widget', name: 'w' }, { headers: { accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1' } })
  }),
]
