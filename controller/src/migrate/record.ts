import type { KubeObject } from '../kube/types.ts'
import { isObject } from '../traffic/patch.ts'

/** Of the Argo Rollout: how everything was, written with the first step and read by the last of the way back. */
export const recordAnnotation = 'serin.dev/migration'
/** On what a migration made: the uid of the Argo Rollout. A label, because a Deployment's annotations are copied to its sets. */
export const madeLabel = 'serin.dev/migrated-from'

export interface Remembered {
  selector: Record<string, string>
  managedBy?: string
  /** Of a Service that had to give its name to one of Serin's. */
  removed?: Pick<KubeObject, 'metadata' | 'spec'>
}

/** What a migration changes, as it was before. */
export interface MigrationRecord {
  version: 1
  at: string
  /** Generation that Argo's controller had seen last. */
  observed: string
  instance?: string
  paused?: boolean
  /** The ReplicaSet that serves, and its hash. */
  set: string
  hash: string
  services: Record<string, Remembered>
  /** Rules of the routes, by kind and name. */
  routes: Record<string, unknown>
  /** Names of the HorizontalPodAutoscalers that scaled the Rollout, with their target. */
  scalers: Record<string, unknown>
  /** Of the Deployment that workloadRef names. */
  referenced?: { replicas: number; paused: boolean; template: unknown; sets: string[] }
}

export function recordOf(rollout: KubeObject): MigrationRecord | undefined {
  const text = rollout.metadata.annotations?.[recordAnnotation]
  if (text === undefined) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) && value.version === 1 ? (value as unknown as MigrationRecord) : undefined
  } catch {
    return undefined
  }
}

/** The annotation is there, but nobody can read it. */
export function isUnreadable(rollout: KubeObject): boolean {
  return rollout.metadata.annotations?.[recordAnnotation] !== undefined && recordOf(rollout) === undefined
}

export const routeKey = ({ kind, name }: { kind: string; name: string }): string => `${kind}/${name}`
