import type { Routes } from '../app.ts'
import { aboutRoutes } from './about.ts'
import { accessRoutes } from './access.ts'
import { loginRoutes } from './login.ts'
import { sessionRoutes } from './session.ts'

/** Every noun of the API. A new one is one file beside this and one line here. */
export const routes: readonly Routes[] = [aboutRoutes, loginRoutes, sessionRoutes, accessRoutes]
