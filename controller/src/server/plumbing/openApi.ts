import swagger from '@fastify/swagger'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { programVersion } from '../../cli/programVersion.ts'
import type { App } from '../app.ts'
import { Problem } from '../dto/problem.ts'

/** Describes every route, out of its schemas. Each gets the problems that any may answer with. */
export function describeApi(app: App): void {
  app.addHook('onRoute', (route) => {
    if (!route.url.startsWith('/api/')) return
    const problems = { '4xx': problem, '5xx': problem }
    route.schema = { ...route.schema, response: { ...problems, ...(route.schema?.response as object | undefined) } }
  })
  void app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Serin',
        version: programVersion,
        description:
          'What the dashboard of Serin asks and does. Every read is authorised as the person who asks, every write is made as that person.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: '__Host-serin', description: 'The session of a browser.' },
          token: { type: 'http', scheme: 'bearer', description: 'A token that the API server accepts, e.g. of a ServiceAccount.' },
        },
      },
      security: [{ session: [] }, { token: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  })
}

const problem = { description: 'What is wrong, and what to do.', content: { 'application/problem+json': { schema: Problem } } }
