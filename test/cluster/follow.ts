import { setTimeout as sleep } from 'node:timers/promises'
import { type ApiClient, type Json, succeed } from './apiClient.ts'

export interface Followed {
  /** Resolves when the first list has been told. */
  synced: Promise<void>
  /** Tells nothing more; resolves when the connection is closed. */
  stop(): Promise<void>
}

/**
 * Tells of every object at `path` and of each change after it, through server restarts and expired histories: after a
 * gap the list is told anew, and what vanished meanwhile as `gone`.
 */
export function follow(client: ApiClient, path: string, on: { is(object: Json): void; gone(object: Json): void }): Followed {
  const stopping = new AbortController()
  const known = new Map<string, Json>()
  const { promise: synced, resolve: told } = Promise.withResolvers<void>()

  function is(object: Json): void {
    known.set(object.metadata.uid, object)
    on.is(object)
  }
  function gone(object: Json): void {
    known.delete(object.metadata.uid)
    on.gone(object)
  }

  async function list(): Promise<string> {
    const answer = await succeed(client, { method: 'GET', path, signal: stopping.signal })
    const present = new Set(answer.items.map((item: Json) => item.metadata.uid))
    for (const object of [...known.values()]) if (!present.has(object.metadata.uid)) gone(object)
    for (const item of answer.items) is(item)
    told()
    return answer.metadata.resourceVersion
  }

  /** Returns the version to go on from, or undefined when only a new list helps. */
  async function watch(from: string): Promise<string | undefined> {
    let version = from
    const query = `watch=true&allowWatchBookmarks=true&resourceVersion=${from}`
    for await (const { type, object } of client.watch(`${path}?${query}`, stopping.signal)) {
      if (type === 'ERROR') return undefined
      version = object.metadata.resourceVersion
      if (type === 'DELETED') gone(object)
      else if (type !== 'BOOKMARK') is(object)
    }
    return version
  }

  async function run(): Promise<void> {
    let version: string | undefined
    while (!stopping.signal.aborted) {
      try {
        version = await watch(version ?? (await list()))
      } catch {
        version = undefined
      }
      // A server that just went away needs a moment.
      if (version === undefined) await sleep(100, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }

  const ended = run()
  return {
    synced,
    async stop() {
      stopping.abort()
      await ended
    },
  }
}
