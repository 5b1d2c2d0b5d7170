import type { Api } from '../api.ts'

/** What a new server holds before anybody writes: system namespaces and the roles that every cluster has. */
export function bootstrap(api: Api): void {
  for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease']) {
    api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } as never })
  }
  for (const [name, rules, more] of roles) {
    api.create({ apiVersion: `${group}/v1`, kind: 'ClusterRole', metadata: { name, ...more } as never, rules })
  }
  // The roles people are given gather the rules of every role that asks to be added to them.
  for (const [name, sources] of Object.entries(gathered)) {
    const clusterRoleSelectors = sources.map((source) => ({ matchLabels: { [`${group}/aggregate-to-${source}`]: 'true' } }))
    const aggregationRule = { clusterRoleSelectors }
    api.create({ apiVersion: `${group}/v1`, kind: 'ClusterRole', metadata: { name } as never, aggregationRule, rules: null })
  }
  bind(api, 'cluster-admin', ['system:masters'])
  bind(api, 'system:discovery', ['system:authenticated'])
  bind(api, 'system:basic-user', ['system:authenticated'])
  bind(api, 'system:public-info-viewer', ['system:authenticated', 'system:unauthenticated'])
}

const group = 'rbac.authorization.k8s.io'

interface Rule {
  verbs: string[]
  apiGroups?: string[]
  resources?: string[]
  nonResourceURLs?: string[]
}

const read = ['get', 'list', 'watch']
const write = ['create', 'delete', 'deletecollection', 'patch', 'update']
const discovery = ['/api', '/api/*', '/apis', '/apis/*', '/healthz', '/livez', '/openapi', '/openapi/*', '/readyz', '/version', '/version/']
const infos = ['/healthz', '/livez', '/readyz', '/version', '/version/']

/** What the roles for people may touch: everything of a workload, without what gives away more rights. */
function people(verbs: string[]): Rule[] {
  const core = ['configmaps', 'endpoints', 'events', 'pods', 'pods/status', 'serviceaccounts', 'services', 'services/status']
  const apps = ['controllerrevisions', 'daemonsets', 'deployments', 'replicasets', 'statefulsets']
  const scales = ['deployments/scale', 'replicasets/scale', 'statefulsets/scale']
  return [
    { apiGroups: [''], resources: core, verbs },
    { apiGroups: ['apps'], resources: [...apps, ...apps.map((name) => `${name}/status`), ...scales], verbs },
    { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs },
    { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs },
    { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: read },
    { apiGroups: [''], resources: ['namespaces'], verbs: read },
  ]
}

const editing: Rule[] = [
  ...people([...read, ...write]),
  { apiGroups: [''], resources: ['secrets'], verbs: [...read, ...write] },
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: [...read, ...write] },
]
const administering: Rule[] = [
  ...editing,
  { apiGroups: [group], resources: ['roles', 'rolebindings'], verbs: [...read, ...write] },
  { apiGroups: ['authorization.k8s.io'], resources: ['localsubjectaccessreviews'], verbs: ['create'] },
]

function aggregate(...names: string[]) {
  return { labels: Object.fromEntries(names.map((name) => [`${group}/aggregate-to-${name}`, 'true'])) }
}

const gathered = { admin: ['admin', 'edit', 'view'], edit: ['edit', 'view'], view: ['view'] }

const roles: [name: string, rules: Rule[], metadata: object][] = [
  [
    'cluster-admin',
    [
      { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
      { nonResourceURLs: ['*'], verbs: ['*'] },
    ],
    {},
  ],
  ['system:aggregate-to-view', people(read), aggregate('view')],
  ['system:aggregate-to-edit', editing, aggregate('edit')],
  ['system:aggregate-to-admin', administering, aggregate('admin')],
  ['system:discovery', [{ nonResourceURLs: discovery, verbs: ['get'] }], {}],
  ['system:public-info-viewer', [{ nonResourceURLs: infos, verbs: ['get'] }], {}],
  [
    'system:basic-user',
    [
      { apiGroups: ['authorization.k8s.io'], resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'], verbs: ['create'] },
      { apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'], verbs: ['create'] },
    ],
    {},
  ],
]

function bind(api: Api, role: string, groups: string[]): void {
  api.create({
    apiVersion: `${group}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: role } as never,
    roleRef: { apiGroup: group, kind: 'ClusterRole', name: role },
    subjects: groups.map((name) => ({ kind: 'Group', apiGroup: group, name })),
  })
}
