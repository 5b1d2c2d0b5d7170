import { z } from 'zod'
import { Time } from './fields.ts'

export const StatisticsQuery = z.object({
  by: z.enum(['service', 'team', 'namespace']).default('service').meta({ description: 'What a row is.' }),
  days: z.coerce.number().int().min(1).max(365).default(30).meta({ description: 'How far back.' }),
  namespace: z.string().max(253).optional().meta({ description: 'In this namespace only.' }),
  team: z.string().max(253).optional().meta({ description: 'Of this team only.' }),
})

const Span = z.number().nullable()

/** The four keys of DORA, of the runs that the Rollouts still remember. Seconds; null: there was none. */
const StatisticsFigures = z.object({
  runs: z.int().meta({ description: 'Runs that ended in the time.' }),
  deployments: z.int().meta({ description: 'Of them promoted.' }),
  perWeek: z.number().meta({ description: 'Deployments a week: deployment frequency.' }),
  leadTime: Span.meta({ description: 'Median from the changed template to its promotion, in seconds.' }),
  failureRate: z
    .number()
    .nullable()
    .meta({ description: 'Share of changes that were rolled back, aborted because of harm, or undone afterwards: change failure rate.' }),
  timeToRestore: Span.meta({ description: 'Median from the begin of a run that failed to the end of its roll-back, in seconds.' }),
})

export const StatisticsRow = StatisticsFigures.extend({
  key: z.string().nullable().meta({ description: 'namespace/name, team or namespace; null: the releases without a team.' }),
})

export const Statistics = z
  .object({
    from: Time.meta({ description: 'Begin of the time.' }),
    to: Time.meta({ description: 'Its end.' }),
    by: StatisticsQuery.shape.by.removeDefault().meta({ description: 'What a row is.' }),
    total: StatisticsFigures.meta({ description: 'All together.' }),
    rows: z.array(StatisticsRow).meta({ description: 'Most deployments first; at most 500.' }),
    weeks: z
      .array(z.object({ from: Time, promoted: z.int(), failed: z.int() }))
      .meta({ description: 'Runs week by week, the oldest first.' }),
    remark: z.string().optional().meta({ description: 'What limits the figures, e.g. that histories were cut.' }),
  })
  .meta({ id: 'Statistics', description: 'How delivery goes.' })

export type StatisticsQuery = z.output<typeof StatisticsQuery>
export type StatisticsFigures = z.output<typeof StatisticsFigures>
export type StatisticsRow = z.output<typeof StatisticsRow>
export type Statistics = z.output<typeof Statistics>
