import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Json } from '../../cluster/apiClient.ts'
import type { Launch } from './images.ts'
import { type ProbeTarget, probeOnce, succeeds } from './probe.ts'

/** What a container needs of its pod. */
export interface ContainerHost extends ProbeTarget {
  logFile: string
  /** Undefined: the image cannot be pulled. */
  launch: Launch | undefined
  restartPolicy: 'Always' | 'OnFailure' | 'Never'
  /** Called after every change of what `status` tells. */
  changed(): void
}

/** A container that is not ready yet is asked this often, whatever its probe says: it saves seconds in each test. */
const EAGER_MS = 100
const FIRST_BACK_OFF_MS = 1_000
const LONGEST_BACK_OFF_MS = 30_000

const now = () => new Date().toISOString().replace(/\.\d+/, '')

/** One process of a pod, started again when it ends, with the state that a kubelet would report. */
export class Container {
  readonly #spec: Json
  readonly #host: ContainerHost
  #state: Json = { waiting: { reason: 'ContainerCreating' } }
  #last: Json = {}
  #restarts = 0
  #ready = false
  #startedAt = ''
  #child: ChildProcess | undefined
  #stopping = false

  constructor(spec: Json, host: ContainerHost) {
    this.#spec = spec
    this.#host = host
  }

  get ready(): boolean {
    return this.#ready
  }

  /** Its entry in the pod's containerStatuses. */
  status(): Json {
    return {
      name: this.#spec.name,
      image: this.#spec.image,
      imageID: this.#host.launch ? `process://${this.#spec.image}` : '',
      containerID: this.#child?.pid ? `process://${this.#child.pid}` : '',
      ready: this.#ready,
      started: this.#child !== undefined,
      restartCount: this.#restarts,
      state: this.#state,
      lastState: this.#last,
    }
  }

  start(): void {
    const { launch, enter, logFile, restartPolicy } = this.#host
    if (!launch) {
      this.#becomes({ waiting: { reason: 'ImagePullBackOff', message: `Back-off pulling image "${this.#spec.image}"` } })
      return
    }
    const [program = '', ...args] = [...enter, ...launch.command]
    const log = openSync(logFile, 'a')
    // A group of its own, so that a signal reaches what it starts too.
    const child = spawn(program, args, { env: launch.env, stdio: ['ignore', log, log], detached: true })
    closeSync(log)
    this.#child = child
    this.#startedAt = now()
    this.#ready = !this.#spec.readinessProbe
    this.#becomes({ running: { startedAt: this.#startedAt } })
    if (this.#spec.readinessProbe) void this.#probe(child)
    // Without its program there is an error and no exit.
    child.once('error', () => this.#ended(127, null, restartPolicy))
    child.once('exit', (code, signal) => this.#ended(code, signal, restartPolicy))
  }

  /** preStop, SIGTERM, and SIGKILL at the end of the grace. Resolves when the process is gone. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true
    const child = this.#child
    if (!child) return this.#becomes({ terminated: this.#last.terminated ?? this.#terminated(0, null) })
    const end = Date.now() + graceMs
    const gone = once(child, 'exit')
    const preStop = this.#spec.lifecycle?.preStop
    if (preStop?.sleep) await Promise.race([gone, sleep(Math.min(preStop.sleep.seconds * 1000, graceMs))])
    if (preStop?.exec) await succeeds([...this.#host.enter, ...preStop.exec.command], graceMs)
    if (this.#child !== child) return
    signalGroup(child, 'SIGTERM')
    const killer = setTimeout(() => signalGroup(child, 'SIGKILL'), Math.max(end - Date.now(), 0))
    await gone
    clearTimeout(killer)
  }

  #becomes(state: Json): void {
    this.#state = state
    this.#host.changed()
  }

  #terminated(code: number | null, signal: string | null): Json {
    const exitCode = code ?? 137
    const reason = exitCode === 0 ? 'Completed' : 'Error'
    return { exitCode, reason, ...(signal ? { message: signal } : {}), startedAt: this.#startedAt || null, finishedAt: now() }
  }

  #ended(code: number | null, signal: string | null, policy: ContainerHost['restartPolicy']): void {
    if (!this.#child) return
    this.#child = undefined
    this.#ready = false
    const terminated = this.#terminated(code, signal)
    const final = this.#stopping || policy === 'Never' || (policy === 'OnFailure' && code === 0)
    if (final) {
      this.#becomes({ terminated })
      return
    }
    this.#last = { terminated }
    const backOffMs = Math.min(FIRST_BACK_OFF_MS * 2 ** this.#restarts, LONGEST_BACK_OFF_MS)
    this.#restarts++
    this.#becomes({ waiting: { reason: 'CrashLoopBackOff', message: `back-off ${backOffMs / 1000}s restarting failed container` } })
    setTimeout(() => {
      if (!this.#stopping) this.start()
    }, backOffMs)
  }

  async #probe(child: ChildProcess): Promise<void> {
    const probe = this.#spec.readinessProbe
    await sleep((probe.initialDelaySeconds ?? 0) * 1000 || EAGER_MS)
    let inARow = 0
    let lastAnswer: boolean | undefined
    // Also while it stops: a pod that drains says so by its readiness.
    while (this.#child === child) {
      const answer = await probeOnce(probe, this.#host)
      inARow = answer === lastAnswer ? inARow + 1 : 1
      lastAnswer = answer
      const enough = inARow >= (answer ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3))
      if (this.#child === child && enough && answer !== this.#ready) {
        this.#ready = answer
        this.#host.changed()
      }
      await sleep(this.#ready ? (probe.periodSeconds ?? 10) * 1000 : EAGER_MS)
    }
  }
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid) process.kill(-pid, signal)
  } catch {
    // Gone meanwhile.
  }
}
