import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { type Clock, sleep } from '../clock.ts'
import { retryAfterSeconds } from './errors.ts'
import type { ClusterAccess, Credentials } from './kubeconfig.ts'
import { describeRequest } from './paths.ts'
import { lines } from './pools.ts'
import type { HttpRequest, HttpResponse, Transport } from './types.ts'

export interface RequestReport {
  method: string
  verb: string
  resource: string
  /** 0 when no answer came. */
  status: number
  /** Until the head of the answer. */
  seconds: number
}

export interface TransportOptions {
  clock: Clock
  userAgent?: string
  /** Most connections for requests; watches have one each besides. Default 16. */
  connections?: number
  /** How long the head of an answer, or a pause within its body, may take; a watch's body is not limited. Default 30 s. */
  timeoutMs?: number
  /** How often a request is sent again after 429 or 503 with Retry-After. Default 4. */
  retries?: number
  /** Called once for each exchange, retries included. Must not throw. */
  onRequest?: (report: RequestReport) => void
}

// A server that asks for more than this is better heard by the caller, who has a back-off of its own.
const longestWaitSeconds = 30
// Spares reading token and CA files (and comparing them) on every request; rotation has minutes to spare.
const credentialsForMs = 10_000

/**
 * Speaks to a real API server over kept-alive connections.
 *
 * `send` resolves with whatever status the server gave, after the following: a 401 is tried once more with fresh credentials; 429
 * and 503 with Retry-After are waited out and sent again; a GET whose connection broke before an answer is sent again once. A write that
 * got no answer is never repeated. Rejects when there is no answer, or with the signal's reason.
 */
export function undiciTransport(access: ClusterAccess, options: TransportOptions): Transport {
  const { clock, userAgent = 'serin', connections = 16, timeoutMs = 30_000, retries = 4, onRequest } = options
  const base = new URL(access.server).pathname.replace(/\/$/, '')
  const origin = new URL(access.server).origin
  const wires = lines(access, connections)
  const credentials = credentialCache(access, clock)
  let closed = false

  const once = async (request: HttpRequest, with_: Credentials): Promise<HttpResponse> => {
    const { requests, watches } = wires.for(with_)
    const started = clock.now()
    const report = (status: number) => {
      onRequest?.({ method: request.method, ...describeRequest(request), status, seconds: Math.max(0, clock.now() - started) / 1000 })
    }
    try {
      const answer = await (request.watch ? watches : requests).request({
        origin,
        path: base + request.path,
        method: request.method,
        headers: {
          accept: 'application/json',
          'user-agent': userAgent,
          // Compression would hold watch events back in its buffer.
          ...(request.watch ? {} : { 'accept-encoding': 'gzip' }),
          ...with_.headers,
          ...asBytes(request.headers),
        },
        body: request.body ?? null,
        signal: request.signal ?? null,
        headersTimeout: timeoutMs,
        bodyTimeout: request.watch ? 0 : timeoutMs,
      })
      report(answer.statusCode)
      const headers: Record<string, string> = {}
      for (const [name, value] of Object.entries(answer.headers)) {
        if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
      }
      const zipped = headers['content-encoding'] === 'gzip'
      // An error of either end reaches the reader of the last one.
      const body = zipped ? pipeline(answer.body, createGunzip(), () => {}) : answer.body
      return { status: answer.statusCode, headers, body }
    } catch (error) {
      report(0)
      throw error
    }
  }

  const patiently = async (request: HttpRequest, with_: Credentials): Promise<HttpResponse> => {
    for (let tries = 0, broken = 0; ; ) {
      let response: HttpResponse
      try {
        response = await once(request, with_)
      } catch (error) {
        if (closed || broken++ > 0 || request.method !== 'GET' || request.signal?.aborted || !brokeOff(error)) throw error
        continue
      }
      const wait = response.status === 429 || response.status === 503 ? retryAfterSeconds(response.headers['retry-after']) : undefined
      if (wait === undefined || wait > longestWaitSeconds || tries++ >= retries || closed) return response
      await drop(response)
      await sleep(clock, wait * 1000, request.signal)
      request.signal?.throwIfAborted()
    }
  }

  return {
    async send(request) {
      const first = await credentials.get()
      const response = await patiently(request, first)
      if (response.status !== 401) return response
      const fresh = await credentials.newerThan(first).catch(() => undefined)
      if (!fresh) return response
      await drop(response)
      return patiently(request, fresh)
    },
    async close() {
      closed = true
      await wires.close()
    },
  }
}

function credentialCache(access: ClusterAccess, clock: Clock) {
  let known: { credentials: Credentials; at: number } | undefined
  let asking: Promise<Credentials> | undefined
  let refreshing: Promise<Credentials> | undefined
  const keep = (credentials: Credentials) => {
    known = { credentials, at: clock.now() }
    return credentials
  }
  return {
    async get(): Promise<Credentials> {
      if (known && Math.abs(clock.now() - known.at) < credentialsForMs) return known.credentials
      asking ??= access
        .credentials()
        .then(keep)
        .finally(() => {
          asking = undefined
        })
      return asking
    },
    /** Many requests may be refused at once: one refresh serves them all. */
    async newerThan(refused: Credentials): Promise<Credentials> {
      if (known && known.credentials !== refused && known.credentials.headers.authorization !== refused.headers.authorization) {
        return known.credentials
      }
      refreshing ??= access
        .refresh()
        .then(keep)
        .finally(() => {
          refreshing = undefined
        })
      return refreshing
    },
  }
}

/** A header is bytes, and a character of it one byte: names of people go as UTF-8. */
function asBytes(headers: HttpRequest['headers'] = {}): Record<string, string | string[]> {
  const bytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.map(bytes) : bytes(value)]))
}

/** Lets the connection go back to its pool. */
async function drop(response: HttpResponse): Promise<void> {
  try {
    for await (const _ of response.body);
  } catch {
    // The connection is gone: nothing to give back.
  }
}

const brokenCodes = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'UND_ERR_SOCKET'])

function brokeOff(error: unknown): boolean {
  return error instanceof Error && brokenCodes.has((error as { code?: string }).code ?? '')
}
