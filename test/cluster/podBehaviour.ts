import type { Json } from './apiClient.ts'

/** What becomes of a pod once it is scheduled. Times in milliseconds. */
export type PodBehaviour =
  | { becomes: 'ready'; afterMs: number }
  /** Runs, but its readiness probe never succeeds. */
  | { becomes: 'running' }
  /** Its image cannot be pulled. */
  | { becomes: 'pullError' }
  /** Is ready for a while, then ends with an error and stays in CrashLoopBackOff. */
  | { becomes: 'crashed'; afterMs: number; readyMs: number }
  /** Runs to its end, as the pod of a Job does. */
  | { becomes: 'finished'; afterMs: number; succeeded: boolean }

/** By words in the image of the first container, as a release would be named in a test. */
export function behaviourOf(pod: Json, readyMs: number): PodBehaviour {
  const image: string = pod.spec.containers[0].image
  if (image.includes('missing')) return { becomes: 'pullError' }
  if (pod.spec.restartPolicy !== 'Always') return { becomes: 'finished', afterMs: readyMs, succeeded: !image.includes('fail') }
  if (image.includes('unready')) return { becomes: 'running' }
  if (image.includes('crash')) return { becomes: 'crashed', afterMs: readyMs, readyMs: 1_000 }
  return { becomes: 'ready', afterMs: image.includes('slow') ? 3_000 : readyMs }
}

/** A state that a kubelet would report, as the fields of `status` that change with it. */
export type PodState = 'pulling' | 'pullError' | 'running' | 'ready' | 'crashed' | 'succeeded' | 'failed'

/** The body for a strategic merge patch of the pod's status. `now` is RFC 3339. */
export function podStatus(pod: Json, state: PodState, ip: string, now: string): Json {
  const ready = state === 'ready'
  const over = state === 'succeeded' || state === 'failed'
  const condition = (type: string, value: boolean, why: Json = {}) => ({
    type,
    status: value ? 'True' : 'False',
    observedGeneration: pod.metadata.generation,
    lastTransitionTime: transition(pod, type, value, now),
    // Explicit nulls: a patch would otherwise leave the reason of the state before.
    ...{ reason: null, message: null, ...why },
  })
  const unready = over
    ? { reason: 'PodCompleted' }
    : { reason: 'ContainersNotReady', message: `containers with unready status: [${names(pod)}]` }
  return {
    phase:
      state === 'succeeded'
        ? 'Succeeded'
        : state === 'failed'
          ? 'Failed'
          : state === 'pulling' || state === 'pullError'
            ? 'Pending'
            : 'Running',
    observedGeneration: pod.metadata.generation,
    hostIP: '192.0.2.1',
    podIP: ip,
    podIPs: [{ ip }],
    startTime: pod.status.startTime ?? now,
    conditions: [
      condition('PodReadyToStartContainers', !over),
      condition('Initialized', true, over ? { reason: 'PodCompleted' } : {}),
      condition('Ready', ready, ready ? {} : unready),
      condition('ContainersReady', ready, ready ? {} : unready),
      condition('PodScheduled', true),
    ],
    containerStatuses: pod.spec.containers.map((container: Json, index: number) =>
      containerStatus(container, pod.status.containerStatuses?.[index], state, now),
    ),
  }
}

function names(pod: Json): string {
  return pod.spec.containers.map((container: Json) => container.name).join(' ')
}

function transition(pod: Json, type: string, value: boolean, now: string): string {
  const old = pod.status.conditions?.find((condition: Json) => condition.type === type)
  return old && (old.status === 'True') === value ? old.lastTransitionTime : now
}

function containerStatus({ name, image }: Json, old: Json, state: PodState, now: string): Json {
  const waiting = (reason: string, message: string) => ({ waiting: { reason, message }, running: null, terminated: null })
  const terminated = (exitCode: number) => ({
    terminated: { exitCode, reason: exitCode ? 'Error' : 'Completed', startedAt: old?.state?.running?.startedAt ?? now, finishedAt: now },
    running: null,
    waiting: null,
  })
  const runs = state === 'running' || state === 'ready'
  const states = {
    pulling: () => ({ waiting: { reason: 'ContainerCreating' }, running: null, terminated: null }),
    pullError: () => waiting('ImagePullBackOff', `Back-off pulling image "${image}"`),
    running: () => ({ running: { startedAt: now }, waiting: null, terminated: null }),
    ready: () => ({ running: { startedAt: old?.state?.running?.startedAt ?? now }, waiting: null, terminated: null }),
    crashed: () => waiting('CrashLoopBackOff', `back-off 10s restarting failed container=${name}`),
    succeeded: () => terminated(0),
    failed: () => terminated(1),
  }
  return {
    name,
    image,
    imageID: runs ? `pretended://${image}` : '',
    ready: state === 'ready',
    started: runs,
    restartCount: (old?.restartCount ?? 0) + (state === 'crashed' ? 1 : 0),
    state: states[state](),
    ...(state === 'crashed' ? { lastState: { terminated: terminated(1).terminated } } : {}),
  }
}
