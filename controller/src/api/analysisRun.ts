import { z } from 'zod'
import { TemplateRef } from './analysisUse.ts'
import { AnalysisPhase, AnalysisStage, Decision } from './analysisWords.ts'
import { Duration, ObjectName, Ordinal, Percent, Sentence, Share, Timestamp, texts } from './fields.ts'
import { age, type Kind } from './kind.ts'
import { interval, Judging, Metric } from './metric.ts'
import { apiVersion } from './rollout.ts'
import { at, has, immutable, longerThanZero, moreThanZero } from './rules.ts'
import { SecretKeyRef } from './secretRef.ts'

/** One side of the comparison, as queries see it. */
export const ArmSpec = z.object({
  pods: z.string().max(1024).meta({ description: 'Regular expression (RE2) that matches the names of its pods, whole: {{arm.pods}}.' }),
  hash: z.string().max(63).optional().meta({ description: "Value of its pods' label pod-template-hash: {{arm.hash}}." }),
  service: z.string().max(63).optional().meta({ description: 'Name of its Service: {{arm.service}}.' }),
})
export type ArmSpec = z.output<typeof ArmSpec>

/** For whom it is made. */
const For = z.object({
  rollout: ObjectName.meta({ description: 'Name of the Rollout.' }),
  run: Ordinal.min(1).meta({ description: 'Number of its run.' }),
  stage: AnalysisStage.meta({ description: 'Beside the whole run, for one of its steps, before or after the switch.' }),
  step: Ordinal.optional().meta({ description: 'Which step, counted from 0.' }),
})

export const AnalysisRunSpec = z
  .object({
    for: For.optional().meta({ description: 'The run it belongs to; absent for one that somebody started by hand.' }),
    templates: z.array(TemplateRef).max(50).default([]).meta({ description: 'What it was made from.' }),
    metrics: z
      .array(Metric)
      .min(1)
      .max(40)
      .meta({ description: 'What is measured: templates merged, presets written out.', listType: 'map', listKeys: ['name'] }),
    args: texts(100).optional().meta({ description: 'Values that queries insert: {{args.name}}.' }),
    secretArgs: z
      .array(
        z.object({
          name: z.string().min(1).max(63).meta({ description: 'Name of the argument.' }),
          secretKeyRef: SecretKeyRef.meta({ description: 'The key of a Secret that is its value.' }),
        }),
      )
      .max(50)
      .default([])
      .meta({
        description: 'Arguments whose values are read when they are needed, and never stored.',
        listType: 'map',
        listKeys: ['name'],
      }),
    arms: z
      .object({
        canary: ArmSpec.meta({ description: 'The new version.' }),
        baseline: ArmSpec.optional().meta({ description: 'What it is compared with.' }),
        history: ArmSpec.optional().meta({ description: 'Whose past is looked at. Left out: the baseline.' }),
      })
      .meta({ description: 'What is compared. Without a baseline only conditions, jobs and webhooks decide.' }),
    judge: Judging.prefault({}),
    interval,
    baseline: z.enum(['stable', 'fresh']).default('stable').meta({ description: 'What the baseline is.' }),
    routed: z.boolean().default(true).meta({
      description: 'Whether a router shares the traffic out. Without one the ready pods do, and no share of the canary is odd.',
    }),
    ramp: z
      .object({
        weights: z.array(Percent.min(1)).min(1).max(20).meta({ description: 'Weights in percent, rising.' }),
        budget: Share.default('0.1%').meta({
          description: 'At no moment may the release be costing more than this share of all requests, unseen.',
          cel: [moreThanZero('spec.ramp.budget must be more than 0%')],
        }),
      })
      .optional()
      .meta({ description: 'Weights that are left by evidence, and the share of all requests that may be harmed unseen.' }),
    warmup: Duration.default('0s').meta({ description: 'What is left out at the start.' }),
    settle: z.int().min(0).max(100).default(1).meta({ description: 'Intervals left out when the weight changes.' }),
    bake: Duration.default('5m').meta({ description: 'No pass before it has run this long.' }),
    deadline: Duration.default('1h').meta({
      description: 'Undecided after this long is inconclusive.',
      cel: [longerThanZero('spec.deadline must be longer than 0s')],
    }),
    alpha: z.number().gt(0).lt(1).default(0.05).meta({ description: 'Chance of failing a healthy release.' }),
    beta: z.number().gt(0).lt(1).default(0.05).meta({ description: 'Chance of passing a harmful one.' }),
    ignoreMissing: z.boolean().default(false).meta({ description: 'A metric without data does not keep it from passing.' }),
    startAt: Timestamp.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/)
      .optional()
      .meta({ description: 'Begin of the first interval. Left out: when it was made.', write: 'an instant like 2026-01-31T12:00:00Z' }),
    history: Duration.default('12h').meta({
      description: 'How far back the baseline is looked at, to learn how much like pods differ. 0s: not at all.',
    }),
    canaryPods: z.int().min(1).max(100_000).default(1).meta({ description: 'How many pods the canary has at first.' }),
  })
  .meta({
    cel: [
      immutable('spec of an AnalysisRun cannot change: make a new one'),
      {
        rule: 'self.metrics.all(metric, !has(metric.preset))',
        message: 'spec.metrics: a preset belongs in a template; write its metrics out',
        check: (self) => [at(self, 'metrics')].flat().every((metric) => !has(metric, 'preset')),
      },
    ],
  })
