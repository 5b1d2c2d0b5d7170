import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ApiClient, type Json, succeed, UnexpectedAnswer } from '../../cluster/apiClient.ts'
import { addressOf, HOST_ADDRESS } from '../network.ts'
import { Container } from './container.ts'
import { type ImageProgram, launchOf } from './images.ts'
import { podStatus } from './podStatus.ts'
import { openSandbox, type Sandbox } from './sandbox.ts'
import { fieldOf, writeVolumes } from './volumes.ts'

export interface PodHost {
  client: ApiClient
  images: readonly ImageProgram[]
  /** Given to every container, e.g. where the API server is. */
  env: Record<string, string>
  /** For the pod's logs and volumes. */
  dir: string
}

const RETRY_MS = 200
const now = () => new Date().toISOString().replace(/\.\d+/, '')

/** One pod from its binding to its end. */
export class PodRun {
  /** The newest sight of it. */
  pod: Json
  readonly n: number
  readonly #host: PodHost
  readonly #startedAt = now()
  readonly #containers: Container[] = []
  #sandbox: Sandbox | undefined
  #trouble: string | undefined
  #opening: Promise<void> = Promise.resolve()
  #ending: Promise<void> | undefined
  #reporting = false
  #changed = false

  constructor(pod: Json, n: number, host: PodHost) {
    this.pod = pod
    this.n = n
    this.#host = host
  }

  get address(): string {
    return addressOf(this.n)
  }

  /** Whether its end has begun. */
  get ending(): boolean {
    return this.#ending !== undefined
  }

  /** Where the output of one of its containers is. */
  logFile(container: string): string {
    return join(this.#host.dir, `${container}.log`)
  }

  start(): void {
    this.#opening = this.#open().catch((error: Error) => {
      this.#trouble = error.message
      this.report()
    })
  }

  /** Ends it once, with all grace that it has. Resolves when its object is gone too. */
  stop(): Promise<void> {
    this.#ending ??= this.#end()
    return this.#ending
  }

  /** Ends its processes at once and tells nobody. */
  kill(): void {
    this.#sandbox?.end()
  }

  /** Writes its status; one write at a time, the newest state last. */
  report(): void {
    this.#changed = true
    if (!this.#reporting) void this.#writeReports()
  }

  async #open(): Promise<void> {
    const { client, images, env, dir } = this.#host
    const { pod, address } = this
    mkdirSync(dir, { recursive: true })
    const field = (path: string) => fieldOf(this.pod, path, { podIP: address, hostIP: HOST_ADDRESS })
    const mounts = await writeVolumes(client, pod, join(dir, 'volumes'), field)
    if (this.ending) return
    this.#sandbox = await openSandbox(this.n, mounts)
    if (this.ending) return
    for (const spec of pod.spec.containers) {
      const variables = { ...env }
      for (const { name, value = '', valueFrom } of spec.env ?? []) {
        const path = valueFrom?.fieldRef?.fieldPath
        variables[name] = path ? field(path) : value.replace(/\$\((\w+)\)/g, (whole: string, other: string) => variables[other] ?? whole)
      }
      const container = new Container(spec, {
        address,
        containers: pod.spec.containers,
        enter: this.#sandbox.enter,
        logFile: this.logFile(spec.name),
        launch: launchOf(spec, images, variables),
        restartPolicy: pod.spec.restartPolicy,
        changed: () => this.report(),
      })
      this.#containers.push(container)
    }
    for (const container of this.#containers) container.start()
  }

  async #end(): Promise<void> {
    await this.#opening
    const graceMs = (this.pod.metadata.deletionGracePeriodSeconds ?? this.pod.spec.terminationGracePeriodSeconds ?? 30) * 1000
    await Promise.all(this.#containers.map((container) => container.stop(graceMs)))
    this.#sandbox?.end()
    const { name, namespace, uid } = this.pod.metadata
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0, preconditions: { uid } }
    await untilWritten(() => succeed(this.#host.client, { method: 'DELETE', path: `/api/v1/namespaces/${namespace}/pods/${name}`, body }))
  }

  async #writeReports(): Promise<void> {
    this.#reporting = true
    while (this.#changed) {
      this.#changed = false
      const { name, namespace, uid } = this.pod.metadata
      const status = podStatus(this.pod, {
        address: this.address,
        hostAddress: HOST_ADDRESS,
        startedAt: this.#startedAt,
        containers: this.#containers.map((container) => container.status()),
        trouble: this.#trouble,
        now: now(),
      })
      const path = `/api/v1/namespaces/${namespace}/pods/${name}/status?fieldManager=kubelet`
      const headers = { 'content-type': 'application/strategic-merge-patch+json' }
      await untilWritten(async () => {
        this.pod = await succeed(this.#host.client, { method: 'PATCH', path, headers, body: { metadata: { uid }, status } })
      })
    }
    this.#reporting = false
  }
}

/** Tries again while the API server is away; a pod that is gone or another by now ends it quietly. */
export async function untilWritten(write: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await write()
      return
    } catch (error) {
      if (error instanceof UnexpectedAnswer && [404, 409].includes(error.result.status)) return
      if (error instanceof UnexpectedAnswer && error.result.status === 422) throw error
      if ((error as Error).name === 'AbortError') return
      await sleep(RETRY_MS)
    }
  }
}
