import { z } from 'zod'
import { LoginMethod } from '../../dto/session.ts'

/** Who somebody has proved to be, and by what. */
export const Identity = z.object({
  method: LoginMethod.shape.id,
  person: z.object({ username: z.string(), groups: z.array(z.string()), uid: z.string().optional() }),
  credentials: z.discriminatedUnion('by', [
    z.object({ by: z.literal('token'), token: z.string() }),
    z.object({ by: z.literal('impersonation') }),
    z.object({ by: z.literal('own') }),
  ]),
  /** When the proof ends; milliseconds since the epoch, as all times here. */
  until: z.number().optional(),
  /** How a proof of OpenID Connect is had anew, and from when. */
  renewal: z.object({ refreshToken: z.string(), after: z.number(), subject: z.string() }).optional(),
})

/** What the cookie of somebody who is logged in holds. */
export const Session = Identity.extend({
  /** New at each login. */
  id: z.string(),
  since: z.number(),
  used: z.number(),
})

export type Identity = z.output<typeof Identity>
export type Session = z.output<typeof Session>

export interface Lifetimes {
  idleMs: number
  absoluteMs: number
}

/** When a session ends if nobody uses it any more. */
export function endOf({ since, used, until }: Session, { idleMs, absoluteMs }: Lifetimes): number {
  return Math.min(since + absoluteMs, used + idleMs, until ?? Number.POSITIVE_INFINITY)
}
