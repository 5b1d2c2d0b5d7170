import { describe, expect, test } from 'vitest'
import type { Obj, Owner } from '../types.ts'
import { type Cluster, cluster } from './testing/cluster.ts'

const target = (kind: string, name: string) => ({ apiVersion: kind === 'ConfigMap' ? 'v1' : 'apps/v1', kind, namespace: 'default', name })
const config = (c: Cluster, name: string, owners: Owner[] = []) =>
  c.api.create({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'default', ownerReferences: owners } as unknown as Obj['metadata'],
  })
const owner = (object: Obj, more: Partial<Owner> = {}): Owner => ({
  apiVersion: object.apiVersion,
  kind: object.kind,
  name: object.metadata.name,
  uid: object.metadata.uid,
  ...more,
})
const there = (c: Cluster, name: string) => c.api.get('v1', 'ConfigMap', 'default', name) !== undefined

describe('a deleted Deployment', () => {
  test('takes its sets and pods with it in the background', async () => {
    const c = cluster()
    c.deploy('shop')
    await c.rolledOut('shop')
    c.api.delete(target('Deployment', 'shop'), { propagation: 'Background' })
    expect(c.api.get('apps/v1', 'Deployment', 'default', 'shop')).toBeUndefined()
    await c.settle()
    expect(c.sets('shop')).toEqual([])
    expect(c.api.list('v1', 'Pod', { namespace: 'default' })).toEqual([])
    c.stop()
  })

  test('waits for its pods in the foreground', async () => {
    const c = cluster()
    c.deploy('shop', { container: { lifecycle: { preStop: { sleep: { seconds: 5 } } } } })
    await c.rolledOut('shop')
    c.api.delete(target('Deployment', 'shop'), { propagation: 'Foreground' })
    await c.clock.advance(4000)
    expect(c.deployment('shop').metadata.deletionTimestamp).toBeDefined()
    expect(c.sets('shop')).toHaveLength(1)
    await c.settle()
    expect(c.api.get('apps/v1', 'Deployment', 'default', 'shop')).toBeUndefined()
    expect(c.sets('shop')).toEqual([])
    c.stop()
  })

  test('leaves its sets when it orphans them, and another one with that selector adopts them', async () => {
    const c = cluster()
    c.deploy('shop')
    await c.rolledOut('shop')
    const before = c.pods('shop').map(({ metadata }) => metadata.uid)
    c.api.delete(target('Deployment', 'shop'), { propagation: 'Orphan' })
    await c.settle()
    expect(c.sets('shop')[0]?.metadata.ownerReferences ?? []).toEqual([])
    c.deploy('shop')
    await c.rolledOut('shop')
    expect(c.sets('shop')).toHaveLength(1)
    expect(c.pods('shop').map(({ metadata }) => metadata.uid)).toEqual(before)
    c.stop()
  })
})

test('an object stays as long as one of its owners does, and loses the references to the others', async () => {
  const c = cluster()
  const [a, b] = [config(c, 'a'), config(c, 'b')]
  config(c, 'child', [owner(a), owner(b)])
  c.api.delete(target('ConfigMap', 'a'))
  await c.settle()
  expect(c.api.get('v1', 'ConfigMap', 'default', 'child')?.metadata.ownerReferences).toEqual([owner(b)])
  c.api.delete(target('ConfigMap', 'b'))
  await c.settle()
  expect(there(c, 'child')).toBe(false)
  c.stop()
})

test('an owner of that name but another uid is no owner', async () => {
  const c = cluster()
  const a = config(c, 'a')
  config(c, 'child', [owner(a, { uid: '00000000-0000-4000-8000-000000000000' })])
  await c.settle()
  expect(there(c, 'child')).toBe(false)
  c.stop()
})

test('an object whose owner is of a kind that is not served is kept', async () => {
  const c = cluster()
  config(c, 'child', [{ apiVersion: 'example.org/v1', kind: 'Unknown', name: 'x', uid: '00000000-0000-4000-8000-000000000001' }])
  await c.settle()
  expect(there(c, 'child')).toBe(true)
  c.stop()
})

test('in the foreground only dependents that block are waited for', async () => {
  const c = cluster()
  const a = config(c, 'a')
  config(c, 'free', [owner(a)])
  c.api.patch(target('ConfigMap', 'free'), { type: 'merge', body: { metadata: { finalizers: ['example.org/slow'] } } })
  c.api.delete(target('ConfigMap', 'a'), { propagation: 'Foreground' })
  await c.settle()
  expect(there(c, 'a')).toBe(false)
  expect(c.api.get('v1', 'ConfigMap', 'default', 'free')?.metadata.deletionTimestamp).toBeDefined()
  c.stop()
})
