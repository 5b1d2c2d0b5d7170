import { lookup as systemLookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { Clock } from '../clock.ts'
import { type AddressPolicy, literalAddress, type Reach } from './addresses.ts'
import { type ConnectLookup, openAgents } from './agents.ts'
import { SourceError } from './errors.ts'
import type { OutgoingRequest, SourceTransport } from './transport.ts'

export interface UndiciTransportOptions {
  readonly policy: AddressPolicy
  readonly clock: Clock
  readonly userAgent?: string
  /** All addresses of a host name. Left out: as the machine resolves names. */
  readonly resolve?: (host: string) => Promise<readonly string[]>
}

/** Most bytes of an answer, unpacked. */
const answerLimit = 16 * 1024 * 1024

/**
 * Speaks to real servers over kept-alive connections, HTTP/1.1, as the contract of SourceTransport says. The address policy is asked for the
 * addresses that a connection is about to go to: a name that resolves otherwise a moment later gains nothing.
 */
export function undiciTransport(options: UndiciTransportOptions): SourceTransport {
  const { policy, clock, userAgent = 'serin', resolve = resolveBySystem } = options
  const end = new AbortController()
  const resolving = (host: string) => unless(end.signal, resolve(host))
  const agents = openAgents((reach) => guardedLookup(policy, resolving, reach))

  const exchange = async (request: OutgoingRequest, url: URL, signal: AbortSignal) => {
    const answer = await agents.for(request.reach, request.tls).request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: request.method,
      headers: { accept: 'application/json', 'accept-encoding': 'gzip', 'user-agent': userAgent, ...request.headers },
      body: request.body ?? null,
      signal,
    })
    const headers: Record<string, string> = {}
    for (const [name, value] of Object.entries(answer.headers)) {
      if (value !== undefined) headers[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value
    }
    return { status: answer.statusCode, headers, text: await readText(answer.body, headers['content-encoding'], url) }
  }

  return {
    async send(request) {
      const url = addressOf(request.url)
      const literal = literalAddress(url)
      const because = literal === undefined ? undefined : policy(literal, request.reach)
      if (because) throw refusal(url.hostname, because)
      if (end.signal.aborted) throw new SourceError('down', 'Serin is about to end')
      const limit = new AbortController()
      const stop = clock.after(request.timeoutMs, () => limit.abort())
      try {
        // The signal alone does not end a request whose connection is still being made.
        return await unless(limit.signal, exchange(request, url, limit.signal))
      } catch (error) {
        if (limit.signal.aborted) throw new SourceError('down', `${url.origin} gave no answer within ${seconds(request.timeoutMs)}`)
        throw explain(error, url)
      } finally {
        stop()
      }
    },
    async close() {
      end.abort()
      await agents.close()
    },
  }
}

function addressOf(text: string): URL {
  const url = URL.parse(text)
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new SourceError('refused', 'the address is not one of http or https: write one like https://prometheus.monitoring:9090')
  }
  if (url.username !== '' || url.password !== '') {
    throw new SourceError('refused', `the address of ${url.host} holds a user or password: put them into a Secret, under auth`)
  }
  return url
}

/** Only addresses that were looked at are handed to the socket; one that is refused among them refuses the name. */
function guardedLookup(policy: AddressPolicy, resolve: (host: string) => Promise<readonly string[]>, reach: Reach): ConnectLookup {
  return (host, options, done) => {
    resolve(host).then(
      (addresses) => {
        for (const address of addresses) {
          const because = policy(address, reach)
          if (because) return done(refusal(host, because), '')
        }
        const [first] = addresses
        if (first === undefined) return done(new SourceError('down', `the name ${host} has no address`), '')
        if (options.all)
          done(
            null,
            addresses.map((address) => ({ address, family: isIP(address) })),
          )
        else done(null, first, isIP(first))
      },
      (error: unknown) => done(error instanceof Error ? error : new Error(String(error)), ''),
    )
  }
}

/** As the promise, but rejects when the signal aborts first. */
async function unless<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  let stop = () => {}
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason)
  })
  signal.addEventListener('abort', stop)
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

async function resolveBySystem(host: string): Promise<string[]> {
  const found = await systemLookup(host, { all: true })
  return found.map((each) => each.address)
}

const refusal = (host: string, because: string) => new SourceError('refused', `${host} may not be reached from here: it is ${because}`)

async function readText(body: Readable, encoding: string | undefined, url: URL): Promise<string> {
  // It is destroyed with nobody listening when we do not read on.
  body.on('error', () => {})
  const packed = encoding === 'gzip' || encoding === 'x-gzip'
  // An error of either end reaches the reader of the last one.
  const plain = packed ? pipeline(body, createGunzip(), () => {}) : body
  const pieces: Buffer[] = []
  let size = 0
  try {
    if (!packed && encoding !== undefined && encoding !== 'identity') {
      throw new SourceError('down', `${url.origin} packs its answer in a way that was not asked for`)
    }
    for await (const piece of plain) {
      size += (piece as Buffer).length
      if (size > answerLimit) throw new SourceError('down', `the answer of ${url.origin} is longer than 16 MiB: ask for fewer series`)
      pieces.push(piece as Buffer)
    }
  } finally {
    // Breaks the connection when not everything was read.
    body.destroy()
  }
  return Buffer.concat(pieces).toString('utf8')
}

const sentences: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses connections: is it running, and is the port right?',
  ECONNRESET: 'broke the connection',
  UND_ERR_SOCKET: 'broke the connection',
  ENOTFOUND: 'is not known by name: is the name right?',
  EAI_AGAIN: 'could not be looked up by name',
  ETIMEDOUT: 'cannot be reached',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
  UND_ERR_CONNECT_TIMEOUT: 'cannot be reached',
  UND_ERR_MAX_ORIGINS_REACHED: 'is one server too many to be connected to at a time',
  ERR_TLS_CERT_ALTNAME_INVALID: 'has a certificate for another name: write spec.tls.serverName',
  CERT_HAS_EXPIRED: 'has a certificate that has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'has a certificate that nobody known has signed: write spec.tls.caRef',
  SELF_SIGNED_CERT_IN_CHAIN: 'has a certificate that nobody known has signed: write spec.tls.caRef',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'has a certificate that nobody known has signed: write spec.tls.caRef',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'has a certificate that nobody known has signed: write spec.tls.caRef',
  UND_ERR_INVALID_ARG: 'was not asked: a header is not valid, perhaps for a line break in a Secret',
}

// Messages of the libraries below are not passed on: some quote headers.
function explain(error: unknown, url: URL): SourceError {
  if (error instanceof SourceError) return error
  const code = codeOf(error)
  if (code.startsWith('HPE_') || code.startsWith('Z_'))
    return new SourceError('down', `${url.origin} answers with something that is not HTTP`, { cause: error })
  return new SourceError('down', `${url.origin} ${sentences[code] ?? `gave no answer${code === '' ? '' : ` (${code})`}`}`, { cause: error })
}

function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : ''
}

const seconds = (ms: number) => `${Math.round(ms / 100) / 10} s`
