import type { JsonPatchOp, KubeObject, Ref } from '../kube/types.ts'
import { pointer } from '../traffic/patch.ts'

/** One write with its own precondition, so that a repetition, or a second hand, does no harm. */
export type Write =
  | { verb: 'create'; object: KubeObject }
  | { verb: 'patch'; target: Ref; ops: JsonPatchOp[] }
  | { verb: 'delete'; target: Ref; uid: string; propagation: 'Background' | 'Orphan' }

/**
 * A step of a migration, as the world is now: what it still has to write (nothing: that is done), then what has to become true before the next.
 * Decided anew from what is observed after every write; nothing remembers where it was.
 */
export interface Step {
  name: string
  because: string
  writes: Write[]
  wait?: string | undefined
  /** Why it cannot go on, and what to do: somebody interferes. */
  blocked?: string | undefined
}

export const isDone = ({ writes, wait, blocked }: Step): boolean => writes.length === 0 && wait === undefined && blocked === undefined

export function refOf({ apiVersion, kind, metadata: { name, namespace } }: KubeObject): Ref {
  return { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) }
}

/** A patch of the object exactly as it was read; empty without operations. */
export function patchOf(object: KubeObject, ops: JsonPatchOp[]): Write[] {
  const unchanged: JsonPatchOp = { op: 'test', path: '/metadata/resourceVersion', value: object.metadata.resourceVersion }
  return ops.length === 0 ? [] : [{ verb: 'patch', target: refOf(object), ops: [unchanged, ...ops] }]
}

/** A patch of an object whose status changes all the time: of that very one, whatever else was written. */
export function patchOfSame(object: KubeObject, ops: JsonPatchOp[]): Write[] {
  const same: JsonPatchOp = { op: 'test', path: '/metadata/uid', value: object.metadata.uid }
  return ops.length === 0 ? [] : [{ verb: 'patch', target: refOf(object), ops: [same, ...ops] }]
}

/** Sets entries of a map, or takes those away that are undefined; makes the map where there is none. */
export function entriesOps(
  at: readonly string[],
  map: Record<string, string> | undefined,
  to: Record<string, string | undefined>,
): JsonPatchOp[] {
  const ops = Object.entries(to).flatMap(([key, value]): JsonPatchOp[] => {
    if (map?.[key] === value) return []
    const path = pointer(...at, key)
    return value === undefined ? [{ op: 'remove', path }] : [{ op: 'add', path, value }]
  })
  return map === undefined && ops.length > 0 ? [{ op: 'add', path: pointer(...at), value: {} }, ...ops] : ops
}
