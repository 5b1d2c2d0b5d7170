import { expect, test } from 'vitest'
import type { Obj } from '../types.ts'
import { type Cluster, cluster } from './testing/cluster.ts'

const service = (c: Cluster, name: string, spec: Record<string, unknown> = {}) =>
  c.api.create({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'default', labels: { team: 'shop' } } as unknown as Obj['metadata'],
    spec: { selector: { app: 'shop' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }], ...spec },
  })
const slices = (c: Cluster, name = 'shop') =>
  c.api.list('discovery.k8s.io/v1', 'EndpointSlice', { namespace: 'default', labelSelector: `kubernetes.io/service-name=${name}` })
const endpoints = (c: Cluster, name = 'shop') => slices(c, name).flatMap((slice) => (slice.endpoints ?? []) as Obj['spec'][])

test('ready pods are endpoints, with the port that their container names, in a slice labelled for its Service', async () => {
  const c = cluster()
  service(c, 'shop')
  c.deploy('shop', { replicas: 3 })
  await c.rolledOut('shop')
  const [slice, ...others] = slices(c)
  expect(others).toEqual([])
  expect(slice?.metadata.labels).toEqual({
    team: 'shop',
    'kubernetes.io/service-name': 'shop',
    'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
  })
  expect(slice?.ports).toEqual([{ name: 'http', port: 8080, protocol: 'TCP' }])
  expect(endpoints(c).map(({ conditions }) => conditions)).toEqual(Array(3).fill({ ready: true, serving: true, terminating: false }))
  expect(new Set(endpoints(c).map(({ addresses }) => addresses[0])).size).toBe(3)
  c.stop()
})

test('a pod that is not ready is listed as such', async () => {
  const c = cluster({ images: { 'app:v1': { ready: false } } })
  service(c, 'shop')
  c.deploy('shop', { replicas: 1 })
  await c.settle()
  expect(endpoints(c).map(({ conditions }) => conditions)).toEqual([{ ready: false, serving: false, terminating: false }])
  c.stop()
})

test('a pod that ends is terminating and still serving until it is gone', async () => {
  const c = cluster()
  service(c, 'shop')
  c.deploy('shop', { replicas: 1, container: { lifecycle: { preStop: { sleep: { seconds: 5 } } } } })
  await c.rolledOut('shop')
  c.scale('shop', 0)
  await c.clock.advance(1000)
  expect(endpoints(c).map(({ conditions }) => conditions)).toEqual([{ ready: false, serving: true, terminating: true }])
  await c.clock.advance(5000)
  expect(endpoints(c)).toEqual([])
  c.stop()
})

test('a changed selector changes the endpoints', async () => {
  const c = cluster()
  service(c, 'shop')
  c.deploy('shop', { replicas: 2 })
  await c.rolledOut('shop')
  const hash = c.sets('shop')[0]?.metadata.labels?.['pod-template-hash']
  c.patch('Service', 'shop', { spec: { selector: { 'pod-template-hash': 'other' } } })
  await c.settle()
  expect(endpoints(c)).toEqual([])
  c.patch('Service', 'shop', { spec: { selector: { 'pod-template-hash': hash } } })
  await c.settle()
  expect(endpoints(c)).toHaveLength(2)
  c.stop()
})

test('a headless Service says so, one without a selector has no slices, and slices go with their Service', async () => {
  const c = cluster()
  service(c, 'headless', { clusterIP: 'None' })
  service(c, 'plain', { selector: null })
  await c.settle()
  expect(slices(c, 'headless')[0]?.metadata.labels).toMatchObject({ 'service.kubernetes.io/headless': '' })
  expect(slices(c, 'plain')).toEqual([])
  c.api.delete({ apiVersion: 'v1', kind: 'Service', namespace: 'default', name: 'headless' })
  await c.settle()
  expect(slices(c, 'headless')).toEqual([])
  c.stop()
})
