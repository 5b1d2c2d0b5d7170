import type { Obj } from '../../types.ts'
import type { Core } from '../core.ts'
import { expiredWatch, invalidOptions, statusOf } from '../errors.ts'
import { frozen } from '../json.ts'
import { apiVersionOf, type ServedKind } from '../kind.ts'
import { LineStream } from '../lineStream.ts'
import type { Rendering } from '../rendering.ts'
import { type Selection, selected } from '../selection.ts'
import type { Commit } from '../store.ts'
import { viewed } from '../views.ts'
import { parsedRevision } from './list.ts'

export interface WatchOptions extends Selection {
  resourceVersion?: string
  resourceVersionMatch?: string
  sendInitialEvents?: boolean
  allowWatchBookmarks?: boolean
  /** Seconds until the server ends the watch. */
  timeoutSeconds?: number
}

type EventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'

const bookmarkEveryMs = 60_000
const lastBookmarkMs = 2_000
// As the real server: a watch without a timeout of its own lives between 30 and 60 minutes.
const shortestMs = 1_800_000
const slowReaderLimit = 100_000
const initialEventsEnd = 'k8s.io/initial-events-end'

/**
 * Streams changes, one line of JSON each. Everything between the asked resourceVersion and now is delivered; where that
 * is no longer possible the first line is a 410 ERROR event. An object that begins or ceases to match the selectors is
 * ADDED or DELETED.
 */
export function watched(core: Core, kind: ServedKind, options: WatchOptions, rendering: Rendering, open: Set<LineStream>): LineStream {
  const matches = selected(kind, options)
  const { store, clock } = core
  checkInitialEvents(options)
  const stops: (() => void)[] = []
  const stream = new LineStream(kind.bucket, slowReaderLimit, () => {
    for (const stop of stops) stop()
    open.delete(stream)
  })
  open.add(stream)

  const send = (type: EventType, object: object): void => stream.push(eventLine(type, rendering.event(object)))
  const tell = (commit: Commit): void => {
    const event = seen(kind, commit, matches)
    if (!event) return
    const form = `${event.type} ${event.transition ? 'moved ' : ''}${apiVersionOf(kind)} ${rendering.name}`
    let line = commit.lines.get(form)
    if (!line) {
      line = eventLine(event.type, rendering.event(event.object()))
      commit.lines.set(form, line)
    }
    stream.push(line)
  }
  const bookmark = (annotations?: Record<string, string>): void => {
    const metadata = { resourceVersion: String(store.revision()), ...(annotations ? { annotations } : {}) }
    const object = frozen({ kind: kind.kind, apiVersion: apiVersionOf(kind), metadata })
    stream.push(eventLine('BOOKMARK', rendering.bookmark(object)))
  }

  const { resourceVersion } = options
  const fromNow = resourceVersion === undefined || resourceVersion === '' || resourceVersion === '0'
  if (fromNow || options.sendInitialEvents) {
    if (options.sendInitialEvents !== false) {
      for (const object of store.list(kind.bucket, kind.namespaced ? options.namespace : undefined)) {
        const view = viewed(kind, object)
        if (matches(view)) send('ADDED', view)
      }
    }
    if (options.sendInitialEvents && options.allowWatchBookmarks) bookmark({ [initialEventsEnd]: 'true' })
  } else {
    const wanted = parsedRevision(resourceVersion)
    const missed = store.since(kind.bucket, wanted)
    if (!missed) {
      stream.push(eventLine('ERROR', JSON.stringify(statusOf(expiredWatch(wanted, store.revision())))))
      stream.end()
      return stream
    }
    for (const commit of missed) tell(commit)
  }

  stops.push(store.watch(kind.bucket, tell))
  const lifeMs = options.timeoutSeconds ? options.timeoutSeconds * 1000 : shortestMs * (1 + core.random.next())
  stops.push(clock.after(lifeMs, () => stream.end()))
  if (options.allowWatchBookmarks) {
    let cancel: () => void
    const tick = (): void => {
      bookmark()
      cancel = clock.after(bookmarkEveryMs, tick)
    }
    cancel = clock.after(bookmarkEveryMs, tick)
    stops.push(() => cancel())
    // A last one shortly before the end, so that the next watch begins where this one leaves off.
    if (lifeMs > lastBookmarkMs) stops.push(clock.after(lifeMs - lastBookmarkMs, () => bookmark()))
  }
  return stream
}

function checkInitialEvents({ sendInitialEvents, resourceVersionMatch, allowWatchBookmarks }: WatchOptions): void {
  if (sendInitialEvents === undefined) {
    if (resourceVersionMatch)
      throw invalidOptions(
        'ListOptions',
        'resourceVersionMatch',
        'FieldValueForbidden',
        'Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
      )
    return
  }
  if (resourceVersionMatch !== 'NotOlderThan') {
    throw invalidOptions(
      'ListOptions',
      'resourceVersionMatch',
      'FieldValueForbidden',
      'Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
    )
  }
  if (sendInitialEvents && !allowWatchBookmarks) {
    throw invalidOptions(
      'ListOptions',
      'allowWatchBookmarks',
      'FieldValueForbidden',
      'Forbidden: sendInitialEvents requires allowWatchBookmarks',
    )
  }
}

interface SeenEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED'
  /** The type differs from the commit's because of the selectors. */
  transition: boolean
  object(): Obj
}

/** The commit as a watcher with these selectors sees it, or undefined when it is none of his business. */
function seen(kind: ServedKind, commit: Commit, matches: (object: Obj) => boolean): SeenEvent | undefined {
  const now = viewed(kind, commit.object)
  const nowMatches = commit.type !== 'DELETED' && matches(now)
  const before = commit.old && viewed(kind, commit.old)
  const beforeMatches = before !== undefined && matches(before)
  if (!nowMatches && !beforeMatches) return undefined
  if (commit.type === 'DELETED') return { type: 'DELETED', transition: false, object: () => now }
  if (nowMatches)
    return { type: beforeMatches ? 'MODIFIED' : 'ADDED', transition: commit.type === 'MODIFIED' && !beforeMatches, object: () => now }
  // The watcher gets the last state that he was allowed to see, at the revision of its going.
  const { resourceVersion } = now.metadata
  const last = before ?? now
  return { type: 'DELETED', transition: true, object: () => frozen({ ...last, metadata: { ...last.metadata, resourceVersion } }) }
}

const encoder = new TextEncoder()

function eventLine(type: EventType, object: string): Uint8Array {
  return encoder.encode(`{"type":"${type}","object":${object}}\n`)
}
