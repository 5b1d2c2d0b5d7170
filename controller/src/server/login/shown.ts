import type { Session as SessionShown } from '../dto/session.ts'
import type { Caller } from '../parts.ts'
import type { Desk } from './desk.ts'
import { endOf, type Session } from './session/session.ts'

/** How long sessions last. */
export const lifetimesOf = ({ options }: Pick<Desk, 'options'>) => ({
  idleMs: options.idleSeconds * 1_000,
  absoluteMs: options.absoluteSeconds * 1_000,
})

/** Who acts in a session. */
export function callerIn(desk: Pick<Desk, 'options' | 'seal'>, session: Session): Caller {
  const { person, credentials, method } = session
  return { person, credentials, method, expiresAt: endOf(session, lifetimesOf(desk)), csrf: desk.seal.mark(session.id) }
}

/** What the page is told of a session: never its credentials. */
export function sessionOf(desk: Pick<Desk, 'options' | 'seal' | 'server'>, session: Session): SessionShown {
  return callerShown(desk, callerIn(desk, session))
}

export function callerShown({ options, server }: Pick<Desk, 'options' | 'server'>, caller: Caller): SessionShown {
  const { person, method, expiresAt, csrf } = caller
  return {
    user: { name: person.username, groups: [...person.groups] },
    method,
    ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt).toISOString() }),
    csrf,
    readOnly: server.readOnly,
    demo: options.demo !== undefined,
    installation: server.installation,
  }
}
