import { describe, expect, it } from 'vitest'
import type { Obj } from '../types.ts'
import { type Cluster, cluster, type DeploymentShape } from './testing/cluster.ts'

const minute = 60_000

interface Shape {
  metrics?: unknown[]
  min?: number
  max?: number
  behavior?: unknown
  target?: string
}

const cpu = (averageUtilization: number) => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
})

function autoscaler(c: Cluster, { metrics = [cpu(50)], min = 1, max = 20, behavior, target = 'web' }: Shape = {}, name = target): Obj {
  return c.api.create({
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name, namespace: 'default' } as Obj['metadata'],
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: target },
      minReplicas: min,
      maxReplicas: max,
      metrics,
      ...(behavior ? { behavior } : {}),
    },
  })
}

const seen = (c: Cluster, name = 'web'): Obj => {
  const found = c.api.get('autoscaling/v2', 'HorizontalPodAutoscaler', 'default', name)
  if (!found) throw new Error('no autoscaler')
  return found
}
const condition = (c: Cluster, type: string) => seen(c).status?.conditions?.find((one: { type: string }) => one.type === type)
const size = (c: Cluster) => c.deployment('web').spec.replicas

/** Pods that use 10 thousandths of a core for each request per second, of 200 that they request. */
async function shop(shape: DeploymentShape = {}): Promise<Cluster> {
  const images = { 'app:v1': { cpu: { idleMilli: 0, requestMs: 10 }, memory: { mib: 100, mibPerRequestRate: 5 } } }
  const c = cluster({ images })
  c.deploy('web', { replicas: 4, container: { resources: { requests: { cpu: '200m', memory: '200Mi' } } }, ...shape })
  c.api.create({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default' } as Obj['metadata'],
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
  })
  await c.rolledOut('web')
  return c
}

