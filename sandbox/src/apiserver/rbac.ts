import { type Authorize, authorizer } from '../admission/authorizer.ts'
import { matchesSelector } from '../objects/selectors.ts'
import type { Obj } from '../types.ts'
import type { Store } from './store.ts'

const group = 'rbac.authorization.k8s.io'

/** RBAC over the stored roles and bindings. Aggregated ClusterRoles have the rules of the roles they gather. */
export function rbac(store: Store): Authorize {
  let version = -1
  let clusterRoles: Obj[] = []
  return authorizer(() => {
    const current = store.version(`clusterroles.${group}`)
    if (current !== version) {
      version = current
      clusterRoles = gathered(store.list(`clusterroles.${group}`))
    }
    return {
      roles: store.list(`roles.${group}`),
      clusterRoles,
      roleBindings: store.list(`rolebindings.${group}`),
      clusterRoleBindings: store.list(`clusterrolebindings.${group}`),
    }
  })
}

function gathered(roles: readonly Obj[]): Obj[] {
  const rulesOf = (role: Obj, seen: ReadonlySet<Obj>): unknown[] => {
    const selectors: unknown[] | undefined = role.aggregationRule?.clusterRoleSelectors
    if (!selectors || seen.has(role)) return role.rules ?? []
    const sources = roles.filter(
      (other) => other !== role && selectors.some((selector) => matchesSelector(selector, other.metadata.labels ?? {})),
    )
    return sources.flatMap((source) => rulesOf(source, new Set([...seen, role])))
  }
  return roles.map((role) => (role.aggregationRule ? { ...role, rules: rulesOf(role, new Set()) } : role))
}
