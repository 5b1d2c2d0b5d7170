import { randomUUID } from 'node:crypto'
import { type FastifyInstance, fastify } from 'fastify'
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import { checkAccess } from './access.ts'
import { createLogin, type Login } from './login/login.ts'
import type { Parts } from './parts.ts'
import { problemOf, Refusal, refusalOf } from './problems.ts'
import { routes } from './routes/registry.ts'

/** The server with our schemas' types. */
export type App = FastifyInstance<
  import('node:http').Server,
  import('node:http').IncomingMessage,
  import('node:http').ServerResponse,
  import('fastify').FastifyBaseLogger,
  ZodTypeProvider
>

/** A file of routes/: declares the routes of one noun. */
export type Routes = (app: App, parts: Parts, login: Login) => void

const correlationId = /^[A-Za-z0-9._-]{1,64}$/

/** The server, not listening yet. */
export function createApp(parts: Parts): App {
  const app: App = fastify({
    bodyLimit: 262_144,
    requestTimeout: 20_000,
    genReqId(request) {
      const given = request.headers['x-request-id']
      return typeof given === 'string' && correlationId.test(given) ? given : randomUUID()
    },
  }).withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.decorateRequest('caller', undefined)
  app.decorateRequest('session', undefined)
  const login = createLogin(parts)

  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
  })
  app.addHook('onRequest', (request, reply) => login.identify(request, reply))
  app.addHook('preValidation', (request) => checkAccess(parts, request))

  app.setErrorHandler(async (error, request, reply) => {
    const refusal = refusalOf(inputRefusal(error) ?? error)
    if (refusal.code === 'SERIN-500-BUG')
      parts.log.error({ err: error, requestId: request.id, route: request.routeOptions.url }, 'a request failed')
    const problem = problemOf(refusal, request.id)
    return reply.code(problem.status).type('application/problem+json').serializer(JSON.stringify).send(problem)
  })
  app.setNotFoundHandler({ preValidation: async () => {} }, async (request) => {
    throw new Refusal('SERIN-404-ROUTE', `There is nothing at ${request.method} ${request.url.split('?')[0]?.slice(0, 200)}.`)
  })

  void app.register(
    (api, _, done) => {
      for (const add of routes) add(api as App, parts, login)
      done()
    },
    { prefix: '/api/v1' },
  )
  return app
}

/** Fastify's own refusals of what was sent, in our words. */
function inputRefusal(error: unknown): Refusal | undefined {
  const { code, statusCode, validation, validationContext, message } = error as Record<string, unknown>
  if (Array.isArray(validation)) {
    const errors = validation.map(({ instancePath, message }: { instancePath?: string; message?: string }) => ({
      path: `${String(validationContext)}${(instancePath ?? '').replaceAll('/', '.')}`,
      message: message ?? '',
    }))
    return new Refusal('SERIN-400-INPUT', errors.map(({ path, message }) => `${path}: ${message}`).join('; '), { errors })
  }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new Refusal('SERIN-413-SIZE', 'At most 256 KiB are taken.')
  if (statusCode === 429) return new Refusal('SERIN-429-RATE', String(message))
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) return new Refusal('SERIN-400-INPUT', String(message))
  return undefined
}
