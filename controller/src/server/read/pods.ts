import type { RolloutStatus } from '../../api/rolloutStatus.ts'
import type { KubeObject } from '../../kube/types.ts'
import type { PodView } from '../dto/detail.ts'
import { partsPlayed } from './detail.ts'

interface ContainerStatus {
  name?: string
  restartCount?: number
  state?: { waiting?: Ended; terminated?: Ended }
}
interface Ended {
  reason?: string
  message?: string
  exitCode?: number
}
interface PodStatus {
  phase?: string
  reason?: string
  message?: string
  conditions?: { type: string; status: string; reason?: string; message?: string }[]
  containerStatuses?: ContainerStatus[]
  initContainerStatuses?: ContainerStatus[]
}

const order: readonly PodView['arm'][] = ['canary', 'baseline', 'stable', 'kept', 'other']

/** The pods of a release, those of the new version first. `sets`: the ReplicaSets they may be of. */
export function podViews(pods: readonly KubeObject[], sets: readonly KubeObject[], status: RolloutStatus | undefined): PodView[] {
  const arms = new Map(partsPlayed(status).map(({ set, arm }) => [set, arm]))
  const byUid = new Map(sets.map(({ metadata }) => [metadata.uid, metadata.name]))
  const mine = pods.flatMap((pod) => {
    const owner = pod.metadata.ownerReferences?.map(({ uid }) => byUid.get(uid)).find((name) => name !== undefined)
    return owner === undefined ? [] : [podView(pod, arms.get(owner) ?? 'other')]
  })
  return mine.sort((a, b) => order.indexOf(a.arm) - order.indexOf(b.arm) || (a.name < b.name ? -1 : 1))
}

function podView(pod: KubeObject, arm: PodView['arm']): PodView {
  const status = (pod.status ?? {}) as PodStatus
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]
  const ready = status.conditions?.find(({ type }) => type === 'Ready')?.status === 'True'
  const { nodeName } = (pod.spec ?? {}) as { nodeName?: string }
  const message = ready ? undefined : whyNot(status, containers)
  const { creationTimestamp } = pod.metadata
  return {
    name: pod.metadata.name,
    arm,
    phase: phaseOf(pod, status, containers),
    ready,
    restarts: (status.containerStatuses ?? []).reduce((sum, { restartCount = 0 }) => sum + restartCount, 0),
    ...(nodeName ? { node: nodeName } : {}),
    ...(creationTimestamp ? { startedAt: creationTimestamp } : {}),
    ...(message ? { message } : {}),
  }
}

/** As `kubectl get pods` says it: what keeps it from running goes before its phase. */
function phaseOf(pod: KubeObject, status: PodStatus, containers: readonly ContainerStatus[]): string {
  if (pod.metadata.deletionTimestamp) return 'Terminating'
  if (status.reason) return status.reason
  const reasons = containers.map(({ state }) => state?.waiting?.reason ?? state?.terminated?.reason)
  return reasons.find((reason) => reason !== undefined && reason !== 'Completed') ?? status.phase ?? 'Pending'
}

function whyNot(status: PodStatus, containers: readonly ContainerStatus[]): string | undefined {
  for (const { name, state } of containers) {
    const ended = state?.waiting ?? state?.terminated
    if (!ended || ended.reason === 'Completed') continue
    const said = ended.message ?? (ended.exitCode === undefined ? undefined : `exit code ${ended.exitCode}`)
    if (said) return `${name ?? 'container'}: ${said}`
  }
  const unmet = status.conditions?.find(
    ({ type, status: on, message }) => on === 'False' && message && ['PodScheduled', 'Ready'].includes(type),
  )
  return status.message ?? unmet?.message
}
