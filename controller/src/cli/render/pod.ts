import type { KubeObject } from '../../kube/types.ts'
import type { Tone } from './paint.ts'
import { plural } from './words.ts'

interface ContainerStatus {
  ready?: boolean
  restartCount?: number
  state?: { waiting?: { reason?: string }; terminated?: { reason?: string } }
}

interface PodShape {
  phase?: string
  reason?: string
  conditions?: { type: string; status: string; message?: string }[]
  containerStatuses?: ContainerStatus[]
  initContainerStatuses?: ContainerStatus[]
}

export interface PodWords {
  status: string
  tone: Tone
  /** `1/2` containers ready. */
  ready: string
  info: string
}

/** A pod in words, as `kubectl get pods` says it: the reason that keeps it from running before its phase. */
export function podWords(pod: KubeObject): PodWords {
  const status = (pod.status ?? {}) as PodShape
  const containers = status.containerStatuses ?? []
  const wanted = (pod.spec as { containers?: unknown[] } | undefined)?.containers?.length ?? containers.length
  const ready = containers.filter((container) => container.ready).length
  const restarts = containers.reduce((sum, container) => sum + (container.restartCount ?? 0), 0)
  const word = wordOf(pod, status, containers)
  const unscheduled = status.conditions?.find((condition) => condition.type === 'PodScheduled' && condition.status === 'False')?.message
  const info = [restarts > 0 ? plural(restarts, 'restart') : '', unscheduled ?? ''].filter((part) => part !== '').join(', ')
  return { status: word, tone: toneOf(word, ready === wanted), ready: `${ready}/${wanted}`, info }
}

function wordOf(pod: KubeObject, status: PodShape, containers: ContainerStatus[]): string {
  if (pod.metadata.deletionTimestamp) return 'Terminating'
  if (status.reason) return status.reason
  for (const container of [...(status.initContainerStatuses ?? []), ...containers]) {
    const reason = container.state?.waiting?.reason ?? container.state?.terminated?.reason
    if (reason && reason !== 'Completed') return reason
  }
  return status.phase ?? 'Pending'
}

function toneOf(word: string, ready: boolean): Tone {
  if (/Err|BackOff|Failed|OOM|Evicted|Invalid/.test(word)) return 'bad'
  if (word === 'Running') return ready ? 'good' : 'busy'
  return word === 'Terminating' ? 'dim' : 'busy'
}
