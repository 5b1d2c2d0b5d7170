import { z } from 'zod'
import { AnyObject, Duration, ObjectName, Share } from './fields.ts'
import { at, exactlyOneOf, has, longerThanZero } from './rules.ts'
import { SecretKeyRef } from './secretRef.ts'

export const presetNames = ['istio', 'envoy-gateway', 'contour', 'traefik', 'nginx', 'linkerd', 'otel-http', 'prometheus-http'] as const
export type PresetName = (typeof presetNames)[number]

/** Forms of metrics that are collected from series. */
const collectedForms = ['ratio', 'count', 'histogram', 'gauge'] as const
export type CollectedForm = (typeof collectedForms)[number]

/** What a metric is: exactly one of these keys is set. */
const metricForms = [...collectedForms, 'threshold', 'job', 'webhook', 'preset'] as const
export type MetricForm = (typeof metricForms)[number]

const Query = z.string().min(1).max(4096)
const Condition = z.string().min(1).max(1024)
const Limit = z.int().min(0).max(1_000_000)

export const SourceRef = z
  .object({
    name: ObjectName.meta({ description: 'Its name.' }),
    scope: z
      .enum(['Namespace', 'Cluster'])
      .default('Namespace')
      .meta({ description: 'Namespace: a MetricSource beside the analysis; Cluster: a ClusterMetricSource.' }),
  })
  .meta({ description: 'Where it is measured. Left out: the MetricSource named default, else the ClusterMetricSource named default.' })
export type SourceRef = z.output<typeof SourceRef>

const Webhook = z.object({
  url: z.string().min(1).max(2048).meta({ description: 'Gets a POST with the analysis, the rollout and both versions as JSON.' }),
  hmacSecretRef: SecretKeyRef.optional().meta({
    description: 'Key that signs the body: header X-Serin-Signature, sha256 with a time stamp.',
  }),
  timeout: Duration.default('10s').meta({ description: 'How long an answer may take.' }),
  retries: z.int().min(0).max(10).default(3).meta({ description: 'Further tries after no answer, 429 or 5xx.' }),
  pointer: z
    .string()
    .max(256)
    .optional()
    .meta({ description: 'JSON pointer to true or false in the answer, like /ok. Left out: status 2xx passes, 4xx fails.' }),
  body: AnyObject.optional().meta({ description: 'Sent as the field "data" of the body.' }),
})

const Threshold = z
  .object({
    query: Query.meta({ description: 'Gives one number.' }),
    pass: Condition.optional().meta({ description: 'CEL: a measurement passes when it is true, e.g. value < 0.05.' }),
    fail: Condition.optional().meta({ description: 'CEL: a measurement fails when it is true.' }),
    interval: Duration.optional().meta({ description: 'Time between measurements; default: the interval of the analysis.' }),
    count: z
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .meta({ description: 'It passes after so many measurements. Left out: it never fails to hold, and does not hold the run up.' }),
    failureLimit: Limit.default(0).meta({ description: 'More failed measurements than this fail it.' }),
    inconclusiveLimit: Limit.default(0).meta({ description: 'More inconclusive ones than this make it inconclusive.' }),
    errorLimit: Limit.default(4).meta({ description: 'More errors than this in a row make it inconclusive.' }),
  })
  .meta({
    cel: [
      {
        rule: 'has(self.pass) || has(self.fail)',
        message: 'threshold: write a condition pass, fail or both, like pass: value < 0.05',
        check: (self) => at(self, 'pass') !== undefined || at(self, 'fail') !== undefined,
      },
    ],
  })

