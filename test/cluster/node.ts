import { type ApiClient, succeed, UnexpectedAnswer } from './apiClient.ts'

/** Makes a ready node with room for everything, or takes the one of that name. */
export async function registerNode(client: ApiClient, { name, address }: { name: string; address: string }): Promise<void> {
  const capacity = { cpu: '1000', memory: '4000Gi', pods: '10000' }
  const body = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' } },
  }
  const created = await client.send({ method: 'POST', path: '/api/v1/nodes', body })
  if (created.status >= 400 && created.status !== 409) throw new UnexpectedAnswer({ method: 'POST', path: '/api/v1/nodes' }, created)
  const now = new Date().toISOString()
  const condition = { type: 'Ready', status: 'True', reason: 'KubeletReady', lastHeartbeatTime: now, lastTransitionTime: now }
  await succeed(client, {
    method: 'PATCH',
    path: `/api/v1/nodes/${name}/status`,
    headers: { 'content-type': 'application/merge-patch+json' },
    body: {
      status: { capacity, allocatable: capacity, conditions: [condition], addresses: [{ type: 'InternalIP', address }] },
    },
  })
  // A new node is tainted until a node controller has seen it ready; none runs here.
  await succeed(client, {
    method: 'PATCH',
    path: `/api/v1/nodes/${name}`,
    headers: { 'content-type': 'application/merge-patch+json' },
    body: { spec: { taints: null } },
  })
}
