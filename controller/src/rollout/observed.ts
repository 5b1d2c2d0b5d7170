import type { AnalysisRunSpec, AnalysisRunStatus } from '../api/analysisRun.ts'
import type { AnalysisTemplateSpec } from '../api/analysisTemplate.ts'
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

export interface AnalysisObject {
  metadata: ObjectMeta & { namespace: string; uid: string }
  spec: AnalysisRunSpec
  status?: AnalysisRunStatus
}

/** What the containers of both versions did since the run began. */
export interface Crashes {
  /** Restarts of all pods of the new version together. */
  restarts: number
  /** How one of them ended last: "exit code 3", "OOMKilled". */
  last: string
  /** Whether most pods of the old version ended in that time, too. */
  both: boolean
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
  /** The Service of the fresh pods of the old version, in a run that has them. */
  baselineService: KubeObject | undefined
  /** What stands in the way of a run around its Services; looked at when a run begins and when the spec changed. */
  obstacles: string[]
  /** EndpointSlices of the root Service and of those two. */
  slices: { root: KubeObject[]; canary: KubeObject[]; baseline: KubeObject[] }
  routes: RouteView[] | 'unread'
  /** Every ReplicaSet of the workload was read, not only ours. */
  setsComplete: boolean
  /** Analyses of the run under way. */
  analyses: AnalysisObject[]
  /** A template of an analysis as it is now. */
  templateOf(ref: AnalysisRunSpec['templates'][number]): AnalysisTemplateSpec | undefined
  /** Restarts of the new version's pods, while some of them are missing under traffic; undefined when nobody looked. */
  crashes: Crashes | undefined
  /** What keeps the pods that a stuck run waits for, as Kubernetes says it; undefined when nobody looked. */
  trouble: string | undefined
  /** Not yet answered, oldest first. */
  commands: CommandObject[]
}

export function ownerOf(rollout: RolloutObject): OwnerIdentity {
  return { apiVersion: 'serin.dev/v1alpha1', kind: 'Rollout', name: rollout.metadata.name, uid: rollout.metadata.uid }
}
