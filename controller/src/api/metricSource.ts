import { z } from 'zod'
import { Duration, Ordinal } from './fields.ts'
import { exactlyOneOf, has, longerThanZero } from './rules.ts'
import { SecretKeyRef } from './secretRef.ts'
import { Auth, awsKeys, Header, Region, Tls, Url } from './sourceAccess.ts'
import { twinKinds } from './twinKinds.ts'

const OwnUrl = Url.optional().meta({ description: 'Another address than that of the product, e.g. of a proxy.' })

/** Every kind of source. A new one is a line here, a file in metrics/providers and a line in its registry. */
export const sourceKinds = [
  'prometheus',
  'web',
  'datadog',
  'cloudWatch',
  'newRelic',
  'graphite',
  'influxdb',
  'dynatrace',
  'cloudMonitoring',
] as const
export type SourceKind = (typeof sourceKinds)[number]

export const MetricSourceSpec = z
  .object({
    prometheus: z
      .object({
        url: Url.meta({ description: 'Its address, without /api/v1.' }),
        tenant: z.string().max(256).optional().meta({ description: 'Sent as X-Scope-OrgID.' }),
      })
      .optional()
      .meta({
        description: 'Prometheus and what speaks its API: Thanos, Mimir, Cortex, VictoriaMetrics, Amazon and Google Managed Prometheus.',
      }),
    web: z
      .object({
        url: Url.meta({ description: 'The query of a metric is appended to it.' }),
        method: z.enum(['GET', 'POST']).default('GET').meta({ description: 'How it is asked.' }),
        pointer: z.string().max(256).default('').meta({ description: 'JSON pointer to the number in the answer, like /data/0/value.' }),
        hmacSecretRef: SecretKeyRef.optional().meta({ description: 'Key that signs the request: header X-Serin-Signature.' }),
      })
      .optional()
      .meta({ description: 'Any service that answers with JSON; for threshold metrics.' }),
    datadog: z
      .object({
        site: z.string().max(253).default('datadoghq.com').meta({ description: 'Its site.' }),
        url: OwnUrl,
        apiKeyRef: SecretKeyRef.meta({ description: 'The API key.' }),
        appKeyRef: SecretKeyRef.meta({ description: 'The application key.' }),
      })
      .optional()
      .meta({ description: 'Datadog.' }),
    cloudWatch: z
      .object({
        region: Region,
        url: OwnUrl,
        ...awsKeys,
      })
      .optional()
      .meta({ description: 'Amazon CloudWatch.' }),
    newRelic: z
      .object({
        accountId: Ordinal.min(1).meta({ description: 'The account.' }),
        region: z.enum(['us', 'eu']).default('us').meta({ description: 'Where its data are.' }),
        url: OwnUrl,
        apiKeyRef: SecretKeyRef.meta({ description: 'A user key.' }),
      })
      .optional()
      .meta({ description: 'New Relic, by NRQL.' }),
    graphite: z
      .object({ url: Url.meta({ description: 'Its address.' }) })
      .optional()
      .meta({ description: 'Graphite.' }),
    influxdb: z
      .object({
        url: Url.meta({ description: 'Its address.' }),
        org: z.string().min(1).max(253).optional().meta({ description: 'The organisation.' }),
        database: z.string().min(1).max(253).optional().meta({ description: 'The database.' }),
        tokenRef: SecretKeyRef.optional().meta({ description: 'A token that may read.' }),
      })
      .optional()
      .meta({
        description: 'With org: Flux, version 2 and later. With database: InfluxQL, version 1 and 3.',
        cel: [exactlyOneOf(['org', 'database'], 'influxdb: write either org or database')],
      }),
    dynatrace: z
      .object({
        url: Url.meta({ description: 'Address of the environment.' }),
        tokenRef: SecretKeyRef.meta({ description: 'A token that may read metrics.' }),
      })
      .optional()
      .meta({ description: 'Dynatrace.' }),
    cloudMonitoring: z
      .object({
        project: z.string().min(1).max(128).meta({ description: 'The project.' }),
        url: OwnUrl,
        serviceAccountKeyRef: SecretKeyRef.meta({ description: 'The JSON key of a service account.' }),
      })
      .optional()
      .meta({ description: 'Google Cloud Monitoring.' }),
    auth: Auth.optional().meta({
      description: 'How to sign in, for prometheus, web, graphite and influxdb; the others have their own keys.',
    }),
    headers: z.array(Header).max(16).default([]).meta({ description: 'Sent with every request.' }),
    tls: Tls.optional(),
    timeout: Duration.default('10s').meta({
      description: 'How long an answer may take.',
      cel: [longerThanZero('spec.timeout must be longer than 0s')],
    }),
    lag: Duration.optional().meta({
      description:
        'How long after the end of an interval its last data are there. Default: 15s; datadog and newRelic 1m, dynatrace 2m, cloudWatch 3m, cloudMonitoring 4m.',
    }),
    maxConcurrent: z.int().min(1).max(100).default(8).meta({ description: 'Requests at a time.' }),
    podLabel: z
      .string()
      .min(1)
      .max(128)
      .regex(/^[a-zA-Z_][a-zA-Z0-9_.]*$/)
      .default('pod')
      .meta({ description: 'The label that names the pod, by which the versions are told apart.' }),
    counters: z.enum(['cumulative', 'delta']).optional().meta({
      description:
        'Whether counters grow from the start of a pod, or are amounts of each interval. Default: cumulative for prometheus, delta for the others.',
    }),
  })
  .meta({
    cel: [
      exactlyOneOf(sourceKinds, `spec: a source is exactly one of ${sourceKinds.join(', ')}`),
      {
        rule: '!has(self.auth) || has(self.prometheus) || has(self.web) || has(self.graphite) || has(self.influxdb)',
        message: 'spec.auth: this kind of source has its own keys; remove spec.auth',
        check: (self) => !has(self, 'auth') || ['prometheus', 'web', 'graphite', 'influxdb'].some((kind) => has(self, kind)),
      },
    ],
  })
export type MetricSourceSpec = z.output<typeof MetricSourceSpec>
export type MetricSourceSpecInput = z.input<typeof MetricSourceSpec>

/** Which kind of source it is. Assumes that it passed the schema. */
export function sourceKindOf(spec: MetricSourceSpec): SourceKind {
  const kind = sourceKinds.find((key) => spec[key] !== undefined)
  if (!kind) throw new Error('a source of no kind: admission should have refused it')
  return kind
}

export const MetricSourceStatus = z.object({
  state: z.enum(['Unused', 'Ready', 'Failing', 'Down']).meta({
    description: 'Ready: it answers. Failing: the last requests failed. Down: it is not asked for a while, and runs that need it wait.',
  }),
  message: z.string().max(4096).meta({ description: 'The state in a sentence.' }),
  since: z.string().max(40).meta({ description: 'Since when.' }),
  lastAnswer: z.string().max(40).optional().meta({ description: 'When it last answered.' }),
})
export type MetricSourceStatus = z.output<typeof MetricSourceStatus>

export const [metricSourceKind, clusterMetricSourceKind] = twinKinds(
  {
    kind: 'MetricSource',
    spec: MetricSourceSpec,
    status: MetricSourceStatus,
    columns: [
      { name: 'State', type: 'string', jsonPath: '.status.state' },
      { name: 'Message', type: 'string', jsonPath: '.status.message', priority: 1 },
    ],
  },
  {
    shortName: 'sms',
    description: 'Where metrics are, and how to sign in there. The one named default is used by metrics that name none.',
  },
  { shortName: 'scms', description: 'A MetricSource for every namespace; its secrets are in the namespace of Serin.' },
)
