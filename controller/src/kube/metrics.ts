import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { QueueObserver, WorkQueue } from './queue.ts'
import type { RequestReport } from './transport.ts'
import type { WorkersObserver } from './workers.ts'

// Names and meanings as in controller-runtime and client-go, so that their dashboards and alerts work unchanged.
const waits = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 300, 1000]
const times = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

export interface KubeMetrics {
  /** For a transport. */
  onRequest: (report: RequestReport) => void
  /** For a queue of that name; `watch` then adds what can only be asked of the queue itself. */
  queue(name: string): QueueObserver & { watch(queue: WorkQueue): void }
  /** For the workers of the controller of that name. */
  workers(controller: string, count: number): WorkersObserver
  leading(lease: string, leader: boolean): void
}

/** Registers the metrics of this folder. Call once for each registry. */
export function kubeMetrics(registry: Registry): KubeMetrics {
  const registers = [registry]
  const requests = new Counter({
    name: 'rest_client_requests_total',
    help: 'Requests to the Kubernetes API by status code; "<error>" when there was no answer.',
    labelNames: ['code', 'method', 'verb', 'resource'],
    registers,
  })
  const requestSeconds = new Histogram({
    name: 'rest_client_request_duration_seconds',
    help: 'Time until the head of an answer of the Kubernetes API.',
    labelNames: ['verb'],
    buckets: times,
    registers,
  })
  const leaders = new Gauge({
    name: 'leader_election_master_status',
    help: 'Whether this process leads.',
    labelNames: ['name'],
    registers,
  })
  const queue = queueMetrics(registers)
  const workers = workerMetrics(registers)
  return {
    onRequest({ method, verb, resource, status, seconds }) {
      requests.inc({ code: status === 0 ? '<error>' : String(status), method, verb, resource })
      requestSeconds.observe({ verb }, seconds)
    },
    queue,
    workers,
    leading: (name, leader) => leaders.set({ name }, leader ? 1 : 0),
  }
}

function queueMetrics(registers: Registry[]): KubeMetrics['queue'] {
  const labelNames = ['name']
  const depth = new Gauge({ name: 'workqueue_depth', help: 'Keys ready for a worker.', labelNames, registers })
  const adds = new Counter({ name: 'workqueue_adds_total', help: 'Keys added.', labelNames, registers })
  const retries = new Counter({ name: 'workqueue_retries_total', help: 'Keys added again after a failure.', labelNames, registers })
  const waited = new Histogram({
    name: 'workqueue_queue_duration_seconds',
    help: 'How long keys waited for a worker.',
    labelNames,
    buckets: waits,
    registers,
  })
  const worked = new Histogram({
    name: 'workqueue_work_duration_seconds',
    help: 'How long workers had a key.',
    labelNames,
    buckets: waits,
    registers,
  })
  const queues = new Map<string, WorkQueue>()
  new Gauge({
    name: 'workqueue_unfinished_work_seconds',
    help: 'How long the keys now with a worker have been there, in sum.',
    labelNames,
    registers,
    collect() {
      for (const [name, each] of queues)
        this.set(
          { name },
          each.running().reduce((sum, seconds) => sum + seconds, 0),
        )
    },
  })
  new Gauge({
    name: 'workqueue_longest_running_processor_seconds',
    help: 'How long the longest of the keys now with a worker has been there.',
    labelNames,
    registers,
    collect() {
      for (const [name, each] of queues) this.set({ name }, Math.max(0, ...each.running()))
    },
  })
  return (name) => {
    // Present from the start: a rate over a series that appears late misses its first increase.
    adds.inc({ name }, 0)
    retries.inc({ name }, 0)
    depth.set({ name }, 0)
    return {
      depth: (keys) => depth.set({ name }, keys),
      added: () => adds.inc({ name }),
      waited: (seconds) => waited.observe({ name }, seconds),
      worked: (seconds) => worked.observe({ name }, seconds),
      retried: () => retries.inc({ name }),
      watch: (queue) => void queues.set(name, queue),
    }
  }
}

function workerMetrics(registers: Registry[]): KubeMetrics['workers'] {
  const labelNames = ['controller']
  const total = new Counter({
    name: 'controller_runtime_reconcile_total',
    help: 'Keys handled, by result.',
    labelNames: ['controller', 'result'],
    registers,
  })
  const errors = new Counter({
    name: 'controller_runtime_reconcile_errors_total',
    help: 'Keys whose handling failed.',
    labelNames,
    registers,
  })
  const seconds = new Histogram({
    name: 'controller_runtime_reconcile_time_seconds',
    help: 'How long a key took.',
    labelNames,
    buckets: times,
    registers,
  })
  const most = new Gauge({
    name: 'controller_runtime_max_concurrent_reconciles',
    help: 'Number of workers.',
    labelNames,
    registers,
  })
  const active = new Gauge({
    name: 'controller_runtime_active_workers',
    help: 'Workers that have a key.',
    labelNames,
    registers,
  })
  return (controller, count) => {
    most.set({ controller }, count)
    errors.inc({ controller }, 0)
    for (const result of ['success', 'error', 'requeue', 'requeue_after']) total.inc({ controller, result }, 0)
    return {
      handled(result, took) {
        total.inc({ controller, result })
        seconds.observe({ controller }, took)
        if (result === 'error') errors.inc({ controller })
      },
      active: (workers) => active.set({ controller }, workers),
    }
  }
}
