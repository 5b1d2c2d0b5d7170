import type { Obj } from '../types.ts'
import { conditionOf } from './podState.ts'

/** How a process ended. */
export interface End {
  since: string
  at: string
  exitCode: number
}

/** Where the one process of a pod stands. */
export type ProcessState =
  | { is: 'creating' }
  | { is: 'unpullable'; backingOff: boolean }
  | { is: 'running'; since: string }
  | ({ is: 'crashed'; waiting: boolean; backOffMs: number } & End)
  /** It ended and is not started again. */
  | ({ is: 'over' } & End)

export interface ProcessView {
  state: ProcessState
  /** How it ended before its last start. */
  before: End | undefined
  ip: string
  node: string
  ready: boolean
  restarts: number
  /** Time of the first status. */
  startTime: string
}

/** The status a kubelet would write. Transition times of unchanged conditions stay. */
export function podStatus(pod: Obj, view: ProcessView, now: string): Record<string, unknown> {
  const { state } = view
  const running = state.is === 'running'
  const containersReady = running && view.ready
  const gates = (pod.spec.readinessGates ?? []) as { conditionType: string }[]
  const gated = gates.filter((gate) => conditionOf(pod, gate.conditionType)?.status !== 'True')
  const names = (pod.spec.containers as { name: string }[]).map((container) => container.name)
  const over = state.is === 'over'
  const unready = over
    ? { reason: state.exitCode === 0 ? 'PodCompleted' : 'PodFailed' }
    : { reason: 'ContainersNotReady', message: `containers with unready status: [${names.join(' ')}]` }
  const waitingForGates = { reason: 'ReadinessGatesNotReady', message: 'the status of pod readiness gates is not "True"' }
  const own = [
    condition('PodReadyToStartContainers', !over && (state.is !== 'creating' || Boolean(conditionOf(pod, 'PodReadyToStartContainers')))),
    { ...condition('Initialized', true), ...(over && state.exitCode === 0 ? { reason: 'PodCompleted' } : {}) },
    condition('Ready', containersReady && gated.length === 0, containersReady ? waitingForGates : unready),
    condition('ContainersReady', containersReady, unready),
    condition('PodScheduled', true),
  ].map((said) => {
    const before = conditionOf(pod, said.type)
    return { ...said, lastProbeTime: null, lastTransitionTime: before?.status === said.status ? before.lastTransitionTime : now }
  })
  const types = new Set(own.map((said) => said.type))
  const foreign = ((pod.status?.conditions ?? []) as { type: string }[]).filter((said) => !types.has(said.type))
  return {
    phase: phaseOf(state),
    conditions: [...own, ...foreign],
    hostIP: hostIp(view.node),
    podIP: view.ip,
    podIPs: [{ ip: view.ip }],
    startTime: view.startTime,
    qosClass: 'BestEffort',
    containerStatuses: (pod.spec.containers as { name: string; image: string }[]).map(({ name, image }) => ({
      name,
      image,
      imageID: running || over ? image : '',
      ready: containersReady,
      started: running,
      restartCount: view.restarts,
      state: containerState(state, image, name),
      ...lastState(view),
    })),
  }
}

/** How the process before ended; of one that waits to be started again, how that one did. */
function lastState({ state, before }: Pick<ProcessView, 'state' | 'before'>): Record<string, unknown> {
  const end = state.is === 'crashed' && state.waiting ? state : before
  return end ? { lastState: terminated(end) } : {}
}

function phaseOf(state: ProcessState): string {
  if (state.is === 'over') return state.exitCode === 0 ? 'Succeeded' : 'Failed'
  return state.is === 'running' || state.is === 'crashed' ? 'Running' : 'Pending'
}

function condition(type: string, holds: boolean, otherwise?: { reason: string; message?: string }) {
  return holds || !otherwise ? { type, status: holds ? 'True' : 'False' } : { type, status: 'False', ...otherwise }
}

function containerState(state: ProcessState, image: string, name: string): Record<string, unknown> {
  switch (state.is) {
    case 'creating':
      return { waiting: { reason: 'ContainerCreating' } }
    case 'unpullable':
      return state.backingOff
        ? { waiting: { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}"` } }
        : { waiting: { reason: 'ErrImagePull', message: `failed to pull image "${image}": not found` } }
    case 'running':
      return { running: { startedAt: state.since } }
    case 'crashed': {
      const message = `back-off ${state.backOffMs / 1000}s restarting failed container=${name}`
      if (state.waiting) return { waiting: { reason: 'CrashLoopBackOff', message } }
      return terminated(state)
    }
    case 'over':
      return terminated(state)
  }
}

function terminated({ exitCode, since, at }: End) {
  return { terminated: { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', startedAt: since, finishedAt: at } }
}

/** Nodes are called node-1, node-2, ...; their addresses follow. */
export const hostIp = (node: string): string => `10.10.0.${Number(node.slice(node.lastIndexOf('-') + 1)) || 1}`
