import type { Registry } from 'prom-client'
import type { RolloutStatus } from './api/rolloutStatus.ts'
import type { Instant } from './clock.ts'
import { defaultAnalysts, type Observers } from './controller.ts'
import { kubeMetrics } from './kube/metrics.ts'
import type { RequestReport } from './kube/transport.ts'
import { sourceMetrics } from './metrics/sourceMetrics.ts'
import { notifyMetrics } from './notify/notifyMetrics.ts'
import { rolloutMetrics } from './reconcile/rolloutMetrics.ts'

export interface ControllerMetricsOptions {
  registry: Registry
  workers: number
  /** Of every Rollout this process looks after; undefined while it does not lead. */
  statuses: () => readonly RolloutStatus[] | undefined
  now: () => Instant
}

/** Registers every metric of ours, and gives what feeds them. Call once for each registry. */
export function controllerMetrics({ registry, workers, statuses, now }: ControllerMetricsOptions): {
  onRequest: (report: RequestReport) => void
  observers: Observers
} {
  const kube = kubeMetrics(registry)
  const { judged } = rolloutMetrics({ registry, statuses, now })
  return {
    onRequest: kube.onRequest,
    observers: {
      queue: kube.queue('rollout'),
      workers: kube.workers('rollout', workers),
      analysisQueue: kube.queue('analysisrun'),
      analysts: kube.workers('analysisrun', defaultAnalysts),
      sources: sourceMetrics(registry),
      notifications: notifyMetrics(registry),
      leading: kube.leading,
      judged,
    },
  }
}
