import type { Obj } from '../types.ts'
import { instant } from './time.ts'

interface Condition {
  type: string
  status: string
  reason?: string
  message?: string
  lastTransitionTime?: string
}

export function conditionOf(object: Obj, type: string): Condition | undefined {
  return (object.status?.conditions as Condition[] | undefined)?.find((condition) => condition.type === type)
}

export const isReady = (pod: Obj): boolean => conditionOf(pod, 'Ready')?.status === 'True'

/** Neither ended nor being deleted. */
export const isActive = (pod: Obj): boolean => !isEnded(pod) && !pod.metadata.deletionTimestamp

/** Being deleted and not ended yet. */
export const isTerminating = (pod: Obj): boolean => !isEnded(pod) && pod.metadata.deletionTimestamp !== undefined

export const isEnded = (pod: Obj): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'

/** Milliseconds until the pod has been ready for `minReadySeconds`: 0 when it is available, undefined when not ready. */
export function availableIn(pod: Obj, minReadySeconds: number, now: number): number | undefined {
  const ready = conditionOf(pod, 'Ready')
  if (ready?.status !== 'True') return undefined
  if (minReadySeconds === 0) return 0
  const since = instant(ready.lastTransitionTime)
  return Number.isNaN(since) ? undefined : Math.max(0, since + minReadySeconds * 1000 - now)
}

const phaseRank: Record<string, number> = { Pending: 0, Unknown: 1, Running: 2 }

/** Order in which a surplus is deleted: the first of the sorted list goes first. `crowd` counts the set's pods on a pod's node. */
export function deletionOrder(crowd: (pod: Obj) => number): (a: Obj, b: Obj) => number {
  const cost = (pod: Obj) => Number(pod.metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? 0) || 0
  const restarts = (pod: Obj) =>
    Math.max(0, ...((pod.status?.containerStatuses ?? []) as { restartCount: number }[]).map((status) => status.restartCount))
  const readySince = (pod: Obj) => instant(conditionOf(pod, 'Ready')?.lastTransitionTime)
  return (a, b) =>
    Number(Boolean(a.spec.nodeName)) - Number(Boolean(b.spec.nodeName)) ||
    (phaseRank[a.status?.phase] ?? 0) - (phaseRank[b.status?.phase] ?? 0) ||
    Number(isReady(a)) - Number(isReady(b)) ||
    cost(a) - cost(b) ||
    crowd(b) - crowd(a) ||
    (isReady(a) && isReady(b) ? readySince(b) - readySince(a) : 0) ||
    restarts(b) - restarts(a) ||
    instant(b.metadata.creationTimestamp) - instant(a.metadata.creationTimestamp) ||
    (a.metadata.name < b.metadata.name ? -1 : 1)
}