export type AnalysisRunSpec = z.output<typeof AnalysisRunSpec>
export type AnalysisRunSpecInput = z.input<typeof AnalysisRunSpec>

export const MetricStatus = z.object({
  name: z.string().max(63).meta({ description: 'Its name.' }),
  verdict: Decision.meta({ description: 'What is known of it.' }),
  because: Sentence.meta({ description: 'Why, with numbers; what is missing, and about how long it will take.' }),
  dryRun: z.boolean().optional().meta({ description: 'It decides nothing.' }),
  gate: z.boolean().optional().meta({ description: 'Whether it must pass.' }),
  ratio: z
    .object({
      estimate: z.number().optional().meta({ description: 'The best guess.' }),
      low: z.number().optional().meta({ description: 'Not less than this.' }),
      high: z.number().optional().meta({ description: 'Not more than this.' }),
    })
    .optional()
    .meta({ description: 'How many times the baseline, with limits that hold at every look.' }),
  evidence: z
    .object({
      harm: z.number().optional().meta({ description: 'For harm.' }),
      harmNeeds: z.number().meta({ description: 'With this much it fails.' }),
      pass: z.number().optional().meta({ description: 'For being as good.' }),
      passNeeds: z.number().meta({ description: 'With this much it passes.' }),
    })
    .optional()
    .meta({ description: 'How far each test is, in nats.' }),
  needed: z
    .object({
      intervals: z.int().meta({ description: 'About so many intervals.' }),
      requests: z.number().optional().meta({ description: 'About so many requests of the canary.' }),
    })
    .optional()
    .meta({ description: 'What is still missing for a pass, if both are alike.' }),
  dataAt: Timestamp.optional().meta({ description: 'End of the last interval with data of all its arms.' }),
})
export type MetricStatus = z.output<typeof MetricStatus>

export const AnalysisRunStatus = z.object({
  phase: AnalysisPhase.meta({
    description: 'Error: it cannot be measured as it is written. Stopped: its run ended, or somebody ended it, before there was an answer.',
  }),
  message: Sentence.meta({ description: 'The state in one sentence.' }),
  startedAt: Timestamp.optional().meta({ description: 'Begin of the first interval.' }),
  endedAt: Timestamp.optional().meta({ description: 'When it ended.' }),
  through: Timestamp.optional().meta({ description: 'End of the last interval that was judged.' }),
  intervals: z.int().default(0).meta({ description: 'How many were judged.' }),
  verdict: Decision.optional().meta({ description: "The judges' word so far. A pass can still turn into a fail while the run goes on." }),
  by: z.string().max(253).optional().meta({ description: 'The metric that failed.' }),
  calm: z.boolean().optional().meta({ description: 'Nothing looked like harm in the latter half.' }),
  ramp: z
    .array(
      z.object({
        weight: Percent.meta({ description: 'The weight.' }),
        passed: z.boolean().meta({ description: 'Whether it may be left.' }),
      }),
    )
    .max(20)
    .optional()
    .meta({ description: 'Weights, and whether the evidence suffices to leave each.' }),
  metrics: z.array(MetricStatus).max(60).default([]).meta({ description: 'Each metric.' }),
  problems: z
    .array(
      z.object({
        what: z.string().max(253).meta({ description: 'The source or the metric.' }),
        kind: z.enum(['SourceDown', 'NoData', 'Query', 'Missing', 'Remark']).meta({
          description:
            'SourceDown: no answer. NoData: an answer without data. Query: it refuses the query. Missing: there is no such source. Remark: it is measured, but not all of it.',
        }),
        because: Sentence.meta({ description: 'What is wrong, and what to do.' }),
        since: Timestamp.meta({ description: 'Since when.' }),
      }),
    )
    .max(40)
    .default([])
    .meta({ description: 'What keeps it from measuring.' }),
  learned: z.array(Sentence).max(40).default([]).meta({ description: 'What the time before the run said of each metric.' }),
  coarsened: z.int().optional().meta({ description: 'How often neighbouring intervals were merged to keep the record small.' }),
  record: z
    .string()
    .max(1_200_000)
    .optional()
    .meta({ description: 'Everything that was judged: serin record prints it. JSON, gzip, base64.' }),
})
export type AnalysisRunStatus = z.output<typeof AnalysisRunStatus>

export const analysisRunKind: Kind = {
  kind: 'AnalysisRun',
  plural: 'analysisruns',
  singular: 'analysisrun',
  shortNames: ['sar'],
  categories: ['serin'],
  schema: z
    .object({
      apiVersion: z.literal(apiVersion),
      kind: z.literal('AnalysisRun'),
      metadata: z.looseObject({ name: z.string(), namespace: z.string() }),
      spec: AnalysisRunSpec,
      status: AnalysisRunStatus.optional(),
    })
    .meta({ description: 'One comparison of two versions: what is measured, what is known, and the record of it.' }),
  columns: [
    { name: 'Phase', type: 'string', jsonPath: '.status.phase' },
    { name: 'Verdict', type: 'string', jsonPath: '.status.verdict' },
    { name: 'Intervals', type: 'integer', jsonPath: '.status.intervals' },
    { name: 'Message', type: 'string', jsonPath: '.status.message', priority: 1 },
    age,
  ],
}
