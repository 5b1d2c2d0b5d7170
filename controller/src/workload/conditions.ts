import type { KubeObject } from '../kube/types.ts'

/** What a controller says of an object, in its status. */
export interface Condition {
  type: string
  status: string
  reason?: string
  message?: string
  lastUpdateTime?: string
}

/** None for an object that is not there, or of which nobody has said anything. */
export function conditionsOf(object: Pick<KubeObject, 'status'> | undefined): readonly Condition[] {
  return ((object?.status ?? {}) as { conditions?: Condition[] }).conditions ?? []
}
