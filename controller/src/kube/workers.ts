import type { Clock } from '../clock.ts'
import { type Log, silentLog } from './log.ts'
import type { WorkQueue } from './queue.ts'

/** When to come back to a key: not before something happens, after a growing wait, or after so many milliseconds. */
export type Again = 'no' | 'retry' | { afterMs: number }

export type Handler = (key: string) => Promise<Again>

export interface WorkersObserver {
  /** One key was handled. */
  handled(result: 'success' | 'error' | 'requeue' | 'requeue_after', seconds: number): void
  /** So many workers have a key now. */
  active(workers: number): void
}

export interface Workers {
  /** Shuts the queue down and resolves when the last key in hand is done. */
  stop(): Promise<void>
}

/**
 * Runs `count` workers on the queue until it is shut down. A handler that throws is logged, and its key tried again after the
 * key's back-off; it never ends a worker.
 */
export function runWorkers(
  queue: WorkQueue,
  count: number,
  handler: Handler,
  options: { clock: Clock; log?: Log; observer?: WorkersObserver },
): Workers {
  const { clock, log = silentLog, observer } = options
  let active = 0

  const handle = async (key: string) => {
    const started = clock.now()
    const report = (result: Parameters<WorkersObserver['handled']>[0]) => observer?.handled(result, (clock.now() - started) / 1000)
    observer?.active(++active)
    try {
      const again = await handler(key)
      if (again === 'retry') {
        queue.addRateLimited(key)
        report('requeue')
        return
      }
      queue.forget(key)
      if (again !== 'no') queue.addAfter(key, again.afterMs)
      report(again === 'no' ? 'success' : 'requeue_after')
    } catch (error) {
      queue.addRateLimited(key)
      log.error({ err: error, key, retries: queue.retries(key) }, 'handling failed')
      report('error')
    } finally {
      queue.done(key)
      observer?.active(--active)
    }
  }
  const work = async () => {
    for (let key = await queue.take(); key !== undefined; key = await queue.take()) await handle(key)
  }
  const running = Promise.all(Array.from({ length: count }, work))
  return {
    async stop() {
      queue.shutDown()
      await running
    },
  }
}
