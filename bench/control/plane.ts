import { crdOf } from '../../controller/src/api/crd.ts'
import { kinds } from '../../controller/src/api/kinds.ts'
import { policies } from '../../controller/src/api/policies.ts'
import { type ApiClient, apply, type Json, succeed } from '../../test/cluster/apiClient.ts'
import { type ControlPlane, startControlPlane } from '../../test/cluster/controlPlane.ts'
import { served } from '../../test/cluster/gatewayApi.ts'
import { pretendPods } from '../../test/cluster/pretendedPods.ts'
import { testUsers } from '../../test/cluster/users.ts'

/** A real control plane with Serin's kinds and policies, and pods that are ready half a second after they are made. */
export interface Plane {
  control: ControlPlane
  client: ApiClient
  stop(): Promise<void>
}

export async function startPlane(): Promise<Plane> {
  const control = await startControlPlane()
  const client = control.client()
  for (const definition of kinds.map(crdOf)) {
    await apply(client, `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${definition.metadata.name}`, definition)
    await served(client, definition)
  }
  for (const policy of policies({ serinUser: testUsers.serin.username })) {
    const plural = `${policy.kind.toLowerCase().replace(/y$/, 'ie')}s`
    await apply(client, `/apis/admissionregistration.k8s.io/v1/${plural}/${policy.metadata.name}`, policy)
  }
  await apply(client, '/api/v1/namespaces/serin-system', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'serin-system' } })
  await apply(client, '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/serin', {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'serin' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: testUsers.serin.username }],
  })
  const pods = await pretendPods(client, { readyMs: 500 })
  return {
    control,
    client,
    async stop() {
      await pods.stop()
      await control.stop()
    },
  }
}

/** Where the n-th workload of a bench lives: twenty namespaces. */
export const placeOf = (n: number) => ({ namespace: `bench-${n % 20}`, name: `app-${n}` })

/** Makes Deployments with a Rollout each, and waits until all are healthy. */
export async function makeRollouts(client: ApiClient, count: number, replicas: number | ((n: number) => number)): Promise<void> {
  await makeDeployments(client, count, replicas)
  await addRollouts(client, count)
}

/** Makes Deployments of demo:v1, as Kubernetes alone would run them. */
export async function makeDeployments(client: ApiClient, count: number, replicas: number | ((n: number) => number)): Promise<void> {
  for (let n = 0; n < Math.min(20, count); n++) {
    const { namespace } = placeOf(n)
    await apply(client, `/api/v1/namespaces/${namespace}`, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  }
  await inParallel(count, 20, async (n) => {
    const { namespace, name } = placeOf(n)
    const labels = { app: name }
    await succeed(client, {
      method: 'POST',
      path: `/apis/apps/v1/namespaces/${namespace}/deployments`,
      body: {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name, namespace },
        spec: {
          replicas: typeof replicas === 'number' ? replicas : replicas(n),
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'demo:v1' }] } },
        },
      },
    })
  })
}

/** Puts a Rollout beside each Deployment, and waits until all are healthy. */
export async function addRollouts(client: ApiClient, count: number): Promise<void> {
  await inParallel(count, 20, async (n) => {
    const { namespace, name } = placeOf(n)
    await succeed(client, {
      method: 'POST',
      path: `/apis/serin.dev/v1alpha1/namespaces/${namespace}/rollouts`,
      body: {
        apiVersion: 'serin.dev/v1alpha1',
        kind: 'Rollout',
        metadata: { name, namespace },
        spec: { workload: { name }, canary: { steps } },
      },
    })
  })
  await until(client, count, ({ status }) => status?.phase === 'Healthy' && status.stable !== undefined, 600_000)
}

/** Weights 20, 50, 80 with pauses of 5 s: the work that the peers were measured on. */
const steps = [20, 50, 80].flatMap((weight) => [{ weight }, { pause: { for: '5s' } }])

export function setImage(client: ApiClient, n: number, image: string): Promise<Json> {
  const { namespace, name } = placeOf(n)
  return succeed(client, {
    method: 'PATCH',
    path: `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`,
    headers: { 'content-type': 'application/strategic-merge-patch+json' },
    body: { spec: { template: { spec: { containers: [{ name: 'app', image }] } } } },
  })
}

const collections = { Rollout: '/apis/serin.dev/v1alpha1/rollouts', Deployment: '/apis/apps/v1/deployments' }

/** Follows all objects of a kind until `count` of them satisfy; returns when each did, in ms since the epoch. */
export async function until(
  client: ApiClient,
  count: number,
  satisfied: (object: Json) => boolean,
  atMostMs: number,
  kind: keyof typeof collections = 'Rollout',
): Promise<Map<string, number>> {
  const at = new Map<string, number>()
  const done = new AbortController()
  const late = setTimeout(() => done.abort(), atMostMs)
  const path = `${collections[kind]}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`
  try {
    // A watch may end early, as when the kind was only just installed; the next begins with everything.
    while (at.size < count && !done.signal.aborted) {
      for await (const { object } of client.watch(path, done.signal)) {
        const key = `${object.metadata?.namespace}/${object.metadata?.name}`
        if (object.kind === kind && !at.has(key) && object.metadata.name && satisfied(object)) at.set(key, Date.now())
        if (at.size >= count) break
      }
    }
  } finally {
    clearTimeout(late)
    done.abort()
  }
  if (at.size < count) throw new Error(`${at.size} of ${count} ${kind}s came there within ${atMostMs / 1000} s`)
  return at
}

export async function inParallel(count: number, width: number, work: (n: number) => Promise<void>): Promise<void> {
  let next = 0
  await Promise.all(
    Array.from({ length: Math.min(width, count) }, async () => {
      while (next < count) await work(next++)
    }),
  )
}
