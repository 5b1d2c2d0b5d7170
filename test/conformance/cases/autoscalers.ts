import { expect } from 'vitest'
import type { Json } from '../../cluster/apiClient.ts'
import { conformance } from '../conformanceCase.ts'
import { deployment } from './workloads.ts'

const dry = { query: { dryRun: 'All' } }

function autoscaler(spec: Json = {}): Json {
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }
  return { kind: 'HorizontalPodAutoscaler', metadata: { name: 'web' }, spec: { maxReplicas: 10, scaleTargetRef, ...spec } }
}

const metric = (one: Json): Json => autoscaler({ metrics: [one] })
const cpu = (target: Json): Json => metric({ type: 'Resource', resource: { name: 'cpu', target } })
const queue = { name: 'queue' }
const average = { type: 'AverageValue', averageValue: '10' }
const describedObject = { apiVersion: 'v1', kind: 'Service', name: 'web' }
const policy = { type: 'Pods', value: 1, periodSeconds: 60 }
const down = (rules: Json): Json => autoscaler({ behavior: { scaleDown: { policies: [policy], ...rules } } })

/** One wrong object each: what the server says of it is the point. */
const wrong: Record<string, Json> = {
  'no maximum': autoscaler({ maxReplicas: undefined }),
  'a negative maximum': autoscaler({ maxReplicas: -1 }),
  'a minimum of none': autoscaler({ minReplicas: 0 }),
  'no target': autoscaler({ scaleTargetRef: { apiVersion: 'apps/v1' } }),
  'a metric without a type': metric({ resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }),
  'a metric of an unknown type': metric({ type: 'Mood' }),
  'a metric without its source': metric({ type: 'Pods' }),
  "another metric's source": metric({ type: 'Pods', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }),
  'two sources': metric({
    type: 'Pods',
    pods: { metric: queue, target: average },
    resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } },
  }),
  'a target without a type': cpu({ averageUtilization: 50 }),
  'a target of an unknown type': cpu({ type: 'Some', averageUtilization: 50 }),
  'a utilisation of none': cpu({ type: 'Utilization', averageUtilization: 0 }),
  'a resource with two targets': cpu({ type: 'Utilization', averageUtilization: 50, averageValue: '1' }),
  'a resource without a target': cpu({ type: 'Utilization' }),
  'an average of nothing': cpu({ type: 'AverageValue', averageValue: '0' }),
  'a resource without a name': metric({ type: 'Resource', resource: { target: average } }),
  'pods without an average': metric({ type: 'Pods', pods: { metric: queue, target: { type: 'Value', value: '1' } } }),
  'pods without a metric': metric({ type: 'Pods', pods: { metric: {}, target: average } }),
  'an external metric with two targets': metric({
    type: 'External',
    external: { metric: queue, target: { type: 'Value', value: '1', averageValue: '1' } },
  }),
  'an external metric without a target': metric({ type: 'External', external: { metric: queue, target: { type: 'Value' } } }),
  'an object without a target': metric({ type: 'Object', object: { metric: queue, describedObject, target: { type: 'Value' } } }),
  'an object that is not named': metric({
    type: 'Object',
    object: { metric: queue, describedObject: { kind: 'Service' }, target: average },
  }),
  'a window of less than no time': down({ stabilizationWindowSeconds: -1 }),
  'a window of more than an hour': down({ stabilizationWindowSeconds: 3601 }),
  'an unknown choice of policies': down({ selectPolicy: 'Any' }),
  'a policy of an unknown type': down({ policies: [{ ...policy, type: 'Nodes' }] }),
  'a policy of nothing': down({ policies: [{ ...policy, value: 0 }] }),
  'a policy for no time': down({ policies: [{ ...policy, periodSeconds: 0 }] }),
  'a policy for more than half an hour': down({ policies: [{ ...policy, periodSeconds: 1801 }] }),
  'a tolerance below zero': down({ tolerance: '-0.1' }),
}

export const autoscalerCases = [
  ...Object.entries(wrong).map(([what, object]) =>
    conformance(`refused: ${what}`, async (t) => {
      const { status, json } = await t.create(object, dry)
      expect(status).toBe(422)
      expect(json.reason).toBe('Invalid')
    }),
  ),
  conformance('every kind of metric is taken as it is', async (t) => {
    const metrics = [
      { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '512Mi' } } },
      {
        type: 'ContainerResource',
        containerResource: { name: 'cpu', container: 'app', target: { type: 'Utilization', averageUtilization: 50 } },
      },
      { type: 'Pods', pods: { metric: queue, target: average } },
      { type: 'Object', object: { metric: queue, describedObject, target: { type: 'Value', value: '2500m' } } },
      { type: 'External', external: { metric: { ...queue, selector: { matchLabels: { of: 'web' } } }, target: average } },
    ]
    expect((await t.create(autoscaler({ metrics }), dry)).status).toBe(201)
  }),
  conformance('a behaviour is filled in', async (t) => {
    await t.create(autoscaler({ behavior: { scaleUp: { stabilizationWindowSeconds: 60, tolerance: '0.05' } } }), dry)
    await t.create(autoscaler({ behavior: { scaleDown: { selectPolicy: 'Disabled' } } }), dry)
  }),
  conformance('the bounds are kept without any metric', async (t) => {
    await t.prepare(deployment('web', { replicas: 1, paused: true }))
    await t.prepare(autoscaler({ minReplicas: 3, maxReplicas: 5 }))
    const replicas = async () => (await t.read({ kind: 'Deployment', name: 'web' }))?.spec.replicas
    await t.eventually('the minimum', async () => (await replicas()) === 3, 40_000)
    await t.patch({ kind: 'Deployment', name: 'web' }, 'merge', { spec: { replicas: 9 } }, { show: ({ spec }) => spec.replicas })
    await t.eventually('the maximum', async () => (await replicas()) === 5, 40_000)
    await t.get({ kind: 'Deployment', name: 'web' }, { show: ({ spec }) => spec.replicas })
  }),
]
