import type { MetricSourceSpec } from '../api/metricSource.ts'
import type { SecretKeyRef } from '../api/secretRef.ts'
import type { Clock } from '../clock.ts'
import type { Reach } from './addresses.ts'
import { authenticator } from './auth/authenticator.ts'
import type { Bulkhead } from './bulkhead.ts'
import { SourceError } from './errors.ts'
import type { SourceRequest, SourceResponse } from './provider.ts'
import { parseJson, sentence } from './providers/answers.ts'
import { retryAfterMs } from './retryAfter.ts'
import type { SourceTls, SourceTransport } from './transport.ts'

export interface SourceOptions {
  readonly spec: MetricSourceSpec
  readonly reach: Reach
  secret(ref: SecretKeyRef): Promise<string>
  readonly transport: SourceTransport
  readonly clock: Clock
  readonly room: Bulkhead
}

/** One source on the wire: its headers, its way to sign in, its TLS, its statuses. */
export interface Source {
  secret(ref: SecretKeyRef): Promise<string>
  /** As ProviderCall.send; `timeoutMs` includes waiting for room and signing in. Redirects are SourceErrors (refused) too. */
  send(request: SourceRequest, timeoutMs: number): Promise<SourceResponse>
}

// They belong to the connection, or say which server is meant.
const reserved = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'keep-alive',
  'upgrade',
  'expect',
  'te',
  'trailer',
  'accept-encoding',
])

export function openSource({ spec, reach, secret: readSecret, transport, clock, room }: SourceOptions): Source {
  // Values that went out, so that no sentence of a server brings them back.
  const told = new Map<string, string>()
  const secret = async (ref: SecretKeyRef) => {
    const value = await readSecret(ref)
    told.set(`${ref.name}/${ref.key}`, value)
    return value
  }
  const carry = async (request: SourceRequest, timeoutMs: number) => {
    const tls = await tlsOf(spec, secret)
    return transport.send({ ...request, timeoutMs, reach, ...(tls ? { tls } : {}) })
  }
  // A server for tokens has a name of its own, and no use for our certificate.
  const carryElsewhere = async (request: SourceRequest, timeoutMs: number) => {
    const tls = await tlsOf(spec, secret)
    const { ca, insecure } = tls ?? {}
    return transport.send({
      ...request,
      timeoutMs,
      reach,
      ...(tls ? { tls: { ...(ca ? { ca } : {}), ...(insecure ? { insecure } : {}) } } : {}),
    })
  }
  const auth = authenticator(spec.auth, { secret, send: carryElsewhere, clock })

  const signed = async (request: SourceRequest, until: number): Promise<SourceResponse> => {
    const left = () => Math.max(1, until - clock.now())
    const headers = { ...(await ownHeaders(spec, secret)), ...lowerCased(request.headers) }
    for (let tries = 0; ; tries++) {
      const signature = await auth.sign({ ...request, headers }, left())
      const response = await carry({ ...request, headers: { ...headers, ...signature } }, left())
      if (response.status !== 401 || tries > 0 || !auth.rejected?.(signature)) return response
    }
  }
  return {
    secret,
    async send(request, timeoutMs) {
      // Our own crowd says nothing of the source: its time begins when there is room.
      const leave = await room.enter(timeoutMs)
      try {
        const response = await signed(request, clock.now() + timeoutMs)
        const fault = faultOf(response, request, [...told.values()], clock)
        if (fault) throw fault
        return response
      } finally {
        leave()
      }
    },
  }
}

async function ownHeaders(spec: MetricSourceSpec, secret: Source['secret']): Promise<Record<string, string>> {
  const headers: Record<string, string> = {}
  for (const { name, value, valueRef } of spec.headers) {
    const lower = name.toLowerCase()
    if (reserved.has(lower)) throw new SourceError('refused', `spec.headers: ${name} cannot be set here; remove it`)
    headers[lower] = valueRef ? await secret(valueRef) : (value ?? '')
  }
  return headers
}

async function tlsOf({ tls }: MetricSourceSpec, secret: Source['secret']): Promise<SourceTls | undefined> {
  if (!tls) return undefined
  const [ca, cert, key] = await Promise.all([tls.caRef, tls.certRef, tls.keyRef].map((ref) => (ref ? secret(ref) : undefined)))
  return {
    ...(ca ? { ca } : {}),
    ...(cert ? { cert } : {}),
    ...(key ? { key } : {}),
    ...(tls.serverName ? { serverName: tls.serverName } : {}),
    ...(tls.insecureSkipVerify ? { insecure: true } : {}),
  }
}

const lowerCased = (headers: SourceRequest['headers']) =>
  Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]))

/** The faults that are the source's by the status alone. */
function faultOf(
  { status, headers, text }: SourceResponse,
  { url, retryHeader }: SourceRequest,
  secrets: readonly string[],
  clock: Clock,
): SourceError | undefined {
  const { origin } = new URL(url)
  const wait = () => retryAfterMs(headers['retry-after'] ?? headers[retryHeader ?? ''], clock.now())
  if (status === 401 || status === 403) {
    return new SourceError(
      'refused',
      `${origin} does not let Serin in: it answered ${status}${reason(text, secrets)}; look at the keys of the source`,
    )
  }
  if (status >= 300 && status < 400) {
    return new SourceError(
      'refused',
      `${origin} redirects (${status}), which is not followed: write the address that it leads to, or sign in`,
    )
  }
  if (status === 429) {
    return new SourceError('limited', `${origin} asks for fewer requests: it answered 429${reason(text, secrets)}`, {
      retryAfterMs: wait(),
    })
  }
  if (status === 408 || status >= 500) {
    return new SourceError('down', `${origin} answered ${status}${reason(text, secrets)}`, { retryAfterMs: wait() })
  }
  return undefined
}

/** What a server says in the usual fields of JSON; pages and other texts are not repeated. */
function reason(text: string, secrets: readonly string[]): string {
  const body = text.length > 65_536 ? undefined : parseJson(text)
  if (typeof body !== 'object' || body === null) return ''
  const { error, message, errors } = body as { error?: unknown; message?: unknown; errors?: unknown }
  const [first] = Array.isArray(errors) ? errors : []
  const within = (of: unknown) => (typeof of === 'object' && of !== null ? (of as { message?: unknown }).message : undefined)
  const said = [error, message, within(error), first, within(first)].find((each) => typeof each === 'string' && each !== '')
  return typeof said === 'string' ? ` (${sentence(said, secrets)})` : ''
}
