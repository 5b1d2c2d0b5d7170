import type { ServerResponse } from 'node:http'
import type { Clock } from '../../clock.ts'
import { type Sight, sees } from '../read/visible.ts'
import { frame, ping } from './frames.ts'
import type { Entry } from './ring.ts'

export interface ClientOptions {
  out: Pick<ServerResponse, 'write' | 'end' | 'destroy' | 'once'>
  clock: Clock
  /** Where the person may look, as of now. */
  sight: Sight
  /** A namespace of which nothing is known: is it new, or was it refused? Asks for the rights again. */
  onUnknown: () => void
  lastId: () => string
  /** A socket that takes nothing for so long is given up. Default 30 s. */
  patienceMs?: number
}

/** One open page. What the socket does not take is not kept: when it takes again, the page is told to fetch anew. */
export interface Client {
  sight: Sight
  /** Namespaces whose rights were asked for when `sight` was made. */
  asked: ReadonlySet<string>
  /** The part of it that it may see. `whole`: all of it, encoded once for all who may see everything. Returns how many events that were. */
  send(entries: readonly Entry[], whole: () => Buffer): number
  /** One event for this client alone. */
  say(piece: Buffer): void
  refetch(because: string): void
  ping(): void
  close(): void
}

export function createClient(options: ClientOptions): Client {
  const { out, clock, onUnknown, lastId, patienceMs = 30_000 } = options
  let full = false
  let missed: string | undefined
  let giveUp: (() => void) | undefined

  const write = (piece: Buffer) => {
    if (out.write(piece)) return
    full = true
    giveUp = clock.after(patienceMs, () => out.destroy())
    out.once('drain', () => {
      giveUp?.()
      full = false
      const because = missed
      missed = undefined
      if (because !== undefined) write(frame('refetch', { because }, lastId()))
    })
  }
  const client: Client = {
    sight: options.sight,
    asked: new Set(),
    send(entries, whole) {
      if (full) {
        missed ??= 'This page took up changes too slowly.'
        return 0
      }
      if (client.sight.everywhere) {
        write(whole())
        return entries.length
      }
      const seen = entries.filter(({ namespace }) => sees(client.sight, namespace))
      if (entries.some(({ namespace }) => !client.asked.has(namespace))) onUnknown()
      if (seen.length > 0) write(seen.length === entries.length ? whole() : Buffer.concat(seen.map(({ frame }) => frame)))
      return seen.length
    },
    say(piece) {
      if (full) missed ??= 'This page took up changes too slowly.'
      else write(piece)
    },
    refetch(because) {
      if (full) missed = because
      else write(frame('refetch', { because }, lastId()))
    },
    ping() {
      if (!full) write(ping)
    },
    close() {
      giveUp?.()
      out.end()
    },
  }
  return client
}
