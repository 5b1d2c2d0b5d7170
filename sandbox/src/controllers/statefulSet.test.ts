import { expect, test } from 'vitest'
import type { Obj } from '../types.ts'
import { type Cluster, cluster } from './testing/cluster.ts'

const target = { apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: 'default', name: 'db' }
const create = (c: Cluster, spec: Record<string, unknown> = {}) =>
  c.api.create({
    ...target,
    metadata: { name: 'db', namespace: 'default' } as Obj['metadata'],
    spec: {
      replicas: 3,
      serviceName: 'db',
      selector: { matchLabels: { app: 'db' } },
      template: { metadata: { labels: { app: 'db' } }, spec: { containers: [{ name: 'app', image: 'app:v1' }] } },
      ...spec,
    },
  })
const change = (c: Cluster, spec: unknown) => c.api.patch(target, { type: 'merge', body: { spec } })
const image = (name: string) => ({ template: { spec: { containers: [{ name: 'app', image: name }] } } })
const pods = (c: Cluster) =>
  c
    .pods('db')
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
    .map(({ metadata, spec }) => `${metadata.name} ${spec.containers[0].image}`)
const status = (c: Cluster) => c.api.get('apps/v1', 'StatefulSet', 'default', 'db')?.status

test('pods start one after another, each when the one before is ready, and end in reverse', async () => {
  const c = cluster()
  create(c)
  await c.clock.advance(300)
  expect(pods(c)).toEqual(['db-0 app:v1'])
  await c.settle()
  expect(pods(c)).toEqual(['db-0 app:v1', 'db-1 app:v1', 'db-2 app:v1'])
  const starts = c.pods('db').map(({ metadata, status }) => [metadata.name, status.startTime])
  expect(status(c)).toMatchObject({ replicas: 3, readyReplicas: 3, currentReplicas: 3, updatedReplicas: 3, availableReplicas: 3 })
  expect(new Set(starts.map(([, time]) => time)).size).toBeGreaterThan(1)
  change(c, { replicas: 1 })
  await c.settle()
  expect(pods(c)).toEqual(['db-0 app:v1'])
  c.stop()
})

test('a changed template goes from the highest ordinal down to the partition, and on when it is lowered', async () => {
  const c = cluster()
  create(c, { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } })
  await c.settle()
  const before = status(c).currentRevision
  change(c, image('app:v2'))
  await c.settle()
  expect(pods(c)).toEqual(['db-0 app:v1', 'db-1 app:v1', 'db-2 app:v2'])
  expect(status(c)).toMatchObject({ currentRevision: before, currentReplicas: 2, updatedReplicas: 1 })
  expect(status(c).updateRevision).not.toBe(before)
  change(c, { updateStrategy: { rollingUpdate: { partition: 0 } } })
  await c.settle()
  expect(pods(c)).toEqual(['db-0 app:v2', 'db-1 app:v2', 'db-2 app:v2'])
  expect(status(c).currentRevision).toBe(status(c).updateRevision)
  c.stop()
})

test('with a partition of replicas a scale-up starts the new ordinals on the new version; with a greater one on the old', async () => {
  for (const [partition, expected] of [
    [3, 'db-3 app:v2'],
    [2_147_483_647, 'db-3 app:v1'],
  ] as const) {
    const c = cluster()
    create(c, { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition } } })
    await c.settle()
    change(c, { ...image('app:v2'), replicas: 4 })
    await c.settle()
    expect(pods(c)).toEqual(['db-0 app:v1', 'db-1 app:v1', 'db-2 app:v1', expected])
    c.stop()
  }
})

test('raising the partition changes nothing until the pods of the refused version are deleted', async () => {
  const c = cluster()
  create(c, { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } })
  await c.settle()
  change(c, image('app:v2'))
  await c.settle()
  change(c, { updateStrategy: { rollingUpdate: { partition: 3 } } })
  await c.settle()
  expect(pods(c)[2]).toBe('db-2 app:v2')
  c.api.delete({ ...target, apiVersion: 'v1', kind: 'Pod', name: 'db-2' })
  await c.settle()
  expect(pods(c)[2]).toBe('db-2 app:v1')
  c.stop()
})

test('OnDelete replaces only what somebody deletes', async () => {
  const c = cluster()
  create(c, { updateStrategy: { type: 'OnDelete' } })
  await c.settle()
  change(c, image('app:v2'))
  await c.settle()
  expect(new Set(pods(c).map((pod) => pod.split(' ')[1]))).toEqual(new Set(['app:v1']))
  c.api.delete({ ...target, apiVersion: 'v1', kind: 'Pod', name: 'db-1' })
  await c.settle()
  expect(pods(c)).toEqual(['db-0 app:v1', 'db-1 app:v2', 'db-2 app:v1'])
  c.stop()
})

test('a DaemonSet has a pod on each node, rolls, and with OnDelete gives a new node the new template', async () => {
  const c = cluster({ nodes: 2 })
  const daemon = { apiVersion: 'apps/v1', kind: 'DaemonSet', namespace: 'default', name: 'agent' }
  const template = (name: string) => ({ metadata: { labels: { app: 'agent' } }, spec: { containers: [{ name: 'app', image: name }] } })
  const selector = { matchLabels: { app: 'agent' } }
  c.api.create({
    ...daemon,
    metadata: { name: 'agent', namespace: 'default' } as Obj['metadata'],
    spec: { selector, template: template('app:v1') },
  })
  await c.settle()
  const seen = () =>
    c
      .pods('agent')
      .map(({ spec }) => `${spec.nodeName} ${spec.containers[0].image}`)
      .sort()
  expect(seen()).toEqual(['node-1 app:v1', 'node-2 app:v1'])
  c.api.patch(daemon, { type: 'merge', body: { spec: { template: template('app:v2') } } })
  await c.settle()
  expect(seen()).toEqual(['node-1 app:v2', 'node-2 app:v2'])
  const counts = { desiredNumberScheduled: 2, numberReady: 2, updatedNumberScheduled: 2, numberAvailable: 2 }
  expect(c.api.get('apps/v1', 'DaemonSet', 'default', 'agent')?.status).toMatchObject(counts)
  c.api.patch(daemon, {
    type: 'merge',
    body: { spec: { updateStrategy: { type: 'OnDelete', rollingUpdate: null }, template: template('app:v3') } },
  })
  await c.settle()
  const first = c.api.get('v1', 'Node', undefined, 'node-1')
  c.api.create({ ...(first as Obj), metadata: { name: 'node-3' } as Obj['metadata'] })
  await c.settle()
  expect(seen()).toEqual(['node-1 app:v2', 'node-2 app:v2', 'node-3 app:v3'])
  c.stop()
})
