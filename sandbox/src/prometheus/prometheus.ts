import type { SandboxClock } from '../types.ts'
import { evaluate } from './evaluate.ts'
import { answer, type PrometheusRequest, type PrometheusResponse } from './http.ts'
import type { SeriesSource } from './series.ts'
import { Storage } from './storage.ts'
import { type ScrapeSources, Targets } from './targets.ts'
import type { Value } from './value.ts'

export interface PrometheusOptions {
  /** Time between two scrapes, milliseconds; 5 s when left out. */
  scrapeMs?: number
  /** How long samples are kept, milliseconds; 2 h when left out. */
  retentionMs?: number
  /** Samples kept at most; 4 million when left out. */
  maxSamples?: number
}

/** What is wrong with it, until other faults are given. */
export interface PrometheusFaults {
  /** Connections are refused; it scrapes nothing either. */
  down?: boolean
  /** Every answer has this status and no body that Prometheus would write. */
  status?: number
  /** Answers come so much later. */
  delayMs?: number
  /** Scrapes of pods with such a name fail. */
  dropPods?: RegExp
}

/** The Prometheus of the cluster: it scrapes every pod, and answers as the real one does. */
export interface Prometheus {
  /** One exchange of its HTTP API. Rejects with code ECONNREFUSED while it is down. */
  handle(request: PrometheusRequest): Promise<PrometheusResponse>
  /** Throws a PromqlError. `at` in milliseconds; now when left out. Faults do not count. */
  evaluate(query: string, at?: number): Value
  /** Replaces the faults there are; the returned function takes these away again. */
  break(faults: PrometheusFaults): () => void
  /** Away for so long (10 s when left out): refuses connections and scrapes nothing. Its data stay. */
  restart(forMs?: number): void
  /** Its data are lost; it goes on. */
  wipe(): void
  stop(): void
}

/** Scrapes between two looks for what is too old. */
const trimEvery = 12

export function startPrometheus(clock: SandboxClock, sources: ScrapeSources, options: PrometheusOptions = {}): Prometheus {
  const { scrapeMs = 5000, retentionMs = 7_200_000, maxSamples = 4_000_000 } = options
  const storage = new Storage({ retentionMs, maxSamples })
  const targets = new Targets(sources, storage)
  const data: SeriesSource = storage
  let faults: PrometheusFaults = {}
  let awayUntil = Number.NEGATIVE_INFINITY
  let scrapes = 0

  const isAway = () => faults.down === true || clock.now() < awayUntil
  const scrape = () => {
    cancel = clock.after(scrapeMs, scrape)
    if (isAway()) return
    const now = clock.now()
    targets.scrape(now, faults.dropPods)
    if (++scrapes % trimEvery === 0) storage.trim(now)
  }
  let cancel = clock.after(scrapeMs, scrape)

  const refuseWhileAway = () => {
    if (isAway()) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
  }

  return {
    async handle(request) {
      refuseWhileAway()
      const { status, delayMs = 0 } = faults
      if (delayMs > 0) await new Promise<void>((resolve) => void clock.after(delayMs, resolve))
      refuseWhileAway()
      if (status !== undefined) return { status, headers: { 'content-type': 'text/plain' }, text: '' }
      return answer(request, data, clock.now())
    },
    evaluate: (query, at = clock.now()) => evaluate(query, data, at),
    break(given) {
      const own = { ...given }
      faults = own
      return () => {
        if (faults === own) faults = {}
      }
    },
    restart(forMs = 10_000) {
      awayUntil = clock.now() + forMs
    },
    wipe() {
      storage.clear()
      targets.forget()
    },
    stop: () => cancel(),
  }
}
