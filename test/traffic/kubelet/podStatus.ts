import type { Json } from '../../cluster/apiClient.ts'

/** What a kubelet knows of a pod beyond what the API server shows. */
export interface PodFacts {
  address: string
  hostAddress: string
  startedAt: string
  /** Entries of containerStatuses, in the order of the spec. */
  containers: readonly Json[]
  /** Why it has no namespaces, where that is so. */
  trouble?: string | undefined
  /** RFC 3339. */
  now: string
}

/** The body for a strategic merge patch of the pod's status. */
export function podStatus(pod: Json, { address, hostAddress, startedAt, containers, trouble, now }: PodFacts): Json {
  const unready = containers.filter(({ ready }) => !ready).map(({ name }) => name)
  const over = containers.length > 0 && containers.every(({ state }) => state.terminated)
  const ready = containers.length > 0 && unready.length === 0
  const gates = (pod.spec.readinessGates ?? []).every(({ conditionType }: Json) =>
    (pod.status.conditions ?? []).some(({ type, status }: Json) => type === conditionType && status === 'True'),
  )
  const condition = (type: string, value: boolean, why: { reason?: string; message?: string } = {}) => {
    const before = (pod.status.conditions ?? []).find((each: Json) => each.type === type)
    const status = value ? 'True' : 'False'
    return {
      type,
      status,
      observedGeneration: pod.metadata.generation,
      lastTransitionTime: before?.status === status ? before.lastTransitionTime : now,
      // Explicit nulls: a patch would otherwise leave the reason of the state before.
      reason: why.reason ?? null,
      message: why.message ?? null,
    }
  }
  const why = over
    ? { reason: 'PodCompleted' }
    : { reason: 'ContainersNotReady', message: `containers with unready status: [${unready.join(' ')}]` }
  return {
    phase: phaseOf(containers, over),
    observedGeneration: pod.metadata.generation,
    hostIP: hostAddress,
    hostIPs: [{ ip: hostAddress }],
    podIP: address,
    podIPs: [{ ip: address }],
    startTime: startedAt,
    message: trouble ?? null,
    conditions: [
      condition('PodReadyToStartContainers', !over && !trouble, trouble ? { reason: 'SandboxFailed', message: trouble } : {}),
      condition('Initialized', true),
      condition('Ready', ready && gates, ready ? (gates ? {} : { reason: 'ReadinessGatesNotReady' }) : why),
      condition('ContainersReady', ready, ready ? {} : why),
    ],
    containerStatuses: containers,
  }
}

function phaseOf(containers: readonly Json[], over: boolean): string {
  if (over) return containers.every(({ state }) => state.terminated.exitCode === 0) ? 'Succeeded' : 'Failed'
  return containers.some(({ state, restartCount }) => state.running || restartCount > 0) ? 'Running' : 'Pending'
}
