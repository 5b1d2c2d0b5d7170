import { expect } from 'vitest'
import type { Json } from '../../cluster/apiClient.ts'
import { conformance } from '../conformanceCase.ts'
import { deployment, podTemplate, replicaSet } from './workloads.ts'

const dry = { query: { dryRun: 'All' } }
const web = { kind: 'Deployment', name: 'web' } as const

function container(more: Json): Json {
  const template = podTemplate('app:v1')
  template.spec.containers[0] = { ...template.spec.containers[0], ...more }
  return deployment('web', { template })
}

/** One wrong object each: what the server says of it is the point. */
const wrong: Record<string, Json> = {
  'a selector that does not match its template': deployment('web', { selector: { matchLabels: { app: 'other' } } }),
  'no selector': deployment('web', { selector: undefined }),
  'an empty selector': deployment('web', { selector: {} }),
  'no containers': deployment('web', { template: { metadata: { labels: { app: 'web' } }, spec: { containers: [] } } }),
  'a container without an image': container({ image: undefined }),
  'a container without a name': container({ name: undefined }),
  'negative replicas': deployment('web', { replicas: -1 }),
  'neither surge nor unavailable': deployment('web', { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } }),
  'a share that is no percentage': deployment('web', { strategy: { rollingUpdate: { maxSurge: 'many' } } }),
  'Recreate with rolling numbers': deployment('web', { strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } }),
  'an unknown strategy': deployment('web', { strategy: { type: 'BigBang' } }),
  'a deadline that is too short': deployment('web', { minReadySeconds: 10, progressDeadlineSeconds: 5 }),
  'a port that is none': container({ ports: [{ containerPort: 70000 }] }),
  'an unknown pull policy': container({ imagePullPolicy: 'Sometimes' }),
  'an environment variable without a name': container({ env: [{ value: 'x' }] }),
  'a mount of no volume': container({ volumeMounts: [{ name: 'absent', mountPath: '/x' }] }),
  'a ReplicaSet whose selector does not match': replicaSet('one', 'app:v1', { selector: { matchLabels: { app: 'other' } } }),
  'a restart policy that a Deployment cannot have': deployment('web', {
    template: { metadata: { labels: { app: 'web' } }, spec: { restartPolicy: 'Never', containers: [{ name: 'app', image: 'app:v1' }] } },
  }),
  'a Service without ports': { kind: 'Service', metadata: { name: 's' }, spec: { selector: { app: 'web' } } },
  'a Service with two nameless ports': { kind: 'Service', metadata: { name: 's' }, spec: { ports: [{ port: 80 }, { port: 81 }] } },
  'a Service of an unknown type': { kind: 'Service', metadata: { name: 's' }, spec: { type: 'Magic', ports: [{ port: 80 }] } },
  'an autoscaler whose minimum exceeds its maximum': {
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'h' },
    spec: { minReplicas: 5, maxReplicas: 2, scaleTargetRef: { kind: 'Deployment', name: 'web' } },
  },
  'a ConfigMap with a bad key': { kind: 'ConfigMap', metadata: { name: 'c' }, data: { 'a b': 'x' } },
  'an EndpointSlice with a loopback address': {
    kind: 'EndpointSlice',
    metadata: { name: 'e' },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['127.0.0.1'] }],
  },
  'a Lease that lasts no time': { kind: 'Lease', metadata: { name: 'l' }, spec: { leaseDurationSeconds: 0 } },
}

export const validationCases = [
  ...Object.entries(wrong).map(([what, object]) =>
    conformance(`refused: ${what}`, async (t) => {
      const { status, json } = await t.create(object, dry)
      expect(status).toBe(422)
      expect(json.reason).toBe('Invalid')
    }),
  ),
  conformance('selectors never change', async (t) => {
    await t.prepare(deployment('web', { paused: true }), replicaSet('one', 'app:v1'))
    const selector = { matchLabels: { app: 'web', more: 'x' } }
    const template = { metadata: { labels: { more: 'x' } } }
    expect((await t.patch(web, 'merge', { spec: { selector, template } })).status).toBe(422)
    expect((await t.patch({ kind: 'ReplicaSet', name: 'one' }, 'merge', { spec: { selector, template } })).status).toBe(422)
  }),
  conformance('a ReplicaSet keeps its selector but may change its template', async (t) => {
    await t.prepare(replicaSet('one', 'app:v1'))
    const { json } = await t.patch(
      { kind: 'ReplicaSet', name: 'one' },
      'strategic',
      { spec: { template: { spec: { containers: [{ name: 'app', image: 'app:v2' }] } } } },
      { show: ({ metadata, spec }) => ({ generation: metadata.generation, spec }) },
    )
    expect(json.metadata.generation).toBe(2)
  }),
  conformance('a Service keeps its address', async (t) => {
    const [made] = await t.prepare({ kind: 'Service', metadata: { name: 's' }, spec: { ports: [{ port: 80 }] } })
    expect(
      (await t.patch({ kind: 'Service', name: 's' }, 'merge', { spec: { clusterIP: '10.96.250.250', clusterIPs: ['10.96.250.250'] } }))
        .status,
    ).toBe(422)
    // A PUT that leaves it out keeps it.
    const { json } = await t.update(
      t.whole({ kind: 'Service', metadata: { name: 's' }, spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } }),
    )
    expect(json.spec.clusterIP).toBe(made.spec.clusterIP)
  }),
  conformance('most of a pod never changes', async (t) => {
    await t.prepare({
      kind: 'Pod',
      metadata: { name: 'p' },
      spec: { nodeName: `nowhere-${t.suffix}`, containers: [{ name: 'app', image: 'app:v1' }] },
    })
    t.onEnd(() => t.delete({ kind: 'Pod', name: 'p' }, { gracePeriodSeconds: 0 }, { quiet: true }))
    const { status, json } = await t.patch(
      { kind: 'Pod', name: 'p' },
      'strategic',
      { spec: { containers: [{ name: 'app', command: ['x'] }] } },
      { quiet: true },
    )
    expect(status).toBe(422)
    expect(json.message).toContain('Forbidden: pod updates may not change fields other than')
  }),
  conformance('a role binding keeps its role', async (t) => {
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'one' }
    await t.prepare({ kind: 'RoleBinding', metadata: { name: 'r' }, roleRef })
    expect((await t.patch({ kind: 'RoleBinding', name: 'r' }, 'merge', { roleRef: { ...roleRef, name: 'two' } })).status).toBe(422)
  }),
]