describe('an autoscaler', () => {
  it('follows the load: up soon, down after five minutes', async () => {
    const c = await shop()
    const client = c.load.start({ via: { service: 'web' }, rps: 40 })
    autoscaler(c)
    await c.clock.advance(2 * minute)
    expect(size(c)).toBe(4)
    expect(seen(c).status).toMatchObject({ currentReplicas: 4, desiredReplicas: 4 })
    expect(condition(c, 'ScalingActive')).toMatchObject({ status: 'True', reason: 'ValidMetricFound' })
    client.setRate(80)
    await c.clock.advance(2 * minute)
    expect(size(c)).toBe(8)
    expect(seen(c).status.currentMetrics[0].resource).toMatchObject({ name: 'cpu', current: { averageUtilization: expect.any(Number) } })
    client.setRate(20)
    await c.clock.advance(4 * minute)
    expect(size(c)).toBe(8)
    expect(condition(c, 'AbleToScale')).toMatchObject({ status: 'True', reason: 'ScaleDownStabilized' })
    await c.clock.advance(3 * minute)
    expect(size(c)).toBe(2)
    c.stop()
  })

  it('writes through the scale subresource, and tells of it', async () => {
    const c = await shop()
    autoscaler(c, { min: 6 })
    await c.clock.advance(16_000)
    expect(size(c)).toBe(6)
    const manager = c.deployment('web').metadata.managedFields.find((one: { subresource?: string }) => one.subresource === 'scale')
    expect(manager?.manager).toBe('kube-controller-manager')
    const events = c.api.list('v1', 'Event', { namespace: 'default' }).map(({ message }) => message)
    expect(events).toContain('New size: 6; reason: Current number of replicas below Spec.MinReplicas')
    expect(condition(c, 'AbleToScale')).toMatchObject({ status: 'True', reason: 'SucceededRescale' })
    c.stop()
  })

  it('keeps to its bounds and says that it does', async () => {
    const c = await shop()
    c.load.start({ via: { service: 'web' }, rps: 400 })
    autoscaler(c, { max: 6 })
    await c.clock.advance(3 * minute)
    expect(size(c)).toBe(6)
    expect(condition(c, 'ScalingLimited')).toMatchObject({ status: 'True', reason: 'TooManyReplicas' })
    c.stop()
  })

  it('takes the highest of its metrics', async () => {
    const c = await shop()
    c.scalingMetrics.give('queue_length', () => 900)
    const external = {
      type: 'External',
      external: { metric: { name: 'queue_length' }, target: { type: 'AverageValue', averageValue: '100' } },
    }
    autoscaler(c, { metrics: [cpu(50), external] })
    await c.clock.advance(2 * minute)
    expect(size(c)).toBe(9)
    expect(seen(c).status.currentMetrics[1].external.current.averageValue).toBe('100')
    c.stop()
  })

  it('goes by memory, requests per second of pods, and values of objects', async () => {
    const c = await shop()
    c.load.start({ via: { service: 'web' }, rps: 80 })
    c.scalingMetrics.give('requests', () => 80, 'Service/web')
    const memory = { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '150Mi' } } }
    const rate = {
      type: 'Pods',
      pods: { metric: { name: 'http_requests_per_second' }, target: { type: 'AverageValue', averageValue: '8' } },
    }
    const object = {
      type: 'Object',
      object: {
        metric: { name: 'requests' },
        describedObject: { apiVersion: 'v1', kind: 'Service', name: 'web' },
        target: { type: 'AverageValue', averageValue: '5' },
      },
    }
    autoscaler(c, { metrics: [memory] })
    // 100 + 5 * 80 / n MiB in each of n pods: 200, 167, 157, which is within 10 % of 150
    await c.clock.advance(3 * minute)
    expect(size(c)).toBe(7)
    for (const [metric, wanted] of [
      [rate, 10],
      [object, 16],
    ] as const) {
      c.api.patch(
        { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', namespace: 'default', name: 'web' },
        { type: 'merge', body: { spec: { metrics: [metric] } } },
      )
      await c.clock.advance(3 * minute)
      expect(size(c)).toBe(wanted)
    }
    c.stop()
  })

  it('a metric that fails says why, and hinders scaling down only', async () => {
    const c = await shop({ container: {} })
    autoscaler(c)
    await c.clock.advance(minute)
    const [pod] = c.pods('web')
    expect(pod).toBeDefined()
    expect(condition(c, 'ScalingActive')).toMatchObject({ status: 'False', reason: 'FailedGetResourceMetric' })
    expect(condition(c, 'ScalingActive').message).toMatch(
      /^the HPA was unable to compute the replica count: failed to get cpu utilization: missing request for cpu in container app of Pod web-/,
    )
    expect(size(c)).toBe(4)
    c.stop()
  })

  it('rests while its workload has no replicas', async () => {
    const c = await shop({ replicas: 0 })
    autoscaler(c)
    await c.clock.advance(minute)
    expect(size(c)).toBe(0)
    expect(condition(c, 'ScalingActive')).toMatchObject({ status: 'False', reason: 'ScalingDisabled' })
    c.stop()
  })

  it('says that there is nothing to scale', async () => {
    const c = cluster()
    autoscaler(c)
    await c.clock.advance(minute)
    expect(condition(c, 'AbleToScale')).toMatchObject({ status: 'False', reason: 'FailedGetScale' })
    c.stop()
  })

  it('does nothing with pods that another one sizes too', async () => {
    const c = await shop()
    autoscaler(c)
    autoscaler(c, {}, 'second')
    await c.clock.advance(minute)
    expect(condition(c, 'ScalingActive')).toMatchObject({ status: 'False', reason: 'AmbiguousSelector' })
    c.stop()
  })

  it('obeys its behaviour: two pods a minute', async () => {
    const c = await shop()
    const client = c.load.start({ via: { service: 'web' }, rps: 80 })
    const scaleDown = { stabilizationWindowSeconds: 0, policies: [{ type: 'Pods', value: 2, periodSeconds: 60 }] }
    autoscaler(c, { behavior: { scaleDown } })
    await c.clock.advance(3 * minute)
    expect(size(c)).toBe(8)
    client.setRate(10)
    await c.clock.advance(50_000)
    expect(size(c)).toBe(6)
    await c.clock.advance(minute)
    expect(size(c)).toBe(4)
    c.stop()
  })
})

it('without an autoscaler no timer of it runs, and after the last one none is left', async () => {
  const c = await shop()
  let looks = 0
  const counted = () => {
    looks++
    return 15_000
  }
  Object.defineProperty(c.delays, 'podSamples', { get: counted })
  await c.clock.advance(5 * minute)
  expect(looks).toBe(0)
  autoscaler(c)
  await c.clock.advance(minute)
  expect(looks).toBeGreaterThan(2)
  c.api.delete({ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', namespace: 'default', name: 'web' })
  await c.clock.advance(minute)
  const before = looks
  await c.clock.advance(5 * minute)
  expect(looks).toBe(before)
  c.stop()
})
