import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Release } from './release.ts'
import type { Shift } from './shift.ts'

/** Works off the shifts in threads; `done` hears of each. The releases come in the order of the shifts, whatever the number of threads. */
export async function inThreads(
  shifts: readonly Shift[],
  threads: number,
  done: (shift: Shift, releases: readonly Release[]) => void,
): Promise<readonly Release[]> {
  const results: (readonly Release[])[] = []
  let next = 0
  const staff = Array.from({ length: Math.min(threads, shifts.length) }, () => new Worker(new URL('./worker.ts', import.meta.url)))
  const busy = staff.map(async (worker) => {
    for (let at = next++; at < shifts.length; at = next++) {
      const shift = shifts[at]
      if (!shift) return
      const answer = once(worker, 'message')
      worker.postMessage(shift)
      const [releases] = (await answer) as [Release[]]
      results[at] = releases
      done(shift, releases)
    }
  })
  try {
    await Promise.all(busy)
  } finally {
    await Promise.all(staff.map((worker) => worker.terminate()))
  }
  return results.flat()
}
