import { Metric, type MetricInput } from '../../api/metric.ts'
import type { Series } from '../../metrics/provider.ts'

export const step = 30_000
/** The begin of the first interval in tests. */
export const start = Date.UTC(2026, 0, 1)

export const arms = {
  canary: { pods: 'shop-new-[a-z0-9]+', hash: 'new', service: 'shop-canary' },
  baseline: { pods: 'shop-old-[a-z0-9]+', hash: 'old', service: 'shop' },
}

/** A metric with its defaults. */
export function metric(input: MetricInput): Metric {
  return Metric.parse(input)
}

const ofPods = 'pod=~"{{arm.pods}}"'
export const errors = metric({ name: 'errors', ratio: { bad: `errors_total{${ofPods}}`, total: `requests_total{${ofPods}}` } })
export const latency = metric({ name: 'latency', histogram: { query: `seconds_bucket{${ofPods}}` } })
export const memory = metric({ name: 'memory', gauge: { query: `memory{${ofPods}}` } })
export const crashes = metric({ name: 'crashes', count: { bad: `crashes_total{${ofPods}}` } })

/** A series whose values stand on edges from the start of the lookback on: index 5 is the begin of the first interval. Undefined: no point. */
export function series(name: string, labels: Record<string, string>, values: readonly (number | undefined)[], first = -5): Series {
  return {
    labels: { __name__: name, ...labels },
    points: values.flatMap((value, at) => (value === undefined ? [] : [[start + (first + at) * step, value] as const])),
  }
}
