import { z } from 'zod'
import { Named, Paging, pageOf, Tally, Time } from './fields.ts'

/** Why a person should look. */
export const Attention = z
  .object({
    kind: z.enum(['Approval', 'Decision', 'Stuck', 'NoData', 'Paused', 'RolledBack', 'Failed']).meta({
      description:
        'Approval: it waits for votes. Decision: it waits for somebody to promote or abort. Stuck: no progress for longer than it should take. NoData: evidence is missing. Paused: somebody paused it. RolledBack: the last run was rolled back and its template is still held. Failed: the Rollout or its workload is not as it should be.',
    }),
    since: Time.meta({ description: 'Since when.' }),
  })
  .meta({ description: 'Why a person should look.' })

export const ShortVersion = z.object({
  hash: z.string().meta({ description: "Value of its pods' label pod-template-hash." }),
  revision: z.int().optional().meta({ description: 'The revision that the workload counts it as.' }),
  images: z.array(z.string()).meta({ description: 'The images of its containers.' }),
})

const Pause = z.object({
  since: Time.meta({ description: 'Since when.' }),
  by: z.string().meta({ description: 'Who asked for it.' }),
})

const Waits = z.object({
  for: z.string().meta({ description: 'What it waits for.' }),
  because: z.string().meta({ description: 'Why.' }),
  since: Time.meta({ description: 'Since when.' }),
  until: Time.optional().meta({ description: 'When it ends by itself.' }),
  stuck: z.string().optional().meta({ description: 'Why it will hardly end without a person, and the commands that end it.' }),
})

export const RunSummary = z.object({
  id: z.int().meta({ description: 'Number of the run.' }),
  startedAt: Time.meta({ description: 'When it began.' }),
  stage: z.enum(['Starting', 'Stepping', 'Promoting', 'RollingBack']).meta({ description: 'How far it is.' }),
  step: z
    .object({
      index: z.int().meta({ description: 'Which, counted from 0.' }),
      kind: z.string().meta({ description: 'Its key, e.g. weight.' }),
      since: Time.meta({ description: 'Since when.' }),
    })
    .optional()
    .meta({ description: 'The step being taken.' }),
  steps: z.int().meta({ description: 'How many it has.' }),
  weight: z
    .object({
      wanted: z.int().meta({ description: 'Percent that was asked for.' }),
      actual: z.int().meta({ description: 'Percent that was confirmed.' }),
    })
    .meta({ description: "The new version's share of the traffic." }),
  from: ShortVersion.meta({ description: 'The version that serves.' }),
  to: ShortVersion.meta({ description: 'The version being released.' }),
  waiting: Waits.optional().meta({ description: 'Why it is not moving.' }),
  paused: Pause.optional().meta({ description: 'Somebody stopped it where it is.' }),
  analysis: z
    .object({
      name: z.string().meta({ description: 'Name of the AnalysisRun.' }),
      phase: z.string().meta({ description: 'How far it is.' }),
      verdict: z.string().optional().meta({ description: "The judges' word so far." }),
      message: z.string().meta({ description: 'Its state in a sentence.' }),
    })
    .optional()
    .meta({ description: 'The analysis.' }),
})

export const RunResult = z.enum(['Promoted', 'RolledBack', 'Superseded', 'Aborted'])

export const LastRun = z.object({
  id: z.int().meta({ description: 'Number of the run.' }),
  result: RunResult.meta({ description: 'How it ended.' }),
  because: z.string().meta({ description: 'Why.' }),
  by: z.string().optional().meta({ description: 'Who asked for it.' }),
  endedAt: Time.meta({ description: 'When it ended.' }),
})

/** A row of the list of releases; what the stream sends when one changes. */
export const Release = Named.extend({
  uid: z.string().meta({ description: 'Tells it from an earlier one of the same name.' }),
  version: z.string().meta({ description: 'resourceVersion of the Rollout: changes whenever anything does.' }),
  workload: z.object({ kind: z.string(), name: z.string() }).meta({ description: 'What it releases.' }),
  strategy: z.enum(['canary', 'blueGreen']).meta({ description: 'How.' }),
  team: z.string().optional().meta({ description: 'Value of its team label.' }),
  phase: z
    .enum(['Healthy', 'Progressing', 'Paused', 'Degraded', 'Unknown'])
    .meta({ description: 'Unknown: no controller looked at it yet.' }),
  message: z.string().meta({ description: 'Its state in a sentence.' }),
  attention: Attention.optional().meta({ description: 'Why a person should look; absent: nobody needs to.' }),
  stable: ShortVersion.optional().meta({ description: 'The version that serves.' }),
  run: RunSummary.optional().meta({ description: 'The run under way.' }),
  last: LastRun.optional().meta({ description: 'The last run that ended.' }),
  since: Time.meta({ description: 'Since when it is in this state.' }),
}).meta({ id: 'Release', description: 'A release: a Rollout and how it does.' })

export const ReleaseQuery = Paging.extend({
  q: z.string().max(200).optional().meta({ description: 'Every word must occur in name, namespace, team or an image.' }),
  namespace: z.string().max(253).optional().meta({ description: 'In this namespace only.' }),
  team: z.string().max(253).optional().meta({ description: 'Of this team only.' }),
  phase: z
    .string()
    .max(100)
    .regex(/^(Healthy|Progressing|Paused|Degraded|Unknown)(,(Healthy|Progressing|Paused|Degraded|Unknown))*$/)
    .optional()
    .meta({ description: 'In one of these phases, apart by commas.' }),
  attention: z.enum(['true', 'false']).optional().meta({ description: 'Only those that need somebody, or only those that do not.' }),
  moving: z.enum(['true', 'false']).optional().meta({ description: 'Only those with a run under way, or only those without.' }),
  sort: z.enum(['attention', 'name', 'since']).default('attention').meta({
    description:
      'attention: who needs somebody first, then moving ones, then the rest, each the newest first. since: the newest change first.',
  }),
})

export const ReleasePage = pageOf(Release)
  .extend({
    facets: z
      .object({
        phase: z.array(Tally).meta({ description: 'Phases.' }),
        namespace: z.array(Tally).meta({ description: 'Namespaces, most releases first; at most 200.' }),
        team: z.array(Tally).meta({ description: 'Teams, most releases first; at most 200.' }),
        attention: z.array(Tally).meta({ description: 'Why people are needed.' }),
        moving: z.int().meta({ description: 'With a run under way.' }),
      })
      .meta({ description: 'Of all releases that the person may see, before any filter.' }),
    all: z.int().meta({ description: 'How many the person may see, before any filter.' }),
  })
  .meta({ id: 'ReleasePage', description: 'A page of releases.' })

export type Attention = z.output<typeof Attention>
export type ShortVersion = z.output<typeof ShortVersion>
export type RunSummary = z.output<typeof RunSummary>
export type LastRun = z.output<typeof LastRun>
export type Release = z.output<typeof Release>
export type ReleaseQuery = z.output<typeof ReleaseQuery>
export type ReleasePage = z.output<typeof ReleasePage>
