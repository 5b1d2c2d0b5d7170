import { describe, expect, it } from 'vitest'
import { AnalysisTemplateSpec } from '../api/analysisTemplate.ts'
import { Metric } from '../api/metric.ts'
import { fillTexts, placeholderProblems } from './resolve.ts'

const arms = 'pod=~"{{arm.pods}}"'
const args = [{ name: 'codes' }, { name: 'limit', value: '5' }, { name: 'token', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }]
const problemsOf = (...metrics: object[]) =>
  placeholderProblems(AnalysisTemplateSpec.parse({ args, metrics: metrics.map((metric, at) => ({ name: `m${at}`, ...metric })) }))

describe('problems of a template', () => {
  it('are none in one that can be used', () => {
    expect(
      problemsOf(
        { ratio: { bad: `e{${arms},c=~"{{args.codes}}"}`, total: `e{${arms}}` } },
        { histogram: { query: 'h{svc="{{arm.service}}"}' } },
        { threshold: { query: 'x{ns="{{namespace}}"}', pass: 'value < {{args.limit}}', fail: 'value > {{args.codes}}' } },
        { webhook: { url: 'https://a.example/{{arm.hash}}', body: { t: '{{args.token}}' } } },
        { preset: 'istio' },
      ),
    ).toEqual([])
  })

  it('are all found, each with its place', () => {
    const found = problemsOf(
      { ratio: { bad: `e{${arms},c="{{args.code}}"}`, total: 'e{p=~"{{arm.pod}}"}' } },
      { webhook: { url: 'https://a.example', body: { a: [{ b: '{{args.x}}' }] } } },
    )
    expect(found.map(({ path }) => path.join('.'))).toEqual([
      'metrics.0.ratio.bad',
      'metrics.0.ratio.total',
      'metrics.1.webhook.body.a.0.b',
    ])
    expect(found[0]?.message).toBe('{{args.code}} is no argument of this template: did you mean {{args.codes}}?')
    expect(found[1]?.message).toContain('did you mean {{arm.pods}}?')
  })

  it.each([
    [{ gauge: { query: 'm{pod="{{arm.pods}}"}' } }, 'match by pattern, as pod=~"{{arm.pods}}" does'],
    [{ gauge: { query: 'from(b) |> filter(fn: (r) => r.pod == "{{ arm.pods }}")' } }, 'match by pattern'],
    [{ gauge: { query: 'sum(m)' } }, 'm0 would measure both versions alike: select one by pod=~"{{arm.pods}}"'],
    [{ threshold: { query: 'x', pass: 'value < {{interval}}' } }, '{{interval}} has no place in a condition'],
    [{ threshold: { query: 'x', pass: 'value < ' } }, ''],
    [{ threshold: { query: 'x', pass: 'valu < 1.0' } }, 'valu'],
    [{ gauge: { query: 'm{pod=~"{{arm.pods"}' } }, 'has no "}}"'],
    [{ name: 'n'.repeat(56), preset: 'istio' }, 'write at most 55 letters'],
  ])('are sentences (%#)', (metric, sentence) => {
    const found = problemsOf(metric)
    expect(found).toHaveLength(1)
    expect(found[0]?.message).toContain(sentence)
  })

  it('take a match by pattern for none', () => {
    for (const query of [`m{${arms}}`, 'm{pod!~"{{arm.pods}}"}', 'r.pod =~ /{{arm.pods}}/'])
      expect(problemsOf({ gauge: { query } })).toEqual([])
  })
})

describe('filling in later', () => {
  const metric = Metric.parse({
    name: 'ci',
    webhook: {
      url: 'https://a.example/{{arm.hash}}?t={{args.token}}',
      body: { t: '{{args.token}}', pods: '{{arm.pods}}', every: '{{interval}}' },
    },
  })

  it('writes the arm, the interval and secrets, and secrets into the body alone', () => {
    const filled = fillTexts(metric, { arm: { hash: 'abc', pods: 'web-[a-z]+' }, interval: 30_000, secrets: { token: 'hunter2' } })
    expect(filled.webhook?.url).toBe('https://a.example/abc?t={{args.token}}')
    expect(filled.webhook?.body).toEqual({ t: 'hunter2', pods: 'web-[a-z]+', every: '30s' })
  })

  it('leaves queries to the language of their source', () => {
    const gauge = Metric.parse({ name: 'm', gauge: { query: `m{${arms},n="{{namespace}}"}` } })
    expect(fillTexts(gauge, { namespace: 'shop', arm: { pods: 'x' } })).toEqual(gauge)
  })
})
