import type { Obj } from '../types.ts'
import { conditionOf } from './podState.ts'
import { type Limits, sum } from './rollingUpdate.ts'
import { instant, timestamp } from './time.ts'

export interface DeploymentCondition {
  type: string
  status: 'True' | 'False' | 'Unknown'
  reason: string
  message: string
  lastUpdateTime: string
  lastTransitionTime: string
}

export interface DeploymentStatus {
  observedGeneration?: number
  replicas?: number
  updatedReplicas?: number
  readyReplicas?: number
  availableReplicas?: number
  unavailableReplicas?: number
  /** Also written when it is zero; left out while a set says nothing of it. */
  terminatingReplicas?: number
  collisionCount?: number
  conditions: DeploymentCondition[]
}

type ConditionSaid = Pick<DeploymentCondition, 'type' | 'status' | 'reason' | 'message'>

const unlimitedProgress = 2 ** 31 - 1

/** progressDeadlineSeconds, or undefined when the Deployment does not want progress watched. */
export function progressDeadline(deployment: Obj): number | undefined {
  const seconds = deployment.spec.progressDeadlineSeconds
  return typeof seconds === 'number' && seconds !== unlimitedProgress ? seconds : undefined
}

/** Counts and the Available condition, as the sets report them. */
export function countedStatus(deployment: Obj, sets: Obj[], newSet: Obj | undefined, limits: Limits, now: number): DeploymentStatus {
  const available = sum(sets, (set) => set.status?.availableReplicas ?? 0)
  const enough = available >= limits.replicas - limits.unavailable
  const status: DeploymentStatus = {
    observedGeneration: deployment.metadata.generation,
    ...count(
      'replicas',
      sum(sets, (set) => set.status?.replicas ?? 0),
    ),
    ...count('updatedReplicas', newSet?.status?.replicas ?? 0),
    ...count(
      'readyReplicas',
      sum(sets, (set) => set.status?.readyReplicas ?? 0),
    ),
    ...count('availableReplicas', available),
    ...count('unavailableReplicas', Math.max(0, sum(sets, (set) => set.spec.replicas ?? 0) - available)),
    ...terminating(sets),
    ...(deployment.status?.collisionCount === undefined ? {} : { collisionCount: deployment.status.collisionCount }),
    conditions: [...(deployment.status?.conditions ?? [])],
  } as DeploymentStatus
  status.conditions = withCondition(
    status.conditions,
    {
      type: 'Available',
      status: enough ? 'True' : 'False',
      reason: enough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
      message: enough ? 'Deployment has minimum availability.' : 'Deployment does not have minimum availability.',
    },
    now,
  )
  return status
}

/** Sets that no controller has looked at yet have nothing to say. */
function terminating(sets: Obj[]): Pick<DeploymentStatus, 'terminatingReplicas'> {
  const known = sets.map(({ status }) => (status?.observedGeneration ? status.terminatingReplicas : (status?.terminatingReplicas ?? 0)))
  return known.includes(undefined) ? {} : { terminatingReplicas: known.reduce((total, count) => total + count, 0) }
}

/** Zero counts are left out, as the API writes them. */
const count = (name: string, value: number) => (value === 0 ? {} : { [name]: value })

/** The list with that condition in it. Same status and reason: unchanged; same status: the transition time stays. */
export function withCondition(conditions: DeploymentCondition[], said: ConditionSaid, now: number): DeploymentCondition[] {
  const current = conditions.find((condition) => condition.type === said.type)
  if (current && current.status === said.status && current.reason === said.reason) return conditions
  const at = timestamp(now)
  const lastTransitionTime = current?.status === said.status ? current.lastTransitionTime : at
  return [...conditions.filter((condition) => condition.type !== said.type), { ...said, lastUpdateTime: at, lastTransitionTime }]
}

function withoutCondition(conditions: DeploymentCondition[], type: string): DeploymentCondition[] {
  return conditions.filter((condition) => condition.type !== type)
}

/** The condition to set while the Deployment is paused or has just been resumed; undefined when it says so already. */
export function pauseCondition(deployment: Obj): ConditionSaid | undefined {
  if (progressDeadline(deployment) === undefined) return undefined
  const current = conditionOf(deployment, 'Progressing')
  if (current?.reason === 'ProgressDeadlineExceeded') return undefined
  const saidPaused = current?.reason === 'DeploymentPaused'
  if (deployment.spec.paused && !saidPaused) {
    return { type: 'Progressing', status: 'Unknown', reason: 'DeploymentPaused', message: 'Deployment is paused' }
  }
  if (!deployment.spec.paused && saidPaused) {
    return { type: 'Progressing', status: 'Unknown', reason: 'DeploymentResumed', message: 'Deployment is resumed' }
  }
  return undefined
}

