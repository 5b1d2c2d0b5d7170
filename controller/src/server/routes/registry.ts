import type { Routes } from '../app.ts'
import { aboutRoutes } from './about.ts'
import { accessRoutes } from './access.ts'
import { analysisRoutes } from './analyses.ts'
import { commandRoutes } from './commands.ts'
import { demoRoutes } from './demo.ts'
import { loginRoutes } from './login.ts'
import { notifierRoutes } from './notifiers.ts'
import { openapiRoutes } from './openapi.ts'
import { releaseRoutes } from './release.ts'
import { releasesRoutes } from './releases.ts'
import { sessionRoutes } from './session.ts'
import { sourceRoutes } from './sources.ts'
import { statisticsRoutes } from './statistics.ts'
import { streamRoutes } from './stream.ts'
import { templateRoutes } from './templates.ts'
import { tryRoutes } from './tries.ts'

/** Every noun of the API. A new one is one file beside this and one line here. */
export const routes: readonly Routes[] = [
  aboutRoutes,
  accessRoutes,
  analysisRoutes,
  commandRoutes,
  demoRoutes,
  loginRoutes,
  notifierRoutes,
  openapiRoutes,
  releaseRoutes,
  releasesRoutes,
  sessionRoutes,
  sourceRoutes,
  statisticsRoutes,
  streamRoutes,
  templateRoutes,
  tryRoutes,
]
