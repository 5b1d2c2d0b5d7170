import type { SandboxClock } from './types.ts'

/** Time that moves only when told to: two runs with the same seed see the same instants in the same order. */
export interface VirtualClock extends SandboxClock {
  /**
   * Moves time by `ms`, running due timers in order of their time, then of their making. Promises settle between two
   * instants, so what a timer sets off asynchronously happens at that timer's time. Not to be called within itself.
   */
  advance(ms: number): Promise<void>
  /** Moves time from timer to timer until the predicate holds, and gives the milliseconds it took. Rejects when it does not within `atMost`. */
  runUntil(predicate: () => boolean | Promise<boolean>, options: { atMost: number }): Promise<number>
}

interface Timer {
  due: number
  serial: number
  fn: (() => void) | undefined
}

/** Rounds of the event loop that code woken by a timer gets before time moves on; more while it keeps making timers. */
const leastRounds = 2
const mostRounds = 50

/** A clock that starts at `start`, milliseconds since the epoch. */
export function virtualClock(start: number = Date.UTC(2026, 0, 1)): VirtualClock {
  const heap: Timer[] = []
  let now = start
  let serial = 0
  let advancing = false

  const settle = async () => {
    for (let round = 0, made = -1; round < leastRounds || (made !== serial && round < mostRounds); round++) {
      made = serial
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  /** Runs everything due at the next instant up to `end`; false when there is nothing. */
  const step = (end: number): boolean => {
    const first = peek(heap)
    if (!first || first.due > end) return false
    now = Math.max(now, first.due)
    for (let timer = peek(heap); timer && timer.due <= now; timer = peek(heap)) {
      pop(heap)
      const { fn } = timer
      timer.fn = undefined
      fn?.()
    }
    return true
  }

  const exclusively = async <T>(run: () => Promise<T>): Promise<T> => {
    if (advancing) throw new Error('the clock is being advanced already')
    advancing = true
    try {
      return await run()
    } finally {
      advancing = false
    }
  }

  return {
    // Whole milliseconds, as a machine's clock gives.
    now: () => Math.floor(now),
    after(ms, fn) {
      const timer: Timer = { due: now + Math.max(0, ms), serial: serial++, fn }
      push(heap, timer)
      return () => {
        timer.fn = undefined
      }
    },
    advance: (ms) =>
      exclusively(async () => {
        const end = now + ms
        await settle()
        while (step(end)) await settle()
        now = end
      }),
    runUntil: (predicate, { atMost }) =>
      exclusively(async () => {
        const began = now
        const end = now + atMost
        await settle()
        while (!(await predicate())) {
          if (!step(end)) {
            now = end
            if (await predicate()) break
            throw new Error(`did not come about within ${atMost} ms`)
          }
          await settle()
        }
        return now - began
      }),
  }
}

const before = (a: Timer, b: Timer) => a.due < b.due || (a.due === b.due && a.serial < b.serial)

/** The next timer that was not cancelled. */
function peek(heap: Timer[]): Timer | undefined {
  while (heap[0] && !heap[0].fn) pop(heap)
  return heap[0]
}

function push(heap: Timer[], timer: Timer): void {
  let at = heap.length
  while (at > 0) {
    const up = (at - 1) >> 1
    const parent = heap[up]
    if (!parent || before(parent, timer)) break
    heap[at] = parent
    at = up
  }
  heap[at] = timer
}

function pop(heap: Timer[]): void {
  const last = heap.pop()
  if (!last || heap.length === 0) return
  let at = 0
  for (;;) {
    let child = 2 * at + 1
    const left = heap[child]
    if (!left) break
    const right = heap[child + 1]
    if (right && before(right, left)) child++
    const smaller = heap[child]
    if (!smaller || before(last, smaller)) break
    heap[at] = smaller
    at = child
  }
  heap[at] = last
}
