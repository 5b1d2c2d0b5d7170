import { crdOf } from '../../controller/src/api/crd.ts'
import { kinds } from '../../controller/src/api/kinds.ts'
import { policies } from '../../controller/src/api/policies.ts'
import { rulesOf } from '../../controller/src/api/rights.ts'
import type { Json } from '../cluster/apiClient.ts'
import { testUsers } from '../cluster/users.ts'

/** Namespaces with this label are out of the policies' reach, as on a cluster without the policy API. */
export const unguardedLabel = 'test.serin.dev/unguarded'

/** Where a controller's lease is. */
export const systemNamespace = 'serin-system'

const rbac = 'rbac.authorization.k8s.io'
const serin: Json = { kind: 'ServiceAccount', name: 'serin', namespace: systemNamespace }
/** A second installation; its lease is beside the first one's. */
const other: Json = { kind: 'ServiceAccount', name: 'serin', namespace: 'serin-other' }
const developers: Json = { apiGroup: rbac, kind: 'Group', name: 'developers' }

function role(name: string, rules: Json[], labels?: Json): Json {
  return { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name, ...(labels ? { labels } : {}) }, rules }
}

/** In a namespace, or in the whole cluster. */
function binding(name: string, of: string, subject: Json, namespace?: string): Json {
  const kind = namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding'
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }) }
  return { apiVersion: `${rbac}/v1`, kind, metadata, roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: of }, subjects: [subject] }
}

/** The kinds; they have to be served before anything else of an installation. */
export function definitions(): Json[] {
  return kinds.map(crdOf)
}

/** Policies and rights, as a chart would install them, and what developers of the scenarios may do. */
export function installation(): Json[] {
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: systemNamespace } },
    ...policies({
      serinUser: testUsers.serin.username,
      namespaceSelector: { matchExpressions: [{ key: unguardedLabel, operator: 'DoesNotExist' }] },
    }),
    ...controllerRoles(),
    binding('other-controller', 'serin-controller', other),
    binding('other-cluster', 'serin-cluster', other),
    binding('other-lease', 'serin-lease', other, systemNamespace),
    ...peopleRoles(),
    // The editors of Kubernetes, with what Serin adds to them; and the kinds of Gateway API, which add nothing by themselves.
    binding('developers', 'edit', developers),
    role('scenario-routes', [
      { apiGroups: ['gateway.networking.k8s.io'], resources: ['httproutes'], verbs: ['get', 'list', 'patch', 'update'] },
    ]),
    binding('scenario-routes', 'scenario-routes', developers),
  ]
}

/** Exactly the rights that the controller needs, in every namespace; those of analyses are only bound by an analysisBinding. */
export function controllerRoles(): Json[] {
  return [
    ...(['controller', 'cluster', 'lease', 'analysis'] as const).map((name) => role(`serin-${name}`, rulesOf(name))),
    binding('serin-controller', 'serin-controller', serin),
    binding('serin-cluster', 'serin-cluster', serin),
    binding('serin-lease', 'serin-lease', serin, systemNamespace),
  ]
}

/** Serin's part of the roles that Kubernetes has for people. */
export function peopleRoles(): Json[] {
  return (['view', 'edit', 'admin'] as const).map((name) =>
    role(`serin-${name}`, rulesOf(name), { [`${rbac}/aggregate-to-${name}`]: 'true' }),
  )
}

/** Lets the controller use Secrets and Jobs of a namespace. */
export function analysisBinding(namespace: string): Json {
  return binding('serin-analysis', 'serin-analysis', serin, namespace)
}
