import { z } from 'zod'
import { apiVersion } from '../../api/rollout.ts'
import type { KubeObject } from '../../kube/types.ts'
import { callerOf } from '../access.ts'
import type { Routes } from '../app.ts'
import { SourceList } from '../dto/measuring.ts'
import type { Parts, Person } from '../parts.ts'
import { sourceItems } from '../read/sources.ts'
import { sightOf } from '../read/visible.ts'

/** GET /sources: where measurements come from, and whether that answers. */
export const sourceRoutes: Routes = (app, parts) => {
  app.get(
    '/sources',
    {
      config: { access: 'person' },
      schema: {
        summary: 'Sources of metrics',
        description: 'MetricSources and ClusterMetricSources that the person may list; those that do not answer first.',
        tags: ['evidence'],
        querystring: z.object({
          namespace: z.string().max(253).optional().meta({ description: 'In this namespace only; those of the cluster too.' }),
        }),
        response: { 200: SourceList },
      },
    },
    async (request) => {
      const { person } = callerOf(request)
      const { namespace } = request.query
      const [own, shared] = await Promise.all([
        visible(parts, person, { kind: 'MetricSource', plural: 'metricsources' }, namespace),
        visibleInCluster(parts, person, { kind: 'ClusterMetricSource', plural: 'clustermetricsources' }),
      ])
      return { items: sourceItems([...own, ...shared]) }
    },
  )
}

interface Type {
  kind: string
  plural: string
}

/** Objects of a namespaced kind that the person may list, with a release in their namespace or the right to all. */
export async function visible(
  { authority, client, releases, options }: Pick<Parts, 'authority' | 'client' | 'releases' | 'options'>,
  person: Person,
  { kind, plural }: Type,
  only: string | undefined,
): Promise<KubeObject[]> {
  const known = new Set(only === undefined ? [...releases.all()].map(({ namespace }) => namespace) : [only])
  if (options.namespace !== undefined) known.add(options.namespace)
  const sight = await sightOf(authority, person, known, plural)
  const within = only ?? options.namespace
  if (sight.everywhere) return client.list({ apiVersion, kind }, within === undefined ? {} : { namespace: within })
  const seen = [...sight.namespaces].filter((namespace) => within === undefined || namespace === within)
  return (await Promise.all(seen.map((namespace) => client.list({ apiVersion, kind }, { namespace })))).flat()
}

/** The same of a kind of the whole cluster. A server that looks at one namespace only may have no right to it itself. */
export async function visibleInCluster(
  { authority, client }: Pick<Parts, 'authority' | 'client'>,
  person: Person,
  { kind, plural }: Type,
): Promise<KubeObject[]> {
  const sight = await sightOf(authority, person, [], plural)
  return sight.everywhere ? client.list({ apiVersion, kind }) : []
}
