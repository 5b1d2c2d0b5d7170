/** Specs with the right shape that a rule refuses; between them they break every rule of their kind at least once. */

const workload = { name: 'web' }
const templates = [{ name: 'http' }]
const stage = { templates }

export const refusedRollouts: Record<string, unknown> = {
  'canary and blueGreen': { workload, service: 'web', canary: {}, blueGreen: {} },
  'blueGreen without service': { workload, blueGreen: {} },
  'routes without service': { workload, traffic: { routes: [{ kind: 'HTTPRoute', name: 'web' }] } },
  'preview is the service': { workload, service: 'web', blueGreen: { previewService: 'web' } },
  'a workload not guarded yet': { workload: { kind: 'StatefulSet', name: 'web' } },
  'a route without a router': { workload, service: 'web', traffic: { routes: [{ kind: 'Ingress', name: 'web' }] } },
  'no time to verify': { workload, traffic: { verify: { timeout: '0s' } } },
  'no time to progress': { workload, progressDeadline: '0h0m0s' },
  'ramp and steps': { workload, canary: { ramp: {}, steps: [{ weight: 5 }] } },
  'a fresh baseline without routes': { workload, service: 'web', canary: { baseline: 'fresh' } },
  'a budget of nothing': { workload, canary: { ramp: { budget: '0.0%' } } },
  'an analysis of nothing': { workload, analysis: { args: { a: 'b' } } },
  'an analysis without time': { workload, analysis: { templates, deadline: '0s' } },
  'an analysis of a canary with blueGreen': { workload, service: 'web', blueGreen: {}, analysis: { templates } },
  'before without blueGreen': { workload, analysis: { before: stage } },
  'after without time': { workload, service: 'web', blueGreen: {}, analysis: { after: { ...stage, deadline: '0m0s' } } },
  'from without steps': { workload, analysis: { templates, from: 1 } },
  'from a step that is not there': { workload, canary: { steps: [{ weight: 5 }] }, analysis: { templates, from: 2 } },
  'a step analyze without templates': { workload, canary: { steps: [{ analyze: {} }] } },
  'a step analyze without time': { workload, canary: { steps: [{ analyze: { ...stage, atMost: '0s' } }] } },
  'a step of nothing': { workload, canary: { steps: [{}] } },
  'a step of two keys': { workload, canary: { steps: [{ weight: 5, pause: {} }] } },
  'a size of nothing': { workload, canary: { steps: [{ scale: {} }] } },
  'two sizes': { workload, canary: { steps: [{ scale: { replicas: 1, percent: 5 } }] } },
}

const metric = { name: 'errors', ratio: { bad: 'a', total: 'b' } }
const ofMetric = (one: unknown) => ({ metrics: [one] })
const refusedMetrics: Record<string, unknown> = {
  'a metric of nothing': ofMetric({ name: 'errors' }),
  'a metric of two forms': ofMetric({ ...metric, gauge: { query: 'c' } }),
  'a preset with a long name': ofMetric({ name: 'x'.repeat(56), preset: 'istio' }),
  'a threshold without conditions': ofMetric({ name: 'errors', threshold: { query: 'a' } }),
}

export const refusedTemplates: Record<string, unknown> = {
  ...refusedMetrics,
  'a template of nothing': {},
  'no time between measurements': { metrics: [metric], interval: '0s' },
  'an argument with two values': {
    metrics: [metric],
    args: [{ name: 'a', value: 'b', valueFrom: { fieldRef: { path: 'metadata.name' } } }],
  },
  'an argument from nowhere': { metrics: [metric], args: [{ name: 'a', valueFrom: {} }] },
}

const arms = { canary: { pods: 'web-5d6b-.*' } }
export const refusedRuns: Record<string, unknown> = {
  ...Object.fromEntries(Object.entries(refusedMetrics).map(([name, spec]) => [name, { arms, ...(spec as object) }])),
  'no time between measurements': { arms, metrics: [metric], interval: '0m' },
  'a preset in a run': { arms, metrics: [{ name: 'web', preset: 'istio' }] },
  'no time to decide': { arms, metrics: [metric], deadline: '0s' },
  'a budget of nothing': { arms, metrics: [metric], ramp: { weights: [5], budget: '0%' } },
}

const prometheus = { url: 'http://prometheus:9090' }
const secret = { name: 'keys', key: 'token' }
export const refusedNotifiers: Record<string, unknown> = {
  'a target of nothing': {},
  'two targets': { teams: { webhookSecretRef: secret }, webhook: { url: 'https://example.com' } },
  'a Slack of nothing': { slack: {} },
  'a Slack of both': { slack: { webhookSecretRef: secret, tokenSecretRef: secret, channel: '#a' } },
  'a token without a channel': { slack: { tokenSecretRef: secret } },
  'a webhook with a channel': { slack: { webhookSecretRef: secret, channel: '#a' } },
  'a user without a password': { email: { host: 'a', from: 'a@b', to: ['a@b'], usernameRef: secret } },
  'a password in the clear': { email: { host: 'a', from: 'a@b', to: ['a@b'], usernameRef: secret, passwordRef: secret, tls: 'never' } },
  'a header of nothing': { webhook: { url: 'https://example.com', headers: [{ name: 'X-Team' }] } },
  'a deployment that is paused': { github: { repo: 'a/b', tokenSecretRef: secret }, events: ['Paused'] },
}

export const refusedSources: Record<string, unknown> = {
  'a source of nothing': {},
  'a source of two kinds': { prometheus, graphite: prometheus },
  'keys twice': { datadog: { apiKeyRef: secret, appKeyRef: secret }, auth: { bearer: { tokenRef: secret } } },
  'two ways to sign in': { prometheus, auth: { bearer: { tokenRef: secret }, basic: { usernameRef: secret, passwordRef: secret } } },
  'a header of nothing': { prometheus, headers: [{ name: 'X-Team' }] },
  'a certificate without its key': { prometheus, tls: { certRef: secret } },
  'no time to answer': { prometheus, timeout: '0s' },
  'two languages': { influxdb: { ...prometheus, org: 'a', database: 'b' } },
}
