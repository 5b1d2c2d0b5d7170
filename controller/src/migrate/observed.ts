import type { Instant } from '../clock.ts'
import type { KubeObject, OwnerReference } from '../kube/types.ts'
import { argoHash, statusOf } from './argo.ts'
import { type MigrationRecord, recordOf } from './record.ts'

/** What Serin puts in the place of a Rollout's strategy: its own Rollout first, then what that needs; and what is not the same afterwards. */
export interface Translation {
  rollout: KubeObject
  others: KubeObject[]
  findings: string[]
}

/** A migration under way, or about to begin: what is observed, how all was before, and the ReplicaSet that serves. */
export interface Way {
  o: Observed
  record: MigrationRecord
  set: KubeObject
}

/** Everything a migration looks at, read at one moment. */
export interface Observed {
  now: Instant
  argo: KubeObject
  translation: Translation
  /** ReplicaSets that carry Argo's hash, and those of the Deployment. */
  sets: KubeObject[]
  /** Pods that carry Argo's hash. */
  pods: KubeObject[]
  deployment?: KubeObject | undefined
  /** By name: the Services of the strategy that exist. */
  services: Record<string, KubeObject>
  /** By kind and name: the routes of the strategy that exist. */
  routes: Record<string, KubeObject>
  /** HorizontalPodAutoscalers of the namespace. */
  scalers: KubeObject[]
  /** Serin's Rollout of that name. */
  serin?: KubeObject | undefined
  /** Of `translation.others`, those that exist. */
  others: KubeObject[]
  /** Ready endpoints of the Service that serves the users; undefined where there is none. */
  endpoints?: number | undefined
}

interface SetSpec {
  replicas?: number
  selector: { matchLabels?: Record<string, string>; matchExpressions?: unknown[] }
  template: Template
  minReadySeconds?: number
}

export interface Template {
  metadata?: { labels?: Record<string, string>; [other: string]: unknown }
  spec?: unknown
}

export const setSpec = (set: KubeObject): SetSpec => set.spec as SetSpec
export const wantedOf = (set: KubeObject): number => setSpec(set).replicas ?? 1
const countsOf = (object: KubeObject) =>
  (object.status ?? {}) as { replicas?: number; availableReplicas?: number; updatedReplicas?: number; observedGeneration?: number }
export const existingOf = (set: KubeObject): number => countsOf(set).replicas ?? 0
export const availableOf = (set: KubeObject): number => countsOf(set).availableReplicas ?? 0

export function controllerOf({ metadata }: KubeObject): OwnerReference | undefined {
  return metadata.ownerReferences?.find(({ controller }) => controller)
}

export const isOwnedBy = (object: KubeObject, owner: KubeObject | undefined): boolean =>
  owner !== undefined && controllerOf(object)?.uid === owner.metadata.uid

export const hasPods = (set: KubeObject): boolean => wantedOf(set) > 0 || existingOf(set) > 0

/** The set that serves: the one on record, else Argo's stable one. */
export function servingSet(o: Observed, record: MigrationRecord | undefined = recordOf(o.argo)): KubeObject | undefined {
  if (record) return o.sets.find(({ metadata }) => metadata.name === record.set)
  const { stableRS } = statusOf(o.argo)
  return o.sets.find((set) => isOwnedBy(set, o.argo) && set.metadata.labels?.[argoHash] === stableRS)
}

/** The Deployment has said of itself as it is now that every pod is of its template and available. */
export function isComplete(deployment: KubeObject, set: KubeObject): boolean {
  const counts = countsOf(deployment)
  const wanted = (deployment.spec as { replicas?: number }).replicas ?? 1
  return (
    (counts.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0) &&
    wanted === wantedOf(set) &&
    (counts.updatedReplicas ?? 0) === wanted &&
    (counts.replicas ?? 0) === wanted &&
    (counts.availableReplicas ?? 0) === wanted
  )
}
