import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { describe as describeKind, walk } from './describe.ts'
import { kindNamed } from './kinds.ts'
import { lint } from './lint.ts'
import { apiVersion, RolloutSpec } from './rollout.ts'
import { arbitrarySpec, brokenSpec } from './testing/arbitraryRollout.ts'
import { refusedRollouts } from './testing/refusedSpecs.ts'

const rollout = (spec: unknown) => ({ apiVersion, kind: 'Rollout', metadata: { name: 'web' }, spec })
const errors = (spec: unknown) => lint([rollout(spec)]).filter(({ severity }) => severity === 'error')

describe('a typical mistake is said in one sentence', () => {
  const cases: [mistake: string, spec: string, path: string, message: string, instead?: string][] = [
    [
      'no workload',
      '{}',
      'spec',
      'spec.workload is missing: The workload whose releases this Rollout guards, in the same namespace',
      'workload: …',
    ],
    [
      'a misspelt field',
      '{workload: {name: web}, sevice: web}',
      'spec.sevice',
      'spec.sevice is not a field that Serin knows: did you mean service?',
      'service',
    ],
    [
      'letters in the wrong order',
      '{workload: {name: web}, keepOdl: 5s}',
      'spec.keepOdl',
      'spec.keepOdl is not a field that Serin knows: did you mean keepOld?',
      'keepOld',
    ],
    [
      'a field of another level',
      '{workload: {name: web}, steps: []}',
      'spec.steps',
      'spec.steps is not a field that Serin knows: it belongs at spec.canary.steps',
    ],
    [
      'a word of another tool',
      '{workload: {name: web}, canary: {steps: [{setWeight: 5}]}}',
      'spec.canary.steps[0].setWeight',
      'spec.canary.steps[0].setWeight is not a field that Serin knows: write weight',
    ],
    [
      'a pod template',
      '{workload: {name: web}, template: {}}',
      'spec.template',
      'spec.template is not a field that Serin knows: a Rollout has no pod template: it stays in the Deployment, which spec.workload names',
    ],
    [
      'a percentage as text',
      '{workload: {name: web}, canary: {steps: [{weight: 20%}]}}',
      'spec.canary.steps[0].weight',
      'spec.canary.steps[0].weight is text: it must be a whole number; write 20',
      '20',
    ],
    [
      'too much weight',
      '{workload: {name: web}, canary: {steps: [{weight: 120}]}}',
      'spec.canary.steps[0].weight',
      'spec.canary.steps[0].weight is 120: it must be at least 0 and at most 100',
    ],
    [
      'half a percent',
      '{workload: {name: web}, canary: {ramp: {weights: [0.5]}}}',
      'spec.canary.ramp.weights[0]',
      'spec.canary.ramp.weights[0] is 0.5: it must be a whole number',
    ],
    [
      'seconds without a unit',
      '{workload: {name: web}, keepOld: 30}',
      'spec.keepOld',
      'spec.keepOld is a number: it must be text; write 30s',
      '30s',
    ],
    [
      'a duration in words',
      '{workload: {name: web}, keepOld: 5 minutes}',
      'spec.keepOld',
      'spec.keepOld is "5 minutes": write a duration like 30s, 10m or 1h30m',
    ],
    [
      'a kind in small letters',
      '{workload: {kind: deployment, name: web}}',
      'spec.workload.kind',
      'spec.workload.kind is "deployment": write Deployment, StatefulSet or DaemonSet',
      'Deployment',
    ],
    [
      'a name with capitals',
      '{workload: {name: Web}}',
      'spec.workload.name',
      'spec.workload.name is "Web": write the name of an object: lower-case letters, digits, "-" and "."',
    ],
    [
      'yes for true',
      '{workload: {name: web}, paused: yes}',
      'spec.paused',
      'spec.paused is text: it must be true or false; write true',
      'true',
    ],
    [
      'one route instead of a list',
      '{workload: {name: web}, service: web, traffic: {routes: {kind: HTTPRoute, name: web}}}',
      'spec.traffic.routes',
      'spec.traffic.routes is an object: it must be a list',
    ],
    [
      'no steps',
      '{workload: {name: web}, canary: {steps: []}}',
      'spec.canary.steps',
      'spec.canary.steps is empty: write at least 1, or leave the field out',
    ],
    [
      'two keys in one step',
      '{workload: {name: web}, canary: {steps: [{weight: 5, pause: {}}]}}',
      'spec.canary.steps[0]',
      'a step has exactly one key, one of weight, scale, pause, analyze, approve, match, mirror, webhook, job, compare, fault, squeeze: write each step as its own list item',
    ],
    [
      'ramp and steps',
      '{workload: {name: web}, canary: {ramp: {}, steps: [{weight: 5}]}}',
      'spec.canary',
      'spec.canary: write either ramp or steps, not both',
    ],
    [
      'a strategy too many',
      '{workload: {name: web}, service: web, canary: {}, blueGreen: {}}',
      'spec',
      'spec: write either canary or blueGreen, not both',
    ],
    [
      'routes without a Service',
      '{workload: {name: web}, traffic: {routes: [{kind: HTTPRoute, name: web}]}}',
      'spec',
      'spec.traffic.routes needs spec.service: the Service that the routes point at',
    ],
    [
      'a field that does not act yet',
      '{workload: {name: web}, windows: []}',
      'spec.windows',
      'spec.windows is not acted on by this version of Serin: runs start at any time: remove spec.windows',
    ],
    [
      'a step that does not act yet',
      '{workload: {name: web}, canary: {steps: [{mirror: {percent: 5}}]}}',
      'spec.canary.steps[0].mirror',
      'spec.canary.steps[0].mirror is not acted on by this version of Serin: write a step weight, scale, pause or analyze instead',
    ],
  ]
  test.each(cases)('%s', (_, spec, path, message, instead) => {
    expect(errors(parse(spec))).toEqual([
      expect.objectContaining({ severity: 'error', document: 0, name: 'Rollout/web', path, message, ...(instead ? { instead } : {}) }),
    ])
  })
})

