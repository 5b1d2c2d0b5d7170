import type { KubeObject, Ref } from '../kube/types.ts'
import type { Action } from '../rollout/actions.ts'

export { releaseAnnotation, rolloutLabel, runLabel } from '../traffic/runLabels.ts'
export { hashLabel } from '../traffic/services.ts'

/** Labels and annotations that Serin puts on objects it does not own. */
export const managedLabel = 'serin.dev/managed'

/** The command that changed the template last, written in the same write: it is not obeyed again when its answer could not be noted. */
export const obeyedAnnotation = 'serin.dev/obeyed'

/** One version's set of pods: a ReplicaSet. */
export interface SetView {
  name: string
  uid: string
  hash: string
  template: string
  owner: 'workload' | 'rollout' | 'nobody' | 'another'
  images: string[]
  /** Pods wanted, existing and available. */
  wanted: number
  existing: number
  available: number
  /** Its controller has seen how many are wanted: until then `available` may count pods that it was told to let go. */
  noticed: boolean
  revision: number
  createdAt: string
  object: KubeObject
}

/** A workload as the heart sees it: the same shape for every kind. */
export interface WorkloadView {
  ref: Ref & { namespace: string }
  uid: string
  generation: number
  /** Pods the user wants: spec.replicas. */
  replicas: number
  /** Available pods of the sets that the workload itself owns. */
  available: number
  /** Pods of its own that have the present template, as its controller counted last. */
  updated: number
  /** Pods of its own that exist, of whatever template. */
  existing: number
  /** The native controller is stopped: a changed template stays where it is. */
  held: boolean
  /** Serin's hash of the pod template. */
  template: string
  images: string[]
  revision: number
  minReadySeconds: number
  /** The native controller has looked at the workload as it is now. */
  noticed: boolean
  /** The native controller has brought every pod to the present template. */
  settled: boolean
  /** Value of the label that says which Rollout guards it. */
  managedBy: string | undefined
  /** Reason of a break-glass release. */
  released: string | undefined
  /** Uid of the command that changed its template last. */
  obeyed: string | undefined
  /** It says that two versions must never run at once. */
  neverTwo: boolean
  /** The sets that are known: ours always; all of the workload's only when they were read. */
  sets: SetView[]
  object: KubeObject
}

/** Who the Rollout is, for owner references. */
export interface OwnerIdentity {
  apiVersion: string
  kind: string
  name: string
  uid: string
}

/** How a kind of workload takes orders. Every order is safe to repeat and carries what it presumes. */
export interface WorkloadKind {
  kind: string
  apiVersion: string
  view(workload: KubeObject, sets: KubeObject[], rollout: OwnerIdentity): WorkloadView
  /** Puts the label that makes the admission policies guard it. */
  manage(view: WorkloadView, rollout: string): Action[]
  unmanage(view: WorkloadView): Action[]
  hold(view: WorkloadView): Action[]
  /** Lets the native controller go on, presuming the template that was planned on. */
  letGo(view: WorkloadView, because: string): Action[]
  clearRelease(view: WorkloadView): Action[]
  /** Writes a version's template back and holds it, in one write; `command`: uid of the command that asks for it. */
  writeTemplate(view: WorkloadView, from: SetView, because: string, command?: string): Action[]
  restart(view: WorkloadView, at: string, command: string): Action[]
  /** Starts a set of the workload's present template, owned by the Rollout. `like`: of that set's template instead. */
  create(
    view: WorkloadView,
    start: { name: string; hash: string; replicas: number; rollout: OwnerIdentity; like?: SetView; because: string },
  ): Action[]
  resize(view: WorkloadView, set: SetView, replicas: number, because: string): Action[]
  /** Takes a set of the workload's over; by name, because it need not be known. */
  take(view: WorkloadView, set: string, rollout: OwnerIdentity, because: string, size?: { from: number; to: number }): Action[]
  /** A set of ours stays ours: a hand-over of it that is on its way still comes too late, or is taken back. */
  keep(view: WorkloadView, set: SetView, rollout: OwnerIdentity, because: string): Action[]
  /** Gives a set of ours to the workload; with a revision it is a hand-over, only of what belongs to whom it was seen with. */
  give(view: WorkloadView, set: SetView, options: { revision?: number; replicas?: number; forget: boolean; because: string }): Action[]
  remove(view: WorkloadView, set: SetView, because: string): Action[]
}
