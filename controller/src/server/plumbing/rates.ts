import rateLimit from '@fastify/rate-limit'
import type { FastifyRequest } from 'fastify'
import type { App } from '../app.ts'
import { Refusal } from '../problems.ts'

/** Requests a minute, of one person; of one address where nobody is logged in. */
export interface Rates {
  reads: number
  writes: number
  /** Always of one address: attempts to log in. */
  logins: number
}

const usual: Rates = { reads: 1_200, writes: 120, logins: 30 }

/** Too many requests are refused with a problem and Retry-After. The files of the page are not counted. */
export function limitRates(app: App, given: Partial<Rates> = {}): void {
  const rates = { ...usual, ...given }
  void app.register(rateLimit, {
    timeWindow: 60_000,
    cache: 20_000,
    allowList: (request) => request.routeOptions.config.unlimited === true,
    keyGenerator: (request) => {
      const sort = sortOf(request)
      return `${sort} ${sort === 'logins' ? '' : (request.caller?.person.username ?? '')} ${request.caller && sort !== 'logins' ? '' : addressOf(request)}`
    },
    max: (request) => rates[sortOf(request)],
    addHeadersOnExceeding: { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false },
    addHeaders: { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false },
    errorResponseBuilder: (request, { max, ttl }) =>
      new Refusal(
        'SERIN-429-RATE',
        `More than ${max} ${words[sortOf(request)]} within a minute${request.caller ? ` by ${request.caller.person.username}` : ' from this address'}. Try again in ${Math.ceil(ttl / 1000)} s.`,
      ),
  })
}

const words: Record<keyof Rates, string> = { reads: 'requests', writes: 'changes', logins: 'attempts to log in' }

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Not counted: a file that is served from memory or disk. */
    unlimited?: boolean
  }
}

function sortOf({ method, routeOptions }: FastifyRequest): keyof Rates {
  if (/\/login(\/|$)/.test(routeOptions.url ?? '') && method !== 'HEAD')
    return method === 'GET' && routeOptions.url?.endsWith('/login') ? 'reads' : 'logins'
  return method === 'GET' || method === 'HEAD' ? 'reads' : 'writes'
}

/** Of IPv6 the network: one customer has a whole one. */
function addressOf({ ip }: FastifyRequest): string {
  return rateLimit.normalizeIP(ip)
}
