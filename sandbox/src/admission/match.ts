import type { JsonMap } from '../objects/json.ts'
import { matchesSelector } from '../objects/selectors.ts'
import type { Obj } from '../types.ts'
import { evaluate, policyVariables } from './policyDialect.ts'
import type { AdmissionRequest } from './request.ts'

/** Whether a policy's matchConstraints, or a binding's matchResources, take in a request. None at all take in everything. */
export function matchesResources(match: JsonMap | undefined, request: AdmissionRequest): boolean {
  if (!match) return true
  if (!matchesNamespace(match.namespaceSelector, request) || !matchesObject(match.objectSelector, request)) return false
  if (match.excludeResourceRules?.some((rule: JsonMap) => matchesRule(rule, request))) return false
  return !match.resourceRules?.length || match.resourceRules.some((rule: JsonMap) => matchesRule(rule, request))
}

const isEmpty = (selector: JsonMap | undefined): boolean => !selector?.matchLabels && !selector?.matchExpressions?.length

const isNamespaceKind = ({ resource }: AdmissionRequest): boolean => resource.group === '' && resource.resource === 'namespaces'

function matchesNamespace(selector: JsonMap | undefined, request: AdmissionRequest): boolean {
  if (isEmpty(selector)) return true
  // A namespace is judged by its own labels; what lies in none always matches.
  if (isNamespaceKind(request)) return matchesSelector(selector, (request.object ?? request.oldObject)?.metadata.labels)
  return !request.namespace || matchesSelector(selector, request.namespaceObject?.metadata.labels)
}

function matchesObject(selector: JsonMap | undefined, { object, oldObject }: AdmissionRequest): boolean {
  if (isEmpty(selector)) return true
  return [object, oldObject].some((one) => one !== undefined && matchesSelector(selector, one.metadata.labels))
}

const includes = (list: readonly string[] | undefined, value: string): boolean =>
  list !== undefined && (list.includes('*') || list.includes(value))

function matchesRule(rule: JsonMap, request: AdmissionRequest): boolean {
  const { resource, subresource, namespace, operation, name } = request
  const namespaced = Boolean(namespace) && !isNamespaceKind(request)
  const scopeFits = !rule.scope || rule.scope === '*' || (rule.scope === 'Namespaced') === namespaced
  return (
    scopeFits &&
    includes(rule.operations, operation) &&
    includes(rule.apiGroups, resource.group) &&
    includes(rule.apiVersions, resource.version) &&
    (rule.resources ?? []).some((wanted: string) => matchesResource(wanted, resource.resource, subresource ?? '')) &&
    (!rule.resourceNames?.length || rule.resourceNames.includes(name))
  )
}

function matchesResource(wanted: string, resource: string, subresource: string): boolean {
  const [first, second = ''] = wanted.split('/')
  return (first === '*' || first === resource) && (second === '*' || second === subresource)
}

export type Match = { matches: boolean } | { error: string }

/** All matchConditions over one state of the object. One that is false settles it, whatever fails beside it. */
export function matchesConditions(policy: Obj, fixed: Record<string, unknown>, object: JsonMap | undefined): Match {
  const conditions: { expression: string }[] = policy.spec.matchConditions ?? []
  if (conditions.length === 0) return { matches: true }
  const { variables: _, ...scope } = policyVariables(policy, fixed, object)
  const errors: string[] = []
  for (const { expression } of conditions) {
    try {
      if (evaluate(expression, scope) === false) return { matches: false }
    } catch (error) {
      errors.push((error as Error).message)
    }
  }
  if (errors.length === 0) return { matches: true }
  return policy.spec.failurePolicy === 'Ignore'
    ? { matches: false }
    : { error: errors.length === 1 ? `${errors[0]}` : `[${errors.join(', ')}]` }
}
