import fc from 'fast-check'
import type { AnalysisRunSpecInput } from '../analysisRun.ts'
import type { AnalysisTemplateSpecInput } from '../analysisTemplate.ts'
import { type MetricInput, presetNames } from '../metric.ts'
import type { MetricSourceSpecInput } from '../metricSource.ts'
import { duration, name, templates } from './arbitraryRollout.ts'

/** Random templates, runs and sources that the API server takes: made from the kinds' meaning, not from their schemas. */

const some = <T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(fields, { requiredKeys: [] })
const share = fc.nat(999).map((tenths) => `${tenths / 10}%`)
const query = fc.constantFrom('http_requests_total{pod=~"{{arm.pods}}"}', 'up{namespace="{{namespace}}"}', 'avg(x)')
const secret = fc.record({ name, key: fc.constantFrom('token', 'tls.crt', 'API_KEY') })
const level = fc.double({ min: 0, max: 1, minExcluded: true, maxExcluded: true, noNaN: true })
const url = fc.constantFrom('http://prometheus:9090', 'https://metrics.example.com/api?x=1')

const threshold = fc
  .tuple(
    fc.constantFrom({ pass: 'value < 0.05' }, { fail: 'value > 1.0' }, { pass: 'value < 1.0', fail: 'value > 2.0' }),
    some({ interval: duration, count: fc.integer({ min: 1, max: 9 }), failureLimit: fc.nat(9), errorLimit: fc.nat(9) }),
  )
  .map(([conditions, limits]) => ({ query: 'avg(x)', ...conditions, ...limits }))

const form: fc.Arbitrary<Omit<MetricInput, 'name'>> = fc.oneof(
  fc.record({ bad: query, total: query }).map((ratio) => ({ ratio })),
  fc.record({ bad: query, exposure: query }, { requiredKeys: ['bad'] }).map((count) => ({ count })),
  fc.record({ query, unit: fc.constant('ms') }, { requiredKeys: ['query'] }).map((histogram) => ({ histogram })),
  query.map((one) => ({ gauge: { query: one } })),
  threshold.map((one) => ({ threshold: one })),
  fc.constant({ job: { template: { spec: { containers: [{ name: 'a', image: 'b' }] } } } }),
  fc
    .record({ url, hmacSecretRef: secret, timeout: duration, retries: fc.nat(10), pointer: fc.constant('/ok') }, { requiredKeys: ['url'] })
    .map((webhook) => ({ webhook })),
  fc.constantFrom(...presetNames).map((preset) => ({ preset })),
)

const settings = some({
  source: fc.record({ name, scope: fc.constantFrom('Namespace' as const, 'Cluster' as const) }, { requiredKeys: ['name'] }),
  direction: fc.constantFrom('increase' as const, 'decrease' as const, 'either' as const),
  tolerance: share,
  margin: share,
  atLeast: share,
  floor: share,
  hardMax: share,
  weight: fc.double({ min: 0, minExcluded: true, max: 1e6, noNaN: true }),
  gate: fc.boolean(),
  mustHaveData: fc.boolean(),
  trend: fc.boolean(),
  dryRun: fc.boolean(),
})

const metricName = fc.stringMatching(/^[a-zA-Z][a-z 0-9_-]{0,10}[a-z0-9]$/)
const metrics = fc.uniqueArray(
  fc.tuple(metricName, form, settings).map(([called, what, how]) => ({ name: called, ...what, ...how })),
  { selector: (metric) => metric.name, minLength: 1, maxLength: 4 },
)

/** As a run has it. */
const writtenOut = ({ preset, ...metric }: MetricInput): MetricInput => (preset ? { ...metric, gauge: { query: 'avg(x)' } } : metric)

const judge = some({
  kind: fc.constantFrom('sequential' as const, 'kayenta' as const, 'none' as const),
  kayenta: some({ pass: fc.nat(100), marginal: fc.nat(100), after: duration, config: fc.constant({ classifier: { groupWeights: {} } }) }),
})

const argument = fc.oneof(
  fc.record({ name }),
  fc.record({ name, value: fc.string({ maxLength: 9 }) }),
  fc.record({ name, valueFrom: secret.map((secretKeyRef) => ({ secretKeyRef })) }),
  fc.record({ name, valueFrom: fc.constant({ fieldRef: { path: 'spec.service' as const } }) }),
)
const argumentName = fc.stringMatching(/^[a-z][a-z0-9]{0,9}$/)
const args = fc
  .uniqueArray(fc.tuple(argumentName, argument), { selector: ([called]) => called, maxLength: 3 })
  .map((list) => list.map(([called, one]) => ({ ...one, name: called })))

