import type { QueryClient } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import type { Named } from '../../../controller/src/server/dto/fields.ts'
import type { Release } from '../../../controller/src/server/dto/release.ts'
import type { StreamEvents } from '../../../controller/src/server/dto/stream.ts'
import { path } from './client.ts'
import { sessionKey } from './session.ts'
import { retryIn, type StreamState, streamStateOf } from './streamState.ts'

export type Change = { release: Release } | { gone: Named }

export interface StreamStatus {
  state: StreamState
  /** Since when nothing comes any more. */
  since?: number
}

let status: StreamStatus = { state: 'reconnecting' }
const watchers = new Set<() => void>()
const listeners = new Set<(change: Change) => void>()

function tell(next: StreamStatus): void {
  if (next.state === status.state && next.since === status.since) return
  status = next
  for (const watcher of watchers) watcher()
}

/** Whether what is shown is live. */
export function useStream(): StreamStatus {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    () => status,
  )
}

/** Every change as it comes. */
export function onChange(listener: (change: Change) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** A release that is changing is read again no more often than this. */
const calm = 500
const heartbeat = 5_000

/**
 * The one stream of a tab. The browser resumes it by itself after a break; where it gives up (the server refused) we try again, and where the
 * machine slept we begin anew. Lists get changes by `onChange`; the screens of a release are read again. What was missed makes all be read again.
 */
export function startStream(client: QueryClient): () => void {
  let source: EventSource | undefined
  let last = ''
  let attempt = 0
  let brokenSince: number | undefined = Date.now()
  let timer: ReturnType<typeof setTimeout> | undefined
  let ticked = Date.now()
  const renewals = new Map<string, { again: boolean }>()

  const update = () => {
    const state = streamStateOf(brokenSince, Date.now())
    tell(brokenSince === undefined ? { state } : { state, since: brokenSince })
  }
  const renewAll = () => void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'login' })
  const renew = (place: Named) => {
    const key = `${place.namespace}/${place.name}`
    const running = renewals.get(key)
    if (running) {
      running.again = true
      return
    }
    const renewal = { again: false }
    renewals.set(key, renewal)
    void client.invalidateQueries({ queryKey: ['release', place.namespace, place.name] })
    setTimeout(() => {
      renewals.delete(key)
      if (renewal.again) renew(place)
    }, calm)
  }
  const changed = (change: Change) => {
    for (const listener of listeners) listener(change)
    renew('release' in change ? change.release : change.gone)
  }

  const open = () => {
    clearTimeout(timer)
    source?.close()
    source = new EventSource(path(['stream'], { after: last }))
    const on = <Name extends keyof StreamEvents>(name: Name, then: (data: StreamEvents[Name]) => void) =>
      source?.addEventListener(name, (event: MessageEvent<string>) => {
        last = event.lastEventId || last
        then(JSON.parse(event.data) as StreamEvents[Name])
      })
    on('hello', ({ resumed }) => {
      attempt = 0
      brokenSince = undefined
      update()
      if (!resumed) renewAll()
    })
    on('release', (release) => changed({ release }))
    on('gone', (gone) => changed({ gone }))
    on('refetch', renewAll)
    source.onerror = () => {
      brokenSince ??= Date.now()
      update()
      if (source?.readyState !== EventSource.CLOSED) return
      // The server said no; asking who is logged in tells whether one has to log in again.
      void client.invalidateQueries({ queryKey: sessionKey })
      timer = setTimeout(open, retryIn(attempt, Math.random()))
      attempt += 1
    }
  }

  const pulse = setInterval(() => {
    const now = Date.now()
    if (now - ticked > 6 * heartbeat) {
      brokenSince ??= ticked
      open()
    }
    ticked = now
    update()
  }, heartbeat)
  const offline = () => {
    brokenSince ??= Date.now()
    update()
  }
  addEventListener('offline', offline)
  addEventListener('online', open)
  open()
  update()

  return () => {
    clearInterval(pulse)
    clearTimeout(timer)
    removeEventListener('offline', offline)
    removeEventListener('online', open)
    source?.close()
  }
}
