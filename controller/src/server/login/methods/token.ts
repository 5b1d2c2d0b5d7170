import { Session, TokenLogin } from '../../dto/session.ts'
import { Refusal } from '../../problems.ts'
import { type Desk, type Method, notOffered } from '../desk.ts'
import { sessionOf } from '../shown.ts'

/** A Kubernetes token that is pasted, and kept in the cookie: everything is then done with it. */
export function tokenMethod(desk: Desk): Method {
  const { options, failures, ownerOf, enter } = desk
  return {
    id: 'token',
    shown: () => (options.token ? { id: 'token', title: 'Kubernetes token' } : undefined),
    routes(app) {
      app.post(
        '/login/token',
        {
          config: { access: 'anyone' },
          schema: { summary: 'Log in by a Kubernetes token', tags: ['login'], body: TokenLogin, response: { 200: Session } },
        },
        async (request, reply): Promise<Session> => {
          if (!options.token) throw notOffered()
          failures.check(request, reply)
          const token = request.body.token.trim()
          const { person, until } = await ownerOf(token).catch((error: unknown) => {
            if (error instanceof Refusal) failures.count(request)
            throw error
          })
          const identity = { method: 'token', person, credentials: { by: 'token', token }, ...(until ? { until } : {}) } as const
          return sessionOf(desk, await enter(request, reply, identity))
        },
      )
    },
  }
}
