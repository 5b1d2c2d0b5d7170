import { z } from 'zod'
import { actionVerbs } from '../../api/rights.ts'
import { group } from '../../api/rollout.ts'
import { callerOf } from '../access.ts'
import type { Routes } from '../app.ts'
import { Access } from '../dto/session.ts'
import type { Attributes } from '../parts.ts'

const AccessQuery = z.object({
  namespace: z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/)
    .optional()
    .meta({ description: 'Where; absent: in the whole cluster.' }),
})

const rights = (apiGroup: string, resource: string, verbs: readonly string[]): Pick<Attributes, 'verb' | 'group' | 'resource'>[] =>
  verbs.map((verb) => ({ verb, group: apiGroup, resource }))

/** What the page has buttons and screens for. */
const asked = [
  ...rights(group, 'rollouts', ['list', 'get', 'patch', 'delete', ...actionVerbs]),
  ...rights(group, 'rolloutcommands', ['list', 'create']),
  ...rights(group, 'analysisruns', ['list', 'create']),
  ...rights(group, 'analysistemplates', ['list', 'patch']),
  ...rights(group, 'metricsources', ['list']),
  ...rights('', 'pods', ['list']),
  ...rights('events.k8s.io', 'events', ['list']),
]

/** GET /access: what the person may do. */
export const accessRoutes: Routes = (app, { authority }) => {
  app.get(
    '/access',
    {
      config: { access: 'person' },
      schema: { summary: 'What the person may do', tags: ['login'], querystring: AccessQuery, response: { 200: Access } },
    },
    async (request): Promise<Access> => {
      const { person } = callerOf(request)
      const where = request.query.namespace === undefined ? {} : { namespace: request.query.namespace }
      const answers = await Promise.all(
        asked.map(async (wanted) => ({ ...wanted, ...(await authority.may(person, { ...wanted, ...where })) })),
      )
      return {
        ...where,
        rights: answers.map(({ verb, group: apiGroup, resource, allowed, because }) => ({
          verb,
          resource: apiGroup === '' ? resource : `${resource}.${apiGroup}`,
          allowed,
          ...(because ? { because } : {}),
        })),
      }
    },
  )
}