test.each([
  [
    'a word of another tool',
    '{metrics: [{name: a, successCondition: x}]}',
    'spec.metrics[0].successCondition',
    'write threshold: {query: …, pass: value < 0.05}',
  ],
  [
    'a metric twice',
    '{metrics: [{name: a, preset: istio}, {name: a, preset: nginx}]}',
    'spec.metrics[1]',
    'has name a, as spec.metrics[0] has: write another',
  ],
  ['a preset that there is not', '{metrics: [{name: a, preset: istoi}]}', 'spec.metrics[0].preset', 'write istio, envoy-gateway'],
  ['a share without a sign', '{metrics: [{name: a, preset: istio, margin: "0.5"}]}', 'spec.metrics[0].margin', 'a share like 10% or 0.1%'],
])('in a template, %s', (_, spec, path, message) => {
  const found = lint([{ apiVersion, kind: 'ClusterAnalysisTemplate', metadata: { name: 'http' }, spec: parse(spec) }])
  expect(found.map((one) => one.path)).toContain(path)
  expect(found.find((one) => one.path === path)?.message).toContain(message)
})

test('more arguments than a map may hold are refused', () => {
  const args = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`a${index}`, 'b']))
  expect(errors({ workload: { name: 'web' }, analysis: { templates: [{ name: 'http' }], args } })).toEqual([
    expect.objectContaining({ path: 'spec.analysis.args', message: 'spec.analysis.args has 51 entries: at most 50 are allowed' }),
  ])
})

test.each(Object.entries(refusedRollouts))('what a rule of the API server refuses is an error: %s', (_, spec) => {
  expect(errors(spec).length).toBeGreaterThan(0)
})

test('a valid Rollout has no findings of its own', () => {
  fc.assert(
    fc.property(arbitrarySpec, (spec) => {
      expect(errors(spec)).toEqual([])
    }),
  )
})

test('whatever the types refuse is an error', () => {
  fc.assert(
    fc.property(brokenSpec, (spec) => {
      if (!RolloutSpec.safeParse(spec).success) expect(errors(spec).length).toBeGreaterThan(0)
    }),
    { numRuns: 500 },
  )
})

test('what lint calls an error is refused by the types, or is unknown, not acted on, or against a rule', () => {
  const rules = new Set<string>()
  walk(describeKind(kindNamed('Rollout')), ({ cel = [] }) => {
    for (const { message } of cel) rules.add(message)
  })
  fc.assert(
    fc.property(brokenSpec, (spec) => {
      if (!RolloutSpec.safeParse(spec).success) return
      const said = errors(spec).map(({ message }) => message)
      expect(said.filter((message) => !rules.has(message) && !/ is not (a field|acted on)/.test(message))).toEqual([])
    }),
    { numRuns: 500 },
  )
})

test('a field without a value counts as left out, as it does on the API server, with a warning', () => {
  const findings = lint([rollout({ workload: { name: 'web' }, canary: null, keepOld: null })])
  expect(findings.map(({ severity, path }) => `${severity} ${path}`)).toEqual(['warning spec.canary', 'warning spec.keepOld'])
  expect(errors({ workload: { name: 'web' }, canary: { steps: [{ pause: null }] } })).toEqual([
    expect.objectContaining({ path: 'spec.canary.steps[0]' }),
  ])
  expect(errors({ workload: null })).toEqual([expect.objectContaining({ path: 'spec' })])
})

test('versions and kinds that are not ours are named, with what to write', () => {
  const [version] = lint([{ apiVersion: 'serin.dev/v1', kind: 'Rollout', metadata: { name: 'web' }, spec: {} }])
  expect(version).toMatchObject({ path: 'apiVersion', instead: apiVersion })
  const [kind] = lint([{ apiVersion, kind: 'RollOut', metadata: { name: 'web' }, spec: {} }])
  expect(kind).toMatchObject({ path: 'kind', message: 'kind is RollOut: write Rollout', instead: 'Rollout' })
})

test('a name that cannot become a label is refused', () => {
  const long = { ...rollout({ workload: { name: 'web' } }), metadata: { name: 'x'.repeat(64) } }
  expect(lint([long])).toEqual([
    expect.objectContaining({ message: 'metadata.name of a Rollout has at most 63 characters: it becomes the value of labels' }),
  ])
  expect(lint([{ ...long, metadata: {} }])).toEqual([expect.objectContaining({ message: 'metadata.name is missing' })])
})

test('what other tools own is never judged', () => {
  expect(lint([{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', spec: { strategy: {} } }, null, 'text', [1]])).toEqual([])
})

test('objects inside a List are judged where they stand', () => {
  const [found] = lint([
    undefined,
    { apiVersion: 'v1', kind: 'List', items: [{ kind: 'Pod' }, rollout({ workload: { name: 'web' }, paused: 1 })] },
  ])
  expect(found).toMatchObject({ document: 1, path: 'spec.paused', keys: ['items', 1, 'spec', 'paused'] })
})

test('a RolloutCommand is judged as well', () => {
  const command = { apiVersion, kind: 'RolloutCommand', metadata: { generateName: 'x-' }, spec: { rollout: 'web', action: 'promot' } }
  expect(lint([command])).toEqual([expect.objectContaining({ path: 'spec.action', instead: 'promote' })])
})
