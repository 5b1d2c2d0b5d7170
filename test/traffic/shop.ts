import { setTimeout as sleep } from 'node:timers/promises'
import type { Json } from '../cluster/apiClient.ts'
import { type Api, apiOver } from '../dsl/api.ts'
import { errors, latency, templateObject } from '../dsl/evidence.ts'
import type { Environment } from './environment.ts'
import { type Load, startLoad } from './load.ts'
import type { Prometheus } from './prometheus.ts'
import { deploymentObject, type Manners, rolloutObject, routeObject, serviceObject, sourceObject } from './shopObjects.ts'
import { answersOf, type Tally } from './tally.ts'

export interface ShopOptions {
  /** Of the scenario; the namespace is named after it. */
  name: string
  /** spec of the Rollout beyond workload, service and route. */
  rollout: Json
  /** Of version v1. */
  stable?: Manners
  replicas?: number
  /** Every request asks another workload, which both versions share. */
  dependency?: boolean
  rps?: number
  /** What is measured; default: errors and latencies, as the app counts them. */
  metrics?: Json[]
  /** Of its own, instead of the one that all use. */
  prometheus?: Prometheus
  /** How long version v1 serves before anything else happens: from this the judge learns how much like pods differ. */
  historyMs?: number
}

const NAME = 'shop'
const DEPENDENCY = 'dependency'
const POLL_MS = 250

/** One shop in a namespace of its own, with clients at the gateway. What happened to it is kept for the one who reads a failure. */
export class Shop {
  readonly namespace: string
  readonly api: Api
  readonly load: Load
  readonly #environment: Environment
  readonly options: ShopOptions
  readonly #journal: string[] = []
  readonly #openedAt = Date.now()
  #watching = true

