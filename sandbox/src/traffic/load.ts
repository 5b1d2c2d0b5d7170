import type { Context } from '../controllers/context.ts'
import { entry } from '../controllers/entry.ts'
import type { Answer, Cause, DataPlane, Entrance } from './dataPlane.ts'

export interface LoadOptions {
  via: Entrance
  /** Requests per second, whether or not they are answered well. */
  rps: number
  path?: string
  method?: string
  /** The same for all requests, or made for each by its number. */
  headers?: Record<string, string> | ((number: number) => Record<string, string>)
  /** Under which it is counted; default: where it enters. */
  name?: string
}

export interface Client {
  readonly name: string
  setRate(rps: number): void
  stop(): void
}

/** Answers of one kind. */
export interface Count {
  client: string
  /** Empty when no version was chosen. */
  version: string
  hash: string
  code: number
  cause?: Cause
  count: number
}

export interface Load {
  start(options: LoadOptions): Client
  /** All answers since the start or the last reset. */
  counts(): Count[]
  /** The same per second of the clock, oldest first; the last hour. */
  series(): { second: number; counts: Count[] }[]
  reset(): void
  stop(): void
}

/** Requests that fall due within so many milliseconds are sent together. */
const tickMs = 20
const keptSeconds = 3600

type Tally = Map<string, Count>

/** Open-loop clients by the clock: they send on time whatever the answers are. */
export function createLoad(ctx: Context, dataPlane: DataPlane): Load {
  const clients = new Set<Client>()
  let total: Tally = new Map()
  let seconds = new Map<number, Tally>()

  const record = (client: string, answer: Answer) => {
    const second = Math.floor(ctx.clock.now() / 1000)
    for (const old of seconds.keys()) {
      if (old > second - keptSeconds) break
      seconds.delete(old)
    }
    const tally = entry(seconds, second, (): Tally => new Map())
    const { version = '', hash = '', code, cause } = answer
    const key = `${client}\n${version}\n${hash}\n${code}\n${cause ?? ''}`
    for (const into of [total, tally]) {
      const counted = into.get(key)
      if (counted) counted.count++
      else into.set(key, { client, version, hash, code, ...(cause ? { cause } : {}), count: 1 })
    }
  }

  return {
    start(options) {
      const name = options.name ?? nameOf(options.via)
      const { headers: given = {} } = options
      const fixed = typeof given === 'function' ? {} : lowerCased(given)
      let rate = options.rps
      let since = ctx.clock.now()
      let sent = 0
      let number = 0
      let cancel = () => {}
      const tick = () => {
        const due = Math.floor(((ctx.clock.now() - since) * rate) / 1000)
        for (; sent < due; sent++) {
          const headers = typeof given === 'function' ? lowerCased(given(number++)) : fixed
          record(name, dataPlane.send({ via: options.via, path: options.path ?? '/', method: options.method ?? 'GET', headers }))
        }
        // slow clients need no idle ticks
        const nextDue = rate > 0 ? since + ((sent + 1) * 1000) / rate - ctx.clock.now() : 1000
        cancel = ctx.clock.after(Math.max(tickMs, nextDue), tick)
      }
      const client: Client = {
        name,
        setRate(rps) {
          cancel()
          rate = rps
          since = ctx.clock.now()
          sent = 0
          tick()
        },
        stop() {
          cancel()
          clients.delete(client)
        },
      }
      clients.add(client)
      tick()
      return client
    },
    counts: () => copied(total),
    series: () => [...seconds].map(([second, tally]) => ({ second, counts: copied(tally) })),
    reset() {
      total = new Map()
      seconds = new Map()
    },
    stop() {
      for (const client of [...clients]) client.stop()
    },
  }
}

const copied = (tally: Tally): Count[] => [...tally.values()].map((count) => ({ ...count }))

function nameOf(via: Entrance): string {
  if ('host' in via) return via.host
  return 'service' in via ? via.service : `${via.gateway}:${via.port}`
}

function lowerCased(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}
