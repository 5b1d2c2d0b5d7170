import { expect } from 'vitest'
import type { Json } from '../../cluster/apiClient.ts'
import type { CaseContext } from '../caseContext.ts'
import { conformance } from '../conformanceCase.ts'
import type { Kind } from '../resource.ts'
import { deployment, replicaSet, rolledOut } from './workloads.ts'

const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json'

/** Columns, and cells but for ages. */
function shown(table: Json): Json {
  const age = table.columnDefinitions.findIndex(({ name }: Json) => name === 'Age')
  return {
    columns: table.columnDefinitions.map(({ name, type, format, priority }: Json) => ({ name, type, format, priority })),
    rows: table.rows.map(({ cells, object }: Json) => ({
      cells: cells.filter((_: Json, index: number) => index !== age),
      object: [object.kind, object.metadata.name],
    })),
  }
}

async function table(t: CaseContext, kind: Kind, query?: Record<string, string>): Promise<Json> {
  const { json } = await t.list(kind, { headers: { accept }, query, show: shown })
  expect(json.kind).toBe('Table')
  return json
}

export const tableCases = [
  conformance('custom resources show the columns of their definition', async (t) => {
    await t.prepare(
      { kind: 'Widget', metadata: { name: 'w' }, spec: { replicas: 3 } },
      { kind: 'Widget', metadata: { name: 'x' }, spec: {} },
    )
    await t.patch({ kind: 'Widget', name: 'x' }, 'merge', { status: { phase: 'Busy' } }, { subresource: 'status', quiet: true })
    await table(t, 'Widget')
    await t.get({ kind: 'Widget', name: 'w' }, { headers: { accept }, show: shown })
  }),
  conformance('Deployments, ReplicaSets and Pods show readiness', async (t) => {
    await t.prepare(deployment('web', { replicas: 2 }))
    await rolledOut(t, 'web')
    await table(t, 'Deployment')
    const { rows } = await table(t, 'ReplicaSet')
    expect(rows[0].cells.slice(1, 4)).toEqual([2, 2, 2])
    await t.list('Pod', {
      headers: { accept },
      show: (pods) => ({ columns: shown(pods).columns, cells: pods.rows.map(({ cells }: Json) => cells.slice(1, 4)) }),
    })
  }),
  conformance('a Deployment without pods shows zeros', async (t) => {
    await t.prepare(deployment('web'), replicaSet('alone', 'app:v1', {}))
    await t.eventually('observed', async () => (await t.read({ kind: 'Deployment', name: 'web' }))?.status.observedGeneration === 1)
    await table(t, 'Deployment')
  }),
  conformance('Services and ConfigMaps show what they are for', async (t) => {
    await t.prepare(
      {
        kind: 'Service',
        metadata: { name: 's' },
        spec: {
          selector: { app: 'web' },
          ports: [{ port: 80 }, { port: 443, name: 'tls', protocol: 'UDP' }].map((port, i) => ({ name: `p${i}`, ...port })),
        },
      },
      { kind: 'Service', metadata: { name: 'headless' }, spec: { clusterIP: 'None', ports: [{ port: 80 }] } },
      { kind: 'ConfigMap', metadata: { name: 'a', labels: { set: 'mine' } }, data: { x: '1', y: '2' } },
    )
    await table(t, 'Service')
    await table(t, 'ConfigMap', { labelSelector: 'set=mine' })
    await table(t, 'Namespace', { fieldSelector: `metadata.name=${t.namespace}` })
  }),
]
