import { type ApiClient, type Json, succeed, UnexpectedAnswer } from './apiClient.ts'
import { follow } from './follow.ts'
import { registerNode } from './node.ts'
import { behaviourOf, type PodBehaviour, type PodState, podStatus } from './podBehaviour.ts'

export interface PretendedPodsOptions {
  /** From bound to Ready, for images without a behaviour of their own. Default 100 ms. */
  readyMs?: number
  /** From the deletion to the end, on top of a preStop sleep; never longer than the grace period. Default 100 ms. */
  stopMs?: number
  behaviour?: (pod: Json) => PodBehaviour
}

export interface PretendedPods {
  /** Puts a running pod into another state, as a failing readiness probe or a crash would. */
  set(namespace: string, name: string, state: PodState): Promise<void>
  stop(): Promise<void>
}

const NODE = 'pretended'
const PARALLEL_WRITES = 32

/**
 * Stands in for scheduler and kubelet: binds every pod to one pretended node, reports its states as time goes by and
 * finishes its deletion. No process runs. One watch; about three writes for the life of a pod.
 */
export async function pretendPods(client: ApiClient, options: PretendedPodsOptions = {}): Promise<PretendedPods> {
  const { readyMs = 100, stopMs = 100 } = options
  const behaviour = options.behaviour ?? ((pod: Json) => behaviourOf(pod, readyMs))
  const pods = new Map<string, PodRun>()
  const addresses = new AddressPool()
  const writes = limited(PARALLEL_WRITES)

  /** Writes and takes the answer as the newest known; a pod that is gone is no error. */
  async function report(run: PodRun, state: PodState): Promise<void> {
    const { uid, name, namespace } = run.pod.metadata
    const status = podStatus(run.pod, state, run.ip, new Date().toISOString().replace(/\.\d+/, ''))
    await tolerant(() =>
      writes(async () => {
        const path = `/api/v1/namespaces/${namespace}/pods/${name}/status?fieldManager=kubelet`
        const headers = { 'content-type': 'application/strategic-merge-patch+json' }
        run.pod = await succeed(client, { method: 'PATCH', path, headers, body: { metadata: { uid }, status } })
      }),
    )
  }

  async function bind(run: PodRun): Promise<void> {
    const { name, namespace, uid } = run.pod.metadata
    const path = `/api/v1/namespaces/${namespace}/pods/${name}/binding`
    const body = { apiVersion: 'v1', kind: 'Binding', metadata: { name, uid }, target: { apiVersion: 'v1', kind: 'Node', name: NODE } }
    await tolerant(() => writes(() => succeed(client, { method: 'POST', path, body })))
  }

  async function live(run: PodRun): Promise<void> {
    if (!run.pod.spec.nodeName) await bind(run)
    // Each stage waits, then reports; a deletion ends the life between any two.
    for (const [afterMs, state] of stages(behaviour(run.pod))) {
      await run.wait(afterMs)
      if (run.ending || run.ended) return
      await report(run, state)
    }
  }

  async function end(run: PodRun): Promise<void> {
    const { name, namespace, uid, deletionGracePeriodSeconds = 30 } = run.pod.metadata
    await run.wait(Math.min(stopMs + preStopSeconds(run.pod) * 1000, deletionGracePeriodSeconds * 1000))
    const path = `/api/v1/namespaces/${namespace}/pods/${name}`
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0, preconditions: { uid } }
    await tolerant(() => writes(() => succeed(client, { method: 'DELETE', path, body })))
  }

  await registerNode(client, { name: NODE, address: '192.0.2.1' })
  const followed = follow(client, '/api/v1/pods', {
    is(pod) {
      const { uid, deletionTimestamp } = pod.metadata
      let run = pods.get(uid)
      if (!run) {
        run = new PodRun(pod, addresses.take(pod.status.podIP))
        pods.set(uid, run)
        // A pod met in the middle of its life is what it reports.
        if (!deletionTimestamp && !pod.status.podIP) void live(run)
      } else if (Number(pod.metadata.resourceVersion) > Number(run.pod.metadata.resourceVersion)) run.pod = pod
      if (deletionTimestamp && !run.ending) {
        run.ending = true
        run.cancel()
        void end(run)
      }
    },
    gone({ metadata: { uid } }) {
      const run = pods.get(uid)
      if (!run) return
      run.ended = true
      run.cancel()
      addresses.giveBack(run.ip)
      pods.delete(uid)
    },
  })
  await followed.synced
  return {
    async set(namespace, name, state) {
      const run = [...pods.values()].find(({ pod }) => pod.metadata.namespace === namespace && pod.metadata.name === name)
      if (!run) throw new Error(`no pod ${namespace}/${name}`)
      await report(run, state)
    },
    async stop() {
      await followed.stop()
      for (const run of pods.values()) {
        run.ended = true
        run.cancel()
      }
    },
  }
}

