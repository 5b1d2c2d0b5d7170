import type { Clock } from '../clock.ts'
import { tokenBucket } from './bucket.ts'

/** 'low' for what is only brought along (a first list), 'high' for what just happened. */
export type Priority = 'high' | 'low'

/** What a queue tells of itself; the words are those of controller-runtime's metrics. Must not throw. */
export interface QueueObserver {
  depth(keys: number): void
  added(): void
  /** How long a key waited for a worker. */
  waited(seconds: number): void
  /** How long a worker had it. */
  worked(seconds: number): void
  retried(): void
}

export interface QueueOptions {
  clock: Clock
  observer?: QueueObserver
  /** First and longest wait of a key that keeps failing. Default 5 ms and 1,000 s. */
  firstRetryMs?: number
  longestRetryMs?: number
  /** Retries of all keys together: so many a second, after so many at once. Default 10 and 100. */
  retriesPerSecond?: number
  retryBurst?: number
}

/**
 * Keys of work to do. A key that is added while it waits is there once; one that is added while a worker has it comes again
 * after that. So no key is ever with two workers, and whatever was added is handled after it was added.
 */
export interface WorkQueue {
  /** Keys ready for a worker. */
  readonly depth: number
  add(key: string, priority?: Priority): void
  /** Adds later. Of several the earliest counts; one that is due anyhow is not put off. */
  addAfter(key: string, ms: number, priority?: Priority): void
  /** Adds after a wait that doubles with each call until `forget`. */
  addRateLimited(key: string, priority?: Priority): void
  /** The key did well: its next failure waits shortly again. */
  forget(key: string): void
  /** How often the key was rate limited since it last did well. */
  retries(key: string): number
  /** The next key, as soon as there is one; undefined once the queue is shut down. Each key taken must be given to `done`. */
  take(): Promise<string | undefined>
  done(key: string): void
  /** Seconds since each key now with a worker was taken. */
  running(): number[]
  /** Gives out nothing more and forgets what waits: whoever works next finds it in the cluster. */
  shutDown(): void
}

// Timers of Node end at 2^31 ms; longer waits are cut into pieces.
const longestTimerMs = 2 ** 31 - 1
// So that a storm of live events cannot starve the first list: one in so many is taken from the low side.
const lowEvery = 10

export function workQueue(options: QueueOptions): WorkQueue {
  const { clock, observer, firstRetryMs = 5, longestRetryMs = 1_000_000, retriesPerSecond = 10, retryBurst = 100 } = options
  // Insertion order is the order of service; the value is since when.
  const ready: Record<Priority, Map<string, number>> = { high: new Map(), low: new Map() }
  const processing = new Map<string, number>()
  const again = new Map<string, Priority>()
  const delayed = new Map<string, { at: number; priority: Priority; cancel: () => void }>()
  const failures = new Map<string, number>()
  const takers: ((key: string | undefined) => void)[] = []
  const bucket = tokenBucket(clock, retriesPerSecond, retryBurst)
  let taken = 0
  let down = false

  const depth = () => ready.high.size + ready.low.size
  const hand = () => {
    while (takers.length > 0 && depth() > 0) takers.shift()?.(next())
  }
  const next = (): string | undefined => {
    taken++
    const lowFirst = ready.high.size === 0 || (ready.low.size > 0 && taken % lowEvery === 0)
    const from = lowFirst ? ready.low : ready.high
    const first = from.entries().next().value
    if (!first) return undefined
    const [key, since] = first
    from.delete(key)
    processing.set(key, clock.now())
    observer?.depth(depth())
    observer?.waited((clock.now() - since) / 1000)
    return key
  }
  const add = (key: string, priority: Priority = 'high') => {
    if (down) return
    if (processing.has(key)) {
      if (!again.has(key)) observer?.added()
      if (priority === 'high' || !again.has(key)) again.set(key, priority)
      return
    }
    if (ready.high.has(key)) return
    const since = ready.low.get(key)
    if (since !== undefined) {
      if (priority === 'low') return
      ready.low.delete(key)
    } else {
      observer?.added()
    }
    ready[priority].set(key, since ?? clock.now())
    observer?.depth(depth())
    hand()
  }
  const addAfter = (key: string, ms: number, priority: Priority = 'high') => {
    if (down) return
    if (!(ms > 0)) {
      add(key, priority)
      return
    }
    const at = clock.now() + ms
    const known = delayed.get(key)
    const urgent = priority === 'high' || known?.priority === 'high' ? 'high' : 'low'
    if (known && known.at <= at) {
      known.priority = urgent
      return
    }
    known?.cancel()
    // By timers alone: a clock that is set back meanwhile puts nothing off.
    const wait = (left: number): (() => void) =>
      clock.after(Math.min(left, longestTimerMs), () => {
        const entry = delayed.get(key)
        if (!entry) return
        if (left > longestTimerMs) {
          entry.cancel = wait(left - longestTimerMs)
          return
        }
        delayed.delete(key)
        add(key, entry.priority)
      })
    delayed.set(key, { at, priority: urgent, cancel: wait(ms) })
  }

  return {
    get depth() {
      return depth()
    },
    add,
    addAfter,
    addRateLimited(key, priority) {
      if (down) return
      const count = failures.get(key) ?? 0
      failures.set(key, count + 1)
      observer?.retried()
      addAfter(key, Math.max(Math.min(firstRetryMs * 2 ** count, longestRetryMs), bucket.reserve()), priority)
    },
    forget: (key) => void failures.delete(key),
    retries: (key) => failures.get(key) ?? 0,
    take() {
      if (down) return Promise.resolve(undefined)
      if (depth() > 0) return Promise.resolve(next())
      return new Promise((resolve) => takers.push(resolve))
    },
    done(key) {
      const since = processing.get(key)
      if (since === undefined) return
      processing.delete(key)
      observer?.worked((clock.now() - since) / 1000)
      const priority = again.get(key)
      again.delete(key)
      if (priority === undefined || down) return
      ready[priority].set(key, clock.now())
      observer?.depth(depth())
      hand()
    },
    running: () => [...processing.values()].map((since) => (clock.now() - since) / 1000),
    shutDown() {
      down = true
      for (const { cancel } of delayed.values()) cancel()
      delayed.clear()
      again.clear()
      ready.high.clear()
      ready.low.clear()
      observer?.depth(0)
      for (const taker of takers.splice(0)) taker(undefined)
    },
  }
}
