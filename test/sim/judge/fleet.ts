import { autoregressive, binomial, clustered, normal, normalBelow, poisson } from '../../../bench/judge/random/distributions.ts'
import type { Stream } from '../../../bench/judge/random/philox.ts'
import { nameLabel } from '../../../sandbox/src/prometheus/labels.ts'
import type { Storage, StoredSeries } from '../../../sandbox/src/prometheus/storage.ts'
import { durationBounds } from '../../../sandbox/src/traffic/metrics.ts'
import type { Moment, Service, Version } from './service.ts'
import type { Receiver } from './traffic.ts'

/** What callers at the gateway got in truth. */
export interface Served {
  /** Of anybody. */
  readonly all: number
  /** By the new version: requests, bad answers, and expected bad answers beyond those that the old one would have given. */
  readonly requests: number
  readonly bad: number
  readonly excess: number
  /** That found no pod. */
  readonly lost: number
}

/** The processes of all pods: they count what they answer, and are scraped. Everything follows from the stream and the order of the calls. */
export interface Fleet {
  /** Counts what these pods answered in so many milliseconds up to `at`. */
  answer(receivers: readonly Receiver[], at: number, ms: number, moment: Moment, lost: number): void
  scrape(receivers: readonly Receiver[], at: number, moment: Moment): void
  served(): Served
}

interface Process {
  readonly version: Version
  total: number
  bad: number
  /** Observations at most each bound, not cumulated; the last is above all. */
  buckets: number[]
  readonly series: ProcessSeries
  /** Noise of its CPU and memory, and what it was since the levels changed last. */
  readonly noise: { readonly cpu: () => number; readonly memory: () => number }
  now: { readonly slot: number; readonly cpu: number; readonly memory: number }
}

interface ProcessSeries {
  readonly total: StoredSeries
  readonly bad: StoredSeries
  readonly buckets: readonly StoredSeries[]
  readonly cpu: StoredSeries
  readonly memory: StoredSeries
}

/** Latency is lognormal around 100 ms; its level and that of CPU and memory sway together for all pods. Levels change every quarter of a minute. */
const medianSeconds = 0.1
const spread = 0.6
const sway = 0.15
const correlation = 0.8
const levelMs = 15_000

export function fleet(service: Service, stream: Stream, storage: Storage, namespace: string, newImage: string): Fleet {
  const processes = new Map<string, Process>()
  const logs = durationBounds.map((bound) => Math.log(bound / medianSeconds))
  const latencySway = autoregressive(stream, sway, correlation)
  const gaugeSway = autoregressive(stream, sway, correlation)
  let levels = { slot: Number.NEGATIVE_INFINITY, latency: 0, gauge: 0 }
  const served = { all: 0, requests: 0, bad: 0, excess: 0, lost: 0 }

  const atLevel = (at: number) => {
    const slot = Math.floor(at / levelMs)
    if (slot !== levels.slot) levels = { slot, latency: latencySway(), gauge: gaugeSway() }
    return levels
  }

  const processOf = ({ name, image }: Receiver): Process => {
    const known = processes.get(name)
    if (known) return known
    const made: Process = {
      version: image === newImage ? 'new' : 'old',
      total: 0,
      bad: 0,
      buckets: new Array(durationBounds.length + 1).fill(0),
      series: seriesOf(storage, namespace, name),
      noise: { cpu: autoregressive(stream, service.noise, correlation), memory: autoregressive(stream, service.noise, correlation) },
      now: { slot: Number.NEGATIVE_INFINITY, cpu: 0, memory: 0 },
    }
    processes.set(name, made)
    return made
  }

  const observe = (process: Process, count: number, level: number) => {
    let left = count
    let below = 0
    for (let at = 0; at < logs.length && left > 0; at++) {
      const upTo = normalBelow(((logs[at] ?? 0) - level) / spread)
      const here = binomial(stream, left, Math.min(1, (upTo - below) / (1 - below)))
      process.buckets[at] = (process.buckets[at] ?? 0) + here
      left -= here
      below = upTo
    }
    process.buckets[logs.length] = (process.buckets[logs.length] ?? 0) + left
  }

  return {
    answer(receivers, at, ms, moment, lost) {
      const seconds = ms / 1000
      const atGateway = service.rps(moment) * seconds
      const straight = service.direct(moment) * seconds
      const usual = service.state('old', moment).errors
      const level = atLevel(at).latency
      served.lost += lost > 1e-9 ? poisson(stream, atGateway * lost) : 0
      for (const receiver of receivers) {
        if (receiver.share + receiver.direct * straight === 0) continue
        const process = processOf(receiver)
        const { version } = process
        const { errors, latency } = service.state(version, moment)
        const own = poisson(stream, atGateway * receiver.share)
        const ownBad = clustered(stream, own, errors, service.dispersion)
        const other = straight > 0 ? poisson(stream, straight * receiver.direct) : 0
        const otherBad = clustered(stream, other, errors, service.dispersion)
        served.all += own
        if (version === 'new') {
          served.requests += own
          served.bad += ownBad
          served.excess += own * (errors - usual)
        }
        const told = service.told?.(version, moment)
        process.total += own + other
        process.bad += told === undefined ? ownBad + otherBad : clustered(stream, own + other, told, service.dispersion)
        observe(process, own + other, level + Math.log(latency))
        if (service.restarts > 0 && stream.uniform() < (service.restarts * seconds) / 60) restart(process)
      }
    },
    scrape(receivers, at, moment) {
      const { gauge, slot } = atLevel(at)
      const there = new Set<string>()
      for (const receiver of receivers) {
        if (!receiver.running) continue
        there.add(receiver.name)
        const process = processOf(receiver)
        const { cpu, memory } = service.state(process.version, moment)
        if (process.now.slot !== slot) process.now = { slot, cpu: process.noise.cpu(), memory: process.noise.memory() }
        const levelOf = (noise: number, factor: number) => Math.exp(gauge + noise + 0.01 * normal(stream)) * factor
        const used = { cpu: 0.4 * levelOf(process.now.cpu, cpu), memory: 2 ** 26 * levelOf(process.now.memory, memory) }
        if (service.missing > 0 && stream.uniform() < service.missing) continue
        append(process, at, used)
      }
      for (const [name, process] of processes) {
        if (there.has(name)) continue
        for (const series of Object.values(process.series).flat()) series.end(at)
        processes.delete(name)
      }
    },
    served: () => ({ ...served }),
  }
}

function restart(process: Process): void {
  process.total = 0
  process.bad = 0
  process.buckets.fill(0)
}

function append({ series, total, bad, buckets }: Process, at: number, used: { cpu: number; memory: number }): void {
  series.total.append(at, total - bad)
  // A client library shows a code with its first answer of it.
  if (bad > 0) series.bad.append(at, bad)
  else series.bad.end(at)
  let below = 0
  for (const [index, count] of buckets.entries()) {
    below += count
    series.buckets[index]?.append(at, below)
  }
  series.cpu.append(at, used.cpu)
  series.memory.append(at, used.memory)
}

function seriesOf(storage: Storage, namespace: string, pod: string): ProcessSeries {
  const series = (name: string, more: Readonly<Record<string, string>> = {}) =>
    storage.series({ [nameLabel]: name, namespace, pod, job: 'pods', ...more })
  return {
    total: series('http_requests_total', { code: '200' }),
    bad: series('http_requests_total', { code: '500' }),
    buckets: [...durationBounds.map(String), '+Inf'].map((le) => series('http_request_duration_seconds_bucket', { le })),
    cpu: series('container_cpu_usage_cores'),
    memory: series('container_memory_working_set_bytes'),
  }
}
