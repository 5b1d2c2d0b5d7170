import { entry } from '../controllers/entry.ts'
import { type ImageBook, memoryOf } from '../controllers/images.ts'
import type { Kubelet, PodProcess } from '../controllers/kubelet.ts'
import type { Store } from '../controllers/store.ts'
import { durationBounds, type PodMetrics } from '../traffic/metrics.ts'
import { type Labels, nameLabel } from './labels.ts'
import type { Storage, StoredSeries } from './storage.ts'

const pageBytes = 4096

/** What scrapes read. */
export interface ScrapeSources {
  store: Store
  kubelet: Kubelet
  metrics: PodMetrics
  images: ImageBook
  /** In [0, 1): memory in use is never quite steady. */
  random: () => number
}

/** The series of one pod: its own, which are there while its process answers scrapes, and what the cluster says of it. */
interface Target {
  own: OwnSeries | undefined
  up: StoredSeries
  restarts: StoredSeries
  memory: StoredSeries | undefined
  /** Requests that its process had answered at the last scrape. */
  answered: { at: number; served: number } | undefined
  about: Labels
  /** Whether it answers scrapes while it runs: what only runs to its end does not. */
  serves: boolean
}

interface OwnSeries {
  codes: Map<number, StoredSeries>
  buckets: StoredSeries[]
  sum: StoredSeries
  count: StoredSeries
}

/** Reads every pod of the cluster into the storage. */
export class Targets {
  readonly #from: ScrapeSources
  readonly #into: Storage
  #targets = new Map<string, Target>()

  constructor(from: ScrapeSources, into: Storage) {
    this.#from = from
    this.#into = into
  }

  /** One round at that time: series of pods that are gone, or that do not answer, end. Pods whose name matches `unreachable` do not answer. */
  scrape(at: number, unreachable?: RegExp): void {
    const seen = new Map<string, Target>()
    for (const process of this.#from.kubelet.processes()) {
      const target = this.#targets.get(process.uid) ?? this.#begin(process)
      seen.set(process.uid, target)
      this.#targets.delete(process.uid)
      const name = process.key.slice(process.key.indexOf('/') + 1)
      const answers = target.serves && process.state.is === 'running' && unreachable?.test(name) !== true
      if (answers) this.#read(process, target, at)
      else endOwn(target, at)
      if (target.serves && process.state.is !== 'over') target.up.append(at, Number(answers))
      this.#readCluster(process, target, at)
    }
    for (const target of this.#targets.values()) {
      endOwn(target, at)
      for (const series of [target.up, target.restarts, target.memory]) series?.end(at)
    }
    this.#targets = seen
  }

  /** Series are asked for anew: for when the storage dropped some. */
  forget(): void {
    this.#targets.clear()
  }

  #begin(process: PodProcess): Target {
    const pod = this.#from.store.byUid(process.uid)
    const about = clusterLabels(process, pod?.spec.containers[0]?.name ?? '')
    return {
      own: undefined,
      up: this.#into.series({ [nameLabel]: 'up', ...podLabels(process) }),
      restarts: this.#into.series({ [nameLabel]: 'kube_pod_container_status_restarts_total', ...about, job: 'kube-state-metrics' }),
      memory: undefined,
      answered: undefined,
      about,
      serves: pod?.spec.restartPolicy === 'Always',
    }
  }

  #read(process: PodProcess, target: Target, at: number): void {
    target.own ??= this.#ownSeries(process)
    const { codes, buckets, sum, count } = target.own
    const counted = this.#from.metrics.read(process.key, process.restarts)
    for (const [code, number] of counted?.codes ?? []) {
      const labels = () => this.#into.series({ [nameLabel]: 'http_requests_total', ...podLabels(process), code: String(code) })
      entry(codes, code, labels).append(at, number)
    }
    // a new process that had no request yet has its histogram already, but no code
    if (counted === undefined) endCodes(target.own, at)
    let below = 0
    for (const [index, bucket] of buckets.entries()) {
      below += counted?.buckets[index] ?? 0
      bucket.append(at, below)
    }
    sum.append(at, counted?.seconds ?? 0)
    count.append(at, below)
  }

  #readCluster(process: PodProcess, target: Target, at: number): void {
    target.restarts.append(at, process.restarts)
    const behaviour = process.state.is === 'running' ? this.#from.images.behaviour(process.image) : undefined
    if (!behaviour) {
      target.memory?.end(at)
      target.memory = undefined
      return
    }
    const { at: since = process.startedAt, served = 0 } = target.answered ?? {}
    const rate = at > since ? (Math.max(0, process.served - served) * 1000) / (at - since) : 0
    target.answered = { at, served: process.served }
    const bytes = memoryOf(behaviour, at - process.startedAt, rate) * (0.98 + 0.04 * this.#from.random())
    target.memory ??= this.#into.series({ [nameLabel]: 'container_memory_working_set_bytes', ...target.about, job: 'kubelet' })
    target.memory.append(at, Math.round(bytes / pageBytes) * pageBytes)
  }

  #ownSeries(process: PodProcess): OwnSeries {
    const series = (name: string, more: Labels = {}) =>
      this.#into.series({ [nameLabel]: `http_request_duration_seconds${name}`, ...podLabels(process), ...more })
    return {
      codes: new Map(),
      buckets: [...durationBounds.map(String), '+Inf'].map((le) => series('_bucket', { le })),
      sum: series('_sum'),
      count: series('_count'),
    }
  }
}

function podLabels({ key, ip }: PodProcess): Labels {
  const slash = key.indexOf('/')
  return { namespace: key.slice(0, slash), pod: key.slice(slash + 1), job: 'pods', instance: `${ip}:8080` }
}

function clusterLabels({ key, node }: PodProcess, container: string): Labels {
  const slash = key.indexOf('/')
  return { namespace: key.slice(0, slash), pod: key.slice(slash + 1), container, instance: node }
}

function endCodes(own: OwnSeries, at: number): void {
  for (const series of own.codes.values()) series.end(at)
  own.codes.clear()
}

function endOwn(target: Target, at: number): void {
  if (!target.own) return
  for (const series of [...target.own.buckets, target.own.sum, target.own.count]) series.end(at)
  endCodes(target.own, at)
  target.own = undefined
}
