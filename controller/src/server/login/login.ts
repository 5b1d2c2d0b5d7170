import type { FastifyReply, FastifyRequest } from 'fastify'
import { impersonable } from '../authority/impersonation.ts'
import type { Caller, Parts } from '../parts.ts'
import { Refusal } from '../problems.ts'
import { oneTimeCodes } from './codes.ts'
import type { Desk, Method } from './desk.ts'
import { createFailures } from './failures.ts'
import { methods } from './methods/registry.ts'
import { type LoginOptions, noLogin, whomOf } from './options.ts'
import { cookieJar } from './session/cookies.ts'
import { checkOrigin, onlyLooks } from './session/csrf.ts'
import { createSeal } from './session/seal.ts'
import type { Session } from './session/session.ts'
import { createSessions } from './session/sessions.ts'
import { callerIn, lifetimesOf } from './shown.ts'
import { tokenOwners } from './whoIs.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The session by which the caller is known, if it is by one. */
    session: Session | undefined
  }
}

/** Logging in and out, and who sent a request. */
export interface Login {
  desk: Desk
  methods: readonly Method[]
  /** Sets who sent the request. Throws a Refusal for proofs that are not accepted, and for changes that a browser sends for another page. */
  identify(request: FastifyRequest, reply: FastifyReply): Promise<void>
  /** Ends the session of a request; gives where the browser has to go to end it elsewhere too. */
  leave(request: FastifyRequest, reply: FastifyReply): Promise<string | undefined>
}

/** Asks nothing of anybody until somebody logs in. */
export function createLogin({ login, transport, options: server, clock, log }: Parts): Login {
  const { options = noLogin, bare = transport, codes = oneTimeCodes(clock) } = login ?? {}
  if (login && options.sessionKeys.length === 0)
    log.warn(
      {},
      'no session keys are given: logins end with this process, and other replicas do not know them. Give all the same --session-keys-file',
    )
  const originOf = (request: FastifyRequest): string => server.origin ?? `${request.protocol}://${request.host}`
  const isSecure = (request: FastifyRequest): boolean => originOf(request).startsWith('https:')
  const seal = createSeal(options.sessionKeys)
  const sessions = createSessions({
    jar: cookieJar('serin', isSecure),
    seal,
    clock,
    lifetimes: lifetimesOf({ options }),
    renewed: async (session) => known.find(({ id }) => id === session.method)?.renew?.(session),
  })
  const desk: Desk = {
    options,
    server,
    clock,
    log,
    seal,
    failures: createFailures(clock),
    transport,
    codes,
    originOf,
    flowJar: cookieJar('serin-login', isSecure),
    ownerOf: tokenOwners(bare, clock),
    async enter(request, reply, identity) {
      const session = await sessions.begin(request, reply, identity)
      log.info({ user: identity.person.username, method: identity.method, requestId: request.id }, 'logged in')
      return session
    },
  }
  const known = methods.map((method) => method(desk))

  const bearerOf = async (request: FastifyRequest): Promise<Caller | undefined> => {
    const { authorization } = request.headers
    const token = authorization === undefined ? undefined : /^bearer +(\S+)$/i.exec(authorization.trim())?.[1]
    if (token === undefined || !options.bearer) return undefined
    const { person, until } = await desk.ownerOf(token)
    return { person, credentials: { by: 'token', token }, method: 'token', ...(until ? { expiresAt: until } : {}), csrf: '' }
  }

  /** Without a session: the proxy says at each request who it is. */
  const toldOf = (request: FastifyRequest): Caller | undefined => {
    for (const method of known) {
      const identity = method.identify?.(request)
      if (!identity) continue
      const { person, credentials, method: by } = identity
      return { person, credentials, method: by, csrf: seal.mark(`${by}:${person.username}`) }
    }
    return undefined
  }

  return {
    desk,
    methods: known,

    async identify(request, reply) {
      if (options.loopbackOnly) checkHost(request)
      const bearer = await bearerOf(request)
      if (bearer) {
        // No browser sends this header by itself.
        request.caller = bearer
        return
      }
      if (!onlyLooks(request)) checkOrigin(request, new URL(originOf(request)).origin)
      const told = toldOf(request)
      const session = told ? undefined : await sessions.current(request, reply)
      if (session && !maybeActedFor(session, options)) sessions.end(request, reply, session)
      else request.session = session
      const caller = told ?? (request.session && callerIn(desk, request.session))
      if (!caller) return
      const marked = told ? `${told.method}:${told.person.username}` : (request.session?.id ?? '')
      if (!onlyLooks(request) && !isLogin(request) && !seal.isMark(marked, String(request.headers['x-csrf-token'] ?? '')))
        throw new Refusal(
          'SERIN-403-CSRF',
          'The header x-csrf-token is not the one that GET /api/v1/session gives. Reload the page and try again.',
        )
      request.caller = caller
    },

    async leave(request, reply) {
      const { session, caller } = request
      const address = await known.find(({ id }) => id === caller?.method)?.leave?.(request, session)
      if (session) sessions.end(request, reply, session)
      log.info({ user: caller?.person.username, requestId: request.id }, 'logged out')
      return address
    },
  }
}

/** Who may be acted for can have changed since the login. */
function maybeActedFor({ person, credentials }: Session, options: LoginOptions): boolean {
  if (credentials.by !== 'impersonation') return true
  try {
    return impersonable(person, whomOf(options)).groups.length === person.groups.length
  } catch {
    return false
  }
}

/** A login begins a session; what was there before, which may be over, is of no account. */
const isLogin = ({ routeOptions: { config, url } }: FastifyRequest): boolean =>
  config.access === 'anyone' && url?.includes('/login/') === true

/** A page of elsewhere can have its name lead to this machine, and then read what it answers: the name gives it away. */
function checkHost({ hostname }: FastifyRequest): void {
  if (!['localhost', '127.0.0.1', '[::1]', '::1'].includes(hostname))
    throw new Refusal('SERIN-403-CSRF', `This server answers only as localhost, and was called ${JSON.stringify(hostname.slice(0, 100))}.`)
}
