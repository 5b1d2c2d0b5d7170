import { expect, test } from 'vitest'
import { cluster } from '../controllers/testing/cluster.ts'
import type { Obj } from '../types.ts'

async function served(images: Parameters<typeof cluster>[0]) {
  const c = cluster(images)
  c.api.create({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'shop', namespace: 'default' } as Obj['metadata'],
    spec: { selector: { app: 'shop' }, ports: [{ port: 80, targetPort: 8080 }] },
  })
  c.deploy('shop')
  await c.settle()
  return c
}

test('clients send on time whatever the rate, and a changed rate counts from then on', async () => {
  const c = await served({})
  const sent = () => c.load.counts().reduce((sum, { count }) => sum + count, 0)
  for (const rps of [0.5, 3, 70, 1000]) {
    c.load.reset()
    const client = c.load.start({ via: { service: 'shop' }, rps })
    await c.clock.advance(10_000)
    expect(sent()).toBe(rps * 10)
    client.setRate(rps * 2)
    await c.clock.advance(10_000)
    expect(sent()).toBe(rps * 30)
    client.stop()
    await c.clock.advance(10_000)
    expect(sent()).toBe(rps * 30)
  }
  c.stop()
})

test('errors come at the rate of the version, and stop when the image is mended', async () => {
  const c = await served({ images: { 'app:v1': { errorRate: 0.2 } } })
  c.load.start({ via: { service: 'shop' }, rps: 200 })
  await c.clock.advance(20_000)
  const failed = c.load.counts().find(({ code }) => code === 500)
  expect(failed).toMatchObject({ version: 'v1', cause: 'versionError' })
  // four standard deviations of 4000 requests
  expect(Math.abs((failed?.count ?? 0) - 800)).toBeLessThan(102)
  c.images.set('app:v1', { errorRate: 0 })
  c.load.reset()
  await c.clock.advance(5000)
  expect(c.load.counts().map(({ code, count }) => [code, count])).toEqual([[200, 1000]])
  c.stop()
})

test('the series has each second by itself and keeps the last hour', async () => {
  const c = await served({})
  c.load.start({ via: { service: 'shop' }, rps: 1 })
  await c.clock.advance(4_000_000)
  const series = c.load.series()
  expect(series.length).toBeGreaterThan(3590)
  expect(series.length).toBeLessThanOrEqual(3600)
  expect(series.at(-1)?.counts).toMatchObject([{ client: 'shop', code: 200, count: 1 }])
  expect(series.at(-1)?.second).toBe(Math.floor(c.clock.now() / 1000))
  c.stop()
})

test('the same seed gives the same answers', async () => {
  const run = async (seed: number) => {
    const c = await served({ seed, images: { 'app:v1': { errorRate: 0.3 } } })
    c.load.start({ via: { service: 'shop' }, rps: 100 })
    await c.clock.advance(5000)
    c.stop()
    return c.load.series()
  }
  expect(await run(3)).toEqual(await run(3))
  expect(await run(3)).not.toEqual(await run(4))
})

test('a scrape of a pod is Prometheus text with cumulated buckets', async () => {
  const c = await served({ images: { 'app:v1': { latencyMs: { median: 40, p99: 40 }, errorRate: 0.5 } } })
  c.load.start({ via: { service: 'shop' }, rps: 100 })
  await c.clock.advance(2000)
  let total = 0
  for (const pod of c.metrics.pods()) {
    const text = c.metrics.scrape(pod) ?? ''
    const number = (line: string) => Number(new RegExp(`^${line} (.+)$`, 'm').exec(text.replaceAll(/[{}="+]/g, '_'))?.[1])
    const count = number('http_request_duration_seconds_count')
    expect(number('http_requests_total_code__200__') + number('http_requests_total_code__500__')).toBe(count)
    expect(number('http_request_duration_seconds_bucket_le__0.025__')).toBe(0)
    expect(number('http_request_duration_seconds_bucket_le__0.05__')).toBe(count)
    expect(number('http_request_duration_seconds_bucket_le___Inf__')).toBe(count)
    expect(number('http_request_duration_seconds_sum')).toBeCloseTo(count * 0.04)
    total += count
  }
  expect(total).toBe(200)
  c.stop()
})
