import { expect, test } from 'vitest'
import { cluster } from '../controllers/testing/cluster.ts'
import type { Obj } from '../types.ts'
import type { Count } from './load.ts'

/** Deployment and Service `name`, of that image. */
async function served(options: Parameters<typeof cluster>[0], apps: Record<string, string> = { shop: 'app:v1' }) {
  const c = cluster(options)
  for (const [name, image] of Object.entries(apps)) {
    c.api.create({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: 'default' } as Obj['metadata'],
      spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] },
    })
    c.deploy(name, { image })
  }
  await c.settle()
  return c
}

const failed = (counts: readonly Count[], client?: string) =>
  counts.filter(({ code, client: by }) => code >= 500 && (client === undefined || by === client)).reduce((sum, { count }) => sum + count, 0)

test('a version can fail only after a time', async () => {
  const c = await served({ images: { 'app:v1': { errorRate: 0.5, errorsAfterMs: 120_000 } } })
  c.load.start({ via: { service: 'shop' }, rps: 50 })
  await c.clock.advance(115_000)
  expect(failed(c.load.counts())).toBe(0)
  await c.clock.advance(25_000)
  expect(failed(c.load.counts())).toBeGreaterThan(400)
  c.stop()
})

test('a version can be slower by a factor', async () => {
  const median = async (latencyFactor: number) => {
    const c = await served({ images: { 'app:v1': { latencyMs: { median: 30 }, latencyFactor } } })
    c.load.start({ via: { service: 'shop' }, rps: 100 })
    await c.clock.advance(20_000)
    c.stop()
    const value = c.prometheus.evaluate('sum(http_request_duration_seconds_sum)')
    return value.type === 'vector' ? (value.elements[0]?.value ?? 0) : 0
  }
  // the same seed draws the same answers
  expect((await median(1.5)) / (await median(1))).toBeCloseTo(1.5, 6)
})

test('a version can be slower for a time after its start', async () => {
  const c = await served({ images: { 'app:v1': { latencyMs: { median: 30 }, cold: { forMs: 60_000, latencyFactor: 3 } } } })
  c.load.start({ via: { service: 'shop' }, rps: 100 })
  const mean = async () => {
    const of = (what: string) => {
      const value = c.prometheus.evaluate(`sum(increase(http_request_duration_seconds_${what}[30s]))`)
      return value.type === 'vector' ? (value.elements[0]?.value ?? 0) : 0
    }
    await c.clock.advance(45_000)
    return of('sum') / of('count')
  }
  const cold = await mean()
  await c.clock.advance(45_000)
  const warm = await mean()
  expect(cold / warm).toBeGreaterThan(2.5)
  expect(cold / warm).toBeLessThan(3.5)
  c.stop()
})

test('a version can crash after some traffic, and again after each restart', async () => {
  const c = await served({ images: { 'app:v1': { crashAfterTrafficMs: 20_000 } } })
  const restarts = () => c.pods('shop').map(({ status }) => status.containerStatuses[0].restartCount)
  await c.clock.advance(60_000)
  expect(restarts()).toEqual([0, 0])
  c.load.start({ via: { service: 'shop' }, rps: 50 })
  await c.clock.advance(19_000)
  expect(restarts()).toEqual([0, 0])
  await c.clock.advance(4000)
  expect(restarts()).toEqual([1, 1])
  await c.clock.advance(40_000)
  expect(restarts()).toEqual([2, 2])
  c.stop()
})

test('an incident hits the pods of a Service whatever their version, until it ends', async () => {
  const c = await served({ images: { 'app:v2': { errorRate: 0 } } }, { shop: 'app:v1', other: 'app:v2' })
  for (const service of ['shop', 'other']) c.load.start({ via: { service }, rps: 100 })
  const end = c.traffic.incident({ errorRate: 0.2, service: { name: 'shop' } })
  await c.clock.advance(10_000)
  // four standard deviations of 1000 requests
  expect(Math.abs(failed(c.load.counts(), 'shop') - 200)).toBeLessThan(51)
  expect(c.load.counts().find(({ code }) => code === 500)?.cause).toBe('incident')
  expect(failed(c.load.counts(), 'other')).toBe(0)
  end()
  c.load.reset()
  await c.clock.advance(10_000)
  expect(failed(c.load.counts())).toBe(0)
  c.traffic.incident({ errorRate: 1 })
  c.load.reset()
  await c.clock.advance(1000)
  expect(failed(c.load.counts(), 'shop')).toBe(100)
  expect(failed(c.load.counts(), 'other')).toBe(100)
  c.stop()
})

test('several incidents add up, with the errors of a version', async () => {
  const c = await served({ images: { 'app:v1': { errorRate: 0.5, latencyMs: { median: 10, p99: 10 } } } })
  c.traffic.incident({ errorRate: 0.5, latencyFactor: 2 })
  c.traffic.incident({ errorRate: 0.5, latencyFactor: 3 })
  c.load.start({ via: { service: 'shop' }, rps: 200 })
  await c.clock.advance(20_000)
  // 7/8 of 4000
  expect(Math.abs(failed(c.load.counts()) - 3500)).toBeLessThan(84)
  const value = c.prometheus.evaluate('sum(http_request_duration_seconds_sum) / sum(http_request_duration_seconds_count)')
  expect(value.type === 'vector' && value.elements[0]?.value).toBeCloseTo(0.06, 9)
  c.stop()
})
