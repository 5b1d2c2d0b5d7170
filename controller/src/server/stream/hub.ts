import type { Clock } from '../../clock.ts'
import type { Release } from '../dto/release.ts'
import type { Releases } from '../parts.ts'
import { frame } from './frames.ts'
import { type Entry, ring } from './ring.ts'

export interface HubOptions {
  releases: Releases
  clock: Clock
  /** Tells this server from the one before: numbers begin anew with it. */
  epoch: string
  /** Changes of one release that are closer together are one event. Default 50 ms. */
  coalesceMs?: number
  /** How many events are remembered for those who come back. Default 4096. */
  remembered?: number
}

/** The changes of releases as numbered events. */
export interface Hub {
  /** Of the newest event; what a client gives back as Last-Event-ID. */
  lastId(): string
  /** What came after that id; undefined when that is not known any more, or was never given here. */
  since(id: string): Entry[] | undefined
  /** Called with each batch of events, in order. Returns how to stop. */
  onEvents(listener: (entries: readonly Entry[]) => void): () => void
  stop(): void
}

export function createHub({ releases, clock, epoch, coalesceMs = 50, remembered = 4096 }: HubOptions): Hub {
  const past = ring(remembered)
  const listeners = new Set<(entries: readonly Entry[]) => void>()
  const open = new Map<string, { release: Release; gone: boolean }>()
  const idOf = (number: number) => `${epoch}-${number}`
  let cancel: (() => void) | undefined

  const flush = () => {
    cancel = undefined
    const entries: Entry[] = []
    for (const [key, { release, gone }] of open) {
      const number = past.last + 1
      const { namespace, name } = release
      const encoded = gone ? frame('gone', { namespace, name }, idOf(number)) : frame('release', release, idOf(number))
      const entry = { number, namespace, key, frame: encoded }
      past.push(entry)
      entries.push(entry)
    }
    open.clear()
    for (const listener of [...listeners]) listener(entries)
  }
  const stopListening = releases.onChange(({ release, gone }) => {
    // The first list is what clients fetch anyway.
    if (!releases.isSynced()) return
    const key = `${release.namespace}/${release.name}`
    open.delete(key)
    open.set(key, { release, gone })
    cancel ??= clock.after(coalesceMs, flush)
  })

  return {
    lastId: () => idOf(past.last),
    since(id) {
      const at = id.lastIndexOf('-')
      const number = Number(id.slice(at + 1))
      return id.slice(0, at) === epoch && Number.isInteger(number) ? past.since(number) : undefined
    },
    onEvents(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    stop() {
      stopListening()
      cancel?.()
      listeners.clear()
    },
  }
}
