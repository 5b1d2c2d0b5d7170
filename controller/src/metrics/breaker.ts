import type { Clock, Instant } from '../clock.ts'

export type BreakerState = 'closed' | 'open' | 'half-open'

/** One attempt that the breaker let through. Exactly one of these is called, once. */
export interface Attempt {
  /** The source answered, though perhaps that it does not take the query. */
  answered(): void
  /** It gave no answer, or let nobody in. `retryAfterMs`: it asked not to be asked for so long. */
  failed(retryAfterMs: number | undefined): void
  /** It was not asked at all. */
  dropped(): void
}

export interface Breaker {
  state(): BreakerState
  /** An attempt, or how many milliseconds to wait for the next. */
  enter(): Attempt | { readonly waitMs: number }
}

const faultsToOpen = 5
const windowMs = 300_000
const firstWaitMs = 5_000
const longestWaitMs = 60_000
// While somebody tries it; about as long as an answer takes.
const trialWaitMs = 1_000

/**
 * Opens after five failures in a row within five minutes, or when a source asks for time. After 5 s one attempt is let through; as long as it fails, the
 * wait doubles up to 60 s. What began before it opened does not count any more.
 */
export function breaker(clock: Clock): Breaker {
  let faults: Instant[] = []
  let open: { until: Instant; waitMs: number; trial: boolean } | undefined
  let age = 0

  const openFor = (waitMs: number, retryAfterMs = 0) => {
    age++
    faults = []
    open = { until: clock.now() + Math.max(waitMs, retryAfterMs), waitMs, trial: false }
  }
  const attempt = (): Attempt => {
    const begun = age
    const current = () => begun === age
    return {
      answered() {
        if (!current()) return
        faults = []
        open = undefined
      },
      failed(retryAfterMs) {
        if (!current()) {
          if (open && retryAfterMs) open.until = Math.max(open.until, clock.now() + retryAfterMs)
          return
        }
        if (open) return openFor(Math.min(longestWaitMs, open.waitMs * 2), retryAfterMs)
        faults = [...faults, clock.now()].slice(-faultsToOpen)
        const [first = 0] = faults
        if (retryAfterMs || (faults.length === faultsToOpen && clock.now() - first <= windowMs)) openFor(firstWaitMs, retryAfterMs)
      },
      dropped() {
        if (current() && open) open.trial = false
      },
    }
  }
  return {
    state: () => (!open ? 'closed' : open.trial ? 'half-open' : 'open'),
    enter() {
      if (!open) return attempt()
      const waitMs = open.until - clock.now()
      if (waitMs > 0) return { waitMs }
      if (open.trial) return { waitMs: trialWaitMs }
      open.trial = true
      return attempt()
    },
  }
}
