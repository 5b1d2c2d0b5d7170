import type { Instant } from '../../clock.ts'
import { SourceError } from '../errors.ts'
import type { SourceResponse } from '../provider.ts'
import { retryAfterMs } from '../retryAfter.ts'
import type { AuthContext, Authenticator, AuthSpec } from './authenticator.ts'

type OAuth2Spec = NonNullable<AuthSpec['oauth2']>

interface Token {
  readonly header: string
  /** Not used from here on. */
  readonly until: Instant
}

const earlyMs = 30_000
// Where the server does not say how long: the RFC leaves it open, and a 401 tells.
const unsaidMs = 300_000

/**
 * Client credentials (RFC 6749, 4.4). A token serves every request until 30 s before it expires, or until the source refuses it; one request for a
 * token at a time. Client and secret go by HTTP Basic, as every server must understand it.
 */
export function oauth2(spec: OAuth2Spec, context: AuthContext): Authenticator {
  const { clock } = context
  let token: Token | undefined
  let asking: Promise<Token> | undefined

  const ask = async (timeoutMs: number): Promise<Token> => {
    const [id, password] = await Promise.all([context.secret(spec.clientIdRef), context.secret(spec.clientSecretRef)])
    const form = new URLSearchParams({ grant_type: 'client_credentials' })
    if (spec.scopes.length > 0) form.set('scope', spec.scopes.join(' '))
    if (spec.audience !== undefined) form.set('audience', spec.audience)
    const asked = clock.now()
    const answer = await context.send(
      {
        method: 'POST',
        url: spec.tokenUrl,
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          authorization: `Basic ${Buffer.from(`${formEncoded(id)}:${formEncoded(password)}`).toString('base64')}`,
        },
        body: form.toString(),
      },
      timeoutMs,
    )
    token = readToken(answer, asked)
    return token
  }
  const current = (timeoutMs: number): Token | Promise<Token> => {
    if (token && clock.now() < token.until) return token
    asking ??= ask(timeoutMs).finally(() => {
      asking = undefined
    })
    return asking
  }
  return {
    sign: async (_, timeoutMs) => ({ authorization: (await current(timeoutMs)).header }),
    rejected(headers) {
      // Somebody may have a new one already.
      if (token?.header === headers.authorization) token = undefined
      return true
    },
  }
}

function readToken(answer: SourceResponse, asked: Instant): Token {
  if (answer.status >= 500) throw new SourceError('down', `the server at auth.oauth2.tokenUrl answered ${answer.status}`)
  const value = parse(answer.text)
  if (answer.status === 429) {
    throw new SourceError('limited', 'the server at auth.oauth2.tokenUrl answered 429', {
      retryAfterMs: retryAfterMs(answer.headers['retry-after'], asked),
    })
  }
  if (answer.status !== 200) {
    const code = typeof value.error === 'string' && /^[\w-]{1,64}$/.test(value.error) ? ` (${value.error})` : ''
    throw new SourceError(
      'refused',
      `the server at auth.oauth2.tokenUrl gave no token: it answered ${answer.status}${code}; look at the client's id and secret`,
    )
  }
  const { access_token: text, token_type: type, expires_in: seconds } = value
  if (typeof text !== 'string' || text === '' || (typeof type === 'string' && type.toLowerCase() !== 'bearer')) {
    throw new SourceError(
      'refused',
      'the server at auth.oauth2.tokenUrl answered 200 without a bearer token: is it the address of a token endpoint?',
    )
  }
  const lifeMs = Number(seconds) > 0 ? Number(seconds) * 1000 : unsaidMs
  // Of a token that lives shorter than that, half its life.
  return { header: `Bearer ${text}`, until: asked + Math.max(lifeMs - earlyMs, Math.min(lifeMs / 2, earlyMs)) }
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch {
    // A page for people.
  }
  return {}
}

const formEncoded = (text: string) => new URLSearchParams([['', text]]).toString().slice(1)
