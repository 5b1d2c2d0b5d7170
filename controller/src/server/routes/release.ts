import type { FastifyReply } from 'fastify'
import { stringify } from 'yaml'
import { z } from 'zod'
import { group } from '../../api/rollout.ts'
import type { KubeObject } from '../../kube/types.ts'
import { callerOf, mustHave } from '../access.ts'
import type { Routes } from '../app.ts'
import { type AnalysisSummary, EventsView, type Offer, PodsView, ReleaseDetail } from '../dto/detail.ts'
import { Named } from '../dto/fields.ts'
import { answerTagged } from '../etag.ts'
import { kept } from '../kept.ts'
import type { Caller, Parts } from '../parts.ts'
import { Refusal } from '../problems.ts'
import { analysisSummary, detailOf } from '../read/detail.ts'
import { eventViews } from '../read/events.ts'
import { offersOf, type Possible, type Situation } from '../read/offers.ts'
import { podViews } from '../read/pods.ts'
import { mustGet, readAnalyses } from '../read/seen.ts'
import { labelSelectorOf, readSituation } from '../read/situation.ts'
import { maySeeAnalyses } from './analyses.ts'

const address = '/releases/:namespace/:name'
const tags = ['releases']
const mayRead = { verb: 'get', resource: 'rollouts', nameFrom: 'name' }

/** As OpenAPI tells it; it goes out as it is. */
const yaml = { description: 'YAML.', content: { 'application/yaml': { schema: z.string() } } }

/** GET /releases/{namespace}/{name}: one release, its pods, its events and its manifest. */
export const releaseRoutes: Routes = (app, parts) => {
  const { client, clock, options } = parts
  const eventsOf = kept<KubeObject[]>(clock, { ms: 2_000 })
  // An AnalysisRun may weigh a megabyte, and a page asks whenever anything changes: they are read again when the run says that they got further.
  const analysesOf = kept<AnalysisSummary[]>(clock, { ms: 10_000 })
  const summaries = async (person: Caller['person'], { rollout: { metadata, status } }: Situation): Promise<AnalysisSummary[]> => {
    if (!(await maySeeAnalyses(parts, person, metadata.namespace))) return []
    const { id, analysis } = status?.run ?? {}
    const state = [metadata.uid, id, analysis?.name, analysis?.phase, analysis?.verdict, status?.lastRun, status?.history.length]
    return analysesOf(state.join(' '), async () => (await readAnalyses(client, metadata)).map(analysisSummary))
  }

  app.get(
    address,
    { config: { access: mayRead }, schema: { summary: 'A release, whole', tags, params: Named, response: { 200: ReleaseDetail } } },
    async (request, reply) => {
      const named = request.params
      const { person } = callerOf(request)
      const situation = await readSituation(client, clock, named)
      const [analyses, offers] = await Promise.all([summaries(person, situation), allowed(parts, person, named, offersOf(situation))])
      const detail: ReleaseDetail = detailOf(situation, { analyses, offers, teamLabel: options.teamLabel })
      return answerTagged(request, reply as unknown as FastifyReply, detail)
    },
  )

  app.get(
    `${address}/pods`,
    {
      config: { access: { verb: 'list', group: '', resource: 'pods' } },
      schema: { summary: 'Pods of a release', tags, params: Named, response: { 200: PodsView } },
    },
    async ({ params }) => {
      const { rollout, workload, sets } = await readSituation(client, clock, params)
      const labelSelector = labelSelectorOf(workload, params.name)
      const pods = await client.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace: params.namespace, labelSelector })
      return { items: podViews(pods, sets, rollout.status) }
    },
  )

  app.get(
    `${address}/events`,
    {
      config: { access: { verb: 'list', group: 'events.k8s.io', resource: 'events' } },
      schema: {
        summary: 'What happened to a release',
        description: 'Events of the Rollout, of its workload and of its ReplicaSets, the newest first, at most 200.',
        tags,
        params: Named,
        response: { 200: EventsView },
      },
    },
    async ({ params }) => {
      const { namespace } = params
      const type = { apiVersion: 'events.k8s.io/v1', kind: 'Event' }
      const [{ rollout, workload, sets }, events] = await Promise.all([
        readSituation(client, clock, params),
        eventsOf(namespace, () => client.list(type, { namespace })),
      ])
      return { items: eventViews(events, new Set([rollout, workload, ...sets].map((object) => object?.metadata.uid))) }
    },
  )

  app.get(
    `${address}/manifest`,
    {
      config: { access: mayRead },
      schema: { summary: 'The Rollout as YAML', tags, params: Named, response: { 200: yaml } },
    },
    async ({ params }, reply) => {
      const { metadata, ...object } = await mustGet(client, 'Rollout', params)
      const { managedFields: _, ...plain } = metadata
      const { apiVersion, kind, ...rest } = object
      reply.type('application/yaml; charset=utf-8')
      return (reply as unknown as FastifyReply).serializer(String).send(stringify({ apiVersion, kind, metadata: plain, ...rest }))
    },
  )
}

/** Which of these the person may: each needs its verb on the Rollout, and to make commands at all. */
async function allowed(
  parts: Parts,
  person: Caller['person'],
  { namespace, name }: Named,
  possible: readonly Possible[],
): Promise<Offer[]> {
  const lacks = async (verb: string, resource: string, on?: string): Promise<string | undefined> => {
    try {
      await mustHave(parts, person, { verb, group, resource, namespace, ...(on === undefined ? {} : { name: on }) })
      return undefined
    } catch (error) {
      if (error instanceof Refusal) return error.message
      throw error
    }
  }
  const never = parts.options.readOnly ? 'Nothing can be changed by this server: it only shows.' : await lacks('create', 'rolloutcommands')
  return Promise.all(
    possible.map(async (offer): Promise<Offer> => {
      const missing = never ?? (await lacks(offer.action, 'rollouts', name))
      const because = missing ?? offer.because
      return { ...offer, allowed: missing === undefined, ...(because === undefined ? {} : { because }) }
    }),
  )
}
