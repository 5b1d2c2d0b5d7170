import type { Instant } from '../clock.ts'

/** A notification on its way. */
export interface Waiting {
  readonly key: string
  /** When it was written down: they go in this order, and are given up a day later. */
  readonly since: Instant
  /** Not before this: it failed, or was asked to wait. */
  readonly notBefore: Instant
  readonly tries: number
}

/** What one target is about to be told. */
export interface Lane {
  readonly waiting: readonly Waiting[]
  /** When messages went there, ascending; those of the last minute are enough. */
  readonly sent: readonly Instant[]
  /** For people: many become one message. */
  readonly chat: boolean
}

export type Turn =
  | { readonly do: 'send'; readonly keys: readonly string[] }
  | { readonly do: 'bury'; readonly keys: readonly string[] }
  | { readonly do: 'wait'; readonly until: Instant }
  | { readonly do: 'rest' }

export const minuteMs = 60_000
/** Messages a minute: to people, and to machines. */
export const mostAMinute = { chat: 10, machine: 60 } as const
/** Pieces of news in one message. */
export const mostInOne = 50
/** After so long it is given up. */
export const givenUpMs = 24 * 3_600_000

const firstRetryMs = 5_000
const longestRetryMs = 600_000

/**
 * What to do next for one target. Pure. In any minute it is sent no more messages than it takes; where more is due to people, all of it
 * becomes one message. What failed does not keep back what did not.
 */
export function nextTurn({ waiting, sent, chat }: Lane, now: Instant): Turn {
  const old = waiting.filter(({ since }) => now - since >= givenUpMs)
  if (old.length > 0) return { do: 'bury', keys: old.map(({ key }) => key) }
  if (waiting.length === 0) return { do: 'rest' }
  const due = waiting.filter(({ notBefore }) => notBefore <= now)
  if (due.length === 0) return { do: 'wait', until: Math.min(...waiting.map(({ notBefore }) => notBefore)) }
  const recent = sent.filter((at) => now - at < minuteMs)
  const most = chat ? mostAMinute.chat : mostAMinute.machine
  const [oldest = now] = recent.slice(-most)
  if (recent.length >= most) return { do: 'wait', until: oldest + minuteMs }
  // In order only when something is sent: this is asked anew for each of thousands that come while it waits.
  const inTurn = due.toSorted((a, b) => a.since - b.since || (a.key < b.key ? -1 : 1))
  const storm = chat && recent.length + due.length > most
  return { do: 'send', keys: inTurn.slice(0, storm ? mostInOne : 1).map(({ key }) => key) }
}

/** When to try again after the n-th failure, n from 1: doubling from five seconds to ten minutes, up to twice that by chance, or later where it was asked. */
export function retryAt(tries: number, now: Instant, random: number, askedMs = 0): Instant {
  const wait = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(tries - 1, 20)) * (1 + random)
  return now + Math.max(wait, askedMs)
}
