import { ApiError, type Obj, type Owner } from '../types.ts'
import { type Context, clusterUser, targetOf } from './context.ts'
import { writeOwners } from './owners.ts'
import { kindOf } from './store.ts'
import { createWorkSet } from './workSet.ts'

const user = clusterUser('generic-garbage-collector')
const foreground = 'foregroundDeletion'
const orphan = 'orphan'

/** Deletes what no owner holds any more and finishes foreground and orphaning deletions, until the returned function is called. Keys are uids. */
export function startGarbageCollector(ctx: Context): () => void {
  const queue = createWorkSet(ctx, 'garbageCollector', (uid) => collect(ctx, uid))
  const stop = ctx.store.on('*', ({ type, object }) => {
    if (type === 'DELETED') {
      for (const dependent of ctx.store.dependents(object.metadata.uid)) queue.add(dependent.metadata.uid)
    } else {
      if (object.metadata.ownerReferences?.length) queue.add(object.metadata.uid)
      if (object.metadata.deletionTimestamp && ending(object)) {
        queue.add(object.metadata.uid)
        for (const dependent of ctx.store.dependents(object.metadata.uid)) queue.add(dependent.metadata.uid)
      }
    }
    // owners that wait for their dependents
    for (const ref of object.metadata.ownerReferences ?? []) {
      const owner = ctx.store.byUid(ref.uid)
      if (owner?.metadata.deletionTimestamp && ending(owner)) queue.add(ref.uid)
    }
  })
  return () => {
    stop()
    queue.stop()
  }
}

const ending = (object: Obj) => has(object, foreground) || has(object, orphan)
const has = (object: Obj, finalizer: string) => object.metadata.finalizers?.includes(finalizer) === true

function collect(ctx: Context, uid: string): undefined {
  const object = ctx.store.byUid(uid)
  if (!object) return
  if (object.metadata.deletionTimestamp) {
    if (has(object, orphan)) return orphanDependents(ctx, object)
    if (has(object, foreground)) return finishForeground(ctx, object)
    return
  }
  const refs = object.metadata.ownerReferences ?? []
  if (refs.length === 0) return
  const kept = refs.filter((ref) => holds(ctx, object, ref) === 'solid')
  const waiting = refs.some((ref) => holds(ctx, object, ref) === 'waiting')
  if (kept.length > 0) {
    if (kept.length < refs.length) writeOwners(ctx, user, object, kept)
    return
  }
  const inForeground = waiting && ctx.store.dependents(uid).length > 0
  const propagation = inForeground || has(object, foreground) ? 'Foreground' : has(object, orphan) ? 'Orphan' : 'Background'
  remove(ctx, object, propagation)
}

/** `solid` keeps the object, `waiting` is an owner in foreground deletion, `absent` one that is gone or another by that name. */
function holds(ctx: Context, object: Obj, ref: Owner): 'solid' | 'waiting' | 'absent' {
  const owner = ctx.store.byUid(ref.uid)
  if (!owner) return isServed(ctx, object, ref) ? 'absent' : 'solid'
  const reachable = owner.metadata.namespace === undefined || owner.metadata.namespace === object.metadata.namespace
  if (!reachable || owner.metadata.name !== ref.name || owner.kind !== ref.kind) return 'absent'
  return owner.metadata.deletionTimestamp && has(owner, foreground) ? 'waiting' : 'solid'
}

/** An owner of a kind that is not served may still be there: nothing is deleted for its sake. */
function isServed(ctx: Context, object: Obj, ref: Owner): boolean {
  try {
    ctx.api.get(ref.apiVersion, ref.kind, object.metadata.namespace, ref.name)
    return true
  } catch (error) {
    if (error instanceof ApiError) return false
    throw error
  }
}

function finishForeground(ctx: Context, object: Obj): undefined {
  const blocking = ctx.store
    .dependents(object.metadata.uid)
    .some(({ metadata }) => metadata.ownerReferences?.some((ref) => ref.uid === object.metadata.uid && ref.blockOwnerDeletion))
  if (!blocking) dropFinalizer(ctx, object, foreground)
}

function orphanDependents(ctx: Context, object: Obj): undefined {
  for (const dependent of ctx.store.dependents(object.metadata.uid)) {
    const others = (dependent.metadata.ownerReferences ?? []).filter((ref) => ref.uid !== object.metadata.uid)
    writeOwners(ctx, user, dependent, others)
  }
  dropFinalizer(ctx, object, orphan)
}

function dropFinalizer(ctx: Context, object: Obj, finalizer: string): void {
  const { uid, resourceVersion, finalizers = [] } = object.metadata
  const body = { metadata: { uid, resourceVersion, finalizers: finalizers.filter((name) => name !== finalizer) } }
  ctx.api.patch(targetOf(object), { type: 'merge', body }, { as: user, fieldManager: 'kube-controller-manager' })
}

function remove(ctx: Context, object: Obj, propagation: 'Background' | 'Foreground' | 'Orphan'): void {
  // events refer to objects by their own field and are never owned; pods end gracefully as in any deletion
  if (kindOf(object) === 'Event') return
  try {
    ctx.api.delete(targetOf(object), { as: user, uid: object.metadata.uid, propagation })
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 404) throw error
  }
}
