import { fastify } from 'fastify'
import type { Registry } from 'prom-client'

export interface HealthOptions {
  host: string
  port: number
  registry: Registry
  /** Why it is not alive, or undefined. */
  alive(): string | undefined
  /** Why it is not ready, or undefined. A standby with filled caches is ready. */
  ready(): string | undefined
}

/** /healthz, /readyz and /metrics. Resolves with the port it listens on. */
export async function serveHealth({
  host,
  port,
  registry,
  alive,
  ready,
}: HealthOptions): Promise<{ port: number; close(): Promise<void> }> {
  const app = fastify()
  for (const [path, why] of [
    ['/healthz', alive],
    ['/readyz', ready],
  ] as const)
    app.get(path, (_, reply) => {
      const because = why()
      return reply
        .code(because === undefined ? 200 : 503)
        .type('text/plain')
        .send(because ?? 'ok')
    })
  app.get('/metrics', async (_, reply) => reply.type(registry.contentType).send(await registry.metrics()))
  await app.listen({ host, port })
  const address = app.server.address()
  return { port: typeof address === 'object' && address ? address.port : port, close: () => app.close() }
}
