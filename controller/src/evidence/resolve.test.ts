import { describe, expect, it } from 'vitest'
import { AnalysisRunSpec } from '../api/analysisRun.ts'
import { AnalysisTemplateSpec } from '../api/analysisTemplate.ts'
import { resolve } from './resolve.ts'

type Use = Parameters<typeof resolve>[0]['use']
type Ref = Use['templates'][number]
const ref = (name: string, scope: Ref['scope'] = 'Namespace'): Ref => ({ name, scope })
const rollout = { name: 'shop', namespace: 'store', service: 'shop-web', workload: 'shop-deploy' }
const errors = {
  name: 'errors',
  ratio: { bad: 'e{pod=~"{{arm.pods}}",code=~"{{args.codes}}"}', total: 'e{pod=~"{{arm.pods}}"}' },
}
const gauge = (name: string) => ({ name, gauge: { query: 'm{pod=~"{{arm.pods}}"}' } })

/** Templates by name; those of the cluster with a "/" before it. */
function world(templates: Record<string, object>, use: Partial<Use> = {}, fields: Partial<typeof rollout> | { service: undefined } = {}) {
  return resolve({
    use: { templates: [ref('http')], ...use },
    find: ({ name, scope }) => {
      const input = templates[scope === 'Cluster' ? `/${name}` : name]
      return input && AnalysisTemplateSpec.parse(input)
    },
    rollout: { ...rollout, ...fields },
  })
}

function resolved(...args: Parameters<typeof world>) {
  const result = world(...args)
  if ('problem' in result) throw new Error(result.problem)
  return result
}

function problem(...args: Parameters<typeof world>): string {
  const result = world(...args)
  return 'problem' in result ? result.problem : 'no problem'
}

