import type { Clock } from '../clock.ts'
import { SourceError } from './errors.ts'

/** There was no room for the request on our side: it says nothing about the source. */
export class BusyError extends SourceError {
  constructor(message: string) {
    super('limited', message, { retryAfterMs: 5_000 })
  }
}

export interface Bulkhead {
  /** Waits for room, first come first served; gives what makes room again. Throws a BusyError after `timeoutMs`, or at once when too many wait. */
  enter(timeoutMs: number): Promise<() => void>
  /** How many are within. */
  within(): number
}

/** Lets `most` in at a time, and `mostWaiting` wait. */
export function bulkhead(clock: Clock, most: number, mostWaiting: number): Bulkhead {
  const waiting = new Set<() => void>()
  let within = 0

  const leave = () => {
    const [next] = waiting
    if (!next) {
      within--
      return
    }
    waiting.delete(next)
    next()
  }
  // Twice makes room only once.
  const leaveOnce = () => {
    let left = false
    return () => {
      if (!left) leave()
      left = true
    }
  }
  return {
    within: () => within,
    enter(timeoutMs) {
      if (within < most) {
        within++
        return Promise.resolve(leaveOnce())
      }
      if (waiting.size >= mostWaiting)
        return Promise.reject(
          new BusyError(`${mostWaiting} requests wait for the source already: raise spec.maxConcurrent if it can take more`),
        )
      return new Promise((resolve, reject) => {
        const enter = () => {
          cancel()
          resolve(leaveOnce())
        }
        const cancel = clock.after(timeoutMs, () => {
          waiting.delete(enter)
          reject(new BusyError(`the requests before this one took the whole timeout: raise spec.maxConcurrent if the source can take more`))
        })
        waiting.add(enter)
      })
    },
  }
}