export const arbitraryTemplate: fc.Arbitrary<AnalysisTemplateSpecInput> = fc
  .tuple(
    fc.oneof(
      metrics.map((one) => ({ metrics: one })),
      templates.map((one) => ({ templates: one })),
    ),
    some({ args, judge, interval: duration }),
  )
  .map(([what, how]) => ({ ...what, ...how }))

const arm = fc.record({ pods: fc.constant('web-5d6b-.*'), hash: fc.constant('5d6b'), service: name }, { requiredKeys: ['pods'] })

export const arbitraryRun: fc.Arbitrary<AnalysisRunSpecInput> = fc
  .tuple(
    fc.record({
      metrics: metrics.map((list) => list.map(writtenOut)),
      arms: fc.record({ canary: arm, baseline: arm }, { requiredKeys: ['canary'] }),
    }),
    some({
      for: fc.record(
        {
          rollout: name,
          run: fc.integer({ min: 1, max: 99 }),
          stage: fc.constantFrom('Background' as const, 'Step' as const),
          step: fc.nat(9),
        },
        { requiredKeys: ['rollout', 'run', 'stage'] },
      ),
      templates,
      args: fc.dictionary(argumentName, fc.string({ maxLength: 9 }), { maxKeys: 3 }),
      secretArgs: fc.uniqueArray(fc.record({ name: argumentName, secretKeyRef: secret }), { selector: (one) => one.name, maxLength: 2 }),
      judge,
      interval: duration,
      baseline: fc.constantFrom('stable' as const, 'fresh' as const),
      ramp: fc.record({ weights: fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 4 }) }),
      warmup: duration,
      settle: fc.nat(9),
      bake: duration,
      deadline: duration,
      alpha: level,
      beta: level,
      startAt: fc.constantFrom('2026-01-31T12:00:00Z', '2026-01-31T12:00:00.500+01:00'),
      history: duration,
      canaryPods: fc.integer({ min: 1, max: 9 }),
    }),
  )
  .map(([what, how]) => ({ ...what, ...how }))

const keys = fc.record({ accessKeyIdRef: secret, secretAccessKeyRef: secret })
const auth = fc.oneof(
  fc.record({ usernameRef: secret, passwordRef: secret }).map((basic) => ({ basic })),
  secret.map((tokenRef) => ({ bearer: { tokenRef } })),
  keys.map((one) => ({ sigV4: { region: 'eu-central-1', ...one } })),
  fc.record({ tokenUrl: url, clientIdRef: secret, clientSecretRef: secret }).map((oauth2) => ({ oauth2 })),
)
const product: fc.Arbitrary<MetricSourceSpecInput> = fc.oneof(
  fc
    .tuple(
      fc.oneof(
        fc.record({ url, tenant: name }, { requiredKeys: ['url'] }).map((prometheus) => ({ prometheus })),
        fc.record({ url, pointer: fc.constant('/value') }, { requiredKeys: ['url'] }).map((web) => ({ web })),
        url.map((one) => ({ graphite: { url: one } })),
        fc.record({ url, org: name }).map((influxdb) => ({ influxdb })),
      ),
      some({ auth }),
    )
    .map(([what, how]) => ({ ...what, ...how })),
  fc.record({ apiKeyRef: secret, appKeyRef: secret }).map((datadog) => ({ datadog })),
  keys.map((one) => ({ cloudWatch: { region: 'eu-central-1', ...one } })),
  fc.record({ accountId: fc.integer({ min: 1 }), apiKeyRef: secret }).map((newRelic) => ({ newRelic })),
  fc.record({ url, tokenRef: secret }).map((dynatrace) => ({ dynatrace })),
  fc.record({ project: name, serviceAccountKeyRef: secret }).map((cloudMonitoring) => ({ cloudMonitoring })),
)

export const arbitrarySource: fc.Arbitrary<MetricSourceSpecInput> = fc
  .tuple(
    product,
    some({
      headers: fc.array(
        fc.oneof(
          fc.constant({ name: 'X-Team', value: 'shop' }),
          secret.map((valueRef) => ({ name: 'X-Key', valueRef })),
        ),
        {
          maxLength: 2,
        },
      ),
      tls: fc.oneof(
        some({ caRef: secret, serverName: name, insecureSkipVerify: fc.boolean() }),
        fc.record({ certRef: secret, keyRef: secret }),
      ),
      timeout: duration,
      lag: duration,
      maxConcurrent: fc.integer({ min: 1, max: 100 }),
      podLabel: fc.constantFrom('pod', 'k8s_pod_name', 'k8s.pod.name'),
      counters: fc.constantFrom('cumulative' as const, 'delta' as const),
    }),
  )
  .map(([what, how]) => ({ ...what, ...how }))
