import { type Clock, systemClock } from '../../clock.ts'

/** Real time, run `factor` times as fast: for waits of seconds over real sockets. */
export function fastClock(factor: number): Clock {
  const start = Date.now()
  return {
    now: () => start + (Date.now() - start) * factor,
    after: (ms, fn) => systemClock.after(ms / factor, fn),
  }
}

/** Resolves when the condition holds; rejects with `what` after `ms` of real time. */
export async function until(condition: () => boolean, what: string, ms = 5_000): Promise<void> {
  const end = Date.now() + ms
  while (!condition()) {
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
