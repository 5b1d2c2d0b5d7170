import { z } from 'zod'
import { AnalysisSummary, HistoryItem } from './detail.ts'
import { Named, Time } from './fields.ts'
import { ShortVersion } from './release.ts'

/** What one side of a metric has been, over everything judged so far. */
const SideView = z.object({
  value: z.number().optional().meta({ description: 'In the unit of the metric: a share, a mean, a quantile.' }),
  samples: z.number().optional().meta({ description: 'Requests, or measurements.' }),
})

export const MetricView = z.object({
  name: z.string().meta({ description: 'Its name.' }),
  form: z.string().meta({ description: 'ratio, count, histogram, gauge, threshold, job, webhook.' }),
  verdict: z.string().meta({ description: 'What is known of it.' }),
  because: z.string().meta({ description: 'Why, with numbers.' }),
  gate: z.boolean().meta({ description: 'Whether it must pass.' }),
  dryRun: z.boolean().meta({ description: 'It decides nothing.' }),
  unit: z.string().optional().meta({ description: 'Of its values, e.g. share, seconds, bytes.' }),
  canary: SideView.optional().meta({ description: 'The new version.' }),
  baseline: SideView.optional().meta({ description: 'What it is compared with.' }),
  ratio: z
    .object({ estimate: z.number().optional(), low: z.number().optional(), high: z.number().optional() })
    .optional()
    .meta({ description: 'How many times the baseline, with limits that hold at every look.' }),
  limits: z
    .object({ tolerance: z.number().optional(), margin: z.number().optional() })
    .optional()
    .meta({ description: 'Ratios: up to tolerance it never fails; below margin it may pass.' }),
  evidence: z
    .object({ harm: z.number().optional(), harmNeeds: z.number(), pass: z.number().optional(), passNeeds: z.number() })
    .optional()
    .meta({ description: 'How far each test is, in nats.' }),
  needed: z
    .object({ intervals: z.int(), requests: z.number().optional() })
    .optional()
    .meta({ description: 'What is still missing for a pass, if both are alike.' }),
  dataAt: Time.optional().meta({ description: 'End of the last interval with data.' }),
})

/** An AnalysisRun as people look at it. */
export const AnalysisView = AnalysisSummary.extend({
  namespace: z.string().meta({ description: 'Where it is.' }),
  rollout: z.string().optional().meta({ description: 'Its Rollout; absent for one made by hand.' }),
  templates: z.array(z.string()).meta({ description: 'What it was made from.' }),
  judge: z.string().meta({ description: 'Which judge, and its version.' }),
  intervals: z.int().meta({ description: 'How many were judged.' }),
  intervalSeconds: z.number().meta({ description: 'How long one is.' }),
  through: Time.optional().meta({ description: 'End of the last interval that was judged.' }),
  bakeEndsAt: Time.optional().meta({ description: 'No pass before.' }),
  deadlineAt: Time.optional().meta({ description: 'Inconclusive after.' }),
  alpha: z.number().meta({ description: 'Chance of failing a healthy release.' }),
  beta: z.number().meta({ description: 'Chance of passing a harmful one.' }),
  metrics: z.array(MetricView).meta({ description: 'Each metric, bad ones first.' }),
  problems: z
    .array(z.object({ what: z.string(), kind: z.string(), because: z.string(), since: Time }))
    .meta({ description: 'What keeps it from measuring.' }),
  ramp: z
    .array(z.object({ weight: z.int(), passed: z.boolean() }))
    .optional()
    .meta({ description: 'Weights, and whether the evidence suffices to leave each.' }),
  learned: z.array(z.string()).meta({ description: 'What the time before the run said of each metric.' }),
  replay: z.string().meta({ description: 'The command that judges the same record again.' }),
}).meta({ id: 'Analysis', description: 'One comparison of two versions.' })

/** A metric over time, interval by interval. An absent value is a gap: never zero. */
export const Series = z
  .object({
    metric: z.string().meta({ description: 'Its name.' }),
    unit: z.string().optional().meta({ description: 'Of the values of the arms.' }),
    points: z
      .array(
        z.object({
          at: Time.meta({ description: 'End of the interval.' }),
          canary: z.number().nullable().meta({ description: 'In this interval; null: no data.' }),
          baseline: z.number().nullable().meta({ description: 'In this interval; null: no data.' }),
          estimate: z.number().nullable().meta({ description: 'Ratio of everything up to here.' }),
          low: z.number().nullable().meta({ description: 'Its lower limit, which holds at every look.' }),
          high: z.number().nullable().meta({ description: 'Its upper limit.' }),
          verdict: z.string().optional().meta({ description: 'The word at this look.' }),
        }),
      )
      .meta({ description: 'In order of time.' }),
    limits: z
      .object({ tolerance: z.number().optional(), margin: z.number().optional() })
      .optional()
      .meta({ description: 'Ratios that matter.' }),
    gaps: z.array(z.object({ from: Time, to: Time, because: z.string() })).meta({ description: 'Where there is no data, and why.' }),
    marks: z
      .array(z.object({ at: Time, text: z.string(), kind: z.enum(['weight', 'command', 'verdict', 'problem']) }))
      .meta({ description: 'What happened meanwhile.' }),
    summary: z.string().meta({ description: 'What the chart shows, in a sentence.' }),
  })
  .meta({ id: 'Series', description: 'A metric over time.' })

/** The record of a run that ended, or of the one under way: what a link to it shows for good. */
export const Report = Named.extend({
  run: z.int().meta({ description: 'Number of the run.' }),
  ended: HistoryItem.optional().meta({ description: 'How it ended; absent while it is under way.' }),
  startedAt: Time.meta({ description: 'When it began.' }),
  from: ShortVersion.meta({ description: 'The version that served.' }),
  to: ShortVersion.meta({ description: 'The version that was released.' }),
  verdict: z.string().meta({ description: 'What became of it and why, in a sentence or two.' }),
  analyses: z.array(AnalysisView).meta({ description: 'What it was judged by; empty when the AnalysisRuns are gone.' }),
  similar: z
    .array(z.object({ run: z.int(), endedAt: Time, because: z.string() }))
    .meta({ description: 'Earlier runs of this release that failed by the same metric.' }),
}).meta({ id: 'Report', description: "The judge's record of a run." })

export type MetricView = z.output<typeof MetricView>
export type AnalysisView = z.output<typeof AnalysisView>
export type Series = z.output<typeof Series>
export type Report = z.output<typeof Report>
