import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { callerOf } from '../access.ts'
import type { Routes } from '../app.ts'
import { StreamQuery } from '../dto/stream.ts'
import { catalogueOf, mustBeSynced } from '../read/catalogue.ts'
import { sightsOf } from '../read/sights.ts'
import { createHub } from '../stream/hub.ts'
import { createStreams } from '../stream/streams.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** How many pages are open. */
    openStreams(): number
  }
}

/** GET /stream: what changes, as it changes. */
export const streamRoutes: Routes = (app, parts) => {
  const { releases, authority, clock, log, metrics, options } = parts
  const hub = createHub({ releases, clock, epoch: randomUUID().slice(0, 8) })
  const streams = createStreams({
    hub,
    releases,
    authority,
    clock,
    log,
    ...(options.streams ? { limits: options.streams } : {}),
    ...(metrics ? { onSent: metrics.sent } : {}),
  })
  app.decorate('openStreams', streams.size)
  metrics?.streams(streams.size)
  app.addHook('preClose', async () => {
    streams.stop()
    hub.stop()
  })

  app.get(
    '/stream',
    {
      config: { access: 'person' },
      schema: {
        summary: 'Changes of releases',
        description:
          'Server-sent events: `hello` first, then `release`, `gone` and `refetch` as they come, of what the person may see. Give the id of the last one as Last-Event-ID to miss nothing; `hello` says whether that worked.',
        tags: ['releases'],
        querystring: StreamQuery,
        response: { 200: { description: 'Events, until either side ends it.', content: { 'text/event-stream': { schema: z.string() } } } },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request)
      mustBeSynced(releases)
      const place = streams.enter(caller.person.username)
      try {
        const sight = await sightsOf(authority, clock).of(caller.person, catalogueOf(releases).namespaces())
        const given = request.headers['last-event-id'] ?? request.query.after
        reply.hijack()
        const out = reply.raw
        if (out.destroyed) return place.leave()
        out.writeHead(200, {
          ...(reply.getHeaders() as Record<string, string>),
          'content-type': 'text/event-stream; charset=utf-8',
          'cache-control': 'no-store, no-transform',
          // Proxies of the kind of nginx would collect what is sent.
          'x-accel-buffering': 'no',
        })
        streams.serve(out, caller, sight, typeof given === 'string' ? given : undefined, () => {
          place.leave()
        })
      } catch (error) {
        place.leave()
        throw error
      }
    },
  )
}
