// What can be set in the chart charts/serin. `npm run generate` makes values.yaml, values.schema.json and the README's table of it.
import { z } from 'zod'

/** What Kubernetes checks itself: any object of its API. */
const anyObject = z.record(z.string(), z.unknown())
const strings = z.record(z.string(), z.string())
const port = z.int().min(1).max(65535)

/** An object whose default is that of its fields. Unknown fields are refused, so a typo is. */
function part<Shape extends z.ZodRawShape>(shape: Shape) {
  const object = z.strictObject(shape)
  return object.prefault({} as z.input<typeof object>)
}

export const Values = z.strictObject({
  global: anyObject.optional().describe('Values of a chart that this one is part of; nothing here reads them.'),
  nameOverride: z.string().default('').describe("Stands for the chart's name in the names of objects."),
  fullnameOverride: z
    .string()
    .default('')
    .describe('The names of all objects begin with this; left out: the release, and the chart if that differs.'),
  image: part({
    repository: z.string().min(1).default('serin').describe('Registry and name of the image that you built of the Dockerfile.'),
    tag: z.string().default('').describe("Left out: the chart's appVersion."),
    digest: z
      .string()
      .regex(/^(sha256:[0-9a-f]{64})?$/)
      .default('')
      .describe('`sha256:...`; wins over the tag.'),
    pullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']).default('IfNotPresent').describe('When nodes fetch it.'),
    pullSecrets: z.array(z.string()).default([]).describe('Names of Secrets with which it is fetched.'),
  }),
  replicas: z.int().min(0).default(2).describe('Of each shard. One leads, the others stand by with filled caches.'),
  shards: z.int().min(1).max(64).default(1).describe('Deployments among which the Rollouts are divided.'),
  watchNamespace: z.string().default('').describe('Watch this namespace only, with rights in no other. Left out: all.'),
  gate: z
    .enum(['auto', 'paused'])
    .default('auto')
    .describe('`paused`: hold changed templates by pausing even where the policies are there.'),
  workers: z.int().min(1).default(10).describe('Rollouts looked at side by side.'),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('What is logged.'),
  sourceAllow: z
    .array(z.string())
    .default([])
    .describe('Addresses (CIDRs) that metric sources, webhooks and Notifiers may reach although they are refused otherwise.'),
  sourceDeny: z.array(z.string()).default([]).describe('Addresses (CIDRs) that they may not reach, besides those never reached.'),
  analysisNamespaces: z
    .array(z.string())
    .default([])
    .describe(
      "Namespaces in which Serin may read the Secrets that sources and Notifiers name, and run the Jobs of analyses. The release's own is for the Secrets of ClusterMetricSources and ClusterNotifiers.",
    ),
  crds: part({
    install: z.boolean().default(true).describe("Install and upgrade Serin's kinds with this release. One release of a cluster does."),
    keep: z.boolean().default(true).describe('They stay when the release goes, and with them every Rollout.'),
  }),
  policies: part({
    install: z
      .union([z.literal('auto'), z.boolean()])
      .default('auto')
      .describe(
        'The admission policies. `auto`: if the cluster serves them; `true`: in any case; `false`: leave them out and hold by pausing.',
      ),
    namespaceSelector: anyObject.default({}).describe('They look at these namespaces only. Left out: at `watchNamespace`, or at all.'),
  }),
  rbac: part({
    create: z.boolean().default(true).describe("The controller's roles and their bindings."),
    aggregate: z.boolean().default(true).describe('Add rights on the kinds to the roles view, edit and admin of the cluster.'),
  }),
  serviceAccount: part({
    create: z.boolean().default(true).describe('Make one.'),
    name: z.string().default('').describe('Left out: the full name of the release. The policies exempt this account alone.'),
    annotations: strings.default({}).describe('Its annotations, say for the identity at a cloud.'),
  }),
  uninstall: part({
    force: z.boolean().default(false).describe('Let `helm uninstall` go on while runs are under way; so does its flag `--no-hooks`.'),
  }),
  service: part({
    port: port.default(8080).describe('Of the Service, for /metrics, /healthz and /readyz.'),
    annotations: strings.default({}).describe('Its annotations.'),
  }),
  networkPolicy: part({
    enabled: z.boolean().default(false).describe('Close the pods to everything but what follows, health and DNS.'),
    metricsFrom: z.array(anyObject).default([]).describe('NetworkPolicyPeers that may ask for metrics and health. Empty: all pods.'),
    apiServer: part({
      cidrs: z.array(z.string()).default(['0.0.0.0/0', '::/0']).describe('Where the API server is.'),
      ports: z.array(port).default([443, 6443]).describe('Its ports.'),
    }),
    sources: z
      .array(anyObject)
      .default([])
      .describe(
        'NetworkPolicyEgressRules to metric sources, webhooks and where Notifiers send. Empty: none can be reached but at the ports of the API server.',
      ),
  }),
  metrics: part({
    serviceMonitor: part({
      enabled: z.boolean().default(false).describe('Have the Prometheus operator scrape the Service.'),
      interval: z.string().default('30s').describe('How often.'),
      labels: strings.default({}).describe('By which the operator finds it.'),
    }),
    podMonitor: part({
      enabled: z.boolean().default(false).describe('The same by the pods, without the Service.'),
      interval: z.string().default('30s').describe('How often.'),
      labels: strings.default({}).describe('By which the operator finds it.'),
    }),
    prometheusRule: part({
      enabled: z.boolean().default(false).describe('Alerts: no leader, a run that does not move, a source that is down, late judgements.'),
      labels: strings.default({}).describe('By which the operator finds it.'),
      alertLabels: strings.default({}).describe('On every alert, besides `severity`.'),
      stuckAfterSeconds: z
        .int()
        .min(60)
        .default(3600)
        .describe('A run that has not moved for so long is stuck; waits for people left out.'),
    }),
    dashboard: part({
      enabled: z.boolean().default(false).describe('A ConfigMap with a dashboard for Grafana.'),
      labels: strings.default({ grafana_dashboard: '1' }).describe('By which Grafana finds it.'),
      annotations: strings.default({}).describe('Say, the folder.'),
    }),
  }),
  podDisruptionBudget: part({
    enabled: z.boolean().default(true).describe('Drains of nodes leave all replicas of a shard but one.'),
    maxUnavailable: z.int().min(1).default(1).describe('So many may be away.'),
  }),
  resources: anyObject
    .default({ requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '512Mi' } })
    .describe('Of the container. To leave out what stands here, say null.'),
  topologySpreadConstraints: z
    .array(anyObject)
    .default([{ topologyKey: 'kubernetes.io/hostname', maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway' }])
    .describe("How replicas are spread; a labelSelector that is left out is that of the shard's pods."),
  affinity: anyObject.default({}).describe('Of the pods.'),
  nodeSelector: strings.default({}).describe('Of the pods.'),
  tolerations: z.array(anyObject).default([]).describe('Of the pods.'),
  priorityClassName: z.string().default('').describe('Of the pods.'),
  terminationGracePeriodSeconds: z.int().min(1).default(30).describe('Time to finish writes and give the lease back.'),
  labels: strings.default({}).describe('On every object.'),
  podLabels: strings.default({}).describe('On the pods.'),
  podAnnotations: strings.default({}).describe('On the pods.'),
  deploymentAnnotations: strings.default({}).describe('On the Deployments.'),
  extraArgs: z.array(z.string()).default([]).describe('Further flags of the controller.'),
  extraEnv: z.array(anyObject).default([]).describe('Further variables, say HTTPS_PROXY.'),
  extraVolumes: z.array(anyObject).default([]).describe('Further volumes of the pods.'),
  extraVolumeMounts: z.array(anyObject).default([]).describe('Where they are mounted.'),
  extraObjects: z
    .array(z.union([z.string(), anyObject]))
    .default([])
    .describe('Further objects, as objects or as text, with templates.'),
})