/** What is reported, each after so many milliseconds from the one before. */
function stages(behaviour: PodBehaviour): [number, PodState][] {
  switch (behaviour.becomes) {
    case 'ready':
      // Nobody sees a start-up shorter than this: one write less for each of many pods.
      return behaviour.afterMs <= 200
        ? [[behaviour.afterMs, 'ready']]
        : [
            [0, 'running'],
            [behaviour.afterMs, 'ready'],
          ]
    case 'running':
      return [[0, 'running']]
    case 'pullError':
      return [
        [0, 'pulling'],
        [50, 'pullError'],
      ]
    case 'crashed':
      return [
        [behaviour.afterMs, 'ready'],
        [behaviour.readyMs, 'crashed'],
      ]
    case 'finished':
      return [
        [0, 'running'],
        [behaviour.afterMs, behaviour.succeeded ? 'succeeded' : 'failed'],
      ]
  }
}

function preStopSeconds(pod: Json): number {
  return Math.max(0, ...pod.spec.containers.map((container: Json) => container.lifecycle?.preStop?.sleep?.seconds ?? 0))
}

/** One pod's life: the newest sight of it, its address, and the timer it waits on. */
class PodRun {
  pod: Json
  readonly ip: string
  /** Its deletion has begun. */
  ending = false
  /** It is gone, or nobody pretends any more. */
  ended = false
  #wake: () => void = () => {}

  constructor(pod: Json, ip: string) {
    this.pod = pod
    this.ip = ip
  }

  /** Resolves after the time, or at once when the pod's state of life changes. */
  async wait(ms: number): Promise<void> {
    if (ms <= 0) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, ms)
    this.#wake = resolve
    await promise
    clearTimeout(timer)
  }

  cancel(): void {
    this.#wake()
  }
}

/** Addresses of 10.244.0.0/16, each used once at a time. */
class AddressPool {
  #next = 256
  readonly #used = new Set<string>()

  take(wanted?: string): string {
    let ip = wanted
    while (!ip || (!wanted && this.#used.has(ip))) {
      ip = `10.244.${this.#next >> 8}.${this.#next & 255}`
      this.#next = this.#next >= 0xfffe ? 256 : this.#next + 1
    }
    this.#used.add(ip)
    return ip
  }

  giveBack(ip: string): void {
    this.#used.delete(ip)
  }
}

/** Retries a server that is away; a pod that is gone or replaced (404, 409) ends it quietly. */
async function tolerant(write: () => Promise<unknown>): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt++) {
    try {
      await write()
      return
    } catch (error) {
      if (error instanceof UnexpectedAnswer && [404, 409, 422].includes(error.result.status)) return
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}

/** Runs at most `most` of the tasks at a time, in the order of their coming. */
function limited(most: number): <T>(task: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let running = 0
  return async (task) => {
    // A slot that becomes free is handed to the first in the queue without being counted down.
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve))
    else running++
    try {
      return await task()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}
