import { apiVersion } from '../../api/rollout.ts'
import { callerOf } from '../access.ts'
import type { Routes } from '../app.ts'
import { Statistics, StatisticsQuery } from '../dto/statistics.ts'
import type { Parts } from '../parts.ts'
import { historyOf } from '../read/detail.ts'
import { kept } from '../read/kept.ts'
import { releaseOf } from '../read/release.ts'
import { seenRollout } from '../read/seen.ts'
import { type Remembered, statisticsOf } from '../read/statistics.ts'
import { sees, sightOf } from '../read/visible.ts'

/** GET /statistics: how delivery goes. */
export const statisticsRoutes: Routes = (app, parts) => {
  const { authority, clock, releases } = parts
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
      const all = releases.histories ? [...releases.histories()].map(remembered) : await listed('', () => listHistories(parts))
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

type Known = ReturnType<NonNullable<Parts['releases']['histories']>> extends Iterable<infer One> ? One : never

function remembered({ release: { namespace, name, team }, history, limit }: Known): Remembered {
  return { namespace, name, team, history, limit }
}

/** Where nobody keeps the histories they are listed. A Rollout that cannot be understood counts for nothing. */
async function listHistories({ client, options }: Parts): Promise<Remembered[]> {
  const found = await client.list({ apiVersion, kind: 'Rollout' }, options.namespace === undefined ? {} : { namespace: options.namespace })
  return found.flatMap((object) => {
    try {
      const { spec, status } = seenRollout(object)
      return [
        remembered({ release: releaseOf(object, { teamLabel: options.teamLabel }), history: historyOf(status), limit: spec.historyLimit }),
      ]
    } catch {
      return []
    }
  })
}
