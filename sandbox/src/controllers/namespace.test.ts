import { expect, test } from 'vitest'
import { ApiError, type Obj } from '../types.ts'
import { cluster, deploymentObject } from './testing/cluster.ts'

const meta = (metadata: unknown) => metadata as Obj['metadata']

test('a new namespace gets its default ServiceAccount, and again when that is deleted', async () => {
  const c = cluster()
  c.api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: meta({ name: 'shop' }) })
  await c.settle()
  expect(c.api.get('v1', 'ServiceAccount', 'shop', 'default')).toBeDefined()
  c.api.delete({ apiVersion: 'v1', kind: 'ServiceAccount', namespace: 'shop', name: 'default' })
  await c.settle()
  expect(c.api.get('v1', 'ServiceAccount', 'shop', 'default')).toBeDefined()
  c.stop()
})

test('a deleted namespace takes nothing new, ends its pods gracefully, and is gone when it is empty', async () => {
  const c = cluster()
  c.api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: meta({ name: 'shop' }) })
  const object = deploymentObject('web', { container: { lifecycle: { preStop: { sleep: { seconds: 5 } } } } })
  c.api.create({ ...object, metadata: meta({ name: 'web', namespace: 'shop' }) })
  await c.settle()
  c.api.delete({ apiVersion: 'v1', kind: 'Namespace', name: 'shop' })
  expect(c.api.get('v1', 'Namespace', undefined, 'shop')?.status.phase).toBe('Terminating')
  const late = { apiVersion: 'v1', kind: 'ConfigMap', metadata: meta({ name: 'late', namespace: 'shop' }) }
  expect(() => c.api.create(late)).toThrow(ApiError)
  await c.clock.advance(4000)
  expect(c.api.list('v1', 'Pod', { namespace: 'shop' }).length).toBeGreaterThan(0)
  await c.settle()
  await c.clock.advance(2000)
  expect(c.api.get('v1', 'Namespace', undefined, 'shop')).toBeUndefined()
  c.stop()
})

test('a finalizer in it holds the namespace until it is taken away', async () => {
  const c = cluster()
  c.api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: meta({ name: 'shop' }) })
  const held = { name: 'held', namespace: 'shop', finalizers: ['example.org/slow'] }
  c.api.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: meta(held) })
  await c.settle()
  c.api.delete({ apiVersion: 'v1', kind: 'Namespace', name: 'shop' })
  await c.clock.advance(60_000)
  expect(c.api.get('v1', 'Namespace', undefined, 'shop')).toBeDefined()
  const target = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'held' }
  c.api.patch(target, { type: 'merge', body: { metadata: { finalizers: null } } })
  await c.clock.advance(2000)
  expect(c.api.get('v1', 'Namespace', undefined, 'shop')).toBeUndefined()
  c.stop()
})
