import { expect } from 'vitest'
import type { Json } from '../../cluster/apiClient.ts'
import { conformance } from '../conformanceCase.ts'
import { configMap } from './objects.ts'
import { deployment, replicaSet } from './workloads.ts'

const w = { kind: 'Widget', name: 'w' } as const
const web = { kind: 'Deployment', name: 'web' } as const
const widget = (spec: Json, more: Json = {}): Json => ({ kind: 'Widget', metadata: { name: 'w' }, spec, ...more })

export const subresourceCases = [
  conformance('status given on create is dropped', async (t) => {
    expect((await t.create(widget({}, { status: { phase: 'Busy' } }))).json.status).toBeUndefined()
    await t.create({ ...deployment('web'), status: { replicas: 7 } }, { query: { dryRun: 'All' } })
  }),
  conformance('a write to the object leaves the status, one to the status leaves the rest', async (t) => {
    const [made] = await t.prepare(widget({ replicas: 1 }))
    const status = await t.update(
      { ...made, metadata: { ...made.metadata, labels: { x: 'y' } }, spec: { replicas: 9 }, status: { phase: 'Busy' } },
      { subresource: 'status' },
    )
    expect(status.json.spec.replicas).toBe(1)
    expect(status.json.status).toEqual({ phase: 'Busy' })
    const main = await t.update({ ...status.json, spec: { replicas: 2 }, status: { phase: 'Idle' } })
    expect(main.json.status).toEqual({ phase: 'Busy' })
    await t.patch(w, 'merge', { status: { phase: 'Idle' } })
    await t.patch(
      w,
      'merge',
      { spec: { replicas: 9 }, metadata: { labels: { a: 'b' } }, status: { replicas: 3 } },
      { subresource: 'status' },
    )
    await t.get(w, { subresource: 'status' })
  }),
  conformance('the status is pruned and validated too', async (t) => {
    await t.prepare(widget({}))
    await t.patch(w, 'merge', { status: { phase: 'x', unknown: 1 } }, { subresource: 'status' })
    expect((await t.patch(w, 'merge', { status: { replicas: 'many' } }, { subresource: 'status' })).status).toBe(422)
    expect(
      (
        await t.patch(
          w,
          'merge',
          {
            status: {
              conditions: [
                { type: 'A', status: 'True' },
                { type: 'A', status: 'False' },
              ],
            },
          },
          { subresource: 'status' },
        )
      ).status,
    ).toBe(422)
  }),
  conformance('generation follows the spec, not metadata and not status', async (t) => {
    await t.prepare(widget({}))
    const generations = [
      await t.patch(w, 'merge', { metadata: { labels: { x: 'y' }, annotations: { n: 'm' } } }),
      await t.patch(w, 'merge', { status: { phase: 'Busy' } }, { subresource: 'status' }),
      await t.patch(w, 'merge', { spec: { replicas: 2 } }),
      await t.patch(w, 'merge', { spec: { replicas: 2 } }),
    ].map(({ json }) => json.metadata.generation)
    expect(generations).toEqual([1, 1, 2, 2])
    const show = (object: Json) => object.metadata.generation
    await t.prepare(deployment('web', { paused: true }))
    await t.patch(web, 'merge', { metadata: { labels: { x: 'y' } } }, { show })
    await t.patch(web, 'merge', { spec: { replicas: 0 } }, { show })
    await t.patch(web, 'merge', { spec: { minReadySeconds: 1 } }, { show })
    await t.patch(web, 'merge', { spec: { template: { metadata: { annotations: { x: 'y' } } } } }, { show })
    await t.create(configMap('a'), { show })
    await t.create(
      { kind: 'Service', metadata: { name: 's' }, spec: { ports: [{ port: 80 }] } },
      { show: (object) => object.metadata.generation ?? 'none' },
    )
  }),
  conformance('conditions of a Deployment merge by type in a strategic patch of its status', async (t) => {
    await t.prepare(replicaSet('one', 'app:v1'))
    const set = { kind: 'ReplicaSet', name: 'one' } as const
    await t.eventually('observed', async () => (await t.read(set))?.status.observedGeneration === 1)
    const show = (object: Json) => object.status.conditions
    await t.patch(
      set,
      'strategic',
      { status: { conditions: [{ type: 'One', status: 'True', reason: 'R' }] } },
      { subresource: 'status', show },
    )
    const { json } = await t.patch(
      set,
      'strategic',
      {
        status: {
          conditions: [
            { type: 'Two', status: 'False' },
            { type: 'One', status: 'False' },
          ],
        },
      },
      { subresource: 'status', show },
    )
    expect(json.status.conditions).toHaveLength(2)
  }),
  conformance('scale of a Deployment shows and sets its replicas', async (t) => {
    await t.prepare(deployment('web', { paused: true, replicas: 0 }))
    await t.eventually('observed', async () => (await t.read(web))?.status.observedGeneration === 1)
    const show = ({ metadata: { resourceVersion: _, ...metadata }, ...scale }: Json) => ({ ...scale, metadata })
    const { json } = await t.get(web, { subresource: 'scale', show })
    expect(json.status.selector).toBe('app=web')
    await t.patch(web, 'merge', { spec: { replicas: 1 } }, { subresource: 'scale', show: (scale) => scale.spec })
    expect((await t.read(web))?.spec.replicas).toBe(1)
    await t.update(
      { apiVersion: 'autoscaling/v1', kind: 'Deployment', metadata: { name: 'web', namespace: t.namespace }, spec: { replicas: 2 } },
      { subresource: 'scale' },
    )
    expect((await t.patch(web, 'merge', { spec: { replicas: -1 } }, { subresource: 'scale' })).status).toBe(422)
    expect((await t.get({ kind: 'Deployment', name: 'absent' }, { subresource: 'scale' })).status).toBe(404)
  }),
  conformance('a PUT of a Scale sets the replicas, with a version only on that version', async (t) => {
    await t.prepare(replicaSet('one', 'app:v1'))
    const set = { kind: 'ReplicaSet', name: 'one' } as const
    await t.eventually('observed', async () => (await t.read(set))?.status.observedGeneration === 1)
    const path = `/apis/apps/v1/namespaces/${t.namespace}/replicasets/one/scale`
    const scale = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'one', namespace: t.namespace } }
    const show = (object: Json) => object.spec
    const { json } = await t.send(
      { method: 'PUT', path, body: { ...scale, spec: { replicas: 0 } } },
      { show: ({ metadata: { resourceVersion: _, ...metadata }, ...rest }) => ({ ...rest, metadata }) },
    )
    expect(json.kind).toBe('Scale')
    const stale = { ...scale, metadata: { ...scale.metadata, resourceVersion: '1' }, spec: { replicas: 2 } }
    expect((await t.send({ method: 'PUT', path, body: stale }, { show })).status).toBe(409)
  }),
  conformance('scale of a custom resource follows the paths of its definition', async (t) => {
    await t.prepare(widget({ replicas: 3 }))
    await t.patch(w, 'merge', { status: { replicas: 2, selector: 'app=web' } }, { subresource: 'status', quiet: true })
    const { json } = await t.get(w, { subresource: 'scale' })
    expect([json.spec.replicas, json.status.replicas, json.status.selector]).toEqual([3, 2, 'app=web'])
    await t.patch(w, 'merge', { spec: { replicas: 5 } }, { subresource: 'scale' })
    expect((await t.read(w))?.spec.replicas).toBe(5)
    expect((await t.patch(w, 'merge', { spec: { replicas: 500 } }, { subresource: 'scale' })).status).toBe(422)
  }),
  conformance('a subresource that a kind does not have is 404', async (t) => {
    await t.prepare(configMap('a'))
    expect((await t.get({ kind: 'ConfigMap', name: 'a' }, { subresource: 'status' })).status).toBe(404)
    expect((await t.get({ kind: 'ConfigMap', name: 'a' }, { subresource: 'scale' })).status).toBe(404)
  }),
  conformance('an eviction deletes the pod', async (t) => {
    const pod = {
      kind: 'Pod',
      metadata: { name: 'p' },
      spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'app', image: 'app:v1' }] },
    }
    await t.prepare(pod)
    const path = `/api/v1/namespaces/${t.namespace}/pods/p/eviction`
    const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'p', namespace: t.namespace } }
    expect((await t.send({ method: 'POST', path, body })).status).toBe(201)
    await t.eventually('the pod is gone', async () => (await t.read({ kind: 'Pod', name: 'p' })) === undefined)
    expect((await t.send({ method: 'POST', path, body })).status).toBe(404)
  }),
]
