import { expect, test } from 'vitest'
import type { Obj } from '../types.ts'
import { conditionOf } from './podState.ts'
import { cluster, ownerOf } from './testing/cluster.ts'

const set = (name: string, replicas: number, more: Record<string, unknown> = {}): Partial<Obj> => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name, namespace: 'default', labels: { app: name } } as unknown as Obj['metadata'],
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name, tier: 'web' } }, spec: { containers: [{ name: 'app', image: 'app:v1' }] } },
    ...more,
  },
})

test('a deleted pod is replaced', async () => {
  const c = cluster()
  c.api.create(set('web', 2))
  await c.settle()
  const [victim] = c.pods('web')
  c.api.delete({ apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: victim?.metadata.name ?? '' })
  await c.settle()
  expect(c.readyPods('web')).toHaveLength(2)
  expect(c.pods('web').map(({ metadata }) => metadata.uid)).not.toContain(victim?.metadata.uid)
  c.stop()
})

test('a surplus takes the unready pods first', async () => {
  const c = cluster({ images: { 'app:slow': { startMs: 60_000 } } })
  c.api.create(set('web', 2))
  await c.settle()
  const [first] = c.sets('web')
  const template = { ...first?.spec.template, spec: { containers: [{ name: 'app', image: 'app:slow' }] } }
  c.patch('ReplicaSet', 'web', { spec: { replicas: 4, template } })
  await c.clock.advance(1000)
  expect(c.pods('web')).toHaveLength(4)
  c.patch('ReplicaSet', 'web', { spec: { replicas: 2 } })
  await c.clock.advance(1000)
  expect(c.pods('web').map(({ spec }) => spec.containers[0].image)).toEqual(['app:v1', 'app:v1'])
  c.stop()
})

test('an ownerless pod that matches is adopted, and a surplus follows', async () => {
  const c = cluster()
  c.api.create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'stray', namespace: 'default', labels: { app: 'web' } } as unknown as Obj['metadata'],
    spec: { containers: [{ name: 'app', image: 'app:v0' }] },
  })
  await c.settle()
  c.api.create(set('web', 1))
  await c.settle()
  expect(c.pods('web').map(({ metadata }) => metadata.name)).toEqual(['stray'])
  expect(ownerOf(c.pods('web')[0] as Obj)).toBe('web')
  expect(c.set('web').status).toMatchObject({ replicas: 1, readyReplicas: 1 })
  expect(c.set('web').status.fullyLabeledReplicas).toBeUndefined()
  c.stop()
})

test('a pod whose labels stop matching is released, kept and replaced', async () => {
  const c = cluster()
  c.api.create(set('web', 1))
  await c.settle()
  const name = c.pods('web')[0]?.metadata.name ?? ''
  c.patch('Pod', name, { metadata: { labels: { app: 'quarantine' } } })
  await c.settle()
  expect(c.readyPods('web')).toHaveLength(1)
  const released = c.api.get('v1', 'Pod', 'default', name)
  expect(released && ownerOf(released)).toBeUndefined()
  expect(released?.status.phase).toBe('Running')
  c.stop()
})

test('pods that are ending count as terminating until they are gone, in the Deployment too', async () => {
  const c = cluster()
  c.deploy('shop', { replicas: 3, container: { lifecycle: { preStop: { sleep: { seconds: 5 } } } } })
  await c.rolledOut('shop')
  c.scale('shop', 1)
  await c.clock.advance(2000)
  expect(c.sets('shop').map(({ status }) => [status.replicas, status.terminatingReplicas])).toEqual([[1, 2]])
  expect(c.deployment('shop').status).toMatchObject({ replicas: 1, terminatingReplicas: 2 })
  await c.clock.advance(10_000)
  expect(c.deployment('shop').status).toMatchObject({ replicas: 1, terminatingReplicas: 0 })
  c.stop()
})

test('the observed generation follows the spec', async () => {
  const c = cluster()
  c.api.create(set('web', 1))
  await c.settle()
  c.patch('ReplicaSet', 'web', { spec: { replicas: 0 } })
  await c.settle()
  expect(c.set('web').status).toEqual({ replicas: 0, terminatingReplicas: 0, observedGeneration: 2 })
  c.stop()
})

test('a refused pod shows as ReplicaFailure and is tried again', async () => {
  const c = cluster()
  const refuse = { apiVersion: 'admissionregistration.k8s.io/v1', metadata: { name: 'no-pods' } as Obj['metadata'] }
  const resourceRules = [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }]
  c.api.create({
    ...refuse,
    kind: 'ValidatingAdmissionPolicy',
    spec: { failurePolicy: 'Fail', matchConstraints: { resourceRules }, validations: [{ expression: 'false', message: 'not today' }] },
  })
  c.api.create({ ...refuse, kind: 'ValidatingAdmissionPolicyBinding', spec: { policyName: 'no-pods', validationActions: ['Deny'] } })
  c.api.create(set('web', 1))
  await c.clock.advance(500)
  expect(conditionOf(c.set('web'), 'ReplicaFailure')).toMatchObject({ status: 'True', reason: 'FailedCreate' })
  expect(conditionOf(c.set('web'), 'ReplicaFailure')?.message).toContain('not today')
  c.api.delete({ apiVersion: refuse.apiVersion, kind: 'ValidatingAdmissionPolicyBinding', name: 'no-pods' })
  await c.clock.runUntil(() => c.readyPods('web').length === 1, { atMost: 60_000 })
  await c.settle()
  expect(conditionOf(c.set('web'), 'ReplicaFailure')).toBeUndefined()
  c.stop()
})
