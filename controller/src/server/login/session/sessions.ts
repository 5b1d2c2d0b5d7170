import { randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../../../clock.ts'
import type { CookieJar } from './cookies.ts'
import type { Seal } from './seal.ts'
import { endOf, type Identity, type Lifetimes, Session } from './session.ts'

/** Sessions of browsers. Nothing is kept here but the ids of those that were ended: the cookie is the session. */
export interface Sessions {
  /** Under a new id, whatever the browser had before. Throws a Refusal for an identity that no browser can keep. */
  begin(request: FastifyRequest, reply: FastifyReply, identity: Identity): Promise<Session>
  /** The one that the request's cookie holds, if it still counts; its time is prolonged by use. */
  current(request: FastifyRequest, reply: FastifyReply): Promise<Session | undefined>
  end(request: FastifyRequest, reply: FastifyReply, session: Session): void
  endOf(session: Session): number
}

interface Parts {
  jar: CookieJar
  seal: Seal
  clock: Clock
  lifetimes: Lifetimes
  /** Has the proof of an identity renewed; undefined when it is not given any more. */
  renewed(session: Session): Promise<Identity | undefined>
}

const purpose = 'session'
const mostEnded = 20_000
const renewedForMs = 60_000

export function createSessions({ jar, seal, clock, lifetimes, renewed }: Parts): Sessions {
  /** Ids of sessions that were ended before their time, until when they would have lasted. */
  const ended = new Map<string, number>()
  const renewals = new Map<string, Promise<Identity | undefined>>()

  const write = async (request: FastifyRequest, reply: FastifyReply, session: Session) => {
    const seconds = Math.max(1, Math.ceil((endOf(session, lifetimes) - clock.now()) / 1_000))
    jar.write(request, reply, await seal.close(purpose, session), seconds)
    return session
  }

  /** Requests that come side by side share one renewal: a refresh token may be good for one use only. */
  const renewedOnce = (session: Session): Promise<Identity | undefined> => {
    const key = `${session.id} ${session.renewal?.refreshToken}`
    const running = renewals.get(key)
    if (running) return running
    const renewal = renewed(session)
    renewals.set(key, renewal)
    clock.after(renewedForMs, () => renewals.delete(key))
    renewal.catch(() => renewals.delete(key))
    return renewal
  }

  const forget = (now: number) => {
    for (const [id, until] of ended) {
      if (until > now && ended.size <= mostEnded) break
      ended.delete(id)
    }
  }

  return {
    begin(request, reply, identity) {
      const now = clock.now()
      return write(request, reply, { ...identity, id: randomBytes(16).toString('base64url'), since: now, used: now })
    },

    async current(request, reply) {
      const text = jar.read(request)
      if (text === undefined) return undefined
      const read = Session.safeParse(await seal.open(purpose, text))
      const now = clock.now()
      const session = read.data
      const over =
        !session || ended.has(session.id) || endOf({ ...session, until: session.renewal ? undefined : session.until }, lifetimes) <= now
      if (over) {
        jar.clear(request, reply)
        return undefined
      }
      if (session.renewal && session.renewal.after <= now) {
        const identity = await renewedOnce(session)
        if (!identity) {
          jar.clear(request, reply)
          return undefined
        }
        return write(request, reply, { ...identity, id: session.id, since: session.since, used: now })
      }
      // Not at each request: the cookie is long.
      if (now - session.used > lifetimes.idleMs / 10) return write(request, reply, { ...session, used: now })
      return session
    },

    end(request, reply, session) {
      forget(clock.now())
      ended.set(session.id, session.since + lifetimes.absoluteMs)
      jar.clear(request, reply)
    },

    endOf: (session) => endOf(session, lifetimes),
  }
}
