import { expect } from 'vitest'
import type { Json } from '../../cluster/apiClient.ts'
import { conformance } from '../conformanceCase.ts'
import { deployment, podTemplate, replicaSet } from './workloads.ts'

const dry = { query: { dryRun: 'All' } }
/** What admission of a single pod adds beyond defaults: account, token, tolerations. */
function bare(pod: Json): Json {
  const { serviceAccountName: _1, serviceAccount: _2, tolerations: _3, preemptionPolicy: _4, priority: _5, ...spec } = pod.spec
  const volumes = (spec.volumes ?? []).filter(({ name }: Json) => !name.startsWith('kube-api-access'))
  const containers = spec.containers.map((container: Json) => ({
    ...container,
    volumeMounts: (container.volumeMounts ?? []).filter(({ name }: Json) => !name.startsWith('kube-api-access')),
  }))
  return { ...pod, spec: { ...spec, volumes, containers } }
}

/** A container with every part that has defaults of its own. */
const rich: Json = {
  name: 'rich',
  image: 'registry.example.com/app',
  ports: [{ containerPort: 8080 }, { containerPort: 53, protocol: 'UDP', name: 'dns' }],
  readinessProbe: { httpGet: { path: '/ready', port: 8080 } },
  livenessProbe: { tcpSocket: { port: 'dns' }, periodSeconds: 3 },
  startupProbe: { exec: { command: ['true'] } },
  lifecycle: { preStop: { sleep: { seconds: 2 } }, postStart: { httpGet: { port: 80 } } },
  env: [
    { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
  ],
  resources: { limits: { cpu: '500m', memory: '1024Mi' }, requests: { cpu: 0.1 } },
  volumeMounts: [{ name: 'config', mountPath: '/config' }],
  securityContext: { capabilities: { drop: ['ALL'] } },
}
const volumes: Json[] = [
  { name: 'config', configMap: { name: 'c' } },
  { name: 'secret', secret: { secretName: 's' } },
  { name: 'empty', emptyDir: {} },
  {
    name: 'projected',
    projected: {
      sources: [
        { serviceAccountToken: { path: 'token' } },
        { downwardAPI: { items: [{ path: 'l', fieldRef: { fieldPath: 'metadata.labels' } }] } },
      ],
    },
  },
  { name: 'host', hostPath: { path: '/x' } },
]

const tags: Record<string, string> = {
  app: 'Always',
  'app:latest': 'Always',
  'app:v1': 'IfNotPresent',
  'host:5000/app': 'Always',
  'app:v1@sha256:0000000000000000000000000000000000000000000000000000000000000000': 'IfNotPresent',
}

export const defaultsCases = [
  conformance('a Deployment', async (t) => {
    const { json } = await t.create(
      {
        kind: 'Deployment',
        metadata: { name: 'web' },
        spec: { selector: { matchLabels: { app: 'web' } }, template: podTemplate('app:v1') },
      },
      dry,
    )
    expect(json.spec).toMatchObject({
      replicas: 1,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    })
  }),
  conformance('a Deployment with a strategy of its own', async (t) => {
    await t.create(deployment('web', { strategy: { type: 'Recreate' } }), dry)
    await t.create(deployment('web', { strategy: { rollingUpdate: { maxSurge: 1 } } }), dry)
    await t.create(deployment('web', { strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0 } } }), dry)
  }),
  conformance('a pod template with all its parts', async (t) => {
    await t.create(
      deployment('web', {
        template: {
          metadata: { labels: { app: 'web' } },
          spec: {
            containers: [rich],
            initContainers: [{ name: 'init', image: 'init:v1' }],
            volumes,
            hostNetwork: false,
            topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway' }],
          },
        },
      }),
      dry,
    )
  }),
  conformance('the pull policy follows the tag', async (t) => {
    for (const [image, policy] of Object.entries(tags)) {
      const { json } = await t.create(deployment('web', {}, image), { ...dry, show: ({ spec }) => spec.template.spec.containers[0] })
      expect(json.spec.template.spec.containers[0].imagePullPolicy).toBe(policy)
    }
  }),
  conformance('a ReplicaSet', async (t) => {
    const { json } = await t.create(
      { ...replicaSet('one', 'app:v1'), spec: { selector: { matchLabels: { app: 'web' } }, template: podTemplate('app:v1') } },
      dry,
    )
    expect(json.spec.replicas).toBe(1)
  }),
  conformance('a Pod', async (t) => {
    await t.create({ kind: 'Pod', metadata: { name: 'p' }, spec: { containers: [rich], volumes } }, { ...dry, show: bare })
  }),
  conformance('a Service', async (t) => {
    const { json } = await t.create({ kind: 'Service', metadata: { name: 's' }, spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } })
    expect(json.spec).toMatchObject({
      type: 'ClusterIP',
      sessionAffinity: 'None',
      internalTrafficPolicy: 'Cluster',
      ipFamilies: ['IPv4'],
      ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
    })
    expect(json.spec.clusterIPs).toEqual([json.spec.clusterIP])
  }),
  conformance('Services of other types', async (t) => {
    await t.create({
      kind: 'Service',
      metadata: { name: 'headless' },
      spec: { clusterIP: 'None', selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http', name: 'web' }] },
    })
    await t.create({ kind: 'Service', metadata: { name: 'external' }, spec: { type: 'ExternalName', externalName: 'example.com' } })
    await t.create({ kind: 'Service', metadata: { name: 'sticky' }, spec: { sessionAffinity: 'ClientIP', ports: [{ port: 80 }] } })
  }),
  conformance('an autoscaler', async (t) => {
    await t.create(
      {
        kind: 'HorizontalPodAutoscaler',
        metadata: { name: 'h' },
        spec: { maxReplicas: 5, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } },
      },
      dry,
    )
  }),
  conformance('secrets, accounts, roles and endpoint slices', async (t) => {
    await t.create({ kind: 'Secret', metadata: { name: 's' }, stringData: { a: 'text' }, data: { b: 'dGV4dA==' } }, dry)
    await t.create(
      {
        kind: 'RoleBinding',
        metadata: { name: 'r' },
        roleRef: { kind: 'Role', name: 'r' },
        subjects: [
          { kind: 'User', name: 'anna' },
          { kind: 'ServiceAccount', name: 'x', namespace: 'y' },
        ],
      },
      dry,
    )
    await t.create(
      {
        kind: 'EndpointSlice',
        metadata: { name: 'e' },
        addressType: 'IPv4',
        ports: [{ port: 80 }],
        endpoints: [{ addresses: ['10.1.2.3'] }],
      },
      dry,
    )
  }),
  conformance('an HTTPRoute', async (t) => {
    const { json } = await t.create(
      {
        kind: 'HTTPRoute',
        metadata: { name: 'r' },
        spec: { parentRefs: [{ name: 'gw' }], rules: [{ backendRefs: [{ name: 'web', port: 80 }] }] },
      },
      dry,
    )
    expect(json.spec.rules[0].backendRefs[0]).toEqual({ group: '', kind: 'Service', name: 'web', port: 80, weight: 1 })
  }),
]
