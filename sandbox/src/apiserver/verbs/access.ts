import type { Attributes } from '../../admission/authorizer.ts'
import { equal } from '../../objects/json.ts'
import type { Obj, User } from '../../types.ts'
import { attributesOf, type Call, type Core } from '../core.ts'
import { forbidden, notFound, resourceName } from '../errors.ts'
import type { ServedKind } from '../kind.ts'

/** Throws ApiError 403, in RBAC's words, when the user may not do this. */
export function permitted(core: Core, user: User, attributes: Attributes): void {
  const decision = core.authorize(user, attributes)
  if (decision.allowed) return
  const { verb, group = '', resource = '', subresource, namespace, name } = attributes
  const what = subresource ? `${resource}/${subresource}` : resource
  const scope = namespace ? `in the namespace "${namespace}"` : 'at the cluster scope'
  const why = `User "${user.username}" cannot ${verb} resource "${what}" in API group "${group}" ${scope}`
  throw forbidden({ group, plural: resource }, name, decision.reason ? `${why}: ${decision.reason}` : why)
}

/** The stored object, or ApiError 404. */
export function stored(core: Core, kind: ServedKind, namespace: string | undefined, name: string): Obj {
  const object = core.store.get(kind.bucket, kind.namespaced ? namespace : undefined, name)
  if (!object) throw notFound(kind, name)
  return object
}

/** New objects need a namespace that is there and stays. */
export function checkNamespace(core: Core, kind: ServedKind, namespace: string, name: string | undefined): void {
  const home = core.store.get('namespaces', undefined, namespace)
  if (!home) throw notFound({ group: '', plural: 'namespaces' }, namespace)
  if (!home.metadata.deletionTimestamp) return
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`
  throw forbidden(kind, name, why, [
    { reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' },
  ])
}

/**
 * Who names an owner must be able to delete the object himself, as the owner's removal would; who blocks the owner's
 * removal must be able to set the owner's finalizers.
 */
export function checkOwnerReferences(core: Core, call: Call, kind: ServedKind, live: Obj | undefined, next: Obj): void {
  if (!core.enforceOwnerReferences) return
  const before = live?.metadata.ownerReferences ?? []
  const after = next.metadata.ownerReferences ?? []
  if (equal(before, after)) return
  const { name, namespace } = next.metadata
  if (live && !core.authorize(call.user, attributesOf(kind, 'delete', { namespace, name })).allowed) {
    throw forbidden(kind, name, `cannot set an ownerRef on a resource you can't delete: , <nil>`)
  }
  const blocked = new Set(before.filter((owner) => owner.blockOwnerDeletion).map((owner) => owner.uid))
  for (const owner of after) {
    if (!owner.blockOwnerDeletion || blocked.has(owner.uid)) continue
    const ownerKind = core.kinds.byKind(owner.apiVersion, owner.kind)
    const where = { name: owner.name, subresource: 'finalizers', ...(ownerKind?.namespaced ? { namespace } : {}) }
    const allowed = ownerKind && core.authorize(call.user, attributesOf(ownerKind, 'update', where)).allowed
    if (allowed) continue
    const why = "cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on: , <nil>"
    throw forbidden(kind, name, ownerKind ? why : `${why} (${resourceName({ group: owner.apiVersion, plural: owner.kind })} is not served)`)
  }
}
