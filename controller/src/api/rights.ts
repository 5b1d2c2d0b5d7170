import { kinds } from './kinds.ts'
import { gatewayApiRoutes } from './policies.ts'
import { group } from './rollout.ts'
import { RolloutCommandSpec } from './rolloutCommand.ts'

/** A rule of RBAC, as it stands in a Role. */
export interface PolicyRule {
  apiGroups: string[]
  resources: string[]
  verbs: string[]
  resourceNames?: string[]
}

/** A rule, and what it is for. */
export interface Right {
  why: string
  rule: PolicyRule
}

/** Every right that Serin needs or gives. No rule has a `*`: the actions are verbs, and a wildcard would give them all away. */
export type RightsName = 'controller' | 'cluster' | 'lease' | 'analysis' | 'dashboard' | 'view' | 'edit' | 'admin'

const right = (apiGroup: string, resources: string[], verbs: string[], why: string): Right => ({
  why,
  rule: { apiGroups: [apiGroup], resources, verbs },
})

const watched = ['list', 'watch']
const read = ['get', ...watched]
const write = ['create', 'update', 'patch', 'delete', 'deletecollection']

/** What the controller does in each namespace that it looks after. The scenarios run with exactly these, and use every one. */
const controller: readonly Right[] = [
  right(group, ['rollouts'], [...read, 'patch'], 'Follows Rollouts; patches their finalizer; reads one again before it takes pods away.'),
  right(
    group,
    ['rolloutcommands'],
    [...read, 'delete'],
    'Follows what people ask, reads it again before it is done, and deletes answered commands after 30 days.',
  ),
  right(group, ['analysisruns'], [...read, 'create', 'delete'], 'Makes the analyses of a run, follows them, and deletes old ones.'),
  right(group, ['analysistemplates', 'metricsources'], watched, 'Follows what is measured, and where.'),
  right(
    group,
    ['rollouts/status', 'rolloutcommands/status', 'analysisruns/status', 'metricsources/status'],
    ['patch'],
    'Says how each of them does.',
  ),
  right(group, ['notifiers'], watched, 'Follows who wants to be told what.'),
  right(
    group,
    ['notifications'],
    [...watched, 'create', 'delete'],
    'Writes down what is told before it is sent, and deletes it some hours after.',
  ),
  right(group, ['notifiers/status', 'notifications/status'], ['patch'], 'Says what became of it.'),
  right(
    'apps',
    ['deployments'],
    [...read, 'patch'],
    'Follows managed workloads, holds and hands over; looks for others that a Service selects.',
  ),
  right(
    'apps',
    ['deployments/finalizers'],
    ['update'],
    'A promotion makes the Deployment the owner of a ReplicaSet. Asked for where the admission plugin OwnerReferencesPermissionEnforcement is on, as in OpenShift.',
  ),
  right('apps', ['replicasets'], [...watched, 'get', 'create', 'patch', 'delete'], 'The pods of the new version, and of a fresh baseline.'),
  right('', ['services'], [...read, 'create', 'patch', 'delete'], 'Pins the Service during a run; makes the one of the canary.'),
  right('', ['pods'], ['list'], 'Counts restarts of a new version whose pods are missing; says why those that a stuck run waits for are.'),
  right('discovery.k8s.io', ['endpointslices'], watched, 'Waits until endpoints are where the traffic goes.'),
  right(gatewayApiRoutes.group, [...gatewayApiRoutes.resources], [...read, 'patch'], 'Splits traffic.'),
  right('events.k8s.io', ['events'], ['create', 'patch'], 'Tells what happened.'),
]

/** What the controller does outside namespaces. */
const cluster: readonly Right[] = [
  right(group, ['clusteranalysistemplates', 'clustermetricsources'], watched, 'Follows what is measured, and where.'),
  right(group, ['clustermetricsources/status'], ['patch'], 'Says how each of them does.'),
  right(group, ['clusternotifiers'], watched, 'Follows who wants to be told what.'),
  right(group, ['clusternotifiers/status'], ['patch'], 'Says what became of it.'),
  right('admissionregistration.k8s.io', ['mutatingadmissionpolicies'], ['list'], 'Finds out whether the policies hold changed templates.'),
  right('', ['namespaces'], ['get'], 'Finds out which namespaces the policies look at, by their labels.'),
  {
    why: 'Finds out whether the kinds are as new as the controller.',
    rule: {
      apiGroups: ['apiextensions.k8s.io'],
      resources: ['customresourcedefinitions'],
      verbs: ['get'],
      resourceNames: kinds.map(({ plural }) => `${plural}.${group}`),
    },
  },
]

/** In the namespace of the release. */
const lease: readonly Right[] = [right('coordination.k8s.io', ['leases'], ['get', 'create', 'patch'], 'Makes sure that one replica leads.')]

/** What analyses with Secrets or Jobs need; bound namespace by namespace, so that a Secret elsewhere is out of reach. */
const analysis: readonly Right[] = [
  right(
    '',
    ['secrets'],
    ['get'],
    'Signs in to sources and to where it is told, and signs webhooks. One by one, by name, when they are used.',
  ),
  right('batch', ['jobs'], ['get', 'create', 'delete'], 'Runs the Jobs of an analysis.'),
]

const namespaced = ['rollouts', 'rolloutcommands', 'analysistemplates', 'analysisruns', 'metricsources', 'notifiers', 'notifications']

/** Gathered by Kubernetes' own role `view`, and so by `edit` and `admin`. */
const view: readonly Right[] = [
  right(group, namespaced, read, 'Sees releases, their history, who asked for what, and what was measured.'),
  right(
    group,
    ['clusteranalysistemplates', 'clustermetricsources', 'clusternotifiers'],
    read,
    'The same of the cluster. Counts only where the role is bound in the whole cluster.',
  ),
]

