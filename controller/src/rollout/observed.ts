import type { RolloutSpec } from '../api/rollout.ts'
import type { RolloutCommandSpec, RolloutCommandStatus } from '../api/rolloutCommand.ts'
import type { RolloutStatus } from '../api/rolloutStatus.ts'
import type { KubeObject, ObjectMeta } from '../kube/types.ts'
import type { Router } from '../traffic/router.ts'
import type { OwnerIdentity, WorkloadKind, WorkloadView } from '../workload/view.ts'

export interface RolloutObject {
  metadata: ObjectMeta & { namespace: string; uid: string }
  spec: RolloutSpec
  status?: RolloutStatus
}

export interface CommandObject {
  metadata: ObjectMeta & { namespace: string; uid: string }
  spec: RolloutCommandSpec
  status?: RolloutCommandStatus
}

export interface RouteView {
  apiVersion: string
  kind: string
  name: string
  router: Router | undefined
  /** Absent: the cluster has none of that name, or does not serve the kind. */
  object: KubeObject | undefined
}

/** How a changed template is stopped: by the API server's policies, or, where those cannot be, by keeping the workload paused all the time. */
export type Gate = 'policies' | 'paused' | { notOurs: string }

/** Everything `plan` may know of one Rollout's world, at one moment. */
export interface Observed {
  rollout: RolloutObject
  kind: WorkloadKind
  workload: WorkloadView | 'missing'
  /** ReplicaSets of this Rollout whose workload is gone. */
  orphanSets: { name: string; namespace: string; uid: string }[]
  /** Another, older Rollout guards the same workload. */
  takenBy: string | undefined
  gate: Gate
  /** The root Service. `unread`: nothing needs it now. */
  service: KubeObject | 'missing' | 'unread'
  canaryService: KubeObject | undefined
  /** What stands in the way of a run around its Services; looked at when a run begins and when the spec changed. */
  obstacles: string[]
  /** EndpointSlices of the root and of the canary Service. */
  slices: { root: KubeObject[]; canary: KubeObject[] }
  routes: RouteView[] | 'unread'
  /** Every ReplicaSet of the workload was read, not only ours. */
  setsComplete: boolean
  /** Not yet answered, oldest first. */
  commands: CommandObject[]
}

export function ownerOf(rollout: RolloutObject): OwnerIdentity {
  return { apiVersion: 'serin.dev/v1alpha1', kind: 'Rollout', name: rollout.metadata.name, uid: rollout.metadata.uid }
}
