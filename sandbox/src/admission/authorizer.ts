import type { JsonMap } from '../objects/json.ts'
import type { Obj, User } from '../types.ts'

/** What somebody wants to do. A check without a resource is about a path of the API (nonResource). */
export interface Attributes {
  verb: string
  group?: string | undefined
  resource?: string | undefined
  subresource?: string | undefined
  namespace?: string | undefined
  name?: string | undefined
  nonResource?: string | undefined
}

export interface Decision {
  allowed: boolean
  reason: string
}

export type Authorize = (user: User, attributes: Attributes) => Decision

/** The stored objects of RBAC; aggregated cluster roles have their rules already. */
export interface Rules {
  roles: readonly Obj[]
  clusterRoles: readonly Obj[]
  roleBindings: readonly Obj[]
  clusterRoleBindings: readonly Obj[]
}

/**
 * RBAC. `rules` is asked at every decision, so what it gives is always what counts. Members of system:masters may do everything.
 * Without a fitting rule nothing is allowed, and the reason is empty, as the real one leaves it.
 */
export function authorizer(rules: () => Rules): Authorize {
  return (user, attributes) => {
    if (user.groups.includes('system:masters')) return { allowed: true, reason: '' }
    const { roles, clusterRoles, roleBindings, clusterRoleBindings } = rules()
    const missing: string[] = []
    const decide = (binding: Obj, cluster: boolean): Decision | undefined => {
      const subject = (binding.subjects ?? []).find((one: JsonMap) => isSubject(one, user, binding.metadata.namespace))
      if (!subject) return undefined
      const { kind, name } = binding.roleRef
      const found = (kind === 'ClusterRole' ? clusterRoles : roles).find(
        ({ metadata }) => metadata.name === name && (kind === 'ClusterRole' || metadata.namespace === binding.metadata.namespace),
      )
      if (!found) missing.push(`${kind === 'ClusterRole' ? 'clusterrole' : 'role'}.rbac.authorization.k8s.io "${name}" not found`)
      if (!found?.rules?.some((rule: JsonMap) => allows(rule, attributes))) return undefined
      const where = cluster
        ? `ClusterRoleBinding "${binding.metadata.name}"`
        : `RoleBinding "${binding.metadata.name}/${binding.metadata.namespace}"`
      return { allowed: true, reason: `RBAC: allowed by ${where} of ${kind} "${name}" to ${shown(subject)}` }
    }
    for (const binding of clusterRoleBindings) {
      const decision = decide(binding, true)
      if (decision) return decision
    }
    for (const binding of attributes.namespace ? roleBindings : []) {
      if (binding.metadata.namespace !== attributes.namespace) continue
      const decision = decide(binding, false)
      if (decision) return decision
    }
    return { allowed: false, reason: denial(missing) }
  }
}

const denial = (missing: readonly string[]): string =>
  missing.length === 0 ? '' : `RBAC: ${missing.length === 1 ? missing[0] : `[${missing.join(', ')}]`}`

/** The user name of a service account. */
export const serviceAccountName = (namespace: string, name: string): string => `system:serviceaccount:${namespace}:${name}`

function isSubject({ kind, name, namespace }: JsonMap, user: User, bindingNamespace: string | undefined): boolean {
  switch (kind) {
    case 'User':
      return user.username === name
    case 'Group':
      return user.groups.includes(name)
    case 'ServiceAccount':
      return user.username === serviceAccountName(namespace ?? bindingNamespace ?? '', name)
    default:
      return false
  }
}

const shown = ({ kind, name, namespace }: JsonMap): string => `${kind} "${namespace ? `${name}/${namespace}` : name}"`

const includes = (list: readonly string[] | undefined, value: string): boolean =>
  list !== undefined && (list.includes('*') || list.includes(value))

function allows(rule: JsonMap, { verb, group = '', resource, subresource, name, nonResource }: Attributes): boolean {
  if (!includes(rule.verbs, verb)) return false
  if (resource === undefined) {
    return (rule.nonResourceURLs ?? []).some((url: string) =>
      url.endsWith('*') ? (nonResource ?? '').startsWith(url.slice(0, -1)) : url === nonResource,
    )
  }
  const full = subresource ? `${resource}/${subresource}` : resource
  const named = rule.resourceNames?.length > 0
  return (
    includes(rule.apiGroups, group) &&
    (includes(rule.resources, full) || (subresource !== undefined && subresource !== '' && rule.resources?.includes(`*/${subresource}`))) &&
    (!named || (name !== undefined && rule.resourceNames.includes(name)))
  )
}
