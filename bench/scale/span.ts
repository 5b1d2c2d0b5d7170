import { difference, type Measured, type Requests, requestsIn } from '../control/process.ts'

/** What the controller did in a piece of time. */
export interface Span {
  seconds: number
  cpuSeconds: number
  requests: Requests
  reconciles: Reconciles
}

/** How long reconciles took, from the controller's own histogram. */
export interface Reconciles {
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
    reconciles: between(before.buckets, after.buckets),
  }
}

async function reading(controller: Measured) {
  const page = await controller.metrics()
  return { at: Date.now(), cpu: controller.cpu(), requests: requestsIn(page), buckets: bucketsIn(page) }
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

function bucketsIn(page: string): Buckets {
  const lines = page.matchAll(/^controller_runtime_reconcile_time_seconds_bucket\{([^}]*controller="rollout"[^}]*)\} (\S+)$/gm)
  return new Map(
    [...lines].map(([, labels = '', count]) => [Number(/le="([^"]*)"/.exec(labels)?.[1]?.replace('+Inf', 'Infinity')), Number(count)]),
  )
}

function between(before: Buckets, after: Buckets): Reconciles {
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
