import type { Clock, Instant } from '../clock.ts'
import { type Breaker, breaker } from '../metrics/breaker.ts'
import { SourceError } from '../metrics/errors.ts'
import { minuteMs, nextTurn, retryAt, type Waiting } from './schedule.ts'

/** What became of notifications, to be written down. */
export type Outcome =
  | { readonly phase: 'Sent'; readonly message: string }
  | { readonly phase: 'Pending' | 'Dead'; readonly message: string; readonly tries: number }

export interface OutboxOptions {
  readonly clock: Clock
  /** Between 0 and 1; for jitter only. */
  readonly random: () => number
  /** Whether a target is for people: many pieces of news become one message. */
  chat(lane: string): boolean
  /** Sends one message with all of these. Throws a SourceError. */
  send(lane: string, keys: readonly string[]): Promise<void>
  /** Writes it down; the target is told nothing else before that is done. May not throw. */
  settled(lane: string, keys: readonly string[], outcome: Outcome): Promise<void>
  /** So many more are on their way to it. */
  size?(lane: string, more: number): void
}

/**
 * What is on its way, a lane for each target: a target that is down, slow or wants less keeps back nobody else. Forgets everything when it ends: what is
 * not written down as sent is put in again by whoever begins next.
 */
export interface Outbox {
  /** Puts a notification in; the second time changes nothing. */
  put(lane: string, key: string, since: Instant): void
  /** It is not to be sent any more. One that is being sent is. */
  drop(lane: string, key: string): void
  /** The target was changed: what failed is tried at once. */
  hurry(lane: string): void
  /** Takes up nothing more; resolves when what is being sent has been sent and written down. */
  stop(): Promise<void>
}

interface Lane {
  waiting: Map<string, Waiting>
  sent: Instant[]
  breaker: Breaker
  /** Its breaker lets nothing through until then. */
  shutUntil: Instant
  busy: boolean
  cancel: () => void
}

/** Targets that are spoken to side by side. */
const mostAtOnce = 16

export function openOutbox(options: OutboxOptions): Outbox {
  const { clock, random } = options
  const lanes = new Map<string, Lane>()
  const hungry = new Set<string>()
  const inHand = new Set<Promise<void>>()
  let stopped = false

  const laneOf = (name: string): Lane => {
    const known = lanes.get(name)
    if (known) return known
    const lane: Lane = { waiting: new Map(), sent: [], breaker: breaker(clock), shutUntil: 0, busy: false, cancel: () => {} }
    lanes.set(name, lane)
    return lane
  }
  const wakeAt = (name: string, lane: Lane, at: Instant) => {
    lane.cancel()
    lane.cancel = clock.after(Math.max(1, at - clock.now()), () => look(name))
  }
  const look = (name: string): void => {
    const lane = lanes.get(name)
    if (stopped || !lane || lane.busy) return
    if (lane.shutUntil > clock.now() && lane.waiting.size > 0) {
      wakeAt(name, lane, lane.shutUntil)
      return
    }
    const turn = nextTurn({ waiting: [...lane.waiting.values()], sent: lane.sent, chat: options.chat(name) }, clock.now())
    if (turn.do === 'rest') return
    if (turn.do === 'wait') {
      wakeAt(name, lane, turn.until)
      return
    }
    if (inHand.size >= mostAtOnce) {
      hungry.add(name)
      return
    }
    lane.busy = true
    const done = (turn.do === 'send' ? attempt(name, lane, turn.keys) : bury(name, lane, turn.keys)).finally(() => {
      lane.busy = false
      inHand.delete(done)
      const [next] = hungry
      if (next !== undefined) hungry.delete(next)
      look(name)
      if (next !== undefined) look(next)
    })
    inHand.add(done)
  }

  const forget = (name: string, lane: Lane, keys: readonly string[]) => {
    for (const key of keys) if (lane.waiting.delete(key)) options.size?.(name, -1)
  }
  const bury = async (name: string, lane: Lane, keys: readonly string[]): Promise<void> => {
    const tries = Math.max(...keys.map((key) => lane.waiting.get(key)?.tries ?? 0))
    await options.settled(name, keys, { phase: 'Dead', message: 'given up: it could not be sent within a day', tries })
    forget(name, lane, keys)
  }

  const attempt = async (name: string, lane: Lane, keys: readonly string[]): Promise<void> => {
    const entered = lane.breaker.enter()
    if ('waitMs' in entered) {
      lane.shutUntil = clock.now() + entered.waitMs
      return
    }
    try {
      lane.sent = [...lane.sent.filter((at) => clock.now() - at < minuteMs), clock.now()]
      await options.send(name, keys)
      entered.answered()
    } catch (error) {
      const asked = error instanceof SourceError ? error.retryAfterMs : undefined
      entered.failed(asked)
      const message = error instanceof SourceError ? error.message : 'Serin could not make the message: its log says why'
      const tries = Math.max(...keys.map((key) => lane.waiting.get(key)?.tries ?? 0)) + 1
      const notBefore = retryAt(tries, clock.now(), random(), asked)
      for (const key of keys) postpone(lane, key, notBefore, 1)
      await options.settled(name, keys, { phase: 'Pending', message, tries })
      return
    }
    await options.settled(name, keys, { phase: 'Sent', message: keys.length === 1 ? 'sent' : `sent together with ${keys.length - 1} more` })
    forget(name, lane, keys)
  }
  const postpone = (lane: Lane, key: string, notBefore: Instant, more: number) => {
    const known = lane.waiting.get(key)
    if (known) lane.waiting.set(key, { ...known, notBefore, tries: known.tries + more })
  }

  return {
    put(name, key, since) {
      if (stopped) return
      const lane = laneOf(name)
      if (lane.waiting.has(key)) return
      lane.waiting.set(key, { key, since, notBefore: clock.now(), tries: 0 })
      options.size?.(name, 1)
      look(name)
    },
    drop(name, key) {
      const lane = lanes.get(name)
      if (!lane) return
      forget(name, lane, [key])
      if (lane.waiting.size > 0 || lane.busy) return
      lane.cancel()
      if (lane.sent.every((at) => clock.now() - at >= minuteMs)) lanes.delete(name)
    },
    hurry(name) {
      const lane = lanes.get(name)
      if (!lane) return
      lane.breaker = breaker(clock)
      lane.shutUntil = 0
      for (const key of lane.waiting.keys()) postpone(lane, key, clock.now(), 0)
      look(name)
    },
    async stop() {
      stopped = true
      for (const { cancel } of lanes.values()) cancel()
      hungry.clear()
      await Promise.all(inHand)
    },
  }
}
