import { z } from 'zod'
import { Duration, ObjectName, texts } from './fields.ts'
import { atLeastOne, longerThanZero } from './rules.ts'

export const TemplateRef = z
  .object({
    name: ObjectName.meta({ description: 'Its name.' }),
    scope: z
      .enum(['Namespace', 'Cluster'])
      .default('Namespace')
      .meta({ description: 'Namespace: an AnalysisTemplate beside the Rollout; Cluster: a ClusterAnalysisTemplate.' }),
  })
  .meta({ description: 'A template of an analysis.' })

export type TemplateRef = z.output<typeof TemplateRef>

export const TemplateRefs = z.array(TemplateRef).max(20)

/** A part of an analysis with templates of its own: before and after the switch of blue/green. */
const Stage = z.object({
  templates: TemplateRefs.min(1).meta({ description: 'Merged into one analysis.' }),
  deadline: Duration.default('1h').meta({
    description: 'Undecided after this long is inconclusive.',
    cel: [longerThanZero('deadline must be longer than 0s')],
  }),
})

const Level = z.number().gt(0).lt(1)

/** How a Rollout uses analysis. */
export const AnalysisUse = z
  .object({
    templates: TemplateRefs.min(1)
      .optional()
      .meta({ description: 'Merged into one analysis that runs beside the whole run, from the first weight on.' }),
    args: texts(50).optional().meta({ description: 'Values for the arguments of the templates.' }),
    from: z.int().min(1).max(50).optional().meta({
      description:
        'The step, counted from 1, with which the analysis begins; a step that waits for it begins it earlier. Left out: the first weight above 0.',
    }),
    warmup: Duration.default('30s').meta({ description: 'What new pods show this long after their first traffic does not count.' }),
    bake: Duration.default('5m').meta({
      description:
        'No promotion before the analysis has run this long. Jobs, webhooks and conditions with a count pass when they have passed.',
    }),
    deadline: Duration.default('1h').meta({
      description: 'Undecided after this much measured time is inconclusive.',
      cel: [longerThanZero('spec.analysis.deadline must be longer than 0s')],
    }),
    onInconclusive: z.enum(['pause', 'promote', 'rollback']).default('pause').meta({
      description:
        'What an analysis does that ends undecided. promote: only if nothing ever looked like harm in its latter half; else it pauses.',
    }),
    onNoData: z.enum(['pause', 'rollback', 'ignore']).default('pause').meta({
      description:
        'What a metric does that has no data of both versions for three intervals. ignore: it does not hold the run up. A source that does not answer always pauses.',
    }),
    alpha: Level.default(0.05).meta({ description: 'Chance, at most, of rolling back a healthy release, over all looks and metrics.' }),
    beta: Level.default(0.05).meta({ description: 'Chance, at most, of promoting a release that is worse than its margins.' }),
    before: Stage.optional().meta({ description: 'Blue/green: must pass before the switch.' }),
    after: Stage.optional().meta({
      description: 'Blue/green: must pass after the switch, before the old version goes; else the switch goes back.',
    }),
  })
  .meta({
    description: 'What is measured during a run, and what follows from it.',
    cel: [atLeastOne(['templates', 'before', 'after'], 'spec.analysis: name at least one template, in templates, before or after')],
  })
export type AnalysisUse = z.output<typeof AnalysisUse>
