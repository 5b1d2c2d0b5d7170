import { entry } from '../controllers/entry.ts'
import type { Store } from '../controllers/store.ts'
import type { Obj } from '../types.ts'
import type { DataPlane } from './dataPlane.ts'

/** Upper bounds of the duration histogram, in seconds. */
const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

interface PodCounters {
  pod: Obj
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
  stop(): void
}

/** Counters of every pod that answered a request. They start at zero with the pod and end with it. */
export function createPodMetrics(store: Store, dataPlane: DataPlane): PodMetrics {
  const counters = new Map<string, PodCounters>()
  dataPlane.onServed(({ pod }, { code, ms }) => {
    const key = `${pod.metadata.namespace}/${pod.metadata.name}`
    const own = entry(counters, key, () => ({ pod, codes: new Map(), buckets: new Array(bounds.length + 1).fill(0), seconds: 0 }))
    own.codes.set(code, (own.codes.get(code) ?? 0) + 1)
    const at = bounds.findIndex((bound) => ms / 1000 <= bound)
    const bucket = at < 0 ? bounds.length : at
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
    stop,
  }
}

function exposition({ codes, buckets, seconds }: PodCounters): string {
  const lines = ['# HELP http_requests_total Requests answered.', '# TYPE http_requests_total counter']
  for (const [code, count] of [...codes].sort(([a], [b]) => a - b)) lines.push(`http_requests_total{code="${code}"} ${count}`)
  lines.push('# HELP http_request_duration_seconds Time to answer.', '# TYPE http_request_duration_seconds histogram')
  let below = 0
  for (const [index, count] of buckets.entries()) {
    below += count
    lines.push(`http_request_duration_seconds_bucket{le="${bounds[index] ?? '+Inf'}"} ${below}`)
  }
  lines.push(`http_request_duration_seconds_sum ${seconds}`, `http_request_duration_seconds_count ${below}`)
  return `${lines.join('\n')}\n`
}