describe('templates', () => {
  it('are merged depth first, each once, and named in that order', () => {
    const result = resolved(
      {
        http: { metrics: [gauge('a')], templates: [ref('deep'), ref('wide', 'Cluster')] },
        deep: { metrics: [gauge('b')], templates: [ref('shared')] },
        shared: { metrics: [gauge('c')] },
        '/wide': { metrics: [gauge('d')], templates: [ref('shared')] },
        second: { metrics: [gauge('e')] },
      },
      { templates: [ref('http'), ref('second'), ref('http')] },
    )
    expect(result.metrics.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(result.templates).toEqual([ref('http'), ref('deep'), ref('shared'), ref('wide', 'Cluster'), ref('second')])
  })

  it('in a circle are refused by naming the circle', () => {
    const circle = { http: { templates: [ref('b')] }, b: { templates: [ref('c')] }, c: { templates: [ref('b')] } }
    expect(problem(circle)).toBe(
      'templates name each other in a circle: AnalysisTemplate b names AnalysisTemplate c names AnalysisTemplate b. Remove one of these from spec.templates',
    )
    expect(problem({ http: { templates: [ref('http')] } })).toContain('AnalysisTemplate http names AnalysisTemplate http')
  })

  it('of the same name in another scope are other templates', () => {
    expect(resolved({ http: { templates: [ref('http', 'Cluster')] }, '/http': { metrics: [gauge('a')] } }).metrics).toHaveLength(1)
  })

  it.each([
    [{}, 'spec.analysis names AnalysisTemplate http, which is missing: create it, or correct the name'],
    [{ '/http': { metrics: [gauge('a')] } }, 'there is a ClusterAnalysisTemplate http: write scope: Cluster'],
    [
      { http: { templates: [ref('x', 'Cluster')] } },
      'spec.templates of AnalysisTemplate http names ClusterAnalysisTemplate x, which is missing: create it',
    ],
  ])('that are missing are named (%#)', (templates, sentence) => {
    expect(problem(templates)).toContain(sentence)
  })

  it('with the same metric twice are both named', () => {
    const templates = { http: { metrics: [gauge('a')], templates: [ref('b')] }, b: { metrics: [gauge('a')] } }
    expect(problem(templates)).toBe(
      'AnalysisTemplate http and AnalysisTemplate b both have a metric named a: rename one, or name only one of the templates',
    )
    expect(problem({ http: { metrics: [{ name: 'web', preset: 'istio' }, gauge('web latency')] } })).toBe(
      'AnalysisTemplate http has two metrics named web latency: give each a name of its own',
    )
  })

  it.each([
    [
      { interval: '30s' },
      { interval: '1m' },
      'AnalysisTemplate http has the interval 30s and AnalysisTemplate b 1m: write the same in both',
    ],
    [{}, { judge: { kind: 'none' } }, 'AnalysisTemplate http has the judge sequential and AnalysisTemplate b none'],
    [
      { judge: { kind: 'kayenta', kayenta: { pass: 90 } } },
      { judge: { kind: 'kayenta' } },
      'AnalysisTemplate http has the judge kayenta and AnalysisTemplate b the same with other settings',
    ],
  ])('with different intervals or judges are refused (%#)', (one, other, sentence) => {
    expect(problem({ http: { ...one, metrics: [gauge('a')], templates: [ref('b')] }, b: { ...other, metrics: [gauge('b')] } })).toContain(
      sentence,
    )
  })

  it('hand on the judge and the interval that they share, however it is written', () => {
    const judge = { kind: 'kayenta', kayenta: { pass: 90 } }
    const result = resolved({
      http: { interval: '60s', judge, metrics: [gauge('a')], templates: [ref('b')] },
      b: { interval: '1m', judge, metrics: [gauge('b')] },
    })
    expect(result).toMatchObject({ interval: '60s', judge: { kind: 'kayenta', kayenta: { pass: 90, marginal: 75 } } })
  })

  it('with more than 40 metrics together are refused, presets counted as two', () => {
    const many = (from: number, count: number) => Array.from({ length: count }, (_, at) => ({ name: `m${from + at}`, preset: 'istio' }))
    const templates = { http: { metrics: many(0, 20), templates: [ref('b')] }, b: { metrics: [gauge('one more')] } }
    expect(problem(templates)).toBe('the templates have 41 metrics together, and at most 40 are allowed: name fewer templates')
  })

  it('make a spec that an AnalysisRun may have', () => {
    const { metrics, judge, interval, templates, args, secretArgs } = resolved(
      { http: { args: [{ name: 'codes', value: '5..' }], metrics: [errors, { name: 'web', preset: 'traefik' }] } },
      {},
    )
    const spec = { metrics, judge, interval, templates, args, secretArgs, arms: { canary: { pods: 'x' } } }
    expect(AnalysisRunSpec.parse(spec)).toMatchObject(spec)
    expect(metrics.map(({ name }) => name)).toEqual(['errors', 'web errors', 'web latency'])
  })
})

describe('arguments', () => {
  const http = { args: [{ name: 'codes' }], metrics: [errors] }

  it('of the Rollout come before defaults, and stay for the collector in queries', () => {
    const result = resolved({ http: { ...http, args: [{ name: 'codes', value: '5..' }] } }, { args: { codes: '500' } })
    expect(result.args).toEqual({ codes: '500' })
    expect(result.metrics[0]?.ratio?.bad).toBe(errors.ratio.bad)
  })

  it('without a value are refused', () => {
    expect(problem({ http })).toBe('the argument codes of AnalysisTemplate http has no value: write spec.analysis.args: {codes: …}')
  })

  it('that no template has are refused with the nearest name', () => {
    expect(problem({ http }, { args: { code: '5', codes: '5' } })).toBe(
      'spec.analysis.args.code is no argument of the templates: did you mean codes?',
    )
    expect(problem({ http: { metrics: [gauge('a')] } }, { args: { x: '5' } })).toContain('remove it, they have no arguments')
  })

  it('take fields of the Rollout', () => {
    const paths = ['metadata.name', 'metadata.namespace', 'spec.service', 'spec.workload.name']
    const args = paths.map((path, at) => ({ name: `f${at}`, valueFrom: { fieldRef: { path } } }))
    expect(resolved({ http: { args, metrics: [gauge('a')] } }).args).toEqual({ f0: 'shop', f1: 'store', f2: 'shop-web', f3: 'shop-deploy' })
    expect(problem({ http: { args, metrics: [gauge('a')] } }, {}, { service: undefined })).toContain(
      'is spec.service of Rollout shop, which has none: write spec.service, or spec.analysis.args: {f2: …}',
    )
  })

  it('are shared by name: one default serves all, two are refused', () => {
    const b = (value?: string) => ({ args: [{ name: 'codes', ...(value ? { value } : {}) }], metrics: [gauge('b')] })
    const nested = { ...http, templates: [ref('b')] }
    expect(resolved({ http: nested, b: b('5..') }).args).toEqual({ codes: '5..' })
    const different = { http: { ...nested, args: [{ name: 'codes', value: '50.' }] }, b: b('5..') }
    expect(problem(different)).toBe(
      'AnalysisTemplate http and AnalysisTemplate b have different values for the argument codes: write spec.analysis.args: {codes: …}',
    )
    expect(resolved(different, { args: { codes: '5' } }).args).toEqual({ codes: '5' })
  })

  it('of another template are not one’s own', () => {
    const templates = {
      http: { metrics: [errors], templates: [ref('b')] },
      b: { args: [{ name: 'codes', value: '5' }], metrics: [gauge('b')] },
    }
    expect(problem(templates)).toBe(
      'AnalysisTemplate http, metric errors, ratio.bad: {{args.codes}} is no argument of this template: declare it, args: [{name: codes}]',
    )
  })

  it.each(['{{arm.hash}}', 'a\nb'])('with a value that cannot be inserted are refused: %j', (codes) => {
    expect(problem({ http }, { args: { codes } })).toContain('spec.analysis.args.codes has')
  })

  it('from secrets stay references', () => {
    const secretKeyRef = { name: 'tokens', key: 'ci' }
    const webhook = { url: 'https://ci.example/run', body: { token: '{{args.token}}' } }
    const result = resolved({ http: { args: [{ name: 'token', valueFrom: { secretKeyRef } }], metrics: [{ name: 'ci', webhook }] } })
    expect(result.secretArgs).toEqual([{ name: 'token', secretKeyRef }])
    expect(result.args).toEqual({})
    expect(result.metrics[0]?.webhook?.body).toEqual({ token: '{{args.token}}' })
  })

  it.each([
    [
      { threshold: { query: 'x{t="{{args.token}}"}', pass: 'value < 1' } },
      'threshold.query: {{args.token}} is a secret: a query is stored',
    ],
    [{ threshold: { query: 'x', pass: 'value < {{args.token}}' } }, 'threshold.pass: {{args.token}} is a secret: a condition is stored'],
    [{ webhook: { url: 'https://ci.example/{{args.token}}' } }, 'webhook.url: {{args.token}} is a secret: an address is stored'],
    [
      { job: { template: { env: [{ value: '{{args.token}}' }] } } },
      'job.template.env[0].value: {{args.token}} is a secret: a Job is stored',
    ],
  ])('from secrets are refused where they would be shown (%#)', (metric, sentence) => {
    const args = [{ name: 'token', valueFrom: { secretKeyRef: { name: 'tokens', key: 'ci' } } }]
    expect(problem({ http: { args, metrics: [{ name: 'a', ...metric }] } })).toContain(sentence)
  })
})

describe('texts outside of queries', () => {
  const args = [
    { name: 'x', value: 'a/b?c=ü' },
    { name: 'limit', value: '-0.5' },
    { name: 'file', value: 'spec-1.js' },
  ]
  const of = (metric: object, values: Record<string, string> = {}) =>
    resolved({ http: { args, metrics: [{ name: 'a', ...metric }] } }, { args: values }).metrics[0]

  it('get their arguments; what is known only later stays', () => {
    const webhook = of({
      webhook: {
        url: 'https://ci.example/{{args.x}}/{{namespace}}?hash={{arm.hash}}',
        body: { a: ['{{args.x}} {{arm.hash}}', 1], b: { c: '{{interval}}' } },
      },
    })?.webhook
    expect(webhook?.url).toBe('https://ci.example/a%2Fb%3Fc%3D%C3%BC/store?hash={{arm.hash}}')
    expect(webhook?.body).toEqual({ a: ['a/b?c=ü {{arm.hash}}', 1], b: { c: '{{interval}}' } })
  })

  it('of conditions get numbers and nothing else', () => {
    expect(
      of({ threshold: { query: 'x', pass: 'value > {{args.limit}}', fail: 'value < 2.0 * {{args.limit}}' } })?.threshold,
    ).toMatchObject({
      pass: 'value > (-0.5)',
      fail: 'value < 2.0 * (-0.5)',
    })
    const http = { args, metrics: [{ name: 'a', threshold: { query: 'x', pass: 'value > {{args.limit}}' } }] }
    expect(problem({ http }, { args: { limit: '1 || true' } })).toContain(
      '{{args.limit}} stands in a condition, and its value is no number',
    )
    const unsure = { args, metrics: [{ name: 'a', threshold: { query: 'x', pass: 'valu > {{args.limit}}' } }] }
    expect(problem({ http: unsure })).toContain('AnalysisTemplate http, metric a, threshold.pass: ')
  })

  it('of a Job get arguments, but a shell no characters of its own', () => {
    const template = (command: string[], value = '{{args.x}}') => ({
      job: { template: { containers: [{ command, env: [{ name: 'X', value }] }] } },
    })
    expect(of(template(['cypress', '--spec={{args.file}}', '{{args.x}}']))?.job?.template).toEqual({
      containers: [{ command: ['cypress', '--spec=spec-1.js', 'a/b?c=ü'], env: [{ name: 'X', value: 'a/b?c=ü' }] }],
    })
    const http = { args, metrics: [{ name: 'a', ...template(['sh', '-c', 'test {{args.file}}']) }] }
    expect(problem({ http }, { args: { file: '$(rm -r /)' } })).toContain(
      'has characters that a shell may read: give it to the container as env',
    )
  })

  it.each(['.', '..'])('of an address do not walk up by %s', (x) => {
    const http = { args, metrics: [{ name: 'a', webhook: { url: 'https://ci.example/safe/{{args.x}}/run' } }] }
    expect(problem({ http }, { args: { x } })).toContain('would change the path')
  })

  it.each(['https://{{args.x}}/run', '{{args.x}}', 'https://ci.example:{{args.x}}/'])(
    'of an address have no placeholder in the host: %s',
    (url) => {
      expect(problem({ http: { args, metrics: [{ name: 'a', webhook: { url } }] } })).toContain('write its host out')
    },
  )

  it('that grow too long are refused before a run depends on them', () => {
    const url = `https://ci.example/${'{{args.x}}/'.repeat(20)}`
    const http = { args, metrics: [{ name: 'a', webhook: { url } }] }
    expect(problem({ http }, { args: { x: 'y'.repeat(200) } })).toContain(
      'AnalysisTemplate http, metric a, webhook.url: with its arguments filled in',
    )
  })
})
