import type { Routes } from '../app.ts'
import { LoginMethods } from '../dto/session.ts'

/** GET /login: how one can log in. Each way has its routes beside. */
export const loginRoutes: Routes = (app, { options }, login) => {
  app.get(
    '/login',
    { config: { access: 'anyone' }, schema: { summary: 'How one can log in', tags: ['login'], response: { 200: LoginMethods } } },
    async (): Promise<LoginMethods> => ({
      methods: login.methods.flatMap((method) => method.shown() ?? []),
      installation: options.installation,
    }),
  )
  for (const method of login.methods) method.routes(app)
}
