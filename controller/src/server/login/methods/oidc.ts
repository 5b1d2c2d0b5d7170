import { randomBytes } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import * as oidc from 'openid-client'
import { z } from 'zod'
import { impersonable } from '../../authority/impersonation.ts'
import { problems, Refusal } from '../../problems.ts'
import { personOf } from '../claims.ts'
import { type Desk, type Method, notOffered } from '../desk.ts'
import { issuerError, issuerOf, scopesFor } from '../issuer.ts'
import { type OidcOptions, whomOf } from '../options.ts'
import { ownPath, ReturnTo } from '../returnTo.ts'
import type { Identity, Session } from '../session/session.ts'

/** What is kept between the way to the issuer and the way back. */
const Flow = z.object({
  id: z.string(),
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  returnTo: z.string().optional(),
  until: z.number(),
})

const purpose = 'oidc'
const flowMs = 600_000
/** How often the issuer is asked whether it still knows somebody for whom requests are made by impersonation. */
const lookAgainMs = 900_000
const retryMs = 60_000
const earlyMs = 60_000
const home = '../../../../'

/** OpenID Connect: authorization code with PKCE, state and nonce. */
export function oidcMethod(desk: Desk): Method {
  const { seal, clock, log, flowJar, enter } = desk
  const settings = desk.options.oidc
  const issuer = settings && issuerOf(settings, clock)
  /** Ways back that were gone: each is gone once. */
  const gone = new Map<string, number>()
  const redirectUri = (request: FastifyRequest): string => settings?.redirectUri ?? `${desk.originOf(request)}/api/v1/login/oidc/callback`

  const begin = async (request: FastifyRequest, returnTo: string | undefined) => {
    if (!settings || !issuer) throw notOffered()
    const configuration = await issuer()
    const verifier = oidc.randomPKCECodeVerifier()
    const path = ownPath(returnTo)
    const flow: z.output<typeof Flow> = {
      id: randomBytes(12).toString('base64url'),
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
      verifier,
      ...(path === undefined ? {} : { returnTo: path }),
      until: clock.now() + flowMs,
    }
    const address = oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri(request),
      scope: scopesFor(configuration, settings),
      state: flow.state,
      nonce: flow.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    })
    return { flow, address }
  }

  const flowOf = async (request: FastifyRequest): Promise<z.output<typeof Flow> | undefined> => {
    const { data: flow } = Flow.safeParse(await seal.open(purpose, flowJar.read(request) ?? ''))
    const now = clock.now()
    for (const [id, until] of gone) if (until <= now) gone.delete(id)
    if (!flow || flow.until <= now || gone.has(flow.id)) return undefined
    gone.set(flow.id, flow.until)
    return flow
  }

  const exchanged = async (request: FastifyRequest, { state, nonce, verifier }: z.output<typeof Flow>): Promise<Identity> => {
    if (!settings || !issuer) throw notOffered()
    const address = new URL(redirectUri(request))
    address.search = new URL(request.url, 'http://serin.invalid').search
    const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true }
    return identityOf(settings, await oidc.authorizationCodeGrant(await issuer(), address, checks), undefined)
  }

  const identityOf = async (
    options: OidcOptions,
    tokens: oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers,
    before: Session | undefined,
  ): Promise<Identity> => {
    const now = clock.now()
    const claims = tokens.claims()
    const refreshToken = tokens.refresh_token ?? before?.renewal?.refreshToken
    const subject = claims?.sub ?? before?.renewal?.subject ?? ''
    if (before?.renewal && claims && claims.sub !== before.renewal.subject)
      throw new Refusal('SERIN-401-LOGIN', 'The issuer speaks of another person.')
    const until = claims ? claims.exp * 1_000 : undefined
    const renewal = (after: number) => (refreshToken === undefined ? {} : { renewal: { refreshToken, subject, after } })
    if (!options.useToken) {
      const known = claims ? personOf(claims, options) : before?.person
      if (!known) throw new Refusal('SERIN-401-LOGIN', 'The issuer sent no ID token.')
      const person = impersonable(known, whomOf(desk.options))
      return {
        method: 'oidc',
        person: { ...person, groups: [...person.groups] },
        credentials: { by: 'impersonation' },
        ...renewal(now + lookAgainMs),
      }
    }
    const token = tokens.id_token
    if (token === undefined || until === undefined) throw new Refusal('SERIN-401-LOGIN', 'The issuer sent no ID token.')
    const { person } = await desk.ownerOf(token)
    return { method: 'oidc', person, credentials: { by: 'token', token }, until, ...renewal(Math.max(now + retryMs, until - earlyMs)) }
  }

  return {
    id: 'oidc',
    shown: () => (settings ? { id: 'oidc', title: settings.title, href: 'api/v1/login/oidc' } : undefined),

    routes(app) {
      app.get(
        '/login/oidc',
        {
          config: { access: 'anyone' },
          schema: { summary: 'Go to the issuer of OpenID Connect to log in', tags: ['login'], querystring: ReturnTo },
        },
        async (request, reply) => {
          const { flow, address } = await begin(request, request.query.returnTo)
          flowJar.write(request, reply, await seal.close(purpose, flow), flowMs / 1_000)
          return reply.redirect(address.href, 303)
        },
      )
      app.get(
        '/login/oidc/callback',
        {
          config: { access: 'anyone' },
          schema: { summary: 'Come back from the issuer of OpenID Connect', tags: ['login'] },
        },
        async (request, reply) => {
          if (!settings) throw notOffered()
          const flow = await flowOf(request)
          flowJar.clear(request, reply)
          reply.header('referrer-policy', 'no-referrer')
          if (!flow) return reply.redirect(`${home}login?error=expired`, 303)
          try {
            await enter(request, reply, await exchanged(request, flow))
          } catch (error) {
            const refusal = error instanceof Refusal
            log.warn(
              { ...(refusal ? { error: error.code } : issuerError(error)), requestId: request.id },
              'a login by OpenID Connect failed',
            )
            const why = refusal ? (problems[error.code].status === 502 ? 'unavailable' : 'forbidden') : 'refused'
            return reply.redirect(`${home}login?error=${why}&request=${encodeURIComponent(request.id)}`, 303)
          }
          return reply.redirect(flow.returnTo ?? home, 303)
        },
      )
    },

    async renew(session) {
      if (!settings || !issuer || !session.renewal) return undefined
      const { id: _, since: __, used: ___, ...identity } = session
      try {
        const tokens = await oidc.refreshTokenGrant(await issuer(), session.renewal.refreshToken)
        return await identityOf(settings, tokens, session)
      } catch (error) {
        log.warn({ ...issuerError(error), user: session.person.username }, 'a session could not be renewed at the issuer')
        const saidNo =
          error instanceof oidc.ResponseBodyError
            ? error.status < 500 && error.status !== 429
            : error instanceof Refusal && problems[error.code].status !== 502
        const now = clock.now()
        if (saidNo || (identity.until !== undefined && identity.until <= now)) return undefined
        // It is away: nothing is known against the person.
        return { ...identity, renewal: { ...session.renewal, after: now + retryMs } }
      }
    },

    async leave(request, session) {
      if (!settings || !issuer || !session) return undefined
      try {
        const configuration = await issuer()
        const { end_session_endpoint: end, revocation_endpoint: revocation } = configuration.serverMetadata()
        if (session.renewal && revocation) await oidc.tokenRevocation(configuration, session.renewal.refreshToken)
        if (!settings.logoutAtIssuer || !end) return undefined
        // Without id_token_hint: with it the token would stand in an address. The issuer asks the person instead.
        return oidc.buildEndSessionUrl(configuration, { post_logout_redirect_uri: `${desk.originOf(request)}/` }).href
      } catch (error) {
        // Here it is ended in any case.
        log.warn({ ...issuerError(error), requestId: request.id }, 'a session could not be ended at the issuer')
        return undefined
      }
    },
  }
}
