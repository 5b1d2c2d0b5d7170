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
  dashboard: part({
    enabled: z
      .boolean()
      .default(true)
      .describe(
        'The web page and its API, by a Deployment and an account of its own. Reached inside the cluster only, until one of the ways below is opened.',
      ),
    replicas: z.int().min(0).default(1).describe('Each follows the Rollouts; a page may go from one to another.'),
    installation: z.string().default('').describe('In the title of the page, say the name of the cluster. Left out: Serin.'),
    origin: z
      .string()
      .regex(/^(https?:\/\/[^/?#@]+)?$/)
      .default('')
      .describe('Where people open it, as `https://serin.example.org`. Left out: the host of `ingress`, if that is on.'),
    readOnly: z.boolean().default(false).describe('Nothing can be changed by it.'),
    teamLabel: z.string().min(1).default('app.kubernetes.io/part-of').describe('Label of a Rollout that names its team.'),
    trustProxy: z.array(z.string()).default([]).describe('Addresses (CIDRs) of proxies whose X-Forwarded-For is believed.'),
    tokenLogin: z.boolean().default(true).describe('People may log in by a token that the API server accepts.'),
    sessionIdle: z.string().default('2h').describe('A login that is not used for so long ends.'),
    sessionLifetime: z.string().default('12h').describe('A login ends after so long, however it is used.'),
    sessionKeys: part({
      existingSecret: z
        .string()
        .default('')
        .describe(
          'A Secret with the keys of session cookies. Left out: one is made, once, and kept; where templates are rendered without the cluster, as Argo CD does, make one yourself.',
        ),
      key: z.string().min(1).default('keys').describe('Its key: a file with one key a line, each 32 random bytes in base64.'),
    }),
    oidc: part({
      issuer: z.string().default('').describe('An OpenID Connect server by which people log in. Needs `origin` or `ingress`.'),
      clientId: z.string().default('').describe('Of the dashboard, there.'),
      clientSecret: part({
        existingSecret: z.string().default('').describe('A Secret with the secret of that client. Left out: a public client.'),
        key: z.string().min(1).default('client-secret').describe('Its key.'),
      }),
      caConfigMap: z.string().default('').describe('A ConfigMap whose `ca.crt` vouches for that server, besides the usual authorities.'),
      title: z.string().default('').describe('On the button.'),
      scopes: z.array(z.string()).default([]).describe('Asked for besides `openid`. Empty: profile, email, groups, offline_access.'),
      usernameClaim: z.string().min(1).default('sub').describe('As `--oidc-username-claim` of kube-apiserver.'),
      usernamePrefix: z
        .string()
        .default('')
        .describe('As `--oidc-username-prefix` of kube-apiserver: left out `<issuer>#` for every claim but email, `-` for none.'),
      groupsClaim: z.string().min(1).default('groups').describe('As `--oidc-groups-claim` of kube-apiserver.'),
      groupsPrefix: z.string().default('').describe('As `--oidc-groups-prefix` of kube-apiserver.'),
      useToken: z
        .boolean()
        .default(false)
        .describe(
          'The API server trusts the same issuer and client: what people do goes there with their own token, and nobody is impersonated.',
        ),
    }),
    proxy: part({
      from: z.array(z.string()).default([]).describe('Addresses (CIDRs) of proxies that log people in and say who they are by headers.'),
      secret: part({
        existingSecret: z.string().default('').describe('A Secret with what they send along to be believed.'),
        key: z.string().min(1).default('secret').describe('Its key.'),
      }),
      secretHeader: z.string().default('x-serin-proxy-secret').describe('The header with it.'),
      userHeader: z.string().default('x-forwarded-user').describe('Who it is.'),
      groupsHeader: z.string().default('x-forwarded-groups').describe('Groups, separated by commas.'),
      logoutUrl: z.string().default('').describe('Where they log people out, as `/oauth2/sign_out`.'),
    }),
    impersonate: part({
      users: z
        .array(z.string().regex(/^\S+$/))
        .default([])
        .describe(
          'In whose name the dashboard may write where it has no token of theirs. Its right is cut to these names; none begins with `system:`.',
        ),
      groups: z.array(z.string().regex(/^\S+$/)).default([]).describe('Groups that it may give them.'),
      constrained: z
        .union([z.literal('auto'), z.boolean()])
        .default('auto')
        .describe(
          'As them it may only create commands and analyses (ConstrainedImpersonation). `auto`: from Kubernetes 1.36 on; before, it can do what they can.',
        ),
    }),
    serviceAccount: part({
      create: z.boolean().default(true).describe('Make one.'),
      name: z.string().default('').describe('Left out: the full name of the release with `-dashboard`.'),
      annotations: strings.default({}).describe('Its annotations.'),
    }),
    service: part({
      port: port.default(80).describe('Of the Service, for the page and the API.'),
      annotations: strings.default({}).describe('Its annotations.'),
    }),
    tls: part({
      existingSecret: z
        .string()
        .default('')
        .describe(
          'A Secret of the type kubernetes.io/tls with which the pods speak TLS. Left out: plain HTTP, for what stands before them.',
        ),
    }),
    ingress: part({
      enabled: z.boolean().default(false).describe('Lead there from outside by an Ingress.'),
      className: z.string().default('').describe('Of which controller. Left out: the default one.'),
      host: z.string().default('').describe('Name of the host. Needed.'),
      tlsSecret: z.string().default('').describe('A Secret with its certificate. Left out: plain HTTP, which only suits a trial.'),
      annotations: strings.default({}).describe('Its annotations.'),
    }),
    httpRoute: part({
      enabled: z.boolean().default(false).describe('Lead there from outside by an HTTPRoute of the Gateway API.'),
      parentRefs: z.array(anyObject).default([]).describe('Gateways. Needed.'),
      hostnames: z.array(z.string()).default([]).describe('Names of the host.'),
      annotations: strings.default({}).describe('Its annotations.'),
    }),
    networkPolicy: part({
      from: z
        .array(anyObject)
        .default([])
        .describe('NetworkPolicyPeers that may open the page, where `networkPolicy.enabled`. Empty: all pods.'),
      egress: z
        .array(anyObject)
        .default([])
        .describe('NetworkPolicyEgressRules to the OpenID Connect server. Empty: none can be reached but at the ports of the API server.'),
    }),
    resources: anyObject
      .default({ requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '512Mi' } })
      .describe('Of the container. To leave out what stands here, say null.'),
    podLabels: strings.default({}).describe('On the pods.'),
    podAnnotations: strings.default({}).describe('On the pods.'),
    extraArgs: z.array(z.string()).default([]).describe('Further flags of the dashboard.'),
    extraEnv: z.array(anyObject).default([]).describe('Further variables.'),
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
