import type { JsonPatchOp, KubeObject, Ref } from '../kube/types.ts'
import type { WorkloadView } from '../workload/view.ts'

/**
 * One write. `because` is the sentence for the log and for `serin explain`.
 * Preconditions stand inside the write itself (JSON Patch `test`, uid of a delete, and its resourceVersion where it is only right as things are), so a second writer or a repetition does no harm.
 * `fenced`: it moves traffic, takes pods or what leads to them away, hands a set over, or lets the Rollout go; the shell first makes sure that the Rollout is still as it was observed, for a leader that lost its lease may be behind.
 * `presumes`: so it is only over a workload of that generation, which may be further behind than the Rollout.
 */
export type Action =
  | { verb: 'create'; object: KubeObject; because: string }
  | { verb: 'apply'; object: KubeObject; because: string }
  | { verb: 'patch'; target: Ref; ops: JsonPatchOp[]; because: string; fenced?: boolean; presumes?: { workload: Ref; generation: number } }
  | { verb: 'delete'; target: Ref; uid: string; resourceVersion?: string; because: string; fenced?: boolean }

export const fenced = (action: Action): Action =>
  action.verb === 'patch' || action.verb === 'delete' ? { ...action, fenced: true } : action

/** A set changes hands: not once somebody let the workload go, whose own controller has a set of the same template then, and empties one of the two. */
export const handsOver = (action: Action, { ref, generation }: WorkloadView): Action =>
  action.verb === 'patch' ? { ...action, fenced: true, presumes: { workload: ref, generation } } : action

/** These patches to an object as one fenced write, if there are any. */
export function fencedPatch(object: KubeObject, ops: JsonPatchOp[], because: string): Action[] {
  return ops.length === 0 ? [] : [{ verb: 'patch', target: refOf(object), ops, because, fenced: true }]
}

/** Where an object is. */
export function refOf({ apiVersion, kind, metadata }: KubeObject): Ref & { namespace: string } {
  return { apiVersion, kind, namespace: metadata.namespace ?? '', name: metadata.name }
}
