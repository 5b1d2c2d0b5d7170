import { setTimeout as sleep } from 'node:timers/promises'
import { type ApiClient, type Json, succeed } from './apiClient.ts'
import { served } from './gatewayApi.ts'

/** What a metrics server would say of the pods with a label: together they use so many thousandths of a core, each as much as the others. */
export interface PretendedMetrics {
  use(cpuMilli: number): void
  stop(): Promise<void>
}

const group = 'metrics.k8s.io'
const oftenMs = 300
const definitionsPath = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'

/** The resource metrics API as a kind of its own: a controller manager that lists it cannot tell the difference. */
const definition: Json = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `pods.${group}`, annotations: { 'api-approved.kubernetes.io': 'unapproved, a test pretends the metrics server' } },
  spec: {
    group,
    scope: 'Namespaced',
    names: { plural: 'pods', singular: 'podmetrics', kind: 'PodMetrics', listKind: 'PodMetricsList' },
    versions: [
      {
        name: 'v1beta1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
}

export async function pretendMetrics(client: ApiClient, namespace: string, labelSelector: string): Promise<PretendedMetrics> {
  const { status } = await client.send({ method: 'POST', path: definitionsPath, body: definition })
  if (status >= 400 && status !== 409) throw new Error(`the metrics API cannot be made: ${status}`)
  await served(client, definition)
  let total = 0
  let stopped = false
  const tell = async () => {
    const path = `/api/v1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(labelSelector)}`
    const { items } = await succeed(client, { method: 'GET', path })
    const running: Json[] = items.filter(({ status, metadata }: Json) => status.phase === 'Running' && !metadata.deletionTimestamp)
    // All at once: a sum over samples of two moments would be a load that never was.
    const writes = running.map(({ metadata, spec }) => {
      const { name, labels } = metadata
      const cpu = `${Math.round((total * 1000) / running.length)}u`
      const metrics = {
        apiVersion: `${group}/v1beta1`,
        kind: 'PodMetrics',
        metadata: { name, namespace, labels },
        timestamp: `${new Date().toISOString().slice(0, 19)}Z`,
        window: '1s',
        containers: [{ name: spec.containers[0].name, usage: { cpu, memory: '64Mi' } }],
      }
      return client.send({
        method: 'PATCH',
        path: `/apis/${group}/v1beta1/namespaces/${namespace}/pods/${name}?fieldManager=metrics&force=true`,
        headers: { 'content-type': 'application/apply-patch+yaml' },
        body: metrics,
      })
    })
    await Promise.all(writes)
  }
  const telling = (async () => {
    while (!stopped) {
      await tell()
      await sleep(oftenMs)
    }
  })()
  return {
    use: (cpuMilli) => {
      total = cpuMilli
    },
    async stop() {
      stopped = true
      await telling
      await client.send({ method: 'DELETE', path: `${definitionsPath}/${definition.metadata.name}` })
    },
  }
}
