import { expect } from 'vitest'
import type { Json } from '../../cluster/apiClient.ts'
import type { CaseContext } from '../caseContext.ts'
import { conformance } from '../conformanceCase.ts'
import { ownerOf, replicaSet } from './workloads.ts'

function service(name: string, spec: Json = {}, metadata: Json = {}): Json {
  return {
    kind: 'Service',
    metadata: { name, ...metadata },
    spec: { selector: { app: 'web' }, ports: [{ name: 'web', port: 80, targetPort: 'http' }], ...spec },
  }
}

const slices = (t: CaseContext, name: string) => t.items('EndpointSlice', `kubernetes.io/service-name=${name}`)

async function endpoints(t: CaseContext, name: string): Promise<Json[]> {
  return (await slices(t, name)).flatMap((slice) => slice.endpoints ?? [])
}

/** Waits until so many endpoints have conditions like these. */
function until(t: CaseContext, name: string, count: number, wanted: Json): Promise<Json[]> {
  return t.eventually(`${count} endpoints with ${JSON.stringify(wanted)}`, async () => {
    const found = (await endpoints(t, name)).filter(({ conditions }) =>
      Object.entries(wanted).every(([key, value]) => (conditions[key] ?? false) === value),
    )
    return found.length === count ? found : undefined
  })
}

const pods = (replicas: number, image = 'app:v1') => replicaSet('one', image, { replicas })

export const endpointSliceCases = [
  conformance('a Service with a selector has a slice of its ready pods', async (t) => {
    const [made] = await t.prepare(service('web', {}, { labels: { team: 'x' } }))
    await t.prepare(pods(2))
    await until(t, 'web', 2, { ready: true })
    const [slice] = await slices(t, 'web')
    const [first] = slice.endpoints
    t.observe('slice', {
      labels: slice.metadata.labels,
      owners: slice.metadata.ownerReferences,
      generateName: slice.metadata.generateName,
      addressType: slice.addressType,
      ports: slice.ports,
      endpoint: { ...first, nodeName: !!first.nodeName, targetRef: { ...first.targetRef, name: 'a pod' }, zone: undefined },
    })
    expect(slice.metadata.ownerReferences).toEqual([ownerOf(made, { controller: true, blockOwnerDeletion: true })])
    const addresses = (await t.items('Pod')).map((pod) => pod.status.podIP).sort()
    expect(slice.endpoints.flatMap((endpoint: Json) => endpoint.addresses).sort()).toEqual(addresses)
  }),
  conformance('pods that run but are not ready are listed as such', async (t) => {
    await t.prepare(service('web'), pods(1, 'app:unready'))
    const [endpoint] = await until(t, 'web', 1, { ready: false, serving: false })
    t.observe('conditions', endpoint?.conditions)
  }),
  conformance('pods without an address are not listed', async (t) => {
    await t.prepare(service('web'), pods(1, 'app:missing'))
    await t.eventually(
      'pull error',
      async () => (await t.items('Pod'))[0]?.status.containerStatuses?.[0].state.waiting?.reason === 'ImagePullBackOff',
    )
    t.observe('ready', (await endpoints(t, 'web')).filter(({ conditions }) => conditions.ready).length)
  }),
  conformance('a pod that ends is terminating and not ready while it still serves', async (t) => {
    const template = { ...replicaSet('one', 'app:v1').spec.template }
    template.spec.containers[0].lifecycle = { preStop: { sleep: { seconds: 3 } } }
    await t.prepare(service('web'), replicaSet('one', 'app:v1', { replicas: 1, template }))
    await until(t, 'web', 1, { ready: true })
    await t.patch({ kind: 'ReplicaSet', name: 'one' }, 'merge', { spec: { replicas: 0 } }, { quiet: true })
    const [endpoint] = await until(t, 'web', 1, { terminating: true })
    t.observe('conditions', endpoint?.conditions)
    expect(endpoint?.conditions).toEqual({ ready: false, serving: true, terminating: true })
    await until(t, 'web', 0, {})
  }),
  conformance('a changed selector changes the endpoints at once', async (t) => {
    await t.prepare(service('web', { selector: { app: 'web' } }), pods(2), replicaSet('two', 'app:v2', { replicas: 1 }))
    await until(t, 'web', 3, { ready: true })
    await t.patch({ kind: 'Service', name: 'web' }, 'merge', { spec: { selector: { 'pod-template-hash': 'two' } } }, { quiet: true })
    await until(t, 'web', 1, { ready: true })
    await t.patch({ kind: 'Service', name: 'web' }, 'merge', { spec: { selector: { app: 'nobody' } } }, { quiet: true })
    await until(t, 'web', 0, {})
    const [slice] = await slices(t, 'web')
    t.observe('empty', slice && { endpoints: slice.endpoints, ports: slice.ports })
  }),
  conformance('a Service without a selector has no slices, one of publishNotReadyAddresses all pods ready', async (t) => {
    await t.prepare(service('none', { selector: undefined }), service('all', { publishNotReadyAddresses: true }), pods(1, 'app:unready'))
    const [endpoint] = await until(t, 'all', 1, { ready: true })
    t.observe('conditions', endpoint?.conditions)
    expect(await slices(t, 'none')).toEqual([])
  }),
  conformance('a headless Service is marked on its slice', async (t) => {
    await t.prepare(service('web', { clusterIP: 'None', ports: [{ port: 8080 }] }), pods(1))
    await until(t, 'web', 1, { ready: true })
    const [slice] = await slices(t, 'web')
    t.observe('slice', { labels: slice.metadata.labels, ports: slice.ports })
  }),
  conformance('the slice goes with its Service', async (t) => {
    await t.prepare(service('web'), pods(1))
    await until(t, 'web', 1, { ready: true })
    await t.delete({ kind: 'Service', name: 'web' }, undefined, { quiet: true })
    await t.eventually('no slices', async () => (await slices(t, 'web')).length === 0)
  }),
]
