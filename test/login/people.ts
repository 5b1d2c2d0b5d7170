import { rulesOf } from '../../controller/src/api/rights.ts'
import type { Json } from '../cluster/apiClient.ts'

/** Who uses the dashboard in these tests. What they may do are the objects of `rightsOfPeople`. */
export const people = {
  viewer: { username: 'vera', groups: ['viewers'], uid: 'uid-vera' },
  approver: { username: 'anna', groups: ['approvers'], uid: 'uid-anna' },
  editor: { username: 'ed', groups: ['editors'], uid: 'uid-ed' },
  /** Has every right, in another namespace. */
  neighbour: { username: 'nina', groups: ['neighbours'], uid: 'uid-nina' },
  /** Sees everything, in every namespace. */
  auditor: { username: 'nora', groups: ['auditors'], uid: 'uid-nora' },
  /** Logged in, and nothing else. */
  stranger: { username: 'sam', groups: ['strangers'], uid: 'uid-sam' },
} as const

export type PersonName = keyof typeof people

export const tokenOf = (name: PersonName): string => `token-of-${name}`

export const server = { username: 'system:serviceaccount:serin-system:serin-dashboard', token: 'token-of-the-server' }

const rbac = 'rbac.authorization.k8s.io'
const role = (name: string, rules: object[], namespace?: string): Json => ({
  apiVersion: `${rbac}/v1`,
  kind: namespace ? 'Role' : 'ClusterRole',
  metadata: { name, ...(namespace ? { namespace } : {}) },
  rules,
})
const binding = (name: string, of: 'Role' | 'ClusterRole', subject: Json, namespace?: string): Json => ({
  apiVersion: `${rbac}/v1`,
  kind: namespace ? 'RoleBinding' : 'ClusterRoleBinding',
  metadata: { name, ...(namespace ? { namespace } : {}) },
  roleRef: { apiGroup: rbac, kind: of, name },
  subjects: [subject],
})
const groupOf = (name: string) => ({ apiGroup: rbac, kind: 'Group', name })
const account = { kind: 'ServiceAccount', name: 'serin-dashboard', namespace: 'serin-system' }

const looking = [
  ...rulesOf('view').filter(({ resources }) => !resources.some((one) => one.startsWith('cluster'))),
  { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] },
  { apiGroups: ['apps'], resources: ['deployments', 'replicasets'], verbs: ['get', 'list'] },
  { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['list'] },
]
const asking = { apiGroups: ['serin.dev'], resources: ['rolloutcommands', 'analysisruns'], verbs: ['create'] }
const deciding = { apiGroups: ['serin.dev'], resources: ['rollouts'], verbs: ['promote', 'abort', 'pause', 'approve', 'reject'] }

/** The server's own rights, with those to act for people, and theirs: auditors everywhere, viewers, approvers and editors in `shop`, neighbours in `garden`. */
export function rightsOfPeople(impersonation: readonly object[]): Json[] {
  const everything = [...looking, asking, deciding, ...rulesOf('edit')]
  return [
    role('serin-dashboard', [...rulesOf('dashboard'), ...impersonation]),
    binding('serin-dashboard', 'ClusterRole', account),
    role('auditors', [...looking, ...rulesOf('view')]),
    binding('auditors', 'ClusterRole', groupOf('auditors')),
    role('viewers', looking, 'shop'),
    binding('viewers', 'Role', groupOf('viewers'), 'shop'),
    role('approvers', [...looking, asking, deciding], 'shop'),
    binding('approvers', 'Role', groupOf('approvers'), 'shop'),
    role('editors', everything, 'shop'),
    binding('editors', 'Role', groupOf('editors'), 'shop'),
    role('neighbours', everything, 'garden'),
    binding('neighbours', 'Role', groupOf('neighbours'), 'garden'),
  ]
}
