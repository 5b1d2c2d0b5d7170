import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../../clock.ts'
import { Refusal } from '../problems.ts'

const most = 10
const withinMs = 300_000
const mostAddresses = 20_000

/** Slows down those who guess: after ten failures in five minutes an address has to wait. Who succeeds is not counted. */
export interface Failures {
  /** Throws the Refusal for an address that has to wait. */
  check(request: FastifyRequest, reply: FastifyReply): void
  count(request: FastifyRequest): void
}

export function createFailures(clock: Clock): Failures {
  const seen = new Map<string, { count: number; until: number }>()
  return {
    check(request, reply) {
      const { count, until } = seen.get(placeOf(request)) ?? { count: 0, until: 0 }
      const left = until - clock.now()
      if (count < most || left <= 0) return
      const seconds = Math.ceil(left / 1_000)
      reply.header('retry-after', String(seconds))
      throw new Refusal('SERIN-429-RATE', `Too many logins failed from your address. Try again in ${seconds} s.`)
    },
    count(request) {
      const place = placeOf(request)
      const now = clock.now()
      const known = seen.get(place)
      const running = known && known.until > now ? known : { count: 0, until: now + withinMs }
      seen.delete(place)
      seen.set(place, { ...running, count: running.count + 1 })
      const [oldest] = seen.keys()
      if (seen.size > mostAddresses && oldest !== undefined) seen.delete(oldest)
    },
  }
}

/** Of IPv6 the network: one machine has as many addresses there as it likes. */
function placeOf({ ip }: FastifyRequest): string {
  return ip.includes(':') && !ip.includes('.') ? ip.split(':').slice(0, 4).join(':') : ip
}
