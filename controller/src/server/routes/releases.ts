import type { FastifyReply } from 'fastify'
import { callerOf } from '../access.ts'
import type { Routes } from '../app.ts'
import { ReleasePage, ReleaseQuery } from '../dto/release.ts'
import { answerTagged } from '../etag.ts'
import { catalogueOf, mustBeSynced } from '../read/catalogue.ts'
import { pageOf } from '../read/page.ts'
import { sightsOf } from '../read/sights.ts'

/** GET /releases: the list, of what the person may see. */
export const releasesRoutes: Routes = (app, { releases, authority, clock }) => {
  const catalogue = catalogueOf(releases)
  const sights = sightsOf(authority, clock)
  app.get(
    '/releases',
    {
      config: { access: 'person' },
      schema: {
        summary: 'Releases',
        description: 'Those that the person may list. Filtered, sorted and cut into pages here; a page stays right while releases change.',
        tags: ['releases'],
        querystring: ReleaseQuery,
        response: { 200: ReleasePage },
      },
    },
    async (request, reply) => {
      mustBeSynced(releases)
      const { person } = callerOf(request)
      const sight = await sights.of(person, catalogue.namespaces())
      const page: ReleasePage = pageOf(catalogue, sight, request.query)
      return answerTagged(request, reply as unknown as FastifyReply, page)
    },
  )
}
