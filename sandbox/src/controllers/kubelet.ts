import { ApiError, type Obj } from '../types.ts'
import { type Context, clusterUser, targetOf } from './context.ts'
import { equal } from './equal.ts'
import { exitOf, type ImageBehaviour, type ImageBook } from './images.ts'
import { conditionOf } from './podState.ts'
import { type End, type ProcessState, podStatus } from './podStatus.ts'
import { keyOf } from './store.ts'
import { instant, timestamp } from './time.ts'
import { createWorkSet } from './workSet.ts'

/** A pod's process as the network meets it. */
export interface Running {
  pod: Obj
  image: string
  behaviour: ImageBehaviour
  /** Start of the process, milliseconds. */
  since: number
  /** Starts of the process before this one. */
  restarts: number
}

/** A pod that a node has taken on, whether or not its process runs now. */
export interface PodProcess {
  readonly uid: string
  /** `namespace/name`. */
  readonly key: string
  readonly ip: string
  readonly node: string
  readonly image: string
  readonly state: ProcessState
  readonly startedAt: number
  readonly restarts: number
  /** Requests answered since the start of the process. */
  readonly served: number
  readonly ending: boolean
}

export interface Kubelet {
  /** What answers at a pod IP now; undefined when nothing listens there. */
  at(ip: string): Running | undefined
  /** The pods of all nodes. */
  processes(): Iterable<PodProcess>
  /** Tells that the process answered a request. */
  served(running: Running): void
  /** Matching pods fail their readiness probe from now on, until the returned function is called. */
  ail(matches: (pod: Obj) => boolean): () => void
  /** The processes of matching pods end now, as one does that took too much memory, and are started again. */
  crash(matches: (pod: Obj) => boolean): void
  stop(): void
}

interface Process {
  uid: string
  key: string
  ip: string
  node: string
  image: string
  startTime: string
  state: ProcessState
  before: End | undefined
  /** Start of the process, milliseconds; of the last one while none runs. */
  startedAt: number
  restarts: number
  /** Requests since its start. */
  served: number
  /** Took SIGTERM: takes no new requests. */
  ending: boolean
  ended: boolean
  stopping: boolean
  timers: Set<() => void>
}

