import { type Clock, sleep } from '../clock.ts'
import { type TokenBucket, tokenBucket } from './bucket.ts'
import { KubeError } from './errors.ts'
import { type Log, silentLog } from './log.ts'
import { microTime } from './time.ts'
import type { KubeClient, KubeObject } from './types.ts'

/** Something to be told about an object. */
export interface Told {
  regarding: Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata'>
  type: 'Normal' | 'Warning'
  /** Why, in one CamelCase word. */
  reason: string
  /** A sentence for people; cut at 1,024 bytes. */
  note: string
  /** What was done or tried, in one CamelCase word. */
  action: string
}

/**
 * Writes Events (events.k8s.io/v1) in the background. The same words about the same object become one Event with a count. Nothing here
 * throws or makes a caller wait; what cannot be written is dropped and counted.
 */
export interface Recorder {
  record(told: Told): void
  dropped(): number
  /** Writes what is still waiting, for at most `ms`, and ends. */
  close(ms?: number): Promise<void>
}

export interface RecorderOptions {
  client: KubeClient
  clock: Clock
  /** As in 'example.dev/controller'. */
  controller: string
  /** This process, as its pod's name. */
  instance: string
  log?: Log
}

/** The same words about the same object, however often. */
interface Series {
  event: KubeObject
  count: number
  lastAt: number
  /** How many of `count` the server knows. */
  sent: number
  queued: boolean
  /** Cancels the timer of the next bundle. */
  timer: (() => void) | undefined
}

// After this long a pause the same words are a new Event.
const seriesMs = 360_000
const bundleMs = 10_000
// Per object: 25 different events at once, then one in 30 s.
const budgetBurst = 25
const budgetPerSecond = 1 / 30
// Memory is bounded: beyond these the oldest series is forgotten, and new events are dropped.
const mostSeries = 4096
const mostWaiting = 1000
const tries = 3

export function recorder(options: RecorderOptions): Recorder {
  const { client, clock, controller, instance, log = silentLog } = options
  const series = new Map<string, Series>()
  const budgets = new Map<string, TokenBucket>()
  const waiting: Series[] = []
  let dropped = 0
  let names = 0
  let closed = false
  let writing: Promise<void> | undefined

  const drop = (why: string, event: string) => {
    dropped++
    log.debug({ event }, `event dropped: ${why}`)
  }
  const enqueue = (each: Series) => {
    if (each.queued) return
    if (waiting.length >= mostWaiting) {
      drop('too many wait', each.event.metadata.name)
      return
    }
    each.queued = true
    waiting.push(each)
    writing ??= writeAll().finally(() => {
      writing = undefined
    })
  }
  const writeAll = async () => {
    for (let each = waiting.shift(); each; each = waiting.shift()) {
      each.queued = false
      await write(each)
    }
  }
  const write = async (each: Series) => {
    // What is counted while it is under way goes with the next bundle.
    const due = each.count
    for (let attempt = 1; attempt <= tries && each.sent < due; attempt++) {
      try {
        await send(client, each)
      } catch (error) {
        if (!(error instanceof KubeError)) break
        // Ours, of a try whose answer was lost.
        if (error.alreadyExists) each.sent = 1
        // The server forgets Events after an hour.
        else if (error.notFound && each.sent > 0) each.sent = 0
        else if (!error.transient || closed) break
        else await sleep(clock, 1000 * attempt)
      }
    }
    if (each.sent < due) drop('the server does not take it', each.event.metadata.name)
  }
  const begin = (told: Told): Series => {
    const now = clock.now()
    const { name, namespace = 'default' } = told.regarding.metadata
    // As kubectl's own: the object's name and a number that nobody else has.
    const unique = (BigInt(now) * 1_000_000n + BigInt(names++ % 1_000_000)).toString(16)
    const event = {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name: `${name.slice(0, 252 - unique.length)}.${unique}`, namespace },
      eventTime: microTime(now),
      reportingController: controller,
      reportingInstance: instance.slice(0, 128),
      action: told.action.slice(0, 128),
      reason: told.reason.slice(0, 128),
      type: told.type,
      note: cut(told.note, 1024),
      regarding: referenceTo(told.regarding),
    }
    return { event, count: 1, lastAt: now, sent: 0, queued: false, timer: undefined }
  }
  /** Words not heard for so long would be a new Event anyhow. */
  const forgetOld = () => {
    for (const [key, { lastAt, queued, timer }] of series) {
      if (queued || timer || clock.now() - lastAt < seriesMs) return
      series.delete(key)
    }
  }
  const repeat = (each: Series) => {
    each.count++
    each.lastAt = clock.now()
    each.timer ??= clock.after(bundleMs, () => {
      each.timer = undefined
      enqueue(each)
    })
  }
  const record = (told: Told) => {
    if (closed) return
    const key = keyOf(told)
    const known = series.get(key)
    forgetOld()
    if (known && clock.now() - known.lastAt < seriesMs) {
      repeat(known)
      // The one heard last stands last.
      remember(series, key, known)
      return
    }
    const object = told.regarding.metadata.uid ?? `${told.regarding.metadata.namespace}/${told.regarding.metadata.name}`
    const budget = budgets.get(object) ?? tokenBucket(clock, budgetPerSecond, budgetBurst)
    remember(budgets, object, budget)
    if (!budget.take()) {
      drop('too many of this object', told.reason)
      return
    }
    const fresh = begin(told)
    remember(series, key, fresh)
    enqueue(fresh)
  }
  return {
    record(told) {
      try {
        record(told)
      } catch (error) {
        log.error({ err: error }, 'recording an event failed')
      }
    },
    dropped: () => dropped,
    async close(ms = 2_000) {
      closed = true
      for (const each of series.values()) {
        if (!each.timer) continue
        each.timer()
        enqueue(each)
      }
      const end = new AbortController()
      await Promise.race([writing, sleep(clock, ms, end.signal)])
      end.abort()
      waiting.length = 0
    },
  }
}

async function send(client: KubeClient, each: Series): Promise<void> {
  const { count, event } = each
  const more = count > 1 ? { series: { count, lastObservedTime: microTime(each.lastAt) } } : {}
  const { apiVersion, kind, metadata } = event
  if (each.sent > 0) await client.merge({ apiVersion, kind, ...metadata }, more)
  else await client.create({ ...event, ...more })
  each.sent = count
}

function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key)
  map.set(key, value)
  const oldest = map.keys().next().value
  if (map.size > mostSeries && oldest !== undefined) map.delete(oldest)
}

function keyOf({ regarding, type, reason, action, note }: Told): string {
  const { namespace, name, uid } = regarding.metadata
  return JSON.stringify([regarding.kind, namespace, name, uid, type, reason, action, note])
}

function referenceTo({ apiVersion, kind, metadata }: Told['regarding']): Record<string, string> {
  const { namespace, name, uid, resourceVersion } = metadata
  return {
    apiVersion,
    kind,
    name,
    ...(namespace ? { namespace } : {}),
    ...(uid ? { uid } : {}),
    ...(resourceVersion ? { resourceVersion } : {}),
  }
}

/** The longest beginning that fits in so many bytes, without splitting a character. */
function cut(text: string, bytes: number): string {
  const all = Buffer.from(text)
  if (all.length <= bytes) return text
  return `${new TextDecoder().decode(all.subarray(0, bytes - 3), { stream: true })}…`
}
