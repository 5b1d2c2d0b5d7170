import { expect } from 'vitest'
import type { Json } from '../../cluster/apiClient.ts'
import { conformance } from '../conformanceCase.ts'

export function configMap(name: string, data: Record<string, string> = { colour: 'red' }, metadata: Json = {}): Json {
  return { kind: 'ConfigMap', metadata: { name, ...metadata }, data }
}

const a = { kind: 'ConfigMap', name: 'a' } as const

export const objectCases = [
  conformance('create answers 201 with the metadata that the server sets', async (t) => {
    const { status, json } = await t.create(configMap('a', { colour: 'red' }, { labels: { app: 'web' }, annotations: { note: 'n' } }))
    expect(status).toBe(201)
    expect(json.metadata.uid).toBeTruthy()
    await t.get(a)
  }),
  conformance('what a client claims of uid, times and generation on create is not believed', async (t) => {
    const claimed = {
      uid: '11111111-1111-1111-1111-111111111111',
      creationTimestamp: '2001-01-01T00:00:00Z',
      generation: 7,
      selfLink: '/x',
    }
    const { json } = await t.create(configMap('a', {}, claimed))
    expect(json.metadata.uid).not.toBe(claimed.uid)
    expect(json.metadata.creationTimestamp).not.toBe(claimed.creationTimestamp)
    const widget = {
      kind: 'Widget',
      metadata: { name: 'w', ...claimed, deletionTimestamp: '2001-01-01T00:00:00Z', deletionGracePeriodSeconds: 3 },
      spec: {},
    }
    expect((await t.create(widget)).json.metadata.generation).toBe(1)
  }),
  conformance('a name that is taken is refused with AlreadyExists', async (t) => {
    await t.prepare(configMap('a'))
    expect((await t.create(configMap('a'))).json.reason).toBe('AlreadyExists')
    await t.prepare({ kind: 'Widget', metadata: { name: 'w' }, spec: {} })
    expect((await t.create({ kind: 'Widget', metadata: { name: 'w' }, spec: {} })).status).toBe(409)
  }),
  conformance('an absent object is NotFound, by every verb', async (t) => {
    expect((await t.get(a)).json.message).toBe('configmaps "a" not found')
    await t.update(t.whole(configMap('a', {}, { uid: '11111111-1111-1111-1111-111111111111', resourceVersion: '1' })))
    await t.patch(a, 'merge', { data: { x: 'y' } })
    await t.delete(a)
    await t.get({ kind: 'Widget', name: 'w' })
    await t.get({ kind: 'Deployment', name: 'd' })
  }),
  conformance('a path that is no resource is 404', async (t) => {
    expect((await t.send({ method: 'GET', path: '/apis/apps/v1/gadgets' })).status).toBe(404)
    expect((await t.send({ method: 'GET', path: '/apis/nothing.example.com/v1/things' })).status).toBe(404)
    expect((await t.send({ method: 'GET', path: `/apis/conformance.example.com/v9/namespaces/${t.namespace}/widgets` })).status).toBe(404)
  }),
  conformance('creating in a namespace that does not exist is NotFound', async (t) => {
    const { status, json } = await t.create(configMap('a', {}, { namespace: `absent-${t.suffix}` }))
    expect(status).toBe(404)
    expect(json.message).toBe(`namespaces "absent-${t.suffix}" not found`)
  }),
  conformance('a body of another namespace, kind or name than its path is refused', async (t) => {
    const path = `/api/v1/namespaces/${t.namespace}/configmaps`
    expect((await t.send({ method: 'POST', path, body: t.whole(configMap('a', {}, { namespace: 'other' })) })).status).toBe(400)
    expect((await t.send({ method: 'POST', path, body: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } } })).status).toBe(400)
    expect(
      (await t.send({ method: 'POST', path, body: { apiVersion: 'apps/v1', kind: 'ConfigMap', metadata: { name: 'a' } } })).status,
    ).toBe(400)
    await t.prepare(configMap('a'))
    expect((await t.send({ method: 'PUT', path: `${path}/a`, body: t.whole(configMap('b')) })).status).toBe(400)
  }),
  conformance('a name must be a DNS subdomain, and be there', async (t) => {
    for (const name of ['Upper', 'under_score', '-dash', 'x'.repeat(254), 'dot.']) {
      expect((await t.create(configMap(name))).status).toBe(422)
    }
    expect((await t.create({ kind: 'ConfigMap', metadata: {} })).status).toBe(422)
    expect((await t.create({ kind: 'Service', metadata: { name: 'dotted.name' }, spec: { ports: [{ port: 80 }] } })).status).toBe(422)
  }),
  conformance('label and annotation keys and label values are checked', async (t) => {
    expect((await t.create(configMap('a', {}, { labels: { 'a b': 'x' } }))).status).toBe(422)
    expect((await t.create(configMap('a', {}, { labels: { a: 'x y' } }))).status).toBe(422)
    expect((await t.create(configMap('a', {}, { labels: { a: 'x'.repeat(64) } }))).status).toBe(422)
    expect((await t.create(configMap('a', {}, { annotations: { 'a/b/c': 'x' } }))).status).toBe(422)
  }),
  conformance('generateName adds five characters, new each time', async (t) => {
    const object = { kind: 'ConfigMap', metadata: { generateName: 'made-' } }
    const one = await t.create(object)
    const two = await t.create(object)
    expect(one.json.metadata.name).toMatch(/^made-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
    expect(one.json.metadata.name).not.toBe(two.json.metadata.name)
  }),
  conformance('a PUT replaces, without a resourceVersion too where the kind allows it', async (t) => {
    await t.prepare(configMap('a', { colour: 'red', shape: 'round' }, { labels: { app: 'web' } }))
    const { json } = await t.update(t.whole(configMap('a', { colour: 'blue' })))
    expect(json.data).toEqual({ colour: 'blue' })
    expect(json.metadata.labels).toBeUndefined()
  }),
  conformance('a PUT with an old resourceVersion is a conflict', async (t) => {
    const [first] = await t.prepare(configMap('a'))
    await t.patch(a, 'merge', { data: { colour: 'blue' } })
    const { status, json } = await t.update({ ...first, data: { colour: 'green' } })
    expect(status).toBe(409)
    expect(json.message).toBe(
      'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    )
    const [widget] = await t.prepare({ kind: 'Widget', metadata: { name: 'w' }, spec: {} })
    await t.patch({ kind: 'Widget', name: 'w' }, 'merge', { spec: { replicas: 2 } })
    expect((await t.update({ ...widget, spec: { replicas: 3 } })).status).toBe(409)
  }),
  conformance('kinds without unconditional update want a resourceVersion', async (t) => {
    const lease = { kind: 'Lease', metadata: { name: 'l' }, spec: { holderIdentity: 'x', leaseDurationSeconds: 4 } }
    await t.prepare(lease, { kind: 'Widget', metadata: { name: 'w' }, spec: {} })
    expect((await t.update(t.whole(lease))).status).toBe(422)
    expect((await t.update(t.whole({ kind: 'Widget', metadata: { name: 'w' }, spec: {} }))).status).toBe(422)
  }),
  conformance('a Lease is taken by the first who writes on what both have seen', async (t) => {
    const renewTime = '2026-01-01T00:00:00.000000Z'
    const [seen] = await t.prepare({
      kind: 'Lease',
      metadata: { name: 'l' },
      spec: { holderIdentity: '', leaseDurationSeconds: 4, leaseTransitions: 0 },
    })
    const taken = { holderIdentity: 'one', leaseDurationSeconds: 4, renewTime, acquireTime: renewTime, leaseTransitions: 1 }
    expect((await t.update({ ...seen, spec: taken })).status).toBe(200)
    expect((await t.update({ ...seen, spec: { ...taken, holderIdentity: 'two' } })).status).toBe(409)
  }),
  conformance('a PUT for another uid is a conflict', async (t) => {
    const [first] = await t.prepare(configMap('a'))
    first.metadata.uid = '11111111-1111-1111-1111-111111111111'
    expect((await t.update(first)).status).toBe(409)
  }),
  conformance('a write that changes nothing keeps the resourceVersion', async (t) => {
    const [first] = await t.prepare(configMap('a'))
    expect((await t.update(first)).json.metadata.resourceVersion).toBe(first.metadata.resourceVersion)
    const patched = await t.patch(a, 'merge', { data: { colour: 'red' } })
    expect(patched.json.metadata.resourceVersion).toBe(first.metadata.resourceVersion)
    const [widget] = await t.prepare({ kind: 'Widget', metadata: { name: 'w' }, spec: {} })
    expect((await t.update(widget)).json.metadata.resourceVersion).toBe(widget.metadata.resourceVersion)
  }),
  conformance('a dry run answers as if, and changes nothing', async (t) => {
    const query = { dryRun: 'All' }
    expect((await t.create(configMap('a'), { query })).status).toBe(201)
    expect(await t.read(a)).toBeUndefined()
    const [first] = await t.prepare(configMap('a'))
    expect((await t.patch(a, 'merge', { data: { colour: 'blue' } }, { query })).json.data.colour).toBe('blue')
    await t.update({ ...first, data: {} }, { query })
    await t.delete(a, undefined, { query })
    await t.apply(configMap('a', { shape: 'round' }), 'm', { query })
    expect(await t.read(a)).toEqual(first)
    expect((await t.create(configMap('b'), { query: { dryRun: 'Some' } })).status).toBe(422)
  }),
  conformance('unknown fields are dropped, warned of or refused as fieldValidation says', async (t) => {
    const object = { ...configMap('a'), colour: 'red', data: { x: 'y' } }
    const widget = { kind: 'Widget', metadata: { name: 'w', nonsense: 1 }, spec: { siez: 'small', box: { colour: 'red', depht: 1 } } }
    for (const fieldValidation of ['Strict', 'Warn', 'Ignore']) {
      const query = { fieldValidation, dryRun: 'All' }
      expect((await t.create(object, { query })).status).toBe(fieldValidation === 'Strict' ? 400 : 201)
      expect((await t.create(widget, { query })).status).toBe(fieldValidation === 'Strict' ? 400 : 201)
    }
    expect((await t.create(object, { query: { fieldValidation: 'Sometimes' } })).status).toBe(422)
  }),
  conformance('a resourceVersion on create is refused', async (t) => {
    expect((await t.create(configMap('a', {}, { resourceVersion: '1' }))).status).toBeGreaterThanOrEqual(400)
  }),
  conformance('a value of the wrong type is a bad request', async (t) => {
    expect((await t.create({ kind: 'Deployment', metadata: { name: 'd' }, spec: { replicas: 'three' } })).status).toBe(400)
    expect((await t.create({ kind: 'ConfigMap', metadata: { name: 'd' }, data: { n: 1 } })).status).toBe(400)
  }),
  conformance('a namespace keeps its name as a label and its finalizer in the spec', async (t) => {
    const name = `room-${t.suffix}`
    t.onEnd(() => t.delete({ kind: 'Namespace', name }, undefined, { quiet: true }))
    await t.create({ kind: 'Namespace', metadata: { name, labels: { team: 'x' } } })
    await t.patch({ kind: 'Namespace', name }, 'merge', { metadata: { labels: { 'kubernetes.io/metadata.name': 'other' } } })
  }),
]
