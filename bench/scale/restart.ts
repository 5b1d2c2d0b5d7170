import { setTimeout as sleep } from 'node:timers/promises'
import { type Measured, reads, requestsIn, writes } from '../control/process.ts'
import type { Program } from './controller.ts'
import { byResource, type Figures, round } from './figures.ts'
import { progressIn } from './span.ts'

/** Starts a controller where everything is at rest, and follows it until it has looked at every Rollout. */
export async function restarted(
  program: Program,
  kubeconfig: string,
  rollouts: number,
): Promise<{ controller: Measured; figures: Figures }> {
  const began = Date.now()
  const controller = await program.start(kubeconfig)
  const ready = await controller.ready()
  for (;;) {
    const { looked, waiting } = progressIn(await controller.metrics())
    if (looked >= rollouts && waiting === 0) break
    await sleep(20)
  }
  const seconds = (Date.now() - began) / 1000
  await sleep(5000)
  const requests = requestsIn(await controller.metrics())
  const figures = {
    rollouts,
    secondsUntilReady: round(ready),
    secondsUntilAllLookedAt: round(seconds),
    reads: reads(requests),
    writes: writes(requests),
    cpuSeconds: round(controller.cpu()),
    rssMiB: controller.rss().now,
    requests: byResource(requests, 1),
  }
  return { controller, figures }
}