/** All pods are of the new set and available, and the spec has been seen. */
export function isComplete(deployment: Obj, status: DeploymentStatus): boolean {
  const wanted = deployment.spec.replicas
  return (
    (status.updatedReplicas ?? 0) === wanted &&
    (status.replicas ?? 0) === wanted &&
    (status.availableReplicas ?? 0) === wanted &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  )
}

/** The counted status with what a rollout under way says of its progress. */
export function rolloutStatus(deployment: Obj, sets: Obj[], newSet: Obj | undefined, limits: Limits, now: number): DeploymentStatus {
  const status = countedStatus(deployment, sets, newSet, limits, now)
  const deadline = progressDeadline(deployment)
  const before = (deployment.status ?? {}) as DeploymentStatus
  const current = conditionOf(deployment, 'Progressing') as DeploymentCondition | undefined
  if (deadline === undefined) status.conditions = withoutCondition(status.conditions, 'Progressing')
  const settled = (status.replicas ?? 0) === (status.updatedReplicas ?? 0) && current?.reason === 'NewReplicaSetAvailable'
  if (deadline !== undefined && !settled) {
    const subject = newSet ? `ReplicaSet "${newSet.metadata.name}"` : `Deployment "${deployment.metadata.name}"`
    const say = (status: ConditionSaid['status'], reason: string, what: string): ConditionSaid => ({
      type: 'Progressing',
      status,
      reason,
      message: `${subject} ${what}.`,
    })
    if (isComplete(deployment, status)) {
      const done = say('True', 'NewReplicaSetAvailable', 'has successfully progressed')
      status.conditions = withCondition(status.conditions, done, now)
    } else if (hasProgressed(before, status)) {
      status.conditions = progressed(status.conditions, current, say('True', 'ReplicaSetUpdated', 'is progressing'), now)
    } else if (isTimedOut(current, deadline, now)) {
      status.conditions = withCondition(status.conditions, say('False', 'ProgressDeadlineExceeded', 'has timed out progressing'), now)
    }
  }
  status.conditions = withFailure(status.conditions, sets, newSet, now)
  return status
}

/** Progress counts anew each time it is seen: the update time moves although status and reason stay. */
function progressed(conditions: DeploymentCondition[], current: DeploymentCondition | undefined, said: ConditionSaid, now: number) {
  const at = timestamp(now)
  const lastTransitionTime = current?.status === 'True' ? current.lastTransitionTime : at
  return [...withoutCondition(conditions, 'Progressing'), { ...said, lastUpdateTime: at, lastTransitionTime }]
}

function hasProgressed(before: DeploymentStatus, after: DeploymentStatus): boolean {
  const old = (status: DeploymentStatus) => (status.replicas ?? 0) - (status.updatedReplicas ?? 0)
  return (
    (after.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    old(after) < old(before) ||
    (after.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  )
}

function isTimedOut(current: DeploymentCondition | undefined, deadline: number, now: number): boolean {
  if (!current || current.reason === 'NewReplicaSetAvailable') return false
  return current.reason === 'ProgressDeadlineExceeded' || instant(current.lastUpdateTime) + deadline * 1000 < now
}

/** Milliseconds after which a rollout without progress must be looked at again; undefined when it cannot time out. */
export function timeOutIn(deployment: Obj, status: DeploymentStatus, now: number): number | undefined {
  const deadline = progressDeadline(deployment)
  const current = conditionOf(deployment, 'Progressing') as DeploymentCondition | undefined
  if (deadline === undefined || !current || current.reason === 'ProgressDeadlineExceeded' || isComplete(deployment, status))
    return undefined
  return Math.max(0, instant(current.lastUpdateTime) + deadline * 1000 - now) + 1000
}

function withFailure(conditions: DeploymentCondition[], sets: Obj[], newSet: Obj | undefined, now: number): DeploymentCondition[] {
  const failing = [...(newSet ? [newSet] : []), ...sets].map((set) => conditionOf(set, 'ReplicaFailure')).find((condition) => condition)
  if (!failing) return withoutCondition(conditions, 'ReplicaFailure')
  const { status, reason = '', message = '' } = failing
  return withCondition(conditions, { type: 'ReplicaFailure', status: status as ConditionSaid['status'], reason, message }, now)
}