/** Gathered by `edit`, and so by `admin`. No action is among them: who writes a Rollout does not thereby promote it. */
const edit: readonly Right[] = [
  right(
    group,
    ['rollouts', 'analysistemplates'],
    write,
    'Says how releases go, and what is measured. A run under way is guarded by the verbs promote and abort.',
  ),
  right(group, ['analysisruns'], ['create'], 'Measures by hand: serin analyze.'),
  right(group, ['rolloutcommands'], ['create'], 'Asks. Whether it may be done, the verb of the action decides.'),
]

/** The verbs on Rollouts: the actions of commands, and breaking the glass. */
export const actionVerbs: readonly string[] = [...RolloutCommandSpec.shape.action.options, 'release']

/** Gathered by `admin`, who may so give single actions to others: nobody can give a verb that he does not hold. */
const admin: readonly Right[] = [
  right(group, ['rollouts'], [...actionVerbs], 'Does everything to a release.'),
  right(
    group,
    ['metricsources'],
    write,
    'Says where measurements come from. Apart from edit: whoever does could have a run judged by figures of his own.',
  ),
  right(
    group,
    ['notifiers'],
    write,
    'Says who is told, sends a test. Apart from edit: what a Notifier names of Secrets leaves the cluster.',
  ),
  right(group, ['analysisruns'], ['delete', 'deletecollection'], 'Apart from edit: a run whose analysis is gone sees no harm any more.'),
]

/** What the server of the dashboard does by itself: it reads, and shows people what each of them may read. Everything else is done as they. */
const dashboard: readonly Right[] = [
  right(group, ['rollouts'], read, 'Follows releases.'),
  right(
    group,
    ['rolloutcommands', 'analysisruns', 'analysistemplates'],
    ['get', 'list'],
    'Shows who asked for what, and what was measured.',
  ),
  right(group, ['metricsources'], ['list'], 'Shows sources and how they do.'),
  right(group, ['notifiers'], ['get', 'list'], 'Shows who is told, and follows a test.'),
  right(group, ['notifications'], ['list'], 'Shows what was told.'),
  right(group, ['clusteranalysistemplates', 'clusternotifiers'], ['get', 'list'], 'The same of the cluster.'),
  right(group, ['clustermetricsources'], ['list'], 'The same of the cluster.'),
  right('apps', ['deployments'], ['get'], 'Shows what a release is a release of.'),
  right('apps', ['replicasets'], ['list'], 'Shows its versions.'),
  right('', ['pods'], ['list'], 'Shows how its pods do.'),
  right('events.k8s.io', ['events'], ['list'], 'Shows what happened to it.'),
  right(
    'admissionregistration.k8s.io',
    ['mutatingadmissionpolicies'],
    ['list'],
    'Finds out whether the API server stamps who asks: without, a name is no proof.',
  ),
  right('', ['namespaces'], ['get'], 'Finds out whether the policies look at a namespace, by its labels.'),
  right('authorization.k8s.io', ['subjectaccessreviews'], ['create'], 'Asks whether a person may see or do something.'),
]

/** For whom the dashboard may act, where people have no token that the API server accepts. */
export interface ActsFor {
  users: readonly string[]
  groups: readonly string[]
}

/** What is done as a person; nothing else is. */
const doneAsPeople: readonly Right[] = [
  right(group, ['rolloutcommands'], ['create'], 'What people ask of a release is asked as they.'),
  right(group, ['analysisruns'], ['create'], 'Templates are tried out as the person who tries.'),
  right(group, ['notifiers', 'clusternotifiers'], ['patch'], 'A test message is asked for as the person.'),
]

/**
 * The rights to act for people, by names. From Kubernetes 1.36 on (ConstrainedImpersonation) they hold for what is done above and nothing else,
 * bound in the whole cluster (`identities`) and where releases are (`actions`). For older servers `plain` gives them for everything that these
 * people may do: choose whom with care. Throws for nobody, and for users and groups of Kubernetes itself: who acts for those is the cluster's master.
 */
export function dashboardImpersonation({ users, groups }: ActsFor): Record<'identities' | 'actions' | 'plain', readonly Right[]> {
  const foreign = [...users, ...groups].find((name) => name === '' || name === '*' || name.toLowerCase().startsWith('system:'))
  if (foreign !== undefined) throw new Error(`the dashboard may not act for ${JSON.stringify(foreign)}: name people and their groups`)
  if (users.length === 0) throw new Error('name the users for whom the dashboard acts: without names it could act for everybody')
  const identity = (apiGroup: string, verb: string, resource: string, names: readonly string[], why: string): Right[] =>
    names.length === 0 ? [] : [{ why, rule: { apiGroups: [apiGroup], resources: [resource], verbs: [verb], resourceNames: [...names] } }]
  const identities = (apiGroup: string, verb: string) => [
    ...identity(apiGroup, verb, 'users', users, 'Acts for these users.'),
    ...identity(apiGroup, verb, 'groups', groups, 'In these groups of theirs.'),
  ]
  return {
    identities: identities('authentication.k8s.io', 'impersonate:user-info'),
    actions: doneAsPeople.map(({ why, rule }) => ({
      why,
      rule: { ...rule, verbs: rule.verbs.map((verb) => `impersonate-on:user-info:${verb}`) },
    })),
    plain: identities('', 'impersonate'),
  }
}

export const rights: Readonly<Record<RightsName, readonly Right[]>> = { controller, cluster, lease, analysis, dashboard, view, edit, admin }

/** The rules of a list as a Role has them. */
export const rulesOf = (name: RightsName): PolicyRule[] => rights[name].map(({ rule }) => rule)
