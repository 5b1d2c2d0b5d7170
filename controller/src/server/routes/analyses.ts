import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { apiVersion, group } from '../../api/rollout.ts'
import { judgedAgain, recordText } from '../../cli/analyses/recordText.ts'
import type { RunRecord } from '../../evidence/record.ts'
import { callerOf } from '../access.ts'
import type { Routes } from '../app.ts'
import type { CommandView } from '../dto/detail.ts'
import { AnalysisView, Report, Series } from '../dto/evidence.ts'
import { Named } from '../dto/fields.ts'
import { answerTagged, hasAlready } from '../etag.ts'
import type { Caller, Parts } from '../parts.ts'
import { Refusal } from '../problems.ts'
import { analysisView, recordOf } from '../read/analysis.ts'
import { commandViews } from '../read/commands.ts'
import { keptCourses } from '../read/keptCourses.ts'
import { csvOf } from '../read/recordCsv.ts'
import { type Analyses, reportOf } from '../read/report.ts'
import { type AnalysisSeen, mustGet, readAnalyses, readRollout, seenAnalysis } from '../read/seen.ts'
import { seriesOf } from '../read/series.ts'
import { stampsOf } from '../read/stamps.ts'

const address = '/analyses/:namespace/:name'
const tags = ['evidence']
const mayRead = { verb: 'get', resource: 'analysisruns', nameFrom: 'name' }

