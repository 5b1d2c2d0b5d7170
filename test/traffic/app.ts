// What runs in the pods of the tests: an HTTP server whose manners come from its environment, with metrics as most have them.
// PUT /manners changes them at run time: that is how an incident of a dependency begins and ends.
import { randomInt } from 'node:crypto'
import { Agent, createServer, get, type IncomingMessage, type ServerResponse } from 'node:http'
import { appMetrics } from './appMetrics.ts'

interface Manners {
  /** Share of requests that are answered with 500. */
  errorRate: number
  /** Median; the spread is log-normal with sigma 0.5. 0 answers at once. */
  latencyMs: number
}

const { APP_VERSION: version = 'none', DEPENDENCY: dependency, PORT = '8080' } = process.env
const number = (name: string, otherwise: number) => Number(process.env[name] ?? otherwise)
const manners: Manners = { errorRate: number('ERROR_RATE', 0), latencyMs: number('LATENCY_MS', 0) }
const errorsAfterMs = number('ERRORS_AFTER_S', 0) * 1000
const crashAfterMs = number('CRASH_AFTER_S', Number.POSITIVE_INFINITY) * 1000
const SIGMA = 0.5
const LONGEST_WAIT_MS = 30_000

const startedAt = Date.now()
const metrics = appMetrics()
const agent = new Agent({ keepAlive: true, maxSockets: 64 })
let closing = false

const uniform = () => (randomInt(1, 2 ** 47) - 0.5) / 2 ** 47
const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())

async function work(): Promise<number> {
  const { errorRate, latencyMs } = manners
  if (latencyMs > 0) {
    const ms = Math.min(latencyMs * Math.exp(SIGMA * normal()), LONGEST_WAIT_MS)
    await new Promise((resolve) => setTimeout(resolve, ms))
  }
  if (dependency && !(await answers(dependency))) return 502
  return Date.now() - startedAt >= errorsAfterMs && uniform() < errorRate ? 500 : 200
}

function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(url, { agent, timeout: 2_000 }, (response) => {
      response.resume()
      response.once('end', () => resolve(response.statusCode === 200))
    })
    request.once('timeout', () => request.destroy()).once('error', () => resolve(false))
  })
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (closing) response.setHeader('connection', 'close')
  switch (`${request.method} ${request.url}`) {
    case 'GET /readyz':
      response.end()
      return
    case 'GET /metrics':
      response.setHeader('content-type', 'text/plain; version=0.0.4').end(metrics.text())
      return
    case 'PUT /manners': {
      let body = ''
      for await (const piece of request.setEncoding('utf8')) body += piece
      Object.assign(manners, JSON.parse(body))
      response.end()
      return
    }
    default: {
      request.resume()
      const begun = performance.now()
      const code = await work()
      metrics.observe(code, (performance.now() - begun) / 1000)
      response.writeHead(code, { 'x-version': version }).end()
    }
  }
}

const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => {
    console.error(error)
    response.writeHead(500, { 'x-version': version }).end()
  })
})
// Longer than any gateway keeps a connection: it never meets one that is just being closed.
server.keepAliveTimeout = 120_000
if (crashAfterMs === 0) process.exit(3)
server.listen(Number(PORT), '0.0.0.0')
if (Number.isFinite(crashAfterMs)) setTimeout(() => process.exit(3), crashAfterMs)

process.on('SIGTERM', () => {
  closing = true
  server.close(() => process.exit(0))
  server.closeIdleConnections()
})
