import type { Obj } from '../types.ts'
import { isActive, isReady, isTerminating } from './podState.ts'
import { instant } from './time.ts'

export interface JobCondition {
  type: string
  status: string
  reason: string
  message: string
  lastProbeTime: string
  lastTransitionTime: string
}

/** Status of a Job, with its conditions even when there are none. */
export interface JobStatus {
  conditions: JobCondition[]
  startTime?: string
  completionTime?: string
  active?: number
  ready?: number
  terminating?: number
  succeeded?: number
  failed?: number
  uncountedTerminatedPods?: { succeeded?: string[]; failed?: string[] }
}

/** How a Job ends: first an interim condition, and when no pod of it is left its final one. */
export interface Outcome {
  type: 'Complete' | 'Failed'
  reason: string
  message: string
  interim(conditions: JobCondition[], now: string): JobCondition[]
}

const interimOf = { Complete: 'SuccessCriteriaMet', Failed: 'FailureTarget' } as const

/** Uids of the pods that ended and are not in the numbers yet; those being deleted have failed unless they succeeded. */
export function endedPods(status: JobStatus, tracked: readonly Obj[]): { succeeded: string[]; failed: string[] } {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {}
  const noted = { succeeded: [...succeeded], failed: [...failed] }
  for (const { metadata, status: pod } of tracked) {
    if (noted.succeeded.includes(metadata.uid) || noted.failed.includes(metadata.uid)) continue
    if (pod?.phase === 'Succeeded') noted.succeeded.push(metadata.uid)
    else if (pod?.phase === 'Failed' || metadata.deletionTimestamp) noted.failed.push(metadata.uid)
  }
  return noted
}

export function countPods(pods: readonly Obj[]): { active?: number; ready: number; terminating: number } {
  const active = pods.filter(isActive)
  return {
    ...(active.length > 0 ? { active: active.length } : {}),
    ready: active.filter(isReady).length,
    terminating: pods.filter(isTerminating).length,
  }
}

/** What the Job has come to; undefined while it is open. */
export function outcome(
  job: Obj,
  status: JobStatus,
  pods: readonly Obj[],
  counts: { succeeded: number; failed: number },
  now: number,
): Outcome | undefined {
  const said = status.conditions.find(
    ({ type, status: holds }) => holds === 'True' && (type === interimOf.Complete || type === interimOf.Failed),
  )
  if (said) return ending(said.type === interimOf.Complete ? 'Complete' : 'Failed', said.reason, said.message)
  const { backoffLimit, activeDeadlineSeconds, completions, suspend } = job.spec
  if (counts.failed > backoffLimit || restartedTooOften(job, pods)) {
    return ending('Failed', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit')
  }
  const started = instant(status.startTime)
  if (activeDeadlineSeconds !== undefined && !suspend && now - started >= activeDeadlineSeconds * 1000) {
    return ending('Failed', 'DeadlineExceeded', 'Job was active longer than specified deadline')
  }
  const enough = completions === undefined ? counts.succeeded > 0 : counts.succeeded >= completions
  const idle = !pods.some(isActive)
  return enough && idle ? ending('Complete', 'CompletionsReached', 'Reached expected number of succeeded pods') : undefined
}

function ending(type: Outcome['type'], reason: string, message: string): Outcome {
  return {
    type,
    reason,
    message,
    interim: (conditions, now) => withCondition(conditions, { type: interimOf[type], reason, message }, now),
  }
}

/** Restarts count where a failed process is restarted in its pod. */
function restartedTooOften(job: Obj, pods: readonly Obj[]): boolean {
  if (job.spec.template.spec.restartPolicy !== 'OnFailure') return false
  const open = pods.filter(({ status }) => status?.phase === 'Running' || status?.phase === 'Pending')
  const containers = open.flatMap(({ status }) => (status.containerStatuses ?? []) as { restartCount: number }[])
  const restarts = containers.reduce((sum, { restartCount }) => sum + restartCount, 0)
  return job.spec.backoffLimit === 0 ? restarts > 0 : restarts >= job.spec.backoffLimit
}

function withCondition(conditions: JobCondition[], said: { type: string; reason: string; message: string }, now: string): JobCondition[] {
  if (conditions.some(({ type }) => type === said.type)) return conditions
  return [...conditions, { ...said, status: 'True', lastProbeTime: now, lastTransitionTime: now }]
}

/** The status with its final condition. */
export function finish(status: JobStatus, { type, reason, message }: Outcome, now: string): JobStatus {
  const conditions = withCondition(status.conditions, { type, reason, message }, now)
  return { ...status, conditions, ...(type === 'Complete' ? { completionTime: now } : {}) }
}

/** When the Job ended, milliseconds; undefined while it has not. */
export function finishedSince(job: Obj): number | undefined {
  const conditions = (job.status?.conditions ?? []) as JobCondition[]
  const final = conditions.find(({ type, status }) => status === 'True' && (type === 'Complete' || type === 'Failed'))
  return final && instant(final.lastTransitionTime)
}

/** The next pod after a failure comes 10 s later, doubled with each failure to at most 10 min. Milliseconds left; 0: now. */
export function waitAfterFailures(pods: readonly Obj[], failures: number, now: number): number {
  if (failures === 0) return 0
  const last = Math.max(...pods.filter(({ status }) => status?.phase !== 'Succeeded').map(endOf))
  const pause = Math.min(600_000, 10_000 * 2 ** (failures - 1))
  return Number.isFinite(last) ? Math.max(0, last + pause - now) : 0
}

/** When a pod failed; long ago for one that has not. */
function endOf({ status, metadata }: Obj): number {
  const containers = (status?.containerStatuses ?? []) as { state?: { terminated?: { finishedAt?: string } } }[]
  const ends = containers.map(({ state }) => instant(state?.terminated?.finishedAt)).filter((end) => !Number.isNaN(end))
  if (status?.phase === 'Failed' && ends.length > 0) return Math.max(...ends)
  return metadata.deletionTimestamp ? instant(metadata.deletionTimestamp) : Number.NEGATIVE_INFINITY
}
