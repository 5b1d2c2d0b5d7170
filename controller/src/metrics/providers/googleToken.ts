import { createHash, createSign } from 'node:crypto'
import { z } from 'zod'
import type { Instant } from '../../clock.ts'
import { SourceError } from '../errors.ts'
import type { SourceRequest, SourceResponse } from '../provider.ts'
import { failure, ok, parseJson, readJson, type Speaker, sentence } from './answers.ts'

const ServiceAccountKey = z.object({
  client_email: z.string().min(3),
  private_key: z.string().min(3),
  private_key_id: z.string().optional(),
  token_uri: z.url(),
})
const Token = z.object({ access_token: z.string().min(1), expires_in: z.number().default(3600) })

const scope = 'https://www.googleapis.com/auth/monitoring.read'
const vendor = 'Google'
const mostTokens = 200
// A token is not used in its last half minute: it would end on the way.
const spare = 30_000

export interface TokenCall {
  /** The JSON key of a service account. */
  readonly key: string
  readonly now: Instant
  /** Whether the token may be fetched without TLS: only where the whole source is. */
  readonly plain: boolean
  send(request: SourceRequest): Promise<SourceResponse>
}

export interface TokenCache {
  /**
   * A token for reading metrics; fetched once for everybody who asks at a time, and kept until it is about to end. `known`: it was kept from before, so
   * that a refusal may mean that it ended early. Throws a SourceError.
   */
  token(call: TokenCall): Promise<{ value: string; known: boolean }>
  /** Forgets the token of a key, as when it was refused. */
  forget(key: string): void
}

/** Access tokens of service accounts, by a signed assertion (JWT, RS256) at the key's token_uri. Keeps up to 200; keys are kept by their hash. */
export function googleTokens(): TokenCache {
  const tokens = new Map<string, { until: Instant; token: Promise<{ value: string; until: Instant }> }>()
  return {
    async token(call) {
      const id = idOf(call.key)
      const known = tokens.get(id)
      if (known && known.until > call.now) {
        const token = await known.token
        if (token.until > call.now) return { value: token.value, known: true }
      }
      const entry = { until: Number.POSITIVE_INFINITY, token: fetchToken(call) }
      tokens.delete(id)
      tokens.set(id, entry)
      for (const oldest of tokens.keys()) {
        if (tokens.size <= mostTokens) break
        tokens.delete(oldest)
      }
      try {
        const token = await entry.token
        entry.until = token.until
        return { value: token.value, known: false }
      } catch (cause) {
        if (tokens.get(id) === entry) tokens.delete(id)
        throw cause
      }
    },
    forget: (key) => void tokens.delete(idOf(key)),
  }
}

const idOf = (key: string) => createHash('sha256').update(key).digest('hex')

async function fetchToken(call: TokenCall): Promise<{ value: string; until: Instant }> {
  const parsed = ServiceAccountKey.safeParse(parseJson(call.key))
  if (!parsed.success)
    throw new SourceError(
      'refused',
      'serviceAccountKeyRef is no JSON key of a service account: it needs client_email, private_key and token_uri',
    )
  const uri = new URL(parsed.data.token_uri)
  if (uri.protocol !== 'https:' && !(call.plain && uri.protocol === 'http:')) {
    throw new SourceError('refused', 'token_uri of the service account key is no https address: the token would be read on the way')
  }
  const assertion = assertionOf(parsed.data, call.now)
  const speaker: Speaker = { vendor, secrets: [assertion, parsed.data.private_key] }
  const response = await call.send({
    method: 'POST',
    url: uri.href,
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion }).toString(),
  })
  if (!ok(response)) {
    const failed = z.object({ error: z.string(), error_description: z.string().optional() }).safeParse(parseJson(response.text))
    if (!failed.success) throw failure(response, undefined, speaker)
    const said = failed.data.error_description ?? failed.data.error
    throw new SourceError('refused', `${vendor} gave no token for the service account: ${sentence(said, speaker.secrets)}`)
  }
  const token = readJson(Token, response, speaker)
  return { value: token.access_token, until: call.now + token.expires_in * 1000 - spare }
}

function assertionOf(key: z.output<typeof ServiceAccountKey>, now: Instant): string {
  const seconds = Math.floor(now / 1000)
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const header = part({ alg: 'RS256', typ: 'JWT', ...(key.private_key_id ? { kid: key.private_key_id } : {}) })
  const claims = part({ iss: key.client_email, scope, aud: key.token_uri, iat: seconds, exp: seconds + 3600 })
  try {
    return `${header}.${claims}.${createSign('RSA-SHA256').update(`${header}.${claims}`).sign(key.private_key, 'base64url')}`
  } catch {
    // The error of the library may quote the key.
    throw new SourceError('refused', 'private_key of the service account key is no RSA key in PEM')
  }
}
