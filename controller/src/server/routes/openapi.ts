import { z } from 'zod'
import type { Routes } from '../app.ts'

/** GET /openapi.json: what this API is. */
export const openapiRoutes: Routes = (app) => {
  app.get(
    '/openapi.json',
    {
      config: { access: 'person' },
      schema: {
        summary: 'This description',
        description: 'OpenAPI 3.1 of every route.',
        tags: ['server'],
        response: { 200: z.looseObject({ openapi: z.string() }) },
      },
    },
    async () => app.swagger() as unknown as { openapi: string },
  )
}
