import type { Obj, Owner, User } from '../types.ts'
import { type Context, targetOf } from './context.ts'
import { type LabelSelector, selects } from './labels.ts'

export const controllerOf = (object: Obj): Owner | undefined => object.metadata.ownerReferences?.find((ref) => ref.controller === true)

export function controllerReference(owner: Obj): Owner {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  }
}

/**
 * The objects that are the owner's: those it controls and whose labels match, and the ownerless ones that match, which
 * it adopts. Those it controls that no longer match are released. An owner being deleted neither adopts nor releases.
 */
export function claim(ctx: Context, as: User, owner: Obj, selector: LabelSelector, candidates: Iterable<Obj>): Obj[] {
  const claimed: Obj[] = []
  for (const object of candidates) {
    const controller = controllerOf(object)
    const matches = selects(selector, object.metadata.labels)
    if (controller) {
      if (controller.uid !== owner.metadata.uid) continue
      if (matches) claimed.push(object)
      else if (!owner.metadata.deletionTimestamp) release(ctx, as, owner, object)
    } else if (matches && !owner.metadata.deletionTimestamp && !object.metadata.deletionTimestamp) {
      claimed.push(adopt(ctx, as, owner, object))
    }
  }
  return claimed
}

function adopt(ctx: Context, as: User, owner: Obj, object: Obj): Obj {
  const others = (object.metadata.ownerReferences ?? []).filter((ref) => ref.uid !== owner.metadata.uid)
  return writeOwners(ctx, as, object, [...others, controllerReference(owner)])
}

function release(ctx: Context, as: User, owner: Obj, object: Obj): void {
  writeOwners(
    ctx,
    as,
    object,
    (object.metadata.ownerReferences ?? []).filter((ref) => ref.uid !== owner.metadata.uid),
  )
}

/** Replaces the owner references of exactly this object (its uid is part of the patch). */
export function writeOwners(ctx: Context, as: User, object: Obj, ownerReferences: Owner[]): Obj {
  const body = { metadata: { uid: object.metadata.uid, resourceVersion: object.metadata.resourceVersion, ownerReferences } }
  return ctx.api.patch(targetOf(object), { type: 'merge', body }, { as, fieldManager: 'kube-controller-manager' })
}
