import { z } from 'zod'
import { callerOf } from '../access.ts'
import type { Routes } from '../app.ts'
import { SourceList } from '../dto/measuring.ts'
import { sourceItems } from '../read/sources.ts'
import { visible, visibleInCluster } from '../read/visible.ts'

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
