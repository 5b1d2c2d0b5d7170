import { ApiError } from '../types.ts'
import type { Context } from './context.ts'
import { type Delays, draw } from './delays.ts'

export interface WorkSet {
  /** The object changed: look at it after the controller's delay. Many calls before that are one. */
  add(key: string): void
  /** Look at it again in so many milliseconds, sooner if it changes before. */
  addAfter(key: string, ms: number): void
  stop(): void
}

interface Entry {
  due: number
  cancel: () => void
  soon: boolean
}

/** 5 ms doubled by each failure, to at most 16 s. */
const backOff = (failures: number) => 5 * 2 ** Math.min(failures, 11)

/**
 * Objects waiting to be reconciled, one entry a key. Reconciling is synchronous, so a key is never worked on twice at
 * once. A refused write (ApiError) puts the key back with a growing back-off; a returned number asks for a look in so many milliseconds.
 */
export function createWorkSet(ctx: Context, name: keyof Delays, reconcile: (key: string) => number | undefined): WorkSet {
  const entries = new Map<string, Entry>()
  const failures = new Map<string, number>()
  let stopped = false

  const remove = (key: string, entry: Entry) => {
    entries.delete(key)
    if (entry.soon) ctx.activity.end()
  }
  const schedule = (key: string, ms: number, soon: boolean) => {
    if (stopped) return
    const due = ctx.clock.now() + ms
    const waiting = entries.get(key)
    if (waiting && waiting.due <= due && (waiting.soon || !soon)) return
    if (waiting) {
      waiting.cancel()
      remove(key, waiting)
    }
    const entry: Entry = { due, soon, cancel: ctx.clock.after(ms, () => run(key, entry)) }
    entries.set(key, entry)
    if (soon) ctx.activity.begin()
  }
  const run = (key: string, entry: Entry) => {
    remove(key, entry)
    try {
      const again = reconcile(key)
      failures.delete(key)
      if (again !== undefined) schedule(key, again, false)
    } catch (error) {
      // a refused write is ordinary here: admission, a conflict, a namespace that goes away; anything else is a bug
      if (!(error instanceof ApiError)) throw error
      const count = failures.get(key) ?? 0
      failures.set(key, count + 1)
      schedule(key, backOff(count), count < 3)
    }
  }

  return {
    add: (key) => schedule(key, draw(ctx.delays[name], ctx.random), true),
    addAfter: (key, ms) => schedule(key, ms, false),
    stop() {
      stopped = true
      for (const [key, entry] of [...entries]) {
        entry.cancel()
        remove(key, entry)
      }
    },
  }
}
