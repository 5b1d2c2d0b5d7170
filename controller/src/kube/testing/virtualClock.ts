import type { Clock, Instant } from '../../clock.ts'

export interface VirtualClock extends Clock {
  /** Moves time on by `ms`, running due timers in order of time (then of setting), and lets promises settle before each and at the end. */
  advance(ms: number): Promise<void>
  /** Lets promises settle without moving time. */
  settle(): Promise<void>
  /** When the next timer is due. */
  next(): Instant | undefined
  /** How many timers are set. */
  pending(): number
}

interface Timer {
  at: Instant
  order: number
  fn: () => void
}

/** A clock that moves only when told to. `rounds`: how many turns of the event loop count as settled; raise it where streams are in play. */
export function virtualClock(start: Instant = Date.UTC(2026, 0, 1), rounds = 2): VirtualClock {
  let now = start
  let order = 0
  // Sorted by (at, order), soonest last, so that the soonest is popped.
  const timers: Timer[] = []

  const settle = async () => {
    for (let round = 0; round < rounds; round++) await new Promise<void>((resolve) => setImmediate(resolve))
  }
  return {
    now: () => now,
    after(ms, fn) {
      const timer = { at: now + Math.max(0, ms), order: order++, fn }
      timers.splice(place(timers, timer), 0, timer)
      return () => {
        const index = timers.indexOf(timer)
        if (index >= 0) timers.splice(index, 1)
      }
    },
    async advance(ms) {
      const until = now + ms
      await settle()
      for (let timer = timers.at(-1); timer && timer.at <= until; timer = timers.at(-1)) {
        timers.pop()
        now = timer.at
        timer.fn()
        await settle()
      }
      now = until
    },
    settle,
    next: () => timers.at(-1)?.at,
    pending: () => timers.length,
  }
}

function place(timers: Timer[], timer: Timer): number {
  let low = 0
  let high = timers.length
  while (low < high) {
    const middle = (low + high) >> 1
    const other = timers[middle]
    if (other && (other.at > timer.at || (other.at === timer.at && other.order > timer.order))) low = middle + 1
    else high = middle
  }
  return low
}
