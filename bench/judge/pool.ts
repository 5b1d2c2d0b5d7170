import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Answers, Task } from './tasks.ts'

/** Threads that stay warm from one list of tasks to the next. */
export interface Pool {
  /**
   * Gives the results in the order of the tasks. Each depends on its task alone, so the number of threads changes nothing but the time. The first
   * error ends all. One list at a time.
   */
  run<T extends Task>(tasks: readonly T[]): Promise<readonly Answers[T['kind']][]>
  close(): Promise<void>
}

export function startPool(threads = availableParallelism()): Pool {
  const workers = Array.from({ length: threads }, () => new Worker(new URL('./worker.ts', import.meta.url)))
  return {
    async run<T extends Task>(tasks: readonly T[]) {
      const results = new Array<Answers[T['kind']]>(tasks.length)
      let next = 0
      const work = async (worker: Worker): Promise<void> => {
        for (let at = next++; at < tasks.length; at = next++) results[at] = await ask<Answers[T['kind']]>(worker, tasks[at])
      }
      await Promise.all(workers.map(work))
      return results
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()))
    },
  }
}

function ask<R>(worker: Worker, task: Task | undefined): Promise<R> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject)
    worker.once('message', (result: R) => {
      worker.off('error', reject)
      resolve(result)
    })
    worker.postMessage(task)
  })
}
