import { z } from 'zod'
import { callerOf } from '../access.ts'
import type { Routes } from '../app.ts'
import { Session } from '../dto/session.ts'
import { callerShown } from '../login/shown.ts'

const LoggedOut = z
  .object({ next: z.string().optional().meta({ description: 'Where the browser has to go to be logged out there too; absent: nowhere.' }) })
  .meta({ id: 'LoggedOut', description: 'Nobody is logged in any more.' })

/** GET /session: who is logged in. POST /logout. */
export const sessionRoutes: Routes = (app, _, login) => {
  app.get(
    '/session',
    { config: { access: 'person' }, schema: { summary: 'Who is logged in', tags: ['login'], response: { 200: Session } } },
    async (request): Promise<Session> => callerShown(login.desk, callerOf(request)),
  )
  app.post(
    '/logout',
    { config: { access: 'person' }, schema: { summary: 'Log out', tags: ['login'], response: { 200: LoggedOut } } },
    async (request, reply): Promise<z.output<typeof LoggedOut>> => {
      const next = await login.leave(request, reply)
      return next === undefined ? {} : { next }
    },
  )
}
