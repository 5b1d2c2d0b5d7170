import type { Routes } from '../app.ts'
import { aboutRoutes } from './about.ts'
import { demoRoutes } from './demo.ts'

/** Every noun of the API. A new one is one file beside this and one line here. */
export const routes: readonly Routes[] = [aboutRoutes, demoRoutes]
