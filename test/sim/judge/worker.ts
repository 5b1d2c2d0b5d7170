import { parentPort } from 'node:worker_threads'
import { release } from './release.ts'
import type { Task } from './threads.ts'
import { worldNamed } from './worlds.ts'

parentPort?.on('message', async ({ world, seed }: Task) => {
  parentPort?.postMessage(await release(worldNamed(world), seed))
})
