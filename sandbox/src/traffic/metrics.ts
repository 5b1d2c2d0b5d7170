import { entry } from '../controllers/entry.ts'
import type { Store } from '../controllers/store.ts'
import type { DataPlane } from './dataPlane.ts'

/** Upper bounds of the duration histogram, in seconds. */
export const durationBounds: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** What a process has counted since its start. */
export interface PodCounters {
  /** Starts of the process before the one that counts. */
  restarts: number
  codes: Map<number, number>
  /** Observations at most each bound, not cumulated; the last is above all. */
  buckets: number[]
  seconds: number
}

export interface PodMetrics {
  /** Names of the pods that have counters, as `namespace/name`. */
  pods(): string[]
  /** What a scrape of that pod would give, in the Prometheus text format; undefined for a pod that is not there. */
  scrape(pod: string): string | undefined
  /** The counters of that pod, if its process of so many restarts has counted anything. */
  read(pod: string, restarts: number): Readonly<PodCounters> | undefined
  stop(): void
}

/** Counters of every pod that answered a request. They start at zero with each start of its process and end with the pod. */
export function createPodMetrics(store: Store, dataPlane: DataPlane): PodMetrics {
  const counters = new Map<string, PodCounters>()
  dataPlane.onServed(({ pod, restarts }, { code, ms }) => {
    const key = `${pod.metadata.namespace}/${pod.metadata.name}`
    if (counters.get(key)?.restarts !== restarts) counters.delete(key)
    const own = entry(counters, key, () => zeros(restarts))
    own.codes.set(code, (own.codes.get(code) ?? 0) + 1)
    const at = durationBounds.findIndex((bound) => ms / 1000 <= bound)
    const bucket = at < 0 ? durationBounds.length : at
    own.buckets[bucket] = (own.buckets[bucket] ?? 0) + 1
    own.seconds += ms / 1000
  })
  const stop = store.on('Pod', ({ type, object }) => {
    if (type === 'DELETED') counters.delete(`${object.metadata.namespace}/${object.metadata.name}`)
  })
  return {
    pods: () => [...counters.keys()],
    scrape(pod) {
      const own = counters.get(pod)
      return own && exposition(own)
    },
    read(pod, restarts) {
      const own = counters.get(pod)
      return own?.restarts === restarts ? own : undefined
    },
    stop,
  }
}

const zeros = (restarts: number): PodCounters => ({
  restarts,
  codes: new Map(),
  buckets: new Array(durationBounds.length + 1).fill(0),
  seconds: 0,
})

function exposition({ codes, buckets, seconds }: PodCounters): string {
  const lines = ['# HELP http_requests_total Requests answered.', '# TYPE http_requests_total counter']
  for (const [code, count] of [...codes].sort(([a], [b]) => a - b)) lines.push(`http_requests_total{code="${code}"} ${count}`)
  lines.push('# HELP http_request_duration_seconds Time to answer.', '# TYPE http_request_duration_seconds histogram')
  let below = 0
  for (const [index, count] of buckets.entries()) {
    below += count
    lines.push(`http_request_duration_seconds_bucket{le="${durationBounds[index] ?? '+Inf'}"} ${below}`)
  }
  lines.push(`http_request_duration_seconds_sum ${seconds}`, `http_request_duration_seconds_count ${below}`)
  return `${lines.join('\n')}\n`
}
