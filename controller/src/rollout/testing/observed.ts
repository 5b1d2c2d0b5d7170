import { RolloutSpec, type RolloutSpecInput } from '../../api/rollout.ts'
import type { RolloutStatus } from '../../api/rolloutStatus.ts'
import type { KubeObject } from '../../kube/types.ts'
import { deployment } from '../../workload/deployment.ts'
import type { Observed } from '../observed.ts'
import { ownerOf } from '../observed.ts'

export const at = Date.parse('2026-01-01T00:00:00Z')

/** A world around one Rollout `web` with four pods of v1, to be varied. Frozen to its depths: a plan that writes into it fails. */
export function world(of: {
  spec?: Partial<RolloutSpecInput>
  status?: RolloutStatus
  image?: string
  held?: boolean
  replicas?: number
  strategy?: 'Recreate'
  sets?: KubeObject[]
  commands?: Observed['commands']
  gate?: Observed['gate']
  analyses?: Observed['analyses']
  crashes?: Observed['crashes']
  trouble?: string
  templateOf?: Observed['templateOf']
}): Observed {
  const spec = RolloutSpec.parse({ workload: { name: 'web' }, ...of.spec })
  const rollout: Observed['rollout'] = {
    metadata: { name: 'web', namespace: 'shop', uid: 'rollout-uid', resourceVersion: '7', generation: 1 },
    spec,
    ...(of.status ? { status: of.status } : {}),
  }
  const object = deploymentObject(of)
  const sets = of.sets ?? [setObject('web-one', 'v1', { owner: 'workload', replicas: of.replicas ?? 4 })]
  return deepFreeze({
    rollout,
    kind: deployment,
    workload: deployment.view(object, sets, ownerOf(rollout)),
    orphanSets: [],
    takenBy: undefined,
    gate: of.gate ?? 'policies',
    service: 'unread',
    canaryService: undefined,
    baselineService: undefined,
    obstacles: [],
    slices: { root: [], canary: [], baseline: [] },
    routes: 'unread',
    setsComplete: true,
    analyses: of.analyses ?? [],
    crashes: of.crashes,
    trouble: of.trouble,
    templateOf: of.templateOf ?? (() => undefined),
    commands: of.commands ?? [],
  } satisfies Observed)
}

const template = (image: string) => ({
  metadata: { labels: { app: 'web' } },
  spec: {
    containers: [{ name: 'web', image: `demo:${image}`, ports: [{ containerPort: 8080, protocol: 'TCP' }] }],
    terminationGracePeriodSeconds: 30,
  },
})

function deploymentObject(of: { image?: string; held?: boolean; replicas?: number; strategy?: 'Recreate' }): KubeObject {
  const { image = 'v1', held = false, replicas = 4, strategy = 'RollingUpdate' } = of
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'web',
      namespace: 'shop',
      uid: 'deployment-uid',
      generation: 2,
      labels: { 'serin.dev/managed': 'web' },
      annotations: { 'deployment.kubernetes.io/revision': '1' },
    },
    spec: { replicas, paused: held, strategy: { type: strategy }, selector: { matchLabels: { app: 'web' } }, template: template(image) },
    status: { observedGeneration: 2, replicas, updatedReplicas: held ? 0 : replicas, availableReplicas: replicas },
  }
}

export function setObject(
  name: string,
  image: string,
  of: { owner: 'workload' | 'rollout'; replicas: number; available?: number },
): KubeObject {
  const hash = name.slice(name.lastIndexOf('-') + 1)
  const labels = { app: 'web', 'pod-template-hash': hash }
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name,
      namespace: 'shop',
      uid: `${name}-uid`,
      generation: 1,
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: { ...labels, ...(of.owner === 'rollout' ? { 'serin.dev/rollout': 'web' } : {}) },
      ownerReferences: [
        of.owner === 'workload'
          ? { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'deployment-uid', controller: true }
          : { apiVersion: 'serin.dev/v1alpha1', kind: 'Rollout', name: 'web', uid: 'rollout-uid', controller: true },
      ],
    },
    spec: { replicas: of.replicas, selector: { matchLabels: labels }, template: { ...template(image), metadata: { labels } } },
    status: { observedGeneration: 1, replicas: of.replicas, availableReplicas: of.available ?? of.replicas },
  }
}

/** What stands behind a Service: one pod. */
export function sliceOf(service: string, { pod, ...conditions }: { pod: string; ready: boolean; terminating?: boolean }): KubeObject {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `${service}-x`, namespace: 'shop', labels: { 'kubernetes.io/service-name': service } },
    endpoints: [{ addresses: ['10.0.0.1'], conditions, targetRef: { kind: 'Pod', name: pod } }],
  }
}

function deepFreeze<T>(value: T): T {
  if (value !== null && typeof value === 'object' && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const inner of Object.values(value)) deepFreeze(inner)
  }
  return value
}
