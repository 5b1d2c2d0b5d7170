import type { Attributes } from '../admission/authorizer.ts'
import type { Obj, User } from '../types.ts'
import type { Core } from './core.ts'
import { badRequest, invalid, wrongKind } from './errors.ts'
import { at, isRecord } from './json.ts'
import { apiVersionOf, type ServedKind } from './kind.ts'
import type { Users } from './users.ts'

/** Answers a review: the object as sent, with its status. Nothing is stored. Throws ApiError. */
export function reviewed(core: Core, kind: ServedKind, user: User, body: unknown, users: Users, namespace: string | undefined): object {
  if (!isRecord(body)) throw badRequest(`the object provided is unrecognized (must be of type ${kind.kind})`)
  if (body.kind !== kind.kind || body.apiVersion !== apiVersionOf(kind)) throw wrongKind(kind, body as Partial<Obj>)
  const review = { kind: kind.kind, apiVersion: apiVersionOf(kind), metadata: {}, ...body }
  switch (kind.kind) {
    case 'TokenReview':
      return { ...review, status: tokenStatus(at(body, ['spec', 'token']), users) }
    case 'SelfSubjectReview':
      return { ...review, status: { userInfo: userInfo(user) } }
    case 'SelfSubjectRulesReview':
      return { ...review, status: ownRules(core, user, at(body, ['spec', 'namespace'])) }
    default:
      return { ...review, status: accessStatus(core, kind, user, body, namespace) }
  }
}

function userInfo({ username, groups, uid }: User): object {
  return { username, ...(uid ? { uid } : {}), groups }
}

function tokenStatus(token: unknown, users: Users): object {
  const user = typeof token === 'string' ? users.byToken(token) : undefined
  return user ? { authenticated: true, user: userInfo(user) } : { user: {}, error: 'invalid bearer token' }
}

function accessStatus(core: Core, kind: ServedKind, user: User, body: Record<string, unknown>, namespace: string | undefined): object {
  const spec = isRecord(body.spec) ? body.spec : {}
  const { resourceAttributes: resource, nonResourceAttributes: other } = spec
  if (isRecord(resource) === isRecord(other)) {
    const message = 'Invalid value: "": exactly one of nonResourceAttributes or resourceAttributes must be specified'
    throw invalid(kind, '', [{ field: 'spec.resourceAttributes', reason: 'FieldValueInvalid', message }])
  }
  const attributes = isRecord(resource) ? resourceAttributes(resource, namespace) : nonResourceAttributes(isRecord(other) ? other : {})
  const decision = core.authorize(kind.kind === 'SelfSubjectAccessReview' ? user : subject(spec), attributes)
  return { allowed: decision.allowed, ...(decision.reason ? { reason: decision.reason } : {}) }
}

function resourceAttributes(given: Record<string, unknown>, namespace: string | undefined): Attributes {
  const text = (field: string): string => (typeof given[field] === 'string' ? given[field] : '')
  const where = text('namespace') || namespace
  return {
    verb: text('verb'),
    group: text('group'),
    resource: text('resource'),
    ...(text('subresource') ? { subresource: text('subresource') } : {}),
    ...(where ? { namespace: where } : {}),
    ...(text('name') ? { name: text('name') } : {}),
  }
}

function nonResourceAttributes({ verb, path }: Record<string, unknown>): Attributes {
  return { verb: String(verb ?? ''), nonResource: String(path ?? '') }
}

function subject(spec: Record<string, unknown>): User {
  const groups = Array.isArray(spec.groups) ? spec.groups.map(String) : []
  return { username: String(spec.user ?? ''), groups, ...(spec.uid ? { uid: String(spec.uid) } : {}) }
}

/** What `kubectl auth can-i --list` shows: the rules of every role that binds the user here. */
function ownRules(core: Core, user: User, namespace: unknown): object {
  const { store } = core
  const group = 'rbac.authorization.k8s.io'
  const rules: Record<string, unknown>[] = []
  const home = typeof namespace === 'string' ? namespace : ''
  const bindings = [...store.list(`clusterrolebindings.${group}`), ...(home ? store.list(`rolebindings.${group}`, home) : [])]
  for (const binding of bindings) {
    const subjects: { kind: string; name: string; namespace?: string }[] = binding.subjects ?? []
    if (!subjects.some((one) => isSubject(one, user))) continue
    const { kind, name } = binding.roleRef ?? {}
    const role = kind === 'Role' ? store.get(`roles.${group}`, home, name) : store.get(`clusterroles.${group}`, undefined, name)
    rules.push(...(role?.rules ?? []))
  }
  if (user.groups.includes('system:masters'))
    rules.push({ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }, { verbs: ['*'], nonResourceURLs: ['*'] })
  return {
    resourceRules: rules.filter((rule) => rule.resources),
    nonResourceRules: rules.filter((rule) => rule.nonResourceURLs),
    incomplete: false,
  }
}

function isSubject(subjectOf: { kind: string; name: string; namespace?: string }, user: User): boolean {
  switch (subjectOf.kind) {
    case 'User':
      return subjectOf.name === user.username
    case 'Group':
      return user.groups.includes(subjectOf.name)
    default:
      return user.username === `system:serviceaccount:${subjectOf.namespace}:${subjectOf.name}`
  }
}
