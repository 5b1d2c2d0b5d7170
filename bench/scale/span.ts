import { difference, type Measured, type Requests, requestsIn } from '../control/process.ts'

/** What the controller did in a piece of time. */
export interface Span {
  seconds: number
  cpuSeconds: number
  requests: Requests
  reconciles: Durations
  /** Until the API server answered, of one request; a reconcile makes several, one after the other. */
  answers: Durations
}

/** How long something took, from a histogram of the controller's own. */
export interface Durations {
  count: number
  /** Milliseconds; between two bounds of the histogram it is taken as even. */
  quantile(q: number): number
}

/** Cumulative counts by upper bound in seconds. */
type Buckets = Map<number, number>

export async function spanOf(controller: Measured, work: () => Promise<unknown>): Promise<Span> {
  const before = await reading(controller)
  await work()
  const after = await reading(controller)
  return {
    seconds: (after.at - before.at) / 1000,
    cpuSeconds: after.cpu - before.cpu,
    requests: difference(after.requests, before.requests),
    reconciles: between(before.reconciles, after.reconciles),
    answers: between(before.answers, after.answers),
  }
}

async function reading(controller: Measured) {
  const page = await controller.metrics()
  return {
    at: Date.now(),
    cpu: controller.cpu(),
    requests: requestsIn(page),
    reconciles: bucketsIn(page, 'controller_runtime_reconcile_time_seconds', 'controller="rollout"'),
    answers: bucketsIn(page, 'rest_client_request_duration_seconds', 'verb="(?!watch)'),
  }
}

/** How many Rollouts were looked at so far, and how many wait. */
export function progressIn(page: string): { looked: number; waiting: number } {
  const sum = (line: RegExp) => [...page.matchAll(line)].reduce((total, [, value]) => total + Number(value), 0)
  return {
    looked: sum(/^controller_runtime_reconcile_total\{controller="rollout",result="[^"]*"\} (\S+)$/gm),
    waiting:
      sum(/^workqueue_depth\{name="rollout"\} (\S+)$/gm) + sum(/^controller_runtime_active_workers\{controller="rollout"\} (\S+)$/gm),
  }
}

/** All of a histogram whose labels are such, as one. */
function bucketsIn(page: string, name: string, labels: string): Buckets {
  const buckets: Buckets = new Map()
  for (const [, le = '', count] of page.matchAll(
    new RegExp(`^${name}_bucket\\{(?=[^}]*${labels})[^}]*le="([^"]*)"[^}]*\\} (\\S+)$`, 'gm'),
  )) {
    const bound = Number(le.replace('+Inf', 'Infinity'))
    buckets.set(bound, (buckets.get(bound) ?? 0) + Number(count))
  }
  return buckets
}

function between(before: Buckets, after: Buckets): Durations {
  const counts = [...after].map(([bound, count]): [number, number] => [bound, count - (before.get(bound) ?? 0)]).sort(([a], [b]) => a - b)
  const count = counts.at(-1)?.[1] ?? 0
  return {
    count,
    quantile(q) {
      const wanted = q * count
      let [low, below] = [0, 0]
      for (const [bound, upTo] of counts) {
        if (upTo >= wanted && upTo > below) return 1000 * (low + ((bound - low) * (wanted - below)) / (upTo - below))
        low = bound
        below = upTo
      }
      return Number.NaN
    },
  }
}
