import { actionVerbs, type PolicyRule, rulesOf } from '../../controller/src/api/rights.ts'
import type { Obj, User } from '../../sandbox/src/types.ts'
import { namespace } from './services.ts'

const account = (ns: string, name: string): User => ({
  username: `system:serviceaccount:${ns}:${name}`,
  groups: ['system:serviceaccounts', `system:serviceaccounts:${ns}`],
})

export const systemNamespace = 'serin-system'

/** Who acts in the demo. What they may do follows from the RBAC objects below; `admin` is whoever uses the kubeconfig. */
export const users = {
  serin: account(systemNamespace, 'serin'),
  gitops: account('gitops', 'syncer'),
  dashboard: account(systemNamespace, 'serin-dashboard'),
  anna: { username: 'anna', groups: ['release-managers', 'developers'] },
  ben: { username: 'ben', groups: ['developers'] },
  vera: { username: 'vera', groups: ['guests'] },
} as const satisfies Record<string, User>

export type UserName = keyof typeof users

/** Who can log in to the dashboard, and as what. */
export const people = {
  anna: 'ships and decides',
  ben: 'ships, and may not promote or abort',
  vera: 'looks on',
} as const satisfies Partial<Record<UserName, string>>

export const tokenOf = (name: UserName): string => `demo-${name}`

/** Users by bearer token. */
export function tokens(): Record<string, User> {
  return Object.fromEntries((Object.keys(users) as UserName[]).map((name) => [tokenOf(name), users[name]]))
}

const rbac = 'rbac.authorization.k8s.io'
const routes = ['httproutes', 'grpcroutes', 'tcproutes', 'tlsroutes']
const read = ['get', 'list', 'watch']
const edit = [...read, 'create', 'update', 'patch', 'delete']

const rule = (group: string, resources: string[], verbs: string[]): PolicyRule => ({ apiGroups: [group], resources, verbs })

const object = (kind: string, name: string, where: object, rest: object): Partial<Obj> => ({
  apiVersion: `${rbac}/v1`,
  kind,
  metadata: { name, ...where } as Obj['metadata'],
  ...rest,
})

/** What the controller may do: here in every namespace, also what is otherwise given one by one. */
const controllerRules: PolicyRule[] = (['controller', 'cluster', 'lease', 'analysis'] as const).flatMap(rulesOf)

/** What people and machines may do who edit the shop. */
const shopRules: PolicyRule[] = [
  rule('', ['services', 'pods'], edit),
  rule('apps', ['deployments', 'deployments/scale', 'replicasets'], edit),
  rule('gateway.networking.k8s.io', [...routes, 'gateways'], edit),
  rule('serin.dev', ['rollouts', 'analysistemplates', 'analysisruns', 'metricsources'], edit),
  rule('', ['secrets'], edit),
]

/** What those see who only look. */
const looking: PolicyRule[] = [
  ...rulesOf('view'),
  rule('', ['services', 'pods'], read),
  rule('apps', ['deployments', 'replicasets'], read),
  rule('events.k8s.io', ['events'], read),
]

/** Anybody who develops may ask; whether it is done follows from the verbs on rollouts. */
const asking = rule('serin.dev', ['rolloutcommands'], [...read, 'create'])
const releasing = rule('serin.dev', ['rollouts'], [...read, ...actionVerbs])

/** A ServiceAccount of the system's namespace holds these rules in the whole cluster. */
const everywhere = (name: string, rules: readonly PolicyRule[]): Partial<Obj>[] => [
  object('ClusterRole', name, {}, { rules }),
  object(
    'ClusterRoleBinding',
    name,
    {},
    {
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace: systemNamespace }],
    },
  ),
]

/** Roles and bindings of everybody in `users`. */
export function rights(): Partial<Obj>[] {
  const shop = { namespace }
  return [
    ...everywhere('serin', controllerRules),
    ...everywhere('serin-dashboard', rulesOf('dashboard')),
    object('ClusterRole', 'looker', {}, { rules: looking }),
    object(
      'ClusterRoleBinding',
      'looker',
      {},
      {
        roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'looker' },
        subjects: ['release-managers', 'developers', 'guests'].map((name) => ({ apiGroup: rbac, kind: 'Group', name })),
      },
    ),
    object('Role', 'editor', shop, { rules: shopRules }),
    object('RoleBinding', 'editor', shop, {
      roleRef: { apiGroup: rbac, kind: 'Role', name: 'editor' },
      subjects: [
        { kind: 'ServiceAccount', name: 'syncer', namespace: 'gitops' },
        { apiGroup: rbac, kind: 'Group', name: 'developers' },
      ],
    }),
    object('Role', 'asker', shop, { rules: [asking] }),
    object('RoleBinding', 'asker', shop, {
      roleRef: { apiGroup: rbac, kind: 'Role', name: 'asker' },
      subjects: ['developers', 'release-managers'].map((name) => ({ apiGroup: rbac, kind: 'Group', name })),
    }),
    object('Role', 'releaser', shop, { rules: [releasing] }),
    object('RoleBinding', 'releaser', shop, {
      roleRef: { apiGroup: rbac, kind: 'Role', name: 'releaser' },
      subjects: [{ apiGroup: rbac, kind: 'User', name: 'anna' }],
    }),
  ]
}