/** Starts, probes, restarts and ends the pods of the cluster by the image book, until stopped. */
export function startKubelet(ctx: Context, images: ImageBook, nodes: readonly string[]): Kubelet {
  const user = clusterUser('node')
  const processes = new Map<string, Process>()
  const byIp = new Map<string, Process>()
  const ailments = new Set<(pod: Obj) => boolean>()
  const binding = createWorkSet(ctx, 'scheduler', bind)
  const queue = createWorkSet(ctx, 'kubelet', sync)
  let scheduled = 0
  let lastAddress = 0

  function bind(key: string): undefined {
    const pod = ctx.store.get('Pod', key)
    if (!pod || pod.spec.nodeName || pod.metadata.deletionTimestamp || pod.spec.schedulingGates?.length) return
    const nodeName = nodes[scheduled++ % nodes.length]
    const options = { subresource: 'binding', as: clusterUser('scheduler'), fieldManager: 'kube-scheduler' }
    ctx.api.patch(targetOf(pod), { type: 'merge', body: { spec: { nodeName } } }, options)
  }

  function sync(key: string): undefined {
    const pod = ctx.store.get('Pod', key)
    if (!pod) return
    if (!pod.spec.nodeName) {
      if (pod.metadata.deletionTimestamp) remove(pod)
      return
    }
    const process = processes.get(pod.metadata.uid) ?? begin(pod)
    if (pod.metadata.deletionTimestamp && !process.stopping) end(pod, process)
    if (process.ended && (process.state.is === 'over' || !pod.metadata.finalizers?.length)) {
      remove(pod)
      return
    }
    // whoever holds a pod back wants to see how it ended
    if (process.ended) change(process, killed(process))
    const behaviour = images.behaviour(process.image)
    const view = { ...process, ready: isReady(pod, process, behaviour) }
    const status = podStatus(pod, view, timestamp(ctx.clock.now()))
    if (!equal(status, pod.status)) ctx.api.update({ ...pod, status }, { subresource: 'status', as: user, fieldManager: 'kubelet' })
  }

  function isReady(pod: Obj, process: Process, behaviour: ImageBehaviour | undefined): boolean {
    if (!behaviour?.ready || process.ending || !probed(pod, process.state)) return false
    for (const ails of ailments) if (ails(pod)) return false
    const { readyForMs, readyEveryMs = Number.POSITIVE_INFINITY } = behaviour
    if (readyForMs === undefined) return true
    const age = (ctx.clock.now() - process.startedAt) % readyEveryMs
    const until = age < readyForMs ? readyForMs : readyEveryMs
    if (Number.isFinite(until)) queue.addAfter(process.key, until - age)
    return age < readyForMs
  }

  /** Whether the readiness probe's initial delay is over; looks again when it will be. */
  function probed(pod: Obj, state: ProcessState): boolean {
    if (state.is !== 'running') return false
    const delays = (pod.spec.containers as { readinessProbe?: { initialDelaySeconds?: number } }[]).map(
      ({ readinessProbe }) => (readinessProbe?.initialDelaySeconds ?? 0) * 1000,
    )
    const delay = Math.max(0, ...delays)
    // once ready, the whole seconds of the API must not make it unready
    if (delay === 0 || conditionOf(pod, 'ContainersReady')?.status === 'True') return true
    const left = instant(state.since) + delay - ctx.clock.now()
    if (left > 0) queue.addAfter(keyOf(pod), left)
    return left <= 0
  }

  function begin(pod: Obj): Process {
    const now = timestamp(ctx.clock.now())
    const image = (pod.spec.containers as { image: string }[])[0]?.image ?? ''
    const process: Process = {
      uid: pod.metadata.uid,
      key: keyOf(pod),
      ip: freeAddress(),
      node: pod.spec.nodeName,
      image,
      startTime: now,
      state: { is: 'creating' },
      before: undefined,
      startedAt: 0,
      restarts: 0,
      served: 0,
      ending: false,
      ended: false,
      stopping: false,
      timers: new Set(),
    }
    processes.set(process.uid, process)
    byIp.set(process.ip, process)
    start(process)
    return process
  }

  function start(process: Process): void {
    const behaviour = images.behaviour(process.image)
    if (!behaviour) {
      after(process, 100, () => change(process, { is: 'unpullable', backingOff: false }))
      const backOff = () => {
        if (process.state.is === 'unpullable') change(process, { is: 'unpullable', backingOff: true })
      }
      after(process, 10_000, backOff, false)
      return
    }
    after(process, behaviour.startMs, () => {
      process.startedAt = ctx.clock.now()
      process.served = 0
      change(process, { is: 'running', since: timestamp(process.startedAt) })
      const now = images.behaviour(process.image)
      const end = now && exitOf(process.image, now, policyOf(process))
      if (now?.crashAfterMs !== undefined) exitAfter(process, now.crashAfterMs, 1)
      if (end) exitAfter(process, end.afterMs, end.code)
    })
  }

  const policyOf = ({ uid }: Process): string => ctx.store.byUid(uid)?.spec.restartPolicy ?? 'Always'

  /** Ends this run of the process then, if it is not over before. */
  function exitAfter(process: Process, ms: number, code: number): void {
    const run = process.restarts
    const due = () => {
      if (process.restarts === run) exit(process, code)
    }
    after(process, ms, due, false)
  }

  /** Ends the pod, or restarts the process: at first at once, later after 10 s doubled each time to at most 5 min. */
  function exit(process: Process, exitCode: number): void {
    if (process.state.is !== 'running') return
    const { since } = process.state
    const at = timestamp(ctx.clock.now())
    const policy = policyOf(process)
    if (policy === 'Never' || (policy === 'OnFailure' && exitCode === 0)) {
      change(process, { is: 'over', since, at, exitCode })
      return
    }
    const backOffMs = process.restarts === 0 ? 0 : Math.min(300_000, 10_000 * 2 ** (process.restarts - 1))
    change(process, { is: 'crashed', since, at, exitCode, backOffMs, waiting: backOffMs > 0 })
    after(
      process,
      backOffMs,
      () => {
        process.restarts++
        process.before = { since, at, exitCode }
        start(process)
      },
      false,
    )
  }

  function end(pod: Obj, process: Process): void {
    process.stopping = true
    const graceMs = (pod.metadata.deletionGracePeriodSeconds ?? 30) * 1000
    const preStopMs = process.state.is === 'over' ? 0 : Math.min(graceMs, preStopOf(pod))
    const stopMs = process.state.is === 'running' ? (images.behaviour(process.image)?.stopMs ?? 0) : 0
    after(process, preStopMs, () => {
      process.ending = true
    })
    after(process, Math.min(graceMs, preStopMs + stopMs), () => {
      process.ended = true
      queue.add(process.key)
    })
  }

  function killed({ state }: Process): ProcessState {
    const at = timestamp(ctx.clock.now())
    return { is: 'over', since: state.is === 'running' || state.is === 'crashed' ? state.since : at, at, exitCode: 143 }
  }

  function remove(pod: Obj): void {
    try {
      ctx.api.delete(targetOf(pod), { as: user, uid: pod.metadata.uid, gracePeriodSeconds: 0 })
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 404) throw error
    }
  }

  function change(process: Process, state: ProcessState): void {
    process.state = state
    queue.add(process.key)
  }

  /** `soon` is what ends by itself shortly and is waited for by settling. */
  function after(process: Process, ms: number, fn: () => void, soon = true): void {
    if (soon) ctx.activity.begin()
    const forget = () => {
      process.timers.delete(drop)
      if (soon) ctx.activity.end()
    }
    const cancel = ctx.clock.after(ms, () => {
      forget()
      fn()
    })
    const drop = () => {
      cancel()
      forget()
    }
    process.timers.add(drop)
  }

  function gone(uid: string): void {
    const process = processes.get(uid)
    if (!process) return
    for (const drop of [...process.timers]) drop()
    processes.delete(uid)
    byIp.delete(process.ip)
  }

  /** Counts through 10.244.0.0/16, so that an address is not reused at once. */
  function freeAddress(): string {
    for (let tries = 0; tries < 62_500; tries++) {
      lastAddress = (lastAddress % 62_500) + 1
      const ip = `10.244.${Math.floor(lastAddress / 250)}.${(lastAddress % 250) + 2}`
      if (!byIp.has(ip)) return ip
    }
    throw new Error('no pod address left')
  }

  const stops = [
    ctx.store.on('Pod', ({ type, object }) => {
      if (type === 'DELETED') return gone(object.metadata.uid)
      if (!object.spec.nodeName && !object.metadata.deletionTimestamp) binding.add(keyOf(object))
      queue.add(keyOf(object))
    }),
    images.onChange(() => {
      for (const process of processes.values()) {
        if (process.state.is === 'unpullable' && images.behaviour(process.image)) {
          change(process, { is: 'creating' })
          start(process)
        } else queue.add(process.key)
      }
    }),
  ]
  return {
    at(ip) {
      const process = byIp.get(ip)
      if (process?.state.is !== 'running' || process.ending || process.ended) return undefined
      const pod = ctx.store.byUid(process.uid)
      const behaviour = images.behaviour(process.image)
      const { image, startedAt: since, restarts } = process
      return pod && behaviour ? { pod, image, behaviour, since, restarts } : undefined
    },
    processes: () => processes.values(),
    served({ pod, behaviour }) {
      const process = processes.get(pod.metadata.uid)
      if (!process) return
      process.served++
      if (process.served === 1 && behaviour.crashAfterTrafficMs !== undefined) exitAfter(process, behaviour.crashAfterTrafficMs, 1)
    },
    ail(matches) {
      const ails = (pod: Obj) => matches(pod)
      const look = () => {
        for (const process of processes.values()) queue.add(process.key)
      }
      ailments.add(ails)
      look()
      return () => {
        ailments.delete(ails)
        look()
      }
    },
    crash(matches) {
      for (const process of [...processes.values()]) {
        const pod = ctx.store.byUid(process.uid)
        if (pod && matches(pod)) exit(process, 137)
      }
    },
    stop() {
      for (const stop of stops) stop()
      for (const uid of [...processes.keys()]) gone(uid)
      binding.stop()
      queue.stop()
    },
  }
}

/** How long the pod's preStop hooks sleep; hooks that do anything else take no time. */
function preStopOf(pod: Obj): number {
  const hooks = (pod.spec.containers as { lifecycle?: { preStop?: Obj['spec'] } }[]).map(({ lifecycle }) => {
    const hook = lifecycle?.preStop
    if (hook?.sleep) return hook.sleep.seconds * 1000
    const slept = /\bsleep\s+(\d+(?:\.\d+)?)/.exec(((hook?.exec?.command ?? []) as string[]).join(' '))
    return slept ? Number(slept[1]) * 1000 : 0
  })
  return Math.max(0, ...hooks)
}
