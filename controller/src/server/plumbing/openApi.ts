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
    const open = route.config?.access === 'anyone' ? { security: [] } : {}
    route.schema = { ...open, ...route.schema, response: { ...problems, ...(route.schema?.response as object | undefined) } }
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
    transformObject: (document) => withoutUnused(jsonSchemaTransformObject(document)),
  })
}

const problem = { description: 'What is wrong, and what to do.', content: { 'application/problem+json': { schema: Problem } } }

/** Each shape is described as it is sent and as it is taken; what no route refers to, by whatever way, is left out. */
function withoutUnused<T extends object>(document: T): T {
  const { paths, components, ...rest } = document as { paths?: object; components?: { schemas?: Record<string, object> } }
  const { schemas = {} } = components ?? {}
  const used = new Set<string>()
  const mark = (of: unknown) => {
    for (const [, name] of JSON.stringify(of ?? {}).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (name === undefined || used.has(name)) continue
      used.add(name)
      mark(schemas[name])
    }
  }
  mark(paths)
  const kept = Object.fromEntries(Object.entries(schemas).filter(([name]) => used.has(name)))
  return { ...rest, components: { ...components, schemas: kept }, paths } as T
}