  constructor(environment: Environment, options: ShopOptions) {
    this.#environment = environment
    this.options = options
    this.namespace = options.name
    this.api = apiOver(environment.transport, this.namespace)
    const { address, port } = environment.gateway
    this.load = startLoad({ address, port, host: this.#host, rps: 0 })
  }

  get #host(): string {
    return `${this.options.name}.example.com`
  }

  /** Resolves when version v1 serves, the Rollout is Healthy and clients have sent for a while. */
  async open(): Promise<void> {
    const {
      rollout,
      stable = {},
      replicas = 4,
      dependency = false,
      rps = 100,
      metrics = [errors, latency],
      prometheus,
      historyMs = 0,
    } = this.options
    const { api } = this
    await api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: this.namespace } })
    if (dependency) {
      await api.create(serviceObject(DEPENDENCY))
      await api.create(deploymentObject({ name: DEPENDENCY, replicas: 1, version: 'v1', manners: {} }))
      await this.#deployed(DEPENDENCY)
    }
    await api.create(deploymentObject({ name: NAME, replicas, version: 'v1', manners: stable, dependency: this.#dependencyUrl }))
    await api.create(serviceObject(NAME))
    await api.create(routeObject(NAME, this.#host))
    if (rollout.analysis) await api.create(templateObject(metrics, { interval: '5s' }))
    if (prometheus) await api.create(sourceObject(prometheus.url, 'Namespace'))
    await this.#deployed(NAME)
    await this.eventually('the gateway to report on the route', async () => (await api.get('HTTPRoute', NAME))?.status?.parents?.length > 0)
    await api.create(rolloutObject(NAME, rollout))
    await this.eventually('the Rollout to be Healthy', async () => (await this.#status())?.phase === 'Healthy')
    this.load.rate(rps)
    await this.eventually('answers of v1 through the gateway', async () => (await this.tally()).answers.v1?.['200'] !== undefined, 20_000)
    void this.#keepJournal()
    await sleep(historyMs)
  }

  get #dependencyUrl(): string | undefined {
    return this.options.dependency ? `http://${DEPENDENCY}.${this.namespace}.svc.cluster.local:8080/` : undefined
  }

  /** A new version with other manners; resolves when its run is under way. The number of the run. */
  async release(version: string, manners: Manners = {}): Promise<number> {
    const before = (await this.#status())?.lastRun ?? 0
    const { template } = deploymentObject({ name: NAME, replicas: 1, version, manners, dependency: this.#dependencyUrl }).spec
    await this.api.patch('Deployment', NAME, 'strategic', {
      // Variables of the version before that the new one does not have go, too.
      spec: { template: { spec: { containers: [{ $patch: 'replace' }, ...template.spec.containers] } } },
    })
    const run = before + 1
    await this.eventually(`run ${run} to begin`, async () => (await this.#status())?.lastRun === run)
    return run
  }

  /** How the run ended: its entry in the Rollout's history. Throws when it has not within the time. */
  async ended(run: number, atMostMs: number): Promise<Json> {
    let entry: Json
    await this.eventually(
      `run ${run} to end`,
      async () => {
        entry = (await this.#status())?.history.find(({ id }: Json) => id === run)
        return entry !== undefined
      },
      atMostMs,
    )
    return entry
  }

  /** The run under way, as the Rollout shows it. */
  async run(): Promise<Json | undefined> {
    return (await this.#status())?.run
  }

  async phase(): Promise<string> {
    return (await this.#status())?.phase
  }

  /** Of the newest AnalysisRun. */
  async analysis(): Promise<Json | undefined> {
    const runs = await this.api.list('AnalysisRun')
    return runs.sort((a, b) => a.spec.for.run - b.spec.for.run).at(-1)
  }

  tally(): Promise<Tally> {
    return this.load.tally()
  }

  /** Answers of a version until now. */
  async answers(version: string): Promise<number> {
    return answersOf(await this.tally(), version)
  }

  /** From now on the pods of the dependency behave so. */
  async dependencyBecomes(manners: { errorRate?: number; latencyMs?: number }): Promise<void> {
    for (const address of this.#environment.kubelet.addressesOf(this.namespace, { app: DEPENDENCY })) {
      const answer = await fetch(`http://${address}:8080/manners`, { method: 'PUT', body: JSON.stringify(manners) })
      if (!answer.ok) throw new Error(`the dependency answered ${answer.status}`)
    }
  }

  /** The version that a pod of the shop runs. */
  versionOf(pod: Json): string {
    return pod.spec.containers[0].image.split(':')[1]
  }

  /** A sentence for the journal. */
  note(sentence: string): void {
    this.#journal.push(`${((Date.now() - this.#openedAt) / 1000).toFixed(1)} s: ${sentence}`)
  }

  /** Asks until the answer is yes. Throws with the journal after the time. */
  async eventually(what: string, ask: () => Promise<boolean>, atMostMs = 60_000): Promise<void> {
    const end = Date.now() + atMostMs
    while (!(await ask())) {
      if (Date.now() > end) throw new Error(`waited ${atMostMs / 1000} s in vain for ${what}`)
      await sleep(POLL_MS)
    }
  }

  /** What happened, for people. */
  async story(): Promise<string> {
    const { answers, failures } = await this.tally()
    const status = await this.#status()
    const analysis = await this.analysis().catch(() => undefined)
    return [
      `namespace ${this.namespace}`,
      ...this.#journal,
      `status: ${JSON.stringify({ phase: status?.phase, message: status?.message, history: status?.history?.[0] })}`,
      `analysis: ${JSON.stringify(analysis && { ...analysis.status, record: undefined })}`,
      `answers: ${JSON.stringify(answers)}; first failures: ${JSON.stringify(failures.slice(0, 3))}`,
      `pods wrote:\n${this.#environment.kubelet.logs(this.namespace)}`,
    ].join('\n')
  }

  /** The last tally. The namespace goes away in the background. */
  async close(): Promise<Tally> {
    this.#watching = false
    const tally = await this.load.stop()
    await this.api.delete('Rollout', NAME)
    await this.eventually('the Rollout to go', async () => (await this.api.get('Rollout', NAME)) === undefined)
    await this.api.delete('Namespace', this.namespace)
    return tally
  }

  async #status(): Promise<Json | undefined> {
    return (await this.api.get('Rollout', NAME))?.status
  }

  async #deployed(name: string): Promise<void> {
    await this.eventually(`the pods of ${name}`, async () => {
      const { spec, status } = await this.api.get('Deployment', name)
      return status?.availableReplicas === spec.replicas
    })
  }

  /** Every change of weight and message. */
  async #keepJournal(): Promise<void> {
    let last = ''
    while (this.#watching) {
      const status = await this.#status().catch(() => undefined)
      const weight = status?.run?.weight
      const now = status ? `${status.phase}, weight ${weight?.wanted ?? '-'}/${weight?.actual ?? '-'}: ${status.message}` : last
      if (now !== last) this.note(now)
      last = now
      await sleep(POLL_MS)
    }
  }
}
