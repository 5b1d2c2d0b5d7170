import { z } from 'zod'
import { Session } from '../../dto/session.ts'
import { Refusal } from '../../problems.ts'
import { type Desk, type Method, notOffered } from '../desk.ts'
import { sessionOf } from '../shown.ts'

const DemoLogin = z
  .strictObject({ name: z.string().min(1).max(100).meta({ description: 'One of the people of the demo.' }) })
  .meta({ id: 'DemoLogin', description: 'Log in as somebody of a demo.' })

/** Fixed people with tokens of their own, whom anybody may be. */
export function demoMethod(desk: Desk): Method {
  const { options, ownerOf, enter } = desk
  const people = options.demo?.people ?? []
  return {
    id: 'demo',
    shown: () => (options.demo ? { id: 'demo', title: 'Demo', people: people.map(({ name }) => name) } : undefined),
    routes(app) {
      app.post(
        '/login/demo',
        {
          config: { access: 'anyone' },
          schema: { summary: 'Log in as somebody of the demo', tags: ['login'], body: DemoLogin, response: { 200: Session } },
        },
        async (request, reply): Promise<Session> => {
          if (!options.demo) throw notOffered()
          const found = people.find(({ name }) => name === request.body.name)
          if (!found) throw new Refusal('SERIN-400-INPUT', `The demo has ${people.map(({ name }) => name).join(', ')}.`)
          const { person } = await ownerOf(found.token)
          const credentials = { by: 'token', token: found.token } as const
          return sessionOf(desk, await enter(request, reply, { method: 'demo', person, credentials }))
        },
      )
    },
  }
}
