import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../../clock.ts'
import type { Log } from '../../kube/log.ts'
import type { Transport } from '../../kube/types.ts'
import type { App } from '../app.ts'
import type { LoginMethod } from '../dto/session.ts'
import type { Options } from '../parts.ts'
import { Refusal } from '../problems.ts'
import type { OneTimeCodes } from './codes.ts'
import type { Failures } from './failures.ts'
import type { LoginOptions } from './options.ts'
import type { CookieJar } from './session/cookies.ts'
import type { Seal } from './session/seal.ts'
import type { Identity, Session } from './session/session.ts'
import type { TokenOwner } from './whoIs.ts'

/** What the ways to log in work with. */
export interface Desk {
  options: LoginOptions
  server: Options
  clock: Clock
  log: Log
  seal: Seal
  failures: Failures
  /** With the server's own credentials. */
  transport: Transport
  codes: OneTimeCodes
  /** Scheme, host and port under which the browser opened this server. */
  originOf(request: FastifyRequest): string
  /** For what is kept between the first and the last step of a login. */
  flowJar: CookieJar
  ownerOf(token: string): Promise<TokenOwner>
  /** Begins a session for who has proved to be somebody. */
  enter(request: FastifyRequest, reply: FastifyReply, identity: Identity): Promise<Session>
}

/** One way to log in: a file of methods/ and a line of its registry. Its routes are there everywhere; where it is off they refuse. */
export interface Method {
  id: LoginMethod['id']
  /** How the login page shows it; undefined where it is off. */
  shown(): LoginMethod | undefined
  routes(app: App): void
  /** Who sent a request, for a way that proves it with each. */
  identify?(request: FastifyRequest): Identity | undefined
  /** The proof of a session, had anew; undefined when it is not given any more. */
  renew?(session: Session): Promise<Identity | undefined>
  /** Ends the session elsewhere too; gives the address where the browser has to go for that. */
  leave?(request: FastifyRequest, session: Session | undefined): Promise<string | undefined>
}

export const notOffered = () => new Refusal('SERIN-404-ROUTE', 'This way to log in is not set up here. GET /api/v1/login says which are.')
