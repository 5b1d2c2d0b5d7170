import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { apiVersion, group, RolloutSpec } from '../../api/rollout.ts'
import type { KubeObject } from '../../kube/types.ts'
import { callerOf, mustHave } from '../access.ts'
import type { Routes } from '../app.ts'
import { TemplateCheck, TemplateList, TemplateView } from '../dto/measuring.ts'
import { answerTagged } from '../etag.ts'
import { kept } from '../kept.ts'
import type { Parts, Person } from '../parts.ts'
import { mustGet } from '../read/seen.ts'
import { checkTemplate, refsOf, templateItem, templateView, type User } from '../read/templates.ts'
import { sees, sightOf, visible, visibleInCluster } from '../read/visible.ts'

const tags = ['templates']

const kindOfTemplate = { Namespace: 'AnalysisTemplate', Cluster: 'ClusterAnalysisTemplate' } as const
export const pluralOfTemplate = { Namespace: 'analysistemplates', Cluster: 'clusteranalysistemplates' } as const

const Address = z.object({
  scope: z.enum(['Namespace', 'Cluster']).meta({ description: 'AnalysisTemplate or ClusterAnalysisTemplate.' }),
  namespace: z.string().max(253).meta({ description: "Where it is; a dash for the cluster's." }),
  name: z.string().max(253).meta({ description: 'Its name.' }),
})

/** /templates: templates of analyses, and what lint says of one. */
export const templateRoutes: Routes = (app, parts) => {
  const { client, clock } = parts
  const usersOf = kept<User[]>(clock, { ms: 30_000, most: 1 })
  const users = async (person: Person): Promise<User[]> => {
    const all = await usersOf('', () => listUsers(parts))
    const sight = await sightOf(
      parts.authority,
      person,
      all.map(({ namespace }) => namespace),
    )
    return all.filter(({ namespace }) => sees(sight, namespace))
  }

  app.get(
    '/templates',
    {
      config: { access: 'person' },
      schema: { summary: 'Templates of analyses', description: 'Those that the person may list.', tags, response: { 200: TemplateList } },
    },
    async (request, reply) => {
      const { person } = callerOf(request)
      const [own, shared, using] = await Promise.all([
        visible(parts, person, { kind: kindOfTemplate.Namespace, plural: pluralOfTemplate.Namespace }, undefined),
        visibleInCluster(parts, person, { kind: kindOfTemplate.Cluster, plural: pluralOfTemplate.Cluster }),
        users(person),
      ])
      const key = ({ metadata }: KubeObject) => `${metadata.namespace ?? ''}/${metadata.name}`
      const items = [...shared, ...own].sort((a, b) => (key(a) < key(b) ? -1 : 1)).map((object) => templateItem(object, using))
      return answerTagged(request, reply as unknown as FastifyReply, { items })
    },
  )

  app.get(
    '/templates/:scope/:namespace/:name',
    { config: { access: 'person' }, schema: { summary: 'A template', tags, params: Address, response: { 200: TemplateView } } },
    async (request) => {
      const { person } = callerOf(request)
      const { scope, namespace, name } = request.params
      const where = scope === 'Cluster' ? {} : { namespace }
      await mustHave(parts, person, { verb: 'get', group, resource: pluralOfTemplate[scope], name, ...where })
      return templateView(await mustGet(client, kindOfTemplate[scope], { name, ...where }), await users(person))
    },
  )

  app.post(
    '/templates/check',
    {
      config: { access: 'person' },
      schema: {
        summary: 'What is wrong with a template',
        description: 'As `serin lint` says it. Nothing is made.',
        tags,
        body: z.strictObject({ yaml: z.string().max(200_000).meta({ description: 'The text.' }) }),
        response: { 200: TemplateCheck },
      },
    },
    async ({ body }) => ({ findings: checkTemplate(body.yaml) }),
  )
}

/** Every Rollout and the templates that it names. One that cannot be understood names none. */
async function listUsers({ client, options }: Parts): Promise<User[]> {
  const found = await client.list({ apiVersion, kind: 'Rollout' }, options.namespace === undefined ? {} : { namespace: options.namespace })
  return found.flatMap(({ metadata, spec }) => {
    const { data } = RolloutSpec.pick({ analysis: true, canary: true }).safeParse(spec)
    const refs = data ? refsOf(data) : []
    return refs.length === 0 ? [] : [{ namespace: metadata.namespace ?? '', name: metadata.name, refs }]
  })
}
