import type { ServerResponse } from 'node:http'
import type { Clock } from '../../clock.ts'
import type { Log } from '../../kube/log.ts'
import type { Authority, Caller, Releases } from '../parts.ts'
import { Refusal } from '../problems.ts'
import { catalogueOf } from '../read/catalogue.ts'
import { sightsOf } from '../read/sights.ts'
import { type Sight, sees } from '../read/visible.ts'
import { type Client, createClient } from './client.ts'
import { frame, retry } from './frames.ts'
import type { Hub } from './hub.ts'
import type { Entry } from './ring.ts'

export interface StreamLimits {
  /** Of one person. Default 10. */
  perPerson?: number
  /** Of all together. Default 2000. */
  all?: number
}

export interface StreamsOptions {
  hub: Hub
  releases: Releases
  authority: Pick<Authority, 'may'>
  clock: Clock
  log: Log
  limits?: StreamLimits
  /** Told how many events were given to a client. */
  onSent?: (events: number) => void
}

/** The open pages of this server. */
export interface Streams {
  size(): number
  /** Throws a Refusal when there are too many; else the place is kept until `leave`. */
  enter(username: string): { leave(): void }
  /** Sends to a page until it goes or its session ends. `from`: the id of the last event that it got. */
  serve(out: ServerResponse, caller: Caller, sight: Sight, from: string | undefined, onEnd: () => void): void
  stop(): void
}

const pingMs = 15_000
const rightsMs = 60_000
/** How long a right that cannot be asked for again is taken to be as it was. */
const rightsAtMostMs = 300_000
/** More releases than these that are not to be seen any more are not told one by one. */
const mostGone = 100

export function createStreams({ hub, releases, authority, clock, log, limits = {}, onSent }: StreamsOptions): Streams {
  const { perPerson = 10, all = 2000 } = limits
  const catalogue = catalogueOf(releases)
  const sights = sightsOf(authority, clock)
  const people = new Map<string, number>()
  const clients = new Set<Client>()
  let entered = 0

  const stopHub = hub.onEvents((entries) => {
    let together: Buffer | undefined
    const whole = () => {
      together ??= Buffer.concat(entries.map(({ frame }: Entry) => frame))
      return together
    }
    let sent = 0
    for (const client of clients) sent += client.send(entries, whole)
    onSent?.(sent)
  })
  let cancelPing = clock.after(pingMs, function pings() {
    for (const client of clients) client.ping()
    cancelPing = clock.after(pingMs, pings)
  })

  return {
    size: () => clients.size,
    enter(username) {
      const own = people.get(username) ?? 0
      if (own >= perPerson)
        throw new Refusal('SERIN-429-RATE', `${username} has ${own} pages open on this server, which is the most. Close some.`)
      if (entered >= all) throw new Refusal('SERIN-503-BUSY', `${all} pages are open on this server, which is the most. Try again later.`)
      people.set(username, own + 1)
      entered++
      let left = false
      return {
        leave() {
          if (left) return
          left = true
          entered--
          const now = (people.get(username) ?? 1) - 1
          if (now > 0) people.set(username, now)
          else people.delete(username)
        },
      }
    },
    serve(out, caller, sight, from, onEnd) {
      const { person, expiresAt } = caller
      const client = createClient({ out, clock, sight, lastId: hub.lastId, onUnknown: () => askSoon(1_000) })
      const namespaces = () => new Set(catalogue.namespaces())
      client.asked = namespaces()
      const missed = from === undefined ? undefined : hub.since(from)
      client.say(Buffer.concat([retry, frame('hello', { resumed: missed !== undefined, at: new Date(clock.now()).toISOString() })]))
      const due = missed?.filter(({ namespace }) => sees(sight, namespace)) ?? []
      if (due.length > 0) client.say(Buffer.concat(due.map(({ frame }) => frame)))
      clients.add(client)

      let askedAt = clock.now()
      let asking = false
      let nextAt = askedAt + rightsMs
      let cancelAsk = clock.after(rightsMs, ask)
      const cancelExpiry = expiresAt === undefined ? undefined : clock.after(Math.max(0, Math.min(expiresAt - clock.now(), longest)), end)
      function askSoon(ms: number): void {
        if (asking || nextAt <= clock.now() + ms) return
        cancelAsk()
        nextAt = clock.now() + ms
        cancelAsk = clock.after(ms, ask)
      }
      function ask(): void {
        asking = true
        const there = namespaces()
        sights
          .of(person, there)
          .then((now) => {
            askedAt = clock.now()
            tellChange(client, now)
            client.asked = there
          })
          .catch((error: unknown) => {
            log.warn({ err: error }, 'the rights of an open page could not be asked for again')
            if (clock.now() - askedAt > rightsAtMostMs) end()
          })
          .finally(() => {
            asking = false
            nextAt = clock.now() + rightsMs
            if (clients.has(client)) cancelAsk = clock.after(rightsMs, ask)
          })
      }
      function end(): void {
        if (clients.has(client)) client.close()
        over()
      }
      function over(): void {
        if (!clients.delete(client)) return
        cancelAsk()
        cancelExpiry?.()
        onEnd()
      }
      out.once('close', over)
    },
    stop() {
      stopHub()
      cancelPing()
      for (const client of [...clients]) client.close()
    },
  }

  /** What is not to be seen any more is taken from the page; what is to be seen now it fetches. */
  function tellChange(client: Client, now: Sight): void {
    const before = client.sight
    client.sight = now
    const gained = [...catalogue.namespaces()].some((namespace) => sees(now, namespace) && !sees(before, namespace))
    const lost = [...releases.all()].filter(({ namespace }) => sees(before, namespace) && !sees(now, namespace))
    if (gained) client.refetch('You may see more releases than before.')
    else if (lost.length > mostGone) client.refetch('You may see fewer releases than before.')
    else if (lost.length > 0) client.say(Buffer.concat(lost.map(({ namespace, name }) => frame('gone', { namespace, name }, hub.lastId()))))
  }
}

/** What timers of Node can wait. */
const longest = 2 ** 31 - 1
