import { createHash, createHmac } from 'node:crypto'
import type { Instant } from '../../clock.ts'

export interface SigV4Request {
  readonly method: string
  /** The whole address, query included, as it is sent. */
  readonly url: string
  /** Headers that the request has already; all of them but those that are changed on the way are signed. Not Host: it follows from the address. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | undefined
  readonly region: string
  readonly service: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
  readonly now: Instant
}

// Proxies and our own HTTP client may write these anew.
const unsigned = new Set([
  'authorization',
  'connection',
  'content-length',
  'expect',
  'host',
  'transfer-encoding',
  'user-agent',
  'accept-encoding',
])

/**
 * The headers that sign a request for AWS, version 4: Authorization, X-Amz-Date and, with a session token, X-Amz-Security-Token; names in lower case.
 * They go with the request besides its own, which must not change any more. Paths are encoded as every service but S3 wants them.
 */
export function signV4(request: SigV4Request): Record<string, string> {
  const url = new URL(request.url)
  const time = `${new Date(request.now).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
  const day = time.slice(0, 8)
  const added = {
    'x-amz-date': time,
    ...(request.sessionToken ? { 'x-amz-security-token': request.sessionToken } : {}),
  }
  const signed = new Map([['host', url.host]])
  for (const [name, value] of Object.entries({ ...request.headers, ...added })) {
    if (!unsigned.has(name.toLowerCase())) signed.set(name.toLowerCase(), value.trim().replace(/ +/g, ' '))
  }
  const names = [...signed.keys()].sort()
  const canonical = [
    request.method.toUpperCase(),
    canonicalPath(url.pathname),
    canonicalQuery(url.search.slice(1)),
    ...names.map((name) => `${name}:${signed.get(name)}`),
    '',
    names.join(';'),
    sha256(request.body ?? ''),
  ].join('\n')
  const scope = `${day}/${request.region}/${request.service}/aws4_request`
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n')
  let key: Buffer = hmac(`AWS4${request.secretAccessKey}`, day)
  for (const part of [request.region, request.service, 'aws4_request']) key = hmac(key, part)
  const signature = hmac(key, toSign).toString('hex')
  return {
    ...added,
    authorization: `AWS4-HMAC-SHA256 Credential=${request.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  }
}

// The path is encoded once more than it is sent.
const canonicalPath = (path: string) =>
  path
    .replace(/\/{2,}/g, '/')
    .split('/')
    .map(encode)
    .join('/')

function canonicalQuery(search: string): string {
  if (search === '') return ''
  return search
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const cut = pair.indexOf('=')
      const [name, value] = cut < 0 ? [pair, ''] : [pair.slice(0, cut), pair.slice(cut + 1)]
      return [encode(decode(name)), encode(decode(value))] as const
    })
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    // A stray "%": it is sent as it stands.
    return text
  }
}

const encode = (text: string) => encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