export const Metric = z
  .object({
    name: z
      .string()
      .min(1)
      .max(63)
      .regex(/^[a-zA-Z0-9]([-_ a-zA-Z0-9]*[a-zA-Z0-9])?$/)
      .meta({ description: 'Its name, as it stands in verdicts.', write: 'a name of letters, digits, blanks, "-" and "_"' }),
    source: SourceRef.optional(),
    ratio: z
      .object({
        bad: Query.meta({ description: 'Counters of bad events, one series or more a pod.' }),
        total: Query.meta({ description: 'Counters of all events.' }),
      })
      .optional()
      .meta({ description: 'Bad events of all events, e.g. errors of requests.' }),
    count: z
      .object({
        bad: Query.meta({ description: 'Counters of bad events.' }),
        exposure: Query.optional().meta({ description: 'Counters of what they are compared to. Left out: the time of the pods.' }),
      })
      .optional()
      .meta({ description: 'Bad events without a number of all, e.g. restarts.' }),
    histogram: z
      .object({
        query: Query.meta({ description: 'Buckets of a histogram, classic (with le) or native.' }),
        unit: z.string().max(16).default('s').meta({ description: 'Unit of its edges, for people.' }),
      })
      .optional()
      .meta({ description: 'A distribution, e.g. of latencies.' }),
    gauge: z
      .object({ query: Query.meta({ description: 'One number a pod.' }) })
      .optional()
      .meta({ description: 'A level, e.g. memory.' }),
    threshold: Threshold.optional().meta({
      description: 'One number, with conditions and limits, as Argo Rollouts and Flagger have them.',
    }),
    job: z
      .object({
        template: AnyObject.meta({ description: 'Spec of a Job of Kubernetes; passes when it succeeds.' }),
      })
      .optional()
      .meta({ description: 'A Job that is run once.' }),
    webhook: Webhook.optional().meta({ description: 'A service that is asked once.' }),
    preset: z.enum(presetNames).optional().meta({ description: 'Ready-made metrics of a product: share of errors, and latency.' }),
    direction: z.enum(['increase', 'decrease', 'either']).default('increase').meta({ description: 'Which change is harm.' }),
    tolerance: Share.optional().meta({
      description: 'Differences below it, of the baseline, never roll back. Default 10%; a histogram with fixed buckets 25%.',
    }),
    margin: Share.optional().meta({
      description: 'A pass means: surely not worse than this. Default 50%; gauge and native histogram 30%; fixed buckets 100%.',
    }),
    atLeast: Share.optional().meta({ description: 'A pass allows this absolute difference besides. Default 0.1% for a ratio.' }),
    floor: Share.optional().meta({ description: 'A rate of the canary up to this is never harm. Default 0.05% for a ratio.' }),
    hardMax: Share.optional().meta({ description: 'A rate of the canary above it in two intervals on end fails at once.' }),
    weight: z.number().gt(0).optional().meta({ description: "Share of alpha, relative to the other metrics'." }),
    gate: z.boolean().default(true).meta({ description: 'Whether it must pass before the release is promoted.' }),
    mustHaveData: z
      .boolean()
      .default(false)
      .meta({ description: 'No data of the canary for three intervals, while the baseline has some, fails.' }),
    trend: z.boolean().default(false).meta({ description: 'Gauges: look for a slow lasting rise too.' }),
    dryRun: z.boolean().default(false).meta({ description: 'It is measured, judged and shown, and decides nothing.' }),
  })
  .meta({
    cel: [
      exactlyOneOf(metricForms, `a metric has exactly one of ${metricForms.join(', ')}`),
      {
        rule: '!has(self.preset) || size(self.name) <= 55',
        message: 'a metric with a preset has a name of at most 55 characters: " errors" and " latency" are appended to it',
        check: (self) => !has(self, 'preset') || String(at(self, 'name')).length <= 55,
      },
    ],
  })
export type Metric = z.output<typeof Metric>
export type MetricInput = z.input<typeof Metric>

/** The key that says what a metric is. Assumes that it passed the schema. */
function formOf(metric: Metric): MetricForm {
  const form = metricForms.find((key) => metric[key] !== undefined)
  if (!form) throw new Error(`metric ${metric.name} is nothing: admission should have refused it`)
  return form
}

/** Metrics that are measured from series, with their form. */
export function collectedMetrics(metrics: readonly Metric[]): { metric: Metric; form: CollectedForm }[] {
  return metrics.flatMap((metric) => {
    const form = collectedForms.find((one) => one === formOf(metric))
    return form ? [{ metric, form }] : []
  })
}

export const Judging = z
  .object({
    kind: z.enum(['sequential', 'kayenta', 'none']).default('sequential').meta({
      description:
        "sequential: Serin's own. kayenta: after Kayenta's rules. none: only conditions, jobs and webhooks decide; the rest is shown.",
    }),
    kayenta: z
      .object({
        pass: z.number().min(0).max(100).default(95).meta({ description: 'A score from this on passes.' }),
        marginal: z.number().min(0).max(100).default(75).meta({ description: 'A score below this fails.' }),
        after: Duration.optional().meta({
          description: 'Judged once, after this long. Left out: when bake is over, and each interval until the deadline.',
        }),
        config: AnyObject.optional().meta({
          description: 'A canary config of Kayenta: classifier, groups and options of its metrics, by name.',
        }),
      })
      .optional()
      .meta({ description: 'For kind kayenta.' }),
  })
  .meta({ description: 'Who judges.' })
export type Judging = z.output<typeof Judging>

export const interval = Duration.default('30s').meta({
  description: 'Length of an interval: at least the time between two scrapes.',
  cel: [longerThanZero('interval must be longer than 0s')],
})
