import { apiVersion } from '../../api/rollout.ts'
import { callerOf } from '../access.ts'
import type { Routes } from '../app.ts'
import { Statistics, StatisticsQuery } from '../dto/statistics.ts'
import { kept } from '../kept.ts'
import type { Parts } from '../parts.ts'
import { historyOf } from '../read/detail.ts'
import { teamOf } from '../read/release.ts'
import { seenRollout } from '../read/seen.ts'
import { type Remembered, statisticsOf } from '../read/statistics.ts'
import { sees, sightOf } from '../read/visible.ts'

/** GET /statistics: how delivery goes. */
export const statisticsRoutes: Routes = (app, parts) => {
  const { authority, clock } = parts
  // Thousands of histories are a long answer of the API server's.
  const listed = kept<Remembered[]>(clock, { ms: 60_000, most: 1 })
  app.get(
    '/statistics',
    {
      config: { access: 'person' },
      schema: {
        summary: 'Delivery statistics',
        description: 'The four keys of DORA, of the releases that the person may list and of the runs that they still remember.',
        tags: ['statistics'],
        querystring: StatisticsQuery,
        response: { 200: Statistics },
      },
    },
    async (request): Promise<Statistics> => {
      const { person } = callerOf(request)
      const all = await listed('', () => listHistories(parts))
      const { namespace } = request.query
      const namespaces = namespace === undefined ? all.map((one) => one.namespace) : [namespace]
      const sight = await sightOf(authority, person, namespaces)
      return statisticsOf(
        all.filter((one) => sees(sight, one.namespace)),
        request.query,
        clock.now(),
      )
    },
  )
}

/** A Rollout that cannot be understood counts for nothing. */
async function listHistories({ client, options }: Parts): Promise<Remembered[]> {
  const found = await client.list({ apiVersion, kind: 'Rollout' }, options.namespace === undefined ? {} : { namespace: options.namespace })
  return found.flatMap((object) => {
    try {
      const { metadata, spec, status } = seenRollout(object)
      const { namespace, name } = metadata
      return [{ namespace, name, team: teamOf(metadata, options.teamLabel), history: historyOf(status), limit: spec.historyLimit }]
    } catch {
      return []
    }
  })
}
