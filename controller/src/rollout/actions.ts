import type { JsonPatchOp, KubeObject, Ref } from '../kube/types.ts'

/**
 * One write. `because` is the sentence for the log and for `serin explain`.
 * Preconditions stand inside the write itself (JSON Patch `test`, uid of a delete), so a second writer or a repetition does no harm.
 */
export type Action =
  | { verb: 'create'; object: KubeObject; because: string }
  | { verb: 'apply'; object: KubeObject; because: string }
  | { verb: 'patch'; target: Ref; ops: JsonPatchOp[]; because: string }
  | { verb: 'delete'; target: Ref; uid: string; because: string }
