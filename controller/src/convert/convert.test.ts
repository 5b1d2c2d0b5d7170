import { expect, test } from 'vitest'
import { convert } from './convert.ts'

const rollout = (name: string) => ({
  file: 'rollout.yaml',
  text: `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: ${name}}
spec:
  workloadRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
  strategy: {canary: {steps: [{setWeight: 20}]}}
`,
})

test('an object whose name no API server takes is left out, and said with its place', () => {
  const { objects, findings } = convert([rollout('Shop_1')])
  expect(objects).toEqual([])
  expect(findings).toContainEqual(
    expect.objectContaining({
      file: 'rollout.yaml',
      line: 1,
      severity: 'lost',
      what: expect.stringContaining('metadata.name is "Shop_1"'),
    }),
  )
})

test('one with a good name is made', () => {
  expect(convert([rollout('shop')]).objects.map(({ object }) => `${object.kind} ${object.metadata.name}`)).toEqual(['Rollout shop'])
})

const autoscaler = (version: string) => ({
  file: 'hpa.yaml',
  text: `apiVersion: autoscaling/${version}
kind: HorizontalPodAutoscaler
metadata: {name: shop}
spec: {maxReplicas: 3, scaleTargetRef: {apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: shop}}
`,
})
const scaled = { spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop' } } }

test.each([
  ['v1', 'autoscaling/v1'],
  ['v2', 'autoscaling/v2'],
  ['v2beta2', 'autoscaling/v2'],
])('an autoscaler of autoscaling/%s becomes one that Kubernetes serves: %s', (version, apiVersion) => {
  const { objects, findings } = convert([autoscaler(version)])
  expect(objects).toMatchObject([{ object: { apiVersion, ...scaled } }])
  expect(findings.map(({ path }) => path).includes('apiVersion')).toBe(version === 'v2beta2')
})

test.each([
  ['v2beta1', ''],
  ['v2beta2', ', metrics: [{type: Resource, resource: {name: cpu, targetAverageUtilization: 50}}]'],
])('one of autoscaling/%s with the fields of v2beta1 is left out, and said%s', (version, metrics) => {
  const { file, text } = autoscaler(version)
  const { objects, findings } = convert([{ file, text: text.replace('maxReplicas: 3', `maxReplicas: 3${metrics}`) }])
  expect(objects).toEqual([])
  expect(findings).toContainEqual(
    expect.objectContaining({ line: 1, severity: 'lost', what: expect.stringContaining('gone since Kubernetes 1.26') }),
  )
})

test.each(['', '---\n', '# nothing\n'])('a text with no object in it gives nothing: %j', (text) => {
  expect(convert([{ file: 'a.yaml', text }])).toEqual({ objects: [], findings: [] })
})

test.each([
  [
    'a quantity that is none',
    '{name: web, image: nginx, resources: {requests: {memory: invalid}}}',
    'memory is "invalid", and no quantity',
  ],
  ['two containers of one name', '{name: web, image: nginx}, {name: web, image: nginx}', 'as that of another container'],
])('of a template with %s no Deployment is made, and said where', (_, containers, what) => {
  const text = `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: shop}
spec:
  selector: {matchLabels: {app: shop}}
  template: {metadata: {labels: {app: shop}}, spec: {containers: [${containers}]}}
  strategy: {canary: {}}
`
  const { objects, findings } = convert([{ file: 'a.yaml', text }])
  expect(objects.map(({ object }) => object.kind)).toEqual(['Rollout'])
  expect(findings).toContainEqual(expect.objectContaining({ line: 4, severity: 'lost', what: expect.stringContaining(what) }))
})
