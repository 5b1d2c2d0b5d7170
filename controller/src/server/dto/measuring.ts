import { z } from 'zod'
import { AnalysisView } from './evidence.ts'
import { Time } from './fields.ts'

const Scope = z.enum(['Namespace', 'Cluster'])

export const TemplateItem = z.object({
  scope: Scope.meta({ description: 'AnalysisTemplate or ClusterAnalysisTemplate.' }),
  namespace: z.string().optional().meta({ description: "Where it is; absent for the cluster's." }),
  name: z.string().meta({ description: 'Its name.' }),
  judge: z.string().meta({ description: 'Which judge.' }),
  metrics: z.array(z.object({ name: z.string(), form: z.string(), gate: z.boolean() })).meta({ description: 'What it measures.' }),
  args: z
    .array(z.object({ name: z.string(), value: z.string().optional(), required: z.boolean() }))
    .meta({ description: 'What it can be told.' }),
  usedBy: z
    .array(z.object({ namespace: z.string(), name: z.string() }))
    .meta({ description: 'Rollouts that name it, as far as the person may see them; at most 100.' }),
})
export const TemplateList = z.object({ items: z.array(TemplateItem) }).meta({ id: 'Templates', description: 'Templates of analyses.' })
export const TemplateView = TemplateItem.extend({
  yaml: z.string().meta({ description: 'The object, without what the server manages.' }),
}).meta({ id: 'Template', description: 'A template of analyses.' })

export const TemplateCheck = z
  .object({
    findings: z
      .array(
        z.object({
          severity: z.enum(['error', 'warning']),
          line: z.int().optional(),
          path: z.string(),
          message: z.string(),
        }),
      )
      .meta({ description: 'What is wrong, where, and what to write instead; empty: it would be accepted.' }),
  })
  .meta({ id: 'TemplateCheck', description: 'What lint says.' })

/** Try a template on a release: an analysis that looks back, made as the person. */
export const TryRequest = z
  .strictObject({
    namespace: z.string().max(63).meta({ description: 'Of the release.' }),
    rollout: z.string().max(253).meta({ description: 'The release whose stable version is measured, against itself or its canary.' }),
    template: z
      .strictObject({ scope: Scope, name: z.string().max(253) })
      .optional()
      .meta({ description: 'A template that exists.' }),
    yaml: z.string().max(200_000).optional().meta({ description: 'Or one being written: an AnalysisTemplate.' }),
    args: z.record(z.string(), z.string().max(1000)).optional().meta({ description: 'Values of arguments.' }),
    since: z
      .string()
      .max(10)
      .regex(/^[1-9]\d{0,3}[mh]$/)
      .default('1h')
      .meta({ description: 'How far back, e.g. 30m or 6h.' }),
  })
  .meta({ id: 'TryRequest', description: 'A template to try.' })

export const Try = z
  .object({
    name: z.string().meta({ description: 'Name of its AnalysisRun.' }),
    namespace: z.string().meta({ description: 'Where that is.' }),
    analysis: AnalysisView.meta({ description: 'What was measured and judged.' }),
    done: z.boolean().meta({ description: 'Whether it ended.' }),
    plan: z
      .array(
        z.object({
          metric: z.string(),
          toPass: z.string().optional().meta({ description: 'About how long until it passes when both are alike.' }),
          detects: z
            .array(z.object({ ratio: z.number(), after: z.string() }))
            .meta({ description: 'How soon it fails when the canary is so many times worse.' }),
          remark: z.string().optional(),
        }),
      )
      .meta({ description: 'How long it would take with the traffic that was seen.' }),
    backtest: z
      .object({ runs: z.int(), falseAlarms: z.int(), inconclusive: z.int(), text: z.string() })
      .optional()
      .meta({ description: 'What it would have said of releases in which nothing changed.' }),
  })
  .meta({ id: 'Try', description: 'What came of a try.' })

export const SourceItem = z.object({
  scope: Scope.meta({ description: 'MetricSource or ClusterMetricSource.' }),
  namespace: z.string().optional().meta({ description: "Where it is; absent for the cluster's." }),
  name: z.string().meta({ description: 'Its name.' }),
  type: z.string().meta({ description: 'prometheus, datadog, ...' }),
  address: z.string().optional().meta({ description: 'Host of its address, without what may be secret.' }),
  health: z.enum(['Up', 'Down', 'Unknown']).meta({ description: 'Unknown: nobody asked it yet.' }),
  because: z.string().meta({ description: 'Its state in a sentence.' }),
  since: Time.optional().meta({ description: 'Since when.' }),
  lastAnswerAt: Time.optional().meta({ description: 'When it last answered.' }),
})
export const SourceList = z.object({ items: z.array(SourceItem) }).meta({ id: 'Sources', description: 'Where measurements come from.' })

export type TemplateItem = z.output<typeof TemplateItem>
export type TemplateView = z.output<typeof TemplateView>
export type TemplateCheck = z.output<typeof TemplateCheck>
export type TryRequest = z.output<typeof TryRequest>
export type Try = z.output<typeof Try>
export type SourceItem = z.output<typeof SourceItem>
