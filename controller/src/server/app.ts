import { randomUUID } from 'node:crypto'
import compress from '@fastify/compress'
import { type FastifyInstance, type FastifyServerOptions, fastify } from 'fastify'
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import { checkAccess } from './access.ts'
import { createLogin, type Login } from './login/login.ts'
import type { Parts } from './parts.ts'
import { closeSoon } from './plumbing/closing.ts'
import { sendHeaders } from './plumbing/headers.ts'
import { describeApi } from './plumbing/openApi.ts'
import { servePage } from './plumbing/page.ts'
import { limitRates } from './plumbing/rates.ts'
import { reportRequests } from './plumbing/requests.ts'
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

/** Open pages and requests, with room. */
const mostConnections = 5_000
const wire = { headersTimeout: 10_000, connectionsCheckingInterval: 2_000, maxHeaderSize: 32_768 }
const correlationId = /^[A-Za-z0-9._-]{1,64}$/

/** The server, not listening yet. */
export function createApp(parts: Parts): App {
  const app = fastify({
    ...(parts.options.tls ? { https: { ...parts.options.tls, ...wire } } : { http: wire }),
    bodyLimit: 262_144,
    // Whoever sends slowly, or nothing, holds a connection no longer than this.
    requestTimeout: 20_000,
    keepAliveTimeout: 72_000,
    routerOptions: { maxParamLength: 300 },
    trustProxy: parts.options.trustProxy === undefined ? false : [...parts.options.trustProxy],
    genReqId(request) {
      const given = request.headers['x-request-id']
      return typeof given === 'string' && correlationId.test(given) ? given : randomUUID()
    },
  } as FastifyServerOptions).withTypeProvider<ZodTypeProvider>() as App
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  // Only JSON is taken. A page of elsewhere could send plain text without asking anybody.
  app.removeContentTypeParser('text/plain')
  takeJson(app)
  app.decorateRequest('caller', undefined)
  app.decorateRequest('session', undefined)
  const login = createLogin(parts)

  app.server.maxConnections = mostConnections
  closeSoon(app)
  sendHeaders(app, parts.options)
  reportRequests(app, parts)
  app.addHook('onRequest', (request, reply) => login.identify(request, reply))
  limitRates(app, parts.options.rates)
  // Small answers are not worth it.
  void app.register(compress, { encodings: ['gzip'], threshold: 1_024 })
  describeApi(app)
  app.addHook('preValidation', (request) => checkAccess(parts, request))

  app.setErrorHandler(async (error, request, reply) => {
    const refusal = refusalOf(inputRefusal(error) ?? error)
    if (refusal.code === 'SERIN-500-BUG')
      parts.log.error({ err: error, requestId: request.id, route: request.routeOptions.url }, 'a request failed')
    const problem = problemOf(refusal, request.id)
    return reply.code(problem.status).type('application/problem+json').serializer(JSON.stringify).send(problem)
  })
  app.setNotFoundHandler({ preValidation: async () => {} }, async (request) => {
    throw new Refusal(
      'SERIN-404-ROUTE',
      `There is nothing at ${request.method} ${request.url.split('?')[0]?.slice(0, 200)}. GET /api/v1/openapi.json says what there is.`,
    )
  })

  void app.register(
    (api, _, done) => {
      for (const add of routes) add(api as App, parts, login)
      done()
    },
    { prefix: '/api/v1' },
  )
  if (parts.options.page !== undefined) servePage(app, parts.options.page)
  return app
}

/** As Fastify reads JSON, but a DELETE need not have a body, whatever type its client always sends. */
function takeJson(app: App): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (request.method === 'DELETE' && body === '') done(null, undefined)
    else void parse(request, body, done)
  })
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
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new Refusal('SERIN-415-TYPE', 'Send JSON: content-type: application/json.')
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) return new Refusal('SERIN-400-INPUT', String(message))
  return undefined
}
