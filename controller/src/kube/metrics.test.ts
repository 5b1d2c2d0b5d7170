import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { kubeMetrics } from './metrics.ts'
import { workQueue } from './queue.ts'
import { virtualClock } from './testing/virtualClock.ts'
import { runWorkers } from './workers.ts'

test('a queue, its workers and requests show under the names that dashboards for controllers expect', async () => {
  const registry = new Registry()
  const metrics = kubeMetrics(registry)
  const clock = virtualClock()
  const observer = metrics.queue('rollout')
  const queue = workQueue({ clock, observer })
  observer.watch(queue)
  const workers = runWorkers(
    queue,
    2,
    async (key) => {
      await new Promise<void>((resolve) => clock.after(3_000, resolve))
      if (key === 'bad') throw new Error('bad')
      return 'no'
    },
    { clock, observer: metrics.workers('rollout', 2) },
  )
  for (const key of ['good', 'bad', 'waits']) queue.add(key)
  await clock.advance(2_000)
  metrics.onRequest({ method: 'GET', verb: 'list', resource: 'pods', status: 200, seconds: 0.02 })
  metrics.onRequest({ method: 'PATCH', verb: 'patch', resource: 'pods', status: 0, seconds: 1 })
  metrics.leading('serin', true)
  const during = await registry.metrics()
  expect(during).toContain('workqueue_depth{name="rollout"} 1\n')
  expect(during).toContain('workqueue_unfinished_work_seconds{name="rollout"} 4\n')
  expect(during).toContain('workqueue_longest_running_processor_seconds{name="rollout"} 2\n')
  expect(during).toContain('controller_runtime_active_workers{controller="rollout"} 2\n')
  expect(during).toContain('controller_runtime_max_concurrent_reconciles{controller="rollout"} 2\n')
  expect(during).toContain('rest_client_requests_total{code="200",method="GET",verb="list",resource="pods"} 1\n')
  expect(during).toContain('rest_client_requests_total{code="<error>",method="PATCH",verb="patch",resource="pods"} 1\n')
  expect(during).toContain('leader_election_master_status{name="serin"} 1\n')

  await clock.advance(1_000)
  void workers.stop()
  await clock.advance(10_000)
  const after = await registry.metrics()
  expect(after).toContain('workqueue_adds_total{name="rollout"} 3\n')
  expect(after).toContain('workqueue_retries_total{name="rollout"} 1\n')
  expect(after).toContain('workqueue_queue_duration_seconds_count{name="rollout"} 3\n')
  expect(after).toContain('workqueue_work_duration_seconds_sum{name="rollout"} 9\n')
  expect(after).toContain('controller_runtime_reconcile_total{controller="rollout",result="success"} 2\n')
  expect(after).toContain('controller_runtime_reconcile_total{controller="rollout",result="error"} 1\n')
  expect(after).toContain('controller_runtime_reconcile_errors_total{controller="rollout"} 1\n')
  expect(after).toContain('controller_runtime_reconcile_time_seconds_count{controller="rollout"} 3\n')
})
