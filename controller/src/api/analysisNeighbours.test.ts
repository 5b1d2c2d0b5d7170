import { describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { type LintContext, lint } from './lint.ts'

const rollout = `
apiVersion: serin.dev/v1alpha1
kind: Rollout
metadata: {name: web, namespace: shop}
spec:
  workload: {name: web}
  analysis: {templates: [{name: http}]}
`
const template = `
apiVersion: serin.dev/v1alpha1
kind: AnalysisTemplate
metadata: {name: http, namespace: shop}
spec:
  metrics: [{name: memory, gauge: {query: 'process_resident_memory_bytes{pod=~"{{arm.pods}}"}'}}]
`
const source = `
apiVersion: serin.dev/v1alpha1
kind: MetricSource
metadata: {name: default, namespace: shop}
spec: {prometheus: {url: 'http://prometheus:9090'}}
`
const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {}
`
const swapped = (text: string, part: string, by: string) => {
  expect(text).toContain(part)
  return text.replace(part, by)
}
const clusterWide = (text: string) => swapped(swapped(text, ', namespace: shop', ''), 'kind: ', 'kind: Cluster')

function said(documents: string[], context?: LintContext): string[] {
  const values = parseAllDocuments(documents.join('\n---\n')).map((document) => document.toJS())
  return lint(values, context).map(({ severity, name, path, message }) => `${severity} in ${name} at ${path}: ${message}`)
}

test('a whole and fitting set has no findings', () => {
  expect(said([rollout, template, source, deployment], { complete: true })).toEqual([])
  const cluster = swapped(rollout, '{name: http}', '{name: http, scope: Cluster}')
  expect(said([cluster, clusterWide(template), clusterWide(source), deployment], { complete: true })).toEqual([])
})

describe('a template that is missing', () => {
  test('is an error when everything was given', () => {
    expect(said([rollout, source, deployment], { complete: true })).toEqual([
      'error in Rollout/web at spec.analysis.templates[0].name: there is no AnalysisTemplate http in its namespace',
    ])
  })

  test('is a warning when others were given, with the nearest name, and nothing when none was', () => {
    expect(said([rollout, source])).toEqual([])
    expect(said([rollout, swapped(template, 'name: http', 'name: htpt')])).toEqual([
      'warning in Rollout/web at spec.analysis.templates[0].name: there is no AnalysisTemplate http among these documents: did you mean htpt?',
    ])
    expect(said([rollout, swapped(template, 'name: http', 'name: database')])).toEqual([
      'warning in Rollout/web at spec.analysis.templates[0].name: there is no AnalysisTemplate http among these documents',
    ])
  })

  test('is looked for in the other scope', () => {
    expect(said([rollout, clusterWide(template)])).toEqual([
      'warning in Rollout/web at spec.analysis.templates[0].scope: there is no AnalysisTemplate http among these documents, only ClusterAnalysisTemplate http: write scope: Cluster',
    ])
    expect(said([swapped(rollout, '{name: http}', '{name: http, scope: Cluster}'), template])).toEqual([
      'warning in Rollout/web at spec.analysis.templates[0].scope: there is no ClusterAnalysisTemplate http among these documents, only AnalysisTemplate http: write scope: Namespace',
    ])
  })

  test('is missing in its own namespace', () => {
    expect(said([rollout, swapped(template, 'namespace: shop', 'namespace: other'), source, deployment], { complete: true })).toContain(
      'error in Rollout/web at spec.analysis.templates[0].name: there is no AnalysisTemplate http in its namespace',
    )
  })

  test('is found missing in every place that names one', () => {
    const everywhere = swapped(
      rollout,
      'analysis: {templates: [{name: http}]}',
      'analysis: {templates: [{name: http}]}\n  canary: {steps: [{weight: 5}, {analyze: {templates: [{name: smoke}]}}]}',
    )
    const nesting = swapped(template, 'spec:', 'spec:\n  templates: [{name: common}]')
    expect(said([everywhere, nesting])).toEqual([
      expect.stringMatching(/Rollout\/web at spec.canary.steps\[1\].analyze.templates\[0\].name: there is no AnalysisTemplate smoke/),
      expect.stringMatching(/AnalysisTemplate\/http at spec.templates\[0\].name: there is no AnalysisTemplate common/),
    ])
    const switching = swapped(
      rollout,
      'analysis: {templates: [{name: http}]}',
      'service: web\n  blueGreen: {}\n  analysis: {before: {templates: [{name: smoke}]}, after: {templates: [{name: http}]}}',
    )
    expect(said([switching, template])).toEqual([expect.stringMatching(/ at spec.analysis.before.templates\[0\].name: /)])
  })

  test('may be in the namespace of whoever uses a cluster-wide one', () => {
    expect(said([clusterWide(swapped(template, 'spec:', 'spec:\n  templates: [{name: http}]')), template])).toEqual([])
  })
})

describe('a source', () => {
  const naming = swapped(template, '{name: memory,', '{name: memory, source: {name: prometheus},')

  test('that is named must be there', () => {
    expect(said([rollout, naming, source, deployment], { complete: true })).toEqual([
      'error in AnalysisTemplate/http at spec.metrics[0].source.name: there is no MetricSource prometheus in its namespace',
    ])
    expect(said([naming, swapped(source, 'default', 'promteheus')])).toEqual([
      expect.stringContaining('there is no MetricSource prometheus among these documents: did you mean promteheus?'),
    ])
    expect(said([naming, swapped(clusterWide(source), 'default', 'prometheus')])).toEqual([
      expect.stringContaining('only ClusterMetricSource prometheus: write scope: Cluster'),
    ])
    expect(said([naming])).toEqual([])
  })

  test('that is not named is the one named default, in either scope', () => {
    const other = swapped(source, 'default', 'prometheus')
    expect(said([template, other], { complete: true })).toEqual([
      expect.stringMatching(/^error in AnalysisTemplate\/http at spec.metrics\[0\]: metric memory names no source/),
    ])
    expect(said([template, other, clusterWide(source)], { complete: true })).toEqual([])
    // It may be in another file, or in the cluster already.
    expect(said([template, other])).toEqual([])
  })

  test('is not needed by a webhook or a job', () => {
    const asking = swapped(
      template,
      'gauge: {query: \'process_resident_memory_bytes{pod=~"{{arm.pods}}"}\'}',
      "webhook: {url: 'https://a.example'}",
    )
    expect(said([asking], { complete: true })).toEqual([])
  })
})

describe('arguments', () => {
  const wanting = swapped(swapped(template, 'spec:', 'spec:\n  args: [{name: code}]'), 'pod=~', 'code="{{args.code}}",pod=~')
  const giving = (args: string) => swapped(rollout, '{templates', `{args: {${args}}, templates`)

  test('without a value are an error', () => {
    expect(said([giving("code: '500'"), wanting])).toEqual([])
    expect(said([rollout, wanting])).toEqual([
      'error in Rollout/web at spec.analysis.templates: the argument code of AnalysisTemplate http has no value: write spec.analysis.args: {code: …}',
    ])
  })

  test('that no template declares are an error, with the nearest name', () => {
    expect(said([giving("code: '500', coed: '1'"), wanting])).toEqual([
      'error in Rollout/web at spec.analysis.args.coed: spec.analysis.args.coed is no argument of the templates: did you mean code?',
    ])
    expect(said([giving('code: a'), template])).toEqual([expect.stringContaining('remove it, they have no arguments')])
    // Of a template that is not at hand nobody knows what it declares.
    expect(said([giving('code: a')])).toEqual([])
  })

  test('may be declared by the templates of another stage', () => {
    const stages = swapped(
      giving("code: '500'"),
      'templates: [{name: http}]',
      'before: {templates: [{name: http}]}, after: {templates: [{name: smoke}]}',
    )
    const switching = swapped(stages, 'spec:', 'spec:\n  service: web\n  blueGreen: {}')
    expect(said([switching, wanting, swapped(template, 'name: http', 'name: smoke')])).toEqual([])
  })
})

test('templates that cannot be merged are an error where they are used', () => {
  const both = swapped(rollout, '[{name: http}]', '[{name: http}, {name: more}]')
  expect(said([both, template, swapped(template, 'name: http', 'name: more')])).toEqual([
    expect.stringMatching(/^error in Rollout\/web at spec.analysis.templates: .* both have a metric named memory/),
  ])
})

describe('queries and conditions', () => {
  const asking = (query: string) => swapped(template, '\'process_resident_memory_bytes{pod=~"{{arm.pods}}"}\'', `'${query}'`)

  test.each([
    ['an unknown placeholder', 'a{pod=~"{{arm.pod}}"}', 'spec.metrics[0].gauge.query'],
    ['an argument that is not declared', 'a{pod=~"{{arm.pods}}",b="{{args.b}}"}', 'spec.metrics[0].gauge.query'],
  ])('%s is an error at the query', (_, query, path) => {
    expect(said([asking(query)])).toEqual([
      expect.stringMatching(`^error in AnalysisTemplate/http at ${path.replaceAll(/[[\]]/g, '\\$&')}: `),
    ])
    // Said once: not again where the template is used.
    expect(said([rollout, asking(query)])).toHaveLength(1)
  })

  test('a condition that is no CEL is an error', () => {
    const wrong = swapped(
      template,
      'gauge: {query: \'process_resident_memory_bytes{pod=~"{{arm.pods}}"}\'}',
      "threshold: {query: up, pass: 'value <'}",
    )
    expect(said([wrong])).toEqual([expect.stringMatching(/^error in AnalysisTemplate\/http at spec.metrics\[0\].threshold.pass: /)])
  })

  test('those of a run are looked at with the arguments that it has', () => {
    const run = (args: string) => `
apiVersion: serin.dev/v1alpha1
kind: AnalysisRun
metadata: {name: by-hand, namespace: shop}
spec:
  args: {${args}}
  arms: {canary: {pods: web-1-.*}}
  metrics: [{name: memory, gauge: {query: 'a{pod=~"{{arm.pods}}",b="{{args.b}}"}'}}]
`
    expect(said([run("b: '1'")])).toEqual([])
    expect(said([run("c: '1'")])).toEqual([expect.stringMatching(/^error in AnalysisRun\/by-hand at spec.metrics\[0\].gauge.query: /)])
  })
})
