import { type Clock, sleep } from '../clock.ts'
import { backoff } from './backoff.ts'
import { exchangeJson, readLines, readText, refusal, sendOrThrow } from './body.ts'
import { KubeError, statusError } from './errors.ts'
import { type Log, silentLog } from './log.ts'
import { queryString, resourcePath } from './paths.ts'
import { apiVersionOf } from './resources.ts'
import type { Store } from './store.ts'
import type { KubeObject, ResourceType, Transport } from './types.ts'

export interface ReflectorOptions<T extends KubeObject = KubeObject> {
  transport: Transport
  type: ResourceType
  /** Its scope says what is listed and watched. */
  store: Store<T>
  clock: Clock
  /** Between 0 and 1, for jitter. */
  random: () => number
  log?: Log
  /** Objects that nobody here wants are not put into the store. It must always say the same of an object. Default: all are wanted. */
  wanted?: (object: KubeObject) => boolean
  /** After this long without a word the watch is opened anew, from where it was. The server sends a bookmark each minute. Default 90 s. */
  silenceMs?: number
  /** Objects asked for at once. Default 500. */
  pageSize?: number
}

export interface ReflectorState {
  phase: 'listing' | 'watching' | 'waiting' | 'stopped'
  /** Up to where the store follows the server. */
  version: string | undefined
  /** Why it waits; also kept while the next attempt is on its way. */
  error: Error | undefined
  lists: number
  watches: number
}

export interface Reflector {
  state(): ReflectorState
  /** Resolves when nothing is in flight any more. The store stays as it is. */
  stop(): Promise<void>
}

/** How a watch came to its end. */
type End = { how: 'ended' } | { how: 'silent' } | { how: 'gone' | 'failed'; error: Error }

// A watch that ends sooner counts as a failure, however politely it ended: reopening it at once would be a busy loop.
const shortWatchMs = 5_000
// client-go waits three times as long, for the sake of the thousands that list. These are two, and a leader that hears of no Deployment leads nothing.
const longestWaitMs = 10_000
// A watch that goes on from where it was costs the server little, and until then nothing is heard. A list of everything costs it much.
const longestWatchWaitMs = 5_000
// A server that says when to come back minds its own load, and nothing is heard while it is not asked.
const longestToldWaitMs = 5_000

/**
 * Keeps a store in step with the server until stopped: lists in pages, watches from there, resumes where it was, lists again when the
 * server has forgotten that point or spoke nonsense. Whatever the server does, it tries again: 800 ms to 5 s later where it was or when it said when, and else to list up to 30 s later. Never throws.
 */
