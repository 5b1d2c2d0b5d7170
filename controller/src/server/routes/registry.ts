import type { Routes } from '../app.ts'
import { aboutRoutes } from './about.ts'
import { accessRoutes } from './access.ts'
import { demoRoutes } from './demo.ts'
import { loginRoutes } from './login.ts'
import { openapiRoutes } from './openapi.ts'
import { releasesRoutes } from './releases.ts'
import { sessionRoutes } from './session.ts'
import { streamRoutes } from './stream.ts'

/** Every noun of the API. A new one is one file beside this and one line here. */
export const routes: readonly Routes[] = [
  aboutRoutes,
  accessRoutes,
  demoRoutes,
  loginRoutes,
  openapiRoutes,
  releasesRoutes,
  sessionRoutes,
  streamRoutes,
]
