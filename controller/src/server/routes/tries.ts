import type { FastifyReply } from 'fastify'
import { group, type RolloutSpec } from '../../api/rollout.ts'
import { callerOf, mustHave } from '../access.ts'
import type { Routes } from '../app.ts'
import { Named } from '../dto/fields.ts'
import { Try, TryRequest } from '../dto/measuring.ts'
import { hasAlready } from '../etag.ts'
import { kept } from '../kept.ts'
import type { Parts, Person } from '../parts.ts'
import { Refusal } from '../problems.ts'
import { analysisView, recordOf } from '../read/analysis.ts'
import { foresightOf } from '../read/foresight.ts'
import { inTurns } from '../read/inTurns.ts'
import { type AnalysisSeen, mustGet, readRollout, seenAnalysis } from '../read/seen.ts'
import { labelSelectorOf, readSituation } from '../read/situation.ts'
import { comparedIn, resolvedFor, templatesFor, tryObject, tryOfAnnotation } from '../read/trying.ts'
import { pluralOfTemplate } from './templates.ts'

const tags = ['templates']

/** Trying a template on a release: POST /templates/try makes an AnalysisRun that looks back, GET /tries/… shows what came of it. */
export const tryRoutes: Routes = (app, parts) => {
  const { client, clock, authority, options } = parts
  // Simulating releases takes a second or two: once is enough.
  const tries = kept<Try>(clock, { ms: 600_000, most: 20 })

  app.post(
    '/templates/try',
    {
      config: { access: 'person' },
      schema: {
        summary: 'Try a template',
        description:
          'Makes an AnalysisRun as the person that measures the past of a release: during a run the new version against the old one, else half of its pods against the other half. Nothing of the release changes.',
        tags,
        body: TryRequest,
        response: { 201: Try },
      },
    },
    async (request, reply) => {
      const { body } = request
      const { namespace, rollout: name, template } = body
      const caller = callerOf(request)
      if (options.readOnly) throw new Refusal('SERIN-403-READONLY', 'A try makes an AnalysisRun, and this server only shows.')
      const must = (verb: string, resource: string, more: { name?: string; namespace?: string } = { namespace }) =>
        mustHave(parts, caller.person, { verb, group, resource, ...more })
      await must('create', 'analysisruns')
      await must('get', 'rollouts', { namespace, name })
      if (template)
        await must('get', pluralOfTemplate[template.scope], { name: template.name, ...(template.scope === 'Cluster' ? {} : { namespace }) })
      const { rollout, workload } = await readSituation(client, clock, { namespace, name })
      const labelSelector = labelSelectorOf(workload, name)
      const pods = await client.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace, labelSelector })
      const templates = await templatesFor(client, body)
      const resolved = resolvedFor(rollout, templates, body.args ?? {})
      const object = tryObject(rollout, resolved, comparedIn(rollout, pods), {
        since: body.since,
        now: clock.now(),
        requestId: request.id,
        stored: template !== undefined,
      })
      const made = await authority.as(caller, request.id).create(object)
      return reply.code(201).send(await tryOf(seenAnalysis(made), undefined))
    },
  )

  app.get(
    '/tries/:namespace/:name',
    {
      config: { access: { verb: 'get', resource: 'analysisruns', nameFrom: 'name' } },
      schema: {
        summary: 'What came of a try',
        description:
          'Once it has ended: how long a release would take with the traffic that was seen, and what would have been said of quiet times.',
        tags,
        params: Named,
        response: { 200: Try },
      },
    },
    async (request, reply) => {
      const seen = seenAnalysis(await mustGet(client, 'AnalysisRun', request.params))
      const plain = reply as unknown as FastifyReply
      const { person } = callerOf(request)
      const rollout = await releaseOfTry(parts, person, seen)
      const terms = rollout ? `${rollout.metadata.uid}.${rollout.metadata.generation}` : 'no release'
      if (hasAlready(request, plain, [seen.object], `-${terms}`)) return plain.send()
      return tries(`${seen.metadata.uid} ${seen.metadata.resourceVersion} ${terms}`, () => tryOf(seen, rollout?.spec))
    },
  )
}

async function tryOf(seen: AnalysisSeen, spec: RolloutSpec | undefined): Promise<Try> {
  const { name, namespace } = seen.metadata
  const { phase = 'Pending' } = seen.status ?? {}
  const done = phase !== 'Pending' && phase !== 'Running'
  const record = done && isQuiet(seen) ? recordOf(seen) : undefined
  return { name, namespace, analysis: analysisView(seen), done, ...(record ? await inTurns(foresightOf(record, spec)) : { plan: [] }) }
}

/** Both sides are of one version: only of such times one knows that nothing changed. */
function isQuiet({ metadata, spec: { arms } }: AnalysisSeen): boolean {
  return metadata.annotations?.[tryOfAnnotation] !== undefined && arms.canary.hash === undefined && arms.baseline?.hash === undefined
}

/** The release that a try was of, as far as the person may see it. */
async function releaseOfTry({ authority, client }: Pick<Parts, 'authority' | 'client'>, person: Person, { metadata }: AnalysisSeen) {
  const name = metadata.annotations?.[tryOfAnnotation]
  const { namespace } = metadata
  if (name === undefined) return undefined
  const { allowed } = await authority.may(person, { verb: 'get', group, resource: 'rollouts', namespace, name })
  if (!allowed) return undefined
  return readRollout(client, { namespace, name }).catch((error: unknown) => {
    if (error instanceof Refusal) return undefined
    throw error
  })
}