export function reflect<T extends KubeObject>(options: ReflectorOptions<T>): Reflector {
  const { transport, type, store, clock, random, log = silentLog, silenceMs = 90_000, pageSize = 500, wanted = () => true } = options
  const apiVersion = apiVersionOf(type)
  const path = resourcePath(type, store.scope.namespace ? { namespace: store.scope.namespace } : {})
  const { labelSelector, fieldSelector } = store.scope
  const waits = backoff({ firstMs: 800, mostMs: longestWaitMs, random })
  const stopping = new AbortController()
  const state: ReflectorState = { phase: 'listing', version: undefined, error: undefined, lists: 0, watches: 0 }

  const listAll = async (limit: number | undefined): Promise<string> => {
    const objects: KubeObject[] = []
    let version: string | undefined
    let token: string | undefined
    do {
      const query = queryString({ labelSelector, fieldSelector, limit, continue: token })
      const page = (await exchangeJson(transport, { method: 'GET', path: path + query, signal: stopping.signal })) as Page
      version ??= page.metadata?.resourceVersion
      for (const item of page.items ?? []) {
        const object = named(item)
        if (wanted(object)) objects.push(store.kept(object))
      }
      token = page.metadata?.continue || undefined
    } while (token)
    if (version === undefined) throw nonsense('a list without a resourceVersion')
    store.relisted(objects, version)
    return version
  }
  const named = (item: KubeObject): KubeObject => {
    checkObject(item)
    // Items of a list leave out what the list says.
    return item.kind && item.apiVersion ? item : { ...item, apiVersion, kind: type.kind }
  }
  const list = async (): Promise<string> => {
    state.phase = 'listing'
    state.lists++
    try {
      return await listAll(pageSize)
    } catch (error) {
      // The pages that were left have expired; one large answer cannot.
      if (error instanceof KubeError && error.gone) return await listAll(undefined)
      throw error
    }
  }

  /** Takes one line of a watch; the way it ends the watch, if it does. */
  const take = (line: string): End | undefined => {
    const event = JSON.parse(line) as { type?: string; object?: KubeObject }
    if (event.type === 'ERROR') {
      const error = statusError((event.object as { code?: number } | undefined)?.code ?? 500, JSON.stringify(event.object))
      return { how: error.gone || error.reason === 'Expired' ? 'gone' : 'failed', error }
    }
    const object = event.object
    checkObject(object)
    switch (event.type) {
      case 'ADDED':
      case 'MODIFIED':
        if (wanted(object)) store.saw(object)
        break
      case 'DELETED':
        if (wanted(object)) store.sawGone(object)
        break
      case 'BOOKMARK':
        break
      default:
        throw nonsense(`a watch event of type '${event.type}'`)
    }
    state.version = object.metadata.resourceVersion ?? state.version
    return undefined
  }

  const watch = async (version: string): Promise<End> => {
    state.phase = 'watching'
    state.watches++
    const silence = watchSilence(clock, silenceMs, stopping.signal)
    const query = queryString({
      watch: true,
      allowWatchBookmarks: true,
      resourceVersion: version,
      // Spread, so that the watches of one start do not all end together.
      timeoutSeconds: 300 + Math.floor(random() * 301),
      labelSelector,
      fieldSelector,
    })
    try {
      const response = await sendOrThrow(transport, { method: 'GET', path: path + query, watch: true, signal: silence.signal })
      if (response.status >= 400) {
        const error = refusal(response, await readText(response.body))
        return { how: error.gone ? 'gone' : 'failed', error }
      }
      state.error = undefined
      for await (const lines of readLines(response.body)) {
        silence.heard()
        for (const line of lines) {
          const end = takeSafely(take, line)
          if (end) return end
        }
      }
      return silence.fired() ? { how: 'silent' } : { how: 'ended' }
    } catch (error) {
      if (silence.fired()) return { how: 'silent' }
      return { how: 'failed', error: toError(error) }
    } finally {
      silence.done()
    }
  }

  const rest = async (error: Error, ms: number) => {
    state.phase = 'waiting'
    state.error = error
    const asked = error instanceof KubeError ? (error.retryAfterSeconds ?? 0) * 1000 : 0
    await sleep(clock, Math.min(longestWaitMs, Math.max(ms, asked)), stopping.signal)
  }

  const round = async (): Promise<void> => {
    const fromList = state.version === undefined
    state.version ??= await list()
    const opened = clock.now()
    const end = await watch(state.version)
    if (stopping.signal.aborted) return
    const long = clock.now() - opened >= shortWatchMs
    if (long) waits.reset()
    if (end.how === 'gone') state.version = undefined
    if (end.how === 'silent' || (long && end.how === 'ended')) return
    // What is forgotten does not come back: a list helps, at once, and only one that was made just now does not.
    if (end.how === 'gone' && (long || !fromList)) return
    const error = end.how === 'ended' ? nonsense('a watch that ended at once') : end.error
    log.debug({ err: error, resource: type.plural }, `watch ${end.how}`)
    await rest(error, waits.next(end.how === 'gone' ? longestWaitMs : longestWatchWaitMs))
  }

  const run = async () => {
    while (!stopping.signal.aborted) {
      try {
        await round()
      } catch (error) {
        if (stopping.signal.aborted) break
        state.version = undefined
        const told = error instanceof KubeError && error.retryAfterSeconds !== undefined
        const ms = waits.next(told ? longestToldWaitMs : longestWaitMs)
        log.warn({ err: error, resource: type.plural, retryMs: Math.round(ms) }, 'cannot list')
        await rest(toError(error), ms)
      }
    }
    state.phase = 'stopped'
  }
  const running = run()
  return {
    state: () => ({ ...state }),
    async stop() {
      stopping.abort()
      await running
    },
  }
}

interface Page {
  metadata?: { resourceVersion?: string; continue?: string }
  items?: KubeObject[] | null
}

/** What cannot be read cannot be skipped either: something was missed, so list again. */
function takeSafely(take: (line: string) => End | undefined, line: string): End | undefined {
  try {
    return take(line)
  } catch (error) {
    return { how: 'gone', error: toError(error) }
  }
}

/** A signal that aborts when nothing was heard for `ms`, or with `stop`. */
function watchSilence(clock: Clock, ms: number, stop: AbortSignal) {
  const controller = new AbortController()
  let last = clock.now()
  let fired = false
  const check = () => {
    const left = last + ms - clock.now()
    if (left > 0) {
      cancel = clock.after(left, check)
      return
    }
    fired = true
    controller.abort()
  }
  let cancel = clock.after(ms, check)
  const onStop = () => controller.abort()
  stop.addEventListener('abort', onStop, { once: true })
  if (stop.aborted) controller.abort()
  return {
    signal: controller.signal,
    heard: () => {
      last = clock.now()
    },
    fired: () => fired,
    done: () => {
      cancel()
      stop.removeEventListener('abort', onStop)
      controller.abort()
    },
  }
}

function checkObject(object: KubeObject | undefined): asserts object is KubeObject {
  if (typeof object?.metadata !== 'object' || object.metadata === null) throw nonsense('something without metadata')
}

function nonsense(what: string): KubeError {
  return new KubeError({ status: 0, reason: 'Undecipherable', message: `the server sent ${what}` })
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
