import { expect } from 'vitest'
import type { Json } from '../../cluster/apiClient.ts'
import { conformance } from '../conformanceCase.ts'
import { configMap } from './objects.ts'
import { deployment } from './workloads.ts'

const a = { kind: 'ConfigMap', name: 'a' } as const
const w = { kind: 'Widget', name: 'w' } as const
const web = { kind: 'Deployment', name: 'web' } as const
/** Controllers write status and annotations of a Deployment at moments of their own. */
const spec = { show: (object: Json) => ({ generation: object.metadata.generation, spec: object.spec }) }

export const patchCases = [
  conformance('a merge patch sets, replaces lists and removes by null', async (t) => {
    await t.prepare({
      kind: 'Widget',
      metadata: { name: 'w', labels: { x: '1', y: '2' } },
      spec: { tags: ['a', 'b'], parts: [{ name: 'p' }], owner: 'ann' },
    })
    const { json } = await t.patch(w, 'merge', {
      metadata: { labels: { x: null, z: '3' } },
      spec: { tags: ['c'], parts: [{ name: 'q', count: 3 }], owner: null },
    })
    expect(json.spec.tags).toEqual(['c'])
    expect(json.metadata.labels).toEqual({ y: '2', z: '3' })
  }),
  conformance('a JSON patch performs its operations in order', async (t) => {
    await t.prepare({
      kind: 'Widget',
      metadata: { name: 'w', labels: { 'a/b': '1' } },
      spec: { tags: ['a', 'b'], free: { x: { y: [1, 2] } } },
    })
    await t.patch(w, 'json', [
      { op: 'test', path: '/metadata/labels/a~1b', value: '1' },
      { op: 'add', path: '/spec/tags/-', value: 'c' },
      { op: 'add', path: '/spec/tags/0', value: 'z' },
      { op: 'remove', path: '/spec/tags/1' },
      { op: 'replace', path: '/metadata/labels/a~1b', value: '2' },
      { op: 'copy', from: '/spec/free/x', path: '/spec/free/z' },
      { op: 'move', from: '/spec/free/x/y', path: '/spec/free/w' },
    ])
  }),
  conformance('a JSON patch whose test fails is refused with 422 and changes nothing', async (t) => {
    const [before] = await t.prepare({ kind: 'Widget', metadata: { name: 'w' }, spec: {} })
    const { status } = await t.patch(w, 'json', [
      { op: 'test', path: '/metadata/generation', value: 2 },
      { op: 'replace', path: '/spec/replicas', value: 5 },
    ])
    expect(status).toBe(422)
    expect(await t.read(w)).toEqual(before)
    expect(
      (
        await t.patch(w, 'json', [
          { op: 'test', path: '/metadata/generation', value: 1 },
          { op: 'replace', path: '/spec/replicas', value: 5 },
        ])
      ).status,
    ).toBe(200)
    expect((await t.patch(w, 'json', [{ op: 'test', path: '/spec/owner', value: 'x' }])).status).toBe(422)
  }),
  conformance('a JSON patch to a place that is not there is refused', async (t) => {
    await t.prepare(configMap('a'))
    expect((await t.patch(a, 'json', [{ op: 'remove', path: '/metadata/labels/x' }])).status).toBe(422)
    // In a map that is there a replacement adds.
    expect((await t.patch(a, 'json', [{ op: 'replace', path: '/data/absent', value: 'x' }])).status).toBe(200)
    expect((await t.patch(a, 'json', [{ op: 'remove', path: '/data/never' }])).status).toBe(422)
    expect((await t.patch(a, 'json', [{ op: 'replace', path: '/metadata/labels/x', value: 'x' }])).status).toBe(422)
    expect((await t.patch(a, 'json', [{ op: 'add', path: '/metadata/labels/x', value: '1' }])).status).toBe(422)
    expect((await t.patch(a, 'json', { op: 'add' })).status).toBe(400)
  }),
  conformance('a strategic merge patch merges containers by name, ports and environment too', async (t) => {
    await t.prepare(deployment('web', { paused: true }))
    const { json } = await t.patch(
      web,
      'strategic',
      {
        spec: {
          template: {
            spec: {
              containers: [
                { name: 'app', image: 'app:v2', env: [{ name: 'B', value: '2' }], ports: [{ containerPort: 9090, name: 'metrics' }] },
                { name: 'side', image: 'side:v1' },
              ],
            },
          },
        },
      },
      spec,
    )
    expect(json.spec.template.spec.containers.map((c: Json) => c.name)).toEqual(expect.arrayContaining(['app', 'side']))
  }),
  conformance('a strategic merge patch deletes entries and replaces by directive', async (t) => {
    await t.prepare(deployment('web', { paused: true }))
    await t.patch(
      web,
      'strategic',
      { spec: { template: { spec: { containers: [{ name: 'app', env: [{ name: 'A', $patch: 'delete' }] }] } } } },
      spec,
    )
    await t.patch(web, 'strategic', { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } }, spec)
    await t.patch(web, 'strategic', { spec: { template: { metadata: { labels: { $patch: 'replace', app: 'web', extra: 'x' } } } } }, spec)
    await t.patch(
      web,
      'strategic',
      { spec: { template: { spec: { containers: [{ $patch: 'replace' }, { name: 'only', image: 'app:v3' }] } } } },
      spec,
    )
  }),
  conformance('a strategic merge patch follows $setElementOrder and deletes from primitive lists', async (t) => {
    await t.prepare({ ...deployment('web', { paused: true }), metadata: { name: 'web', finalizers: ['example.com/a', 'example.com/b'] } })
    t.onEnd(() => t.patch(web, 'merge', { metadata: { finalizers: null } }, { quiet: true }))
    await t.patch(
      web,
      'strategic',
      {
        spec: {
          template: {
            spec: { '$setElementOrder/containers': [{ name: 'side' }, { name: 'app' }], containers: [{ name: 'side', image: 'side:v1' }] },
          },
        },
      },
      spec,
    )
    const { json } = await t.patch(
      web,
      'strategic',
      { metadata: { '$deleteFromPrimitiveList/finalizers': ['example.com/a'] } },
      { show: (object) => object.metadata.finalizers },
    )
    expect(json.metadata.finalizers).toEqual(['example.com/b'])
    await t.patch(web, 'strategic', { metadata: { finalizers: ['example.com/c'] } }, { show: (object) => object.metadata.finalizers })
  }),
  conformance('custom resources take no strategic merge patch', async (t) => {
    await t.prepare({ kind: 'Widget', metadata: { name: 'w' }, spec: {} })
    expect((await t.patch(w, 'strategic', { spec: { replicas: 2 } })).status).toBe(415)
  }),
  conformance('another content type of a patch is refused', async (t) => {
    await t.prepare(configMap('a'))
    const path = `/api/v1/namespaces/${t.namespace}/configmaps/a`
    expect((await t.send({ method: 'PATCH', path, headers: { 'content-type': 'application/json' }, body: {} })).status).toBe(415)
  }),
  conformance('a patch that names an old resourceVersion is a conflict, one that names another uid is invalid', async (t) => {
    const [first] = await t.prepare(configMap('a'))
    await t.patch(a, 'merge', { data: { colour: 'blue' } })
    const { status } = await t.patch(a, 'merge', {
      metadata: { resourceVersion: first.metadata.resourceVersion },
      data: { colour: 'green' },
    })
    expect(status).toBe(409)
    expect((await t.patch(a, 'merge', { metadata: { uid: '11111111-1111-1111-1111-111111111111' }, data: {} })).status).toBe(422)
  }),
  conformance('a patch cannot rename, and cannot make an object invalid', async (t) => {
    await t.prepare(configMap('a'), { kind: 'Widget', metadata: { name: 'w' }, spec: {} })
    expect((await t.patch(a, 'merge', { metadata: { name: 'b' } })).status).toBeGreaterThanOrEqual(400)
    expect((await t.patch(w, 'merge', { spec: { size: 'huge' } })).status).toBe(422)
    expect((await t.patch(w, 'merge', { spec: null })).status).toBe(422)
  }),
  conformance('creation time, uid and generation survive a patch that changes them', async (t) => {
    const [before] = await t.prepare({ kind: 'Widget', metadata: { name: 'w' }, spec: {} })
    const { json } = await t.patch(w, 'merge', { metadata: { generation: 9, creationTimestamp: '2001-01-01T00:00:00Z' } })
    expect(json.metadata.generation).toBe(before.metadata.generation)
    expect(json.metadata.creationTimestamp).toBe(before.metadata.creationTimestamp)
  }),
  conformance('an unknown field in a patch is refused when validation is strict', async (t) => {
    await t.prepare({ kind: 'Widget', metadata: { name: 'w' }, spec: {} })
    for (const fieldValidation of ['Strict', 'Warn']) {
      expect((await t.patch(w, 'merge', { spec: { siez: 'small' } }, { query: { fieldValidation } })).status).toBe(
        fieldValidation === 'Strict' ? 422 : 200,
      )
    }
  }),
]