/** GET /analyses/{namespace}/{name}: what was measured and judged; and the report of a run. */
export const analysisRoutes: Routes = (app, parts) => {
  const { client, clock, authority } = parts
  const coursesIn = keptCourses()
  const stamps = stampsOf(client, clock)
  const read = async (named: Named): Promise<AnalysisSeen> => seenAnalysis(await mustGet(client, 'AnalysisRun', named))

  app.get(
    address,
    { config: { access: mayRead }, schema: { summary: 'An analysis', tags, params: Named, response: { 200: AnalysisView } } },
    async (request, reply) => {
      const seen = await read(request.params)
      const plain = reply as unknown as FastifyReply
      if (hasAlready(request, plain, [seen.object])) return plain.send()
      return analysisView(seen)
    },
  )

  app.get(
    `${address}/series`,
    {
      config: { access: mayRead },
      schema: {
        summary: 'A metric of an analysis over time',
        description: 'At most 1,000 points. Where there is no data a point has null, and a gap says why.',
        tags,
        params: Named,
        querystring: z.object({ metric: z.string().min(1).max(63).meta({ description: 'Name of the metric.' }) }),
        response: { 200: Series },
      },
    },
    async (request, reply) => {
      const { metric } = request.query
      const seen = await read(request.params)
      const record = recordOf(seen)
      const courses = record ? await coursesIn(seen, record) : []
      const commands = await commandsAround(seen, callerOf(request).person)
      const series: Series | undefined = seriesOf(seen, courses, metric, { start: record?.start ?? 0, commands })
      if (!series) {
        const names = seen.spec.metrics.map(({ name }) => name).join(', ')
        throw new Refusal('SERIN-404-OBJECT', `AnalysisRun ${seen.metadata.name} has no metric ${metric}. It has ${names}.`)
      }
      return answerTagged(request, reply as unknown as FastifyReply, series)
    },
  )

  app.get(
    `${address}/record`,
    {
      config: { access: mayRead },
      schema: {
        summary: 'Everything that an analysis judged',
        description:
          '`serin judge --replay` judges it again, bit for bit. As CSV: the intervals of one part, as `serin judge -f` reads them.',
        tags,
        params: Named,
        querystring: z.object({
          format: z.enum(['json', 'csv']).default('json').meta({ description: 'How it is written.' }),
          part: z.string().max(100).optional().meta({ description: 'CSV: which part; left out: the first with intervals.' }),
        }),
        response: {
          200: { description: 'The record.', content: { 'application/json': { schema: z.unknown() }, 'text/csv': { schema: z.string() } } },
        },
      },
    },
    async (request, reply) => {
      const { format, part } = request.query
      const seen = await read(request.params)
      const plain = reply as unknown as FastifyReply
      if (hasAlready(request, plain, [seen.object], `-${format}-${part ?? ''}`)) return plain.send()
      const record = recordOf(seen)
      if (!record)
        throw new Refusal(
          'SERIN-404-OBJECT',
          `AnalysisRun ${seen.metadata.name} has judged nothing: ${seen.status?.message ?? 'the controller has not looked at it yet'}`,
        )
      plain.header('content-disposition', `attachment; filename="${seen.metadata.name.replace(/[^a-z0-9.-]/g, '')}.${format}"`)
      plain.type(format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json; charset=utf-8')
      return plain
        .serializer(String)
        .send(format === 'csv' ? csvOf(partOf(record, part)) : recordText(record, seen.spec, judgedAgain(record, seen.spec)))
    },
  )

  app.get(
    '/releases/:namespace/:name/runs/:run',
    {
      config: { access: { verb: 'get', resource: 'rollouts', nameFrom: 'name' } },
      schema: {
        summary: 'The report of a run',
        description:
          'Of one under way, or of one that the Rollout still remembers. Analyses are left out for whoever may not list analysisruns.',
        tags,
        params: Named.extend({ run: z.coerce.number().int().min(1).meta({ description: 'Number of the run.' }) }),
        response: { 200: Report },
      },
    },
    async (request, reply) => {
      const { run, ...named } = request.params
      const rollout = await readRollout(client, named)
      const analyses = await analysesFor(parts, callerOf(request).person, named)
      const mine = analyses === 'forbidden' ? [] : analyses.filter(({ spec }) => spec.for?.run === run)
      const plain = reply as unknown as FastifyReply
      const others = analyses === 'forbidden' ? 'forbidden' : ''
      if (hasAlready(request, plain, [rollout.object, ...mine.map(({ object }) => object)], others)) return plain.send()
      const report = reportOf(
        rollout,
        run,
        analyses,
        mine.map((seen) => analysisView(seen)),
      )
      if (report) return report
      const kept = rollout.status?.history.map(({ id }) => id) ?? []
      throw new Refusal(
        'SERIN-404-OBJECT',
        `Rollout ${named.name} does not remember run ${run}: it keeps ${rollout.spec.historyLimit} ended runs (spec.historyLimit)${kept.length > 0 ? `, now ${Math.min(...kept)} to ${Math.max(...kept)}` : ''}.`,
      )
    },
  )

  /** What people did to its Rollout, for marks; nothing for whoever may not list commands. */
  async function commandsAround({ metadata: { namespace }, spec }: AnalysisSeen, person: Caller['person']): Promise<CommandView[]> {
    if (!spec.for || !(await authority.may(person, { verb: 'list', group, resource: 'rolloutcommands', namespace })).allowed) return []
    const [commands, stamped] = await Promise.all([client.list({ apiVersion, kind: 'RolloutCommand' }, { namespace }), stamps(namespace)])
    return commandViews(commands, spec.for.rollout, stamped)
  }
}

/** AnalysisRuns of a release, as far as the person may see them. */
async function analysesFor(parts: Pick<Parts, 'authority' | 'client'>, person: Caller['person'], named: Named): Promise<Analyses> {
  return (await maySeeAnalyses(parts, person, named.namespace)) ? readAnalyses(parts.client, named) : 'forbidden'
}

export async function maySeeAnalyses(
  { authority }: Pick<Parts, 'authority'>,
  person: Caller['person'],
  namespace: string,
): Promise<boolean> {
  return (await authority.may(person, { verb: 'list', group, resource: 'analysisruns', namespace })).allowed
}

function partOf({ parts }: RunRecord, key: string | undefined): RunRecord['parts'][number] {
  const part = key === undefined ? parts.find(({ intervals }) => intervals.length > 0) : parts.find((one) => one.key === key)
  if (part) return part
  throw new Refusal('SERIN-404-OBJECT', `The record has no part ${key}. It has ${parts.map((one) => one.key).join(', ')}.`)
}
