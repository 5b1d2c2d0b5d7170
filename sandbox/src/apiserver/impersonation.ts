import type { Attributes, Authorize } from '../admission/authorizer.ts'
import type { ApiRequest, User } from '../types.ts'
import type { Address } from './address.ts'
import { forbidden } from './errors.ts'

/** Whom a request wants to be made as. */
export interface Impersonation {
  name: string
  groups: string[]
  uid?: string
}

/** From the headers, by name in lower case; undefined when nobody is impersonated. */
export function impersonationOf(headers: ReadonlyMap<string, readonly string[]>): Impersonation | undefined {
  const [name] = headers.get('impersonate-user') ?? []
  if (name === undefined) return undefined
  const [uid] = headers.get('impersonate-uid') ?? []
  return { name, groups: [...(headers.get('impersonate-group') ?? [])], ...(uid ? { uid } : {}) }
}

/**
 * Whether a user may make this very request as another: by the verb for identities of his kind and the one for what is done as them, else by
 * the plain verb, which is for everything. Throws ApiError 403, which speaks of the former.
 */
export function checkImpersonation(user: User, wanted: Impersonation, asked: Attributes, authorize: Authorize): void {
  const refused = constrained(user, wanted, asked, authorize)
  if (refused === undefined) return
  const plain = (resource: string, name: string) => authorize(user, { verb: 'impersonate', group: '', resource, name }).allowed
  const uids = { verb: 'impersonate', group: 'authentication.k8s.io', resource: 'uids' }
  const allowed =
    plain('users', wanted.name) &&
    wanted.groups.every((name) => plain('groups', name)) &&
    (wanted.uid === undefined || authorize(user, { ...uids, name: wanted.uid }).allowed)
  if (!allowed) throw refused
}

function constrained(user: User, { name, groups, uid }: Impersonation, asked: Attributes, authorize: Authorize) {
  const { verb, group = '', resource = '', namespace } = asked
  if (!authorize(user, { ...asked, verb: `impersonate-on:user-info:${verb}` }).allowed) {
    const scope = namespace ? `in the namespace "${namespace}"` : 'at the cluster scope'
    const why = `User "${user.username}" cannot impersonate-on:user-info:${verb} resource "${resource}" in API group "${group}" ${scope}`
    return forbidden({ group, plural: resource }, asked.name, why)
  }
  const identities = [
    ['users', name] as const,
    ...groups.map((one) => ['groups', one] as const),
    ...(uid === undefined ? [] : [['uids', uid] as const]),
  ]
  for (const [plural, one] of identities) {
    const identity = { verb: 'impersonate:user-info', group: 'authentication.k8s.io', resource: plural, name: one }
    const why = `User "${user.username}" cannot ${identity.verb} resource "${plural}" in API group "${identity.group}" at the cluster scope`
    const refused = (because: string) => forbidden({ group: identity.group, plural }, one, because)
    if (plural === 'groups' && one === 'system:masters') return refused(`${why}: impersonating the system:masters group is not allowed`)
    if (!authorize(user, identity).allowed) return refused(why)
  }
  return undefined
}

/** What a request does, as far as its address and method tell. */
export function askedBy({ method }: ApiRequest, address: Address): Attributes {
  if (address.type === 'other') return { verb: method.toLowerCase(), nonResource: address.path }
  const { group, resource, namespace, name, subresource, query } = address
  const read = ['1', 'true'].includes(query.get('watch') ?? '') ? 'watch' : name === undefined ? 'list' : 'get'
  const verbs = { GET: read, POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: name === undefined ? 'deletecollection' : 'delete' }
  return { verb: verbs[method], group, resource, namespace, name, subresource }
}
