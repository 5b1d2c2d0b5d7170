import type { Routes } from '../app.ts'
import { aboutRoutes } from './about.ts'
import { analysisRoutes } from './analyses.ts'
import { commandRoutes } from './commands.ts'
import { openapiRoutes } from './openapi.ts'
import { releaseRoutes } from './release.ts'
import { releasesRoutes } from './releases.ts'
import { streamRoutes } from './stream.ts'

/** Every noun of the API. A new one is one file beside this and one line here. */
export const routes: readonly Routes[] = [aboutRoutes, analysisRoutes, commandRoutes, openapiRoutes, releaseRoutes, releasesRoutes, streamRoutes]
