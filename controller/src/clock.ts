/** Milliseconds since the epoch. Every timer and every timestamp of the controller comes through a Clock, so that tests and the simulation own time. */
export type Instant = number

export interface Clock {
  now(): Instant
  /** Calls `fn` once, `ms` from now at the earliest; the returned function cancels it. */
  after(ms: number, fn: () => void): () => void
}

/** The machine's clock. A pending timer of it keeps no process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, ms)
    timer.unref()
    return () => clearTimeout(timer)
  },
}

/** Resolves `ms` from now by that clock, at once when the signal aborts. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const done = () => {
      cancel()
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const cancel = clock.after(ms, done)
    signal?.addEventListener('abort', done, { once: true })
  })
}
