import type { FastifyRequest } from 'fastify'
import type { App } from '../app.ts'
import type { Parts } from '../parts.ts'

/** One line and one count for each request. Names what the route calls its parameters, never what they were, no query, no token, no cookie. */
export function reportRequests(app: App, { log, metrics }: Pick<Parts, 'log' | 'metrics'>): void {
  app.addHook('onResponse', async (request, reply) => {
    const { method, id: requestId, caller } = request
    const route = routeOf(request)
    const status = reply.statusCode
    const ms = Math.round(reply.elapsedTime * 10) / 10
    log.info({ method, route, status, ms, requestId, ...(caller ? { user: caller.person.username } : {}) }, 'request')
    metrics?.request({ method: known.has(method) ? method : 'other', route, status, seconds: reply.elapsedTime / 1000 })
  })
}

const known = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

function routeOf({ routeOptions }: FastifyRequest): string {
  return routeOptions.url ?? '(none)'
}
