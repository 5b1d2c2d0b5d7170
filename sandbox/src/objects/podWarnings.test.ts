import { expect, it } from 'vitest'
import { podWarnings } from './podWarnings.ts'

const pod = (spec: object) => ({ apiVersion: 'v1', kind: 'Pod', spec })
const withEnv = (...env: object[]) => pod({ containers: [{ name: 'c', image: 'x', env }] })

it('warns of a spread constraint that selects nothing, in a pod and in a template', () => {
  const spec = { topologySpreadConstraints: [{ labelSelector: {} }, { topologyKey: 'zone' }] }
  const warning = (path: string) => `${path}.topologySpreadConstraints[1].labelSelector: a null labelSelector results in matching no pod`
  expect(podWarnings(pod(spec))).toEqual([warning('spec')])
  expect(podWarnings({ apiVersion: 'apps/v1', kind: 'Deployment', spec: { template: { spec } } })).toEqual([warning('spec.template.spec')])
  expect(podWarnings({ apiVersion: 'example.com/v1', kind: 'Deployment', spec: { template: { spec } } })).toEqual([])
})

it('warns of a variable that hides another, not of one that builds on it', () => {
  expect(podWarnings(withEnv({ name: 'A', value: '1' }, { name: 'A', value: '$(A)2' }))).toEqual([])
  expect(podWarnings(withEnv({ name: 'A', value: '1' }, { name: 'B' }, { name: 'A', value: '2' }))).toEqual([
    'spec.containers[0].env[2]: hides previous definition of "A", which may be dropped when using apply',
  ])
  expect(podWarnings(withEnv({ name: 'A', value: '1' }, { name: 'A', value: '$(A)' }))).toHaveLength(1)
})
