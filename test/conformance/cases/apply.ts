import { expect } from 'vitest'
import type { Json } from '../../cluster/apiClient.ts'
import { conformance } from '../conformanceCase.ts'
import { configMap } from './objects.ts'
import { deployment } from './workloads.ts'

const a = { kind: 'ConfigMap', name: 'a' } as const
const w = { kind: 'Widget', name: 'w' } as const
const web = { kind: 'Deployment', name: 'web' } as const
const managed = { managedFields: true }

/** What test managers own and wrote, without the entries of controllers. */
const ours = {
  show: (object: Json) => ({
    spec: object.spec,
    labels: object.metadata.labels,
    managedFields: object.metadata.managedFields?.filter(({ manager }: Json) => manager !== 'kube-controller-manager'),
  }),
}

function widget(spec: Json, metadata: Json = {}): Json {
  return { kind: 'Widget', metadata: { name: 'w', ...metadata }, spec }
}

export const applyCases = [
  conformance(
    'an apply creates with 201 and again answers 200 without a new version',
    async (t) => {
      const first = await t.apply(configMap('a'), 'one')
      expect(first.status).toBe(201)
      const again = await t.apply(configMap('a'), 'one')
      expect(again.status).toBe(200)
      expect(again.json.metadata.resourceVersion).toBe(first.json.metadata.resourceVersion)
    },
    managed,
  ),
  conformance(
    'an apply without a manager, or with managedFields, is refused',
    async (t) => {
      const path = `/api/v1/namespaces/${t.namespace}/configmaps/a`
      const headers = { 'content-type': 'application/apply-patch+yaml' }
      expect((await t.send({ method: 'PATCH', path, headers, body: t.whole(configMap('a')) })).status).toBe(422)
      expect(
        (
          await t.apply(
            configMap(
              'a',
              {},
              { managedFields: [{ manager: 'x', operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: {} }] },
            ),
            'one',
          )
        ).status,
      ).toBe(400)
      expect(
        (await t.send({ method: 'PATCH', path: `${path}?fieldManager=one`, headers, body: { kind: 'ConfigMap', metadata: { name: 'a' } } }))
          .status,
      ).toBe(400)
    },
    managed,
  ),
  conformance(
    'a field that another applies is a conflict that names manager and field',
    async (t) => {
      await t.apply(configMap('a', { colour: 'red', shape: 'round' }), 'one', { quiet: true })
      const { status, json } = await t.apply(configMap('a', { colour: 'blue', shape: 'flat' }), 'two')
      expect(status).toBe(409)
      expect(json.details.causes).toHaveLength(2)
      expect(json.details.causes[0]).toMatchObject({ reason: 'FieldManagerConflict', field: '.data.colour' })
    },
    managed,
  ),
  conformance(
    'an apply of the same value shares the field',
    async (t) => {
      await t.apply(configMap('a', { colour: 'red' }), 'one', { quiet: true })
      expect((await t.apply(configMap('a', { colour: 'red' }), 'two')).status).toBe(200)
      // The one who lets go leaves it to the other.
      const { json } = await t.apply(configMap('a', {}), 'one')
      expect(json.data).toEqual({ colour: 'red' })
    },
    managed,
  ),
  conformance(
    'force takes the field away from the other',
    async (t) => {
      await t.apply(configMap('a', { colour: 'red' }), 'one', { quiet: true })
      const { json } = await t.apply(configMap('a', { colour: 'blue' }), 'two', { force: true })
      expect(json.data).toEqual({ colour: 'blue' })
      expect((await t.apply(configMap('a', { colour: 'red' }), 'one')).status).toBe(409)
    },
    managed,
  ),
  conformance(
    'a field that is applied no longer goes away',
    async (t) => {
      await t.apply(configMap('a', { colour: 'red', shape: 'round' }, { labels: { x: '1', y: '2' } }), 'one', { quiet: true })
      const { json } = await t.apply(configMap('a', { colour: 'red' }, { labels: { y: '2' } }), 'one')
      expect(json.data).toEqual({ colour: 'red' })
      expect(json.metadata.labels).toEqual({ y: '2' })
    },
    managed,
  ),
  conformance(
    'a plain write takes over what it changes, and an apply then conflicts with it',
    async (t) => {
      await t.apply(configMap('a', { colour: 'red', shape: 'round' }), 'one', { quiet: true })
      await t.patch(a, 'merge', { data: { colour: 'blue' } }, { query: { fieldManager: 'kubectl-edit' } })
      const { json } = await t.apply(configMap('a', { colour: 'red', shape: 'round' }), 'one')
      expect(json.details.causes).toHaveLength(1)
      expect(json.message).toContain('conflict with "kubectl-edit" using v1')
    },
    managed,
  ),
  conformance(
    'without a fieldManager the user agent names the manager',
    async (t) => {
      await t.create(configMap('a'), { headers: { 'user-agent': 'helm/v4.0 (linux)' } })
      await t.create(configMap('b'), { headers: { 'user-agent': 'helm/v4.0 (linux)' }, query: { fieldManager: 'named' } })
    },
    managed,
  ),
  conformance(
    'what a plain write removes is owned by nobody',
    async (t) => {
      await t.apply(configMap('a', { colour: 'red', shape: 'round' }), 'one', { quiet: true })
      await t.patch(a, 'merge', { data: { colour: null } }, { query: { fieldManager: 'two' } })
      await t.patch(a, 'json', [{ op: 'remove', path: '/data' }], { query: { fieldManager: 'two' } })
    },
    managed,
  ),
  conformance(
    'an empty managedFields entry makes the server forget all',
    async (t) => {
      await t.apply(configMap('a'), 'one', { quiet: true })
      const { json } = await t.patch(a, 'merge', { metadata: { managedFields: [{}] } })
      expect(json.metadata.managedFields).toBeUndefined()
      await t.apply(configMap('a', { colour: 'blue' }), 'two')
    },
    managed,
  ),
  conformance(
    'containers, environment and ports are owned one by one',
    async (t) => {
      const template = (containers: Json[]) => ({ spec: { containers } })
      await t.create(deployment('web', { paused: true }), { ...ours, query: { fieldManager: 'creator' } })
      await t.apply(
        {
          kind: 'Deployment',
          metadata: { name: 'web' },
          spec: {
            template: template([
              { name: 'app', env: [{ name: 'B', value: '2' }] },
              { name: 'side', image: 'side:v1', ports: [{ containerPort: 1 }, { containerPort: 2, protocol: 'UDP' }] },
            ]),
          },
        },
        'sidecars',
        ours,
      )
      expect(
        (
          await t.apply(
            { kind: 'Deployment', metadata: { name: 'web' }, spec: { template: template([{ name: 'app', image: 'app:v2' }]) } },
            'other',
            ours,
          )
        ).status,
      ).toBe(409)
      await t.apply(
        { kind: 'Deployment', metadata: { name: 'web' }, spec: { template: template([{ name: 'side', image: 'side:v1' }]) } },
        'sidecars',
        ours,
      )
    },
    managed,
  ),
  conformance(
    'an apply that owns nothing any more takes its list entries away',
    async (t) => {
      await t.create(deployment('web', { paused: true }), { quiet: true, query: { fieldManager: 'creator' } })
      const added = { spec: { template: { spec: { containers: [{ name: 'side', image: 'side:v1' }] } } } }
      await t.apply({ kind: 'Deployment', metadata: { name: 'web' }, ...added }, 'sidecars', { quiet: true })
      const { json } = await t.apply({ kind: 'Deployment', metadata: { name: 'web' } }, 'sidecars', ours)
      expect(json.spec.template.spec.containers).toHaveLength(1)
    },
    managed,
  ),
  conformance(
    'fields that defaults filled are owned by nobody',
    async (t) => {
      await t.apply({ kind: 'Service', metadata: { name: 's' }, spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } }, 'one', {
        show: (object) => ({ ports: object.spec.ports, selector: object.spec.selector, managedFields: object.metadata.managedFields }),
      })
      await t.apply(
        { kind: 'Service', metadata: { name: 's' }, spec: { selector: { version: 'v1' }, ports: [{ port: 80, name: 'web' }] } },
        'two',
        {
          force: true,
          show: (object) => ({ ports: object.spec.ports, selector: object.spec.selector, managedFields: object.metadata.managedFields }),
        },
      )
    },
    managed,
  ),
  conformance(
    'status is owned apart from the rest',
    async (t) => {
      await t.apply(widget({ replicas: 2 }), 'one')
      const status = { kind: 'Widget', metadata: { name: 'w' }, status: { phase: 'x', conditions: [{ type: 'Ready', status: 'True' }] } }
      await t.apply(status, 'one', { subresource: 'status' })
      await t.apply({ ...status, status: { conditions: [{ type: 'Sane', status: 'True' }] } }, 'two', { subresource: 'status' })
      await t.apply({ ...status, status: {} }, 'one', { subresource: 'status' })
      expect((await t.read(w))?.status.conditions).toHaveLength(1)
    },
    managed,
  ),
  conformance(
    'lists of custom resources are owned as their schema says',
    async (t) => {
      await t.apply(
        widget({ parts: [{ name: 'p', count: 2 }], tags: ['a', 'b'], path: ['x', 'y'], labels: { k: 'v' }, free: { x: { y: 1 } } }),
        'one',
      )
      await t.apply(widget({ parts: [{ name: 'q' }], tags: ['c', 'b'], free: { z: 1 } }), 'two')
      expect((await t.apply(widget({ path: ['z'] }), 'two')).status).toBe(409)
      await t.apply(widget({ parts: [{ name: 'p', count: 2 }], tags: ['a'] }), 'one')
    },
    managed,
  ),
  conformance(
    'finalizers are a set and owners a map by uid',
    async (t) => {
      const [owner] = await t.prepare(configMap('owner'))
      const reference = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: owner.metadata.uid }
      t.onEnd(() => t.patch(w, 'merge', { metadata: { finalizers: null } }, { quiet: true }))
      await t.apply(widget({}, { finalizers: ['example.com/one'], ownerReferences: [reference] }), 'one')
      await t.apply(widget({}, { finalizers: ['example.com/two'] }), 'two')
      await t.apply(widget({}, { finalizers: [] }), 'one')
    },
    managed,
  ),
  conformance(
    'an apply for another uid or an old version is refused',
    async (t) => {
      const [first] = await t.prepare(configMap('a'))
      expect((await t.apply(configMap('a', { x: 'y' }, { uid: '11111111-1111-1111-1111-111111111111' }), 'one')).status).toBe(422)
      await t.patch(a, 'merge', { data: { z: '1' } }, { quiet: true })
      expect((await t.apply(configMap('a', { x: 'y' }, { resourceVersion: first.metadata.resourceVersion }), 'one')).status).toBe(409)
      expect((await t.apply(configMap('new', {}, { uid: '11111111-1111-1111-1111-111111111111' }), 'one')).status).toBe(409)
    },
    managed,
  ),
  conformance(
    'an apply bumps the generation only when the spec changes',
    async (t) => {
      await t.apply(widget({ replicas: 2 }), 'one', { quiet: true })
      expect((await t.apply(widget({ replicas: 2 }, { labels: { x: 'y' } }), 'one')).json.metadata.generation).toBe(1)
      expect((await t.apply(widget({ replicas: 3 }), 'one')).json.metadata.generation).toBe(2)
    },
    managed,
  ),
  conformance(
    'scale moves the ownership of replicas',
    async (t) => {
      await t.apply(deployment('web', { paused: true }), 'one', { quiet: true })
      await t.patch(web, 'merge', { spec: { replicas: 1 } }, { subresource: 'scale', query: { fieldManager: 'scaler' }, quiet: true })
      expect((await t.apply(deployment('web', { paused: true }), 'one')).status).toBe(409)
      await t.get(web, ours)
    },
    managed,
  ),
  conformance(
    'an unknown field, a duplicate key and a null are told as the server tells them',
    async (t) => {
      expect((await t.apply(widget({ siez: 1 }), 'one', { query: { fieldValidation: 'Strict' } })).status).toBe(500)
      expect((await t.apply({ ...configMap('a'), nonsense: 1 }, 'one')).status).toBeGreaterThanOrEqual(400)
      expect((await t.apply(widget({ parts: [{ name: 'p' }, { name: 'p' }] }), 'one')).status).toBeGreaterThanOrEqual(400)
      await t.apply(widget({ owner: null, notes: null }), 'one')
    },
    managed,
  ),
]
