import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Release } from './release.ts'

/** One release to be made. */
export interface Task {
  readonly world: string
  readonly seed: number
}

/** Makes the releases in threads, as long as there is time; `done` hears of each. They come in the order of the tasks, whatever the number of threads. */
export async function inThreads(
  tasks: readonly Task[],
  threads: number,
  isTime: () => boolean,
  done: (release: Release) => void,
): Promise<readonly Release[]> {
  const releases: Release[] = []
  let next = 0
  const staff = Array.from({ length: Math.min(threads, tasks.length) }, () => new Worker(new URL('./worker.ts', import.meta.url)))
  const busy = staff.map(async (worker) => {
    for (let at = next++; at < tasks.length && isTime(); at = next++) {
      const answer = once(worker, 'message')
      worker.postMessage(tasks[at])
      const [release] = (await answer) as [Release]
      releases[at] = release
      done(release)
    }
  })
  try {
    await Promise.all(busy)
  } finally {
    await Promise.all(staff.map((worker) => worker.terminate()))
  }
  return releases.filter((release) => release !== undefined)
}
