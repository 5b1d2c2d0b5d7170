import { expect, test } from 'vitest'
import { type Cluster, cluster } from '../controllers/testing/cluster.ts'
import type { SandboxOptions } from '../sandbox.ts'
import type { Obj } from '../types.ts'
import { parseExposition } from './exposition.ts'
import { nameLabel } from './labels.ts'

async function shop(options: SandboxOptions = {}) {
  const c = cluster(options)
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

/** The value of a query that gives one number or nothing. */
function ask(c: Cluster, query: string, at?: number): number | undefined {
  const value = c.prometheus.evaluate(query, at)
  if (value.type !== 'vector') throw new Error('no vector')
  expect(value.elements.length).toBeLessThan(2)
  return value.elements[0]?.value
}

const untilScrape = async (c: Cluster) => c.clock.advance(5000 - ((c.clock.now() - begin) % 5000))
const begin = Date.UTC(2026, 0, 1)

test('a scrape stores what the pods expose, each with its pod', async () => {
  const c = await shop({ images: { 'app:v1': { errorRate: 0.2 } } })
  const client = c.load.start({ via: { service: 'shop' }, rps: 50 })
  await c.clock.advance(4000)
  client.stop()
  await untilScrape(c)
  for (const key of c.metrics.pods()) {
    const pod = key.slice(key.indexOf('/') + 1)
    for (const { name, labels, value } of parseExposition(c.metrics.scrape(key) ?? '')) {
      const matchers = Object.entries({ ...labels, namespace: 'default', pod }).map(([label, text]) => `${label}="${text}"`)
      expect(ask(c, `${name}{${matchers.join()}}`)).toBe(value)
    }
  }
  expect(c.metrics.pods()).toHaveLength(2)
  c.stop()
})

test('every running pod is up and has a histogram of zeros before its first request', async () => {
  const c = await shop()
  await untilScrape(c)
  expect(ask(c, 'sum(up{namespace="default",pod=~"shop-.*"})')).toBe(2)
  expect(ask(c, 'sum(http_request_duration_seconds_bucket{le="+Inf"})')).toBe(0)
  expect(ask(c, 'count(http_request_duration_seconds_bucket)')).toBe(24)
  expect(ask(c, 'sum(http_requests_total)')).toBeUndefined()
  c.stop()
})

test('rates follow the load', async () => {
  const c = await shop({ images: { 'app:v1': { errorRate: 0.1, latencyMs: { median: 40, p99: 40 } } } })
  c.load.start({ via: { service: 'shop' }, rps: 100 })
  await c.clock.advance(300_000)
  expect(ask(c, 'sum(rate(http_requests_total[1m]))')).toBeCloseTo(100, 0)
  const share = ask(c, 'sum(increase(http_requests_total{code=~"5.."}[4m])) / sum(increase(http_requests_total[4m]))') ?? 0
  // four standard deviations of 24,000 requests
  expect(Math.abs(share - 0.1)).toBeLessThan(0.008)
  expect(ask(c, 'histogram_quantile(0.5, sum by (le) (rate(http_request_duration_seconds_bucket[1m])))')).toBeCloseTo(0.0375, 9)
  c.stop()
})

test('series of a pod that is gone end with the next scrape', async () => {
  const c = await shop()
  c.load.start({ via: { service: 'shop' }, rps: 50 })
  await untilScrape(c)
  expect(ask(c, 'count(up)')).toBe(2)
  c.scale('shop', 1)
  await c.settle()
  await untilScrape(c)
  for (const name of ['up', 'http_request_duration_seconds_count', 'container_memory_working_set_bytes'])
    expect(ask(c, `count(${name})`)).toBe(1)
  expect(ask(c, 'count(http_requests_total{code="200"})')).toBe(1)
  expect(ask(c, 'count(up offset 5s)')).toBe(2)
  c.stop()
})

test('a restarted process counts from zero, and the restart is counted', async () => {
  const c = await shop({ images: { 'app:v1': { crashAfterTrafficMs: 22_000, memory: { mib: 100, leakMibPerMinute: 600 } } } })
  c.scale('shop', 1)
  await c.settle()
  await c.clock.advance(60_000)
  expect(ask(c, 'kube_pod_container_status_restarts_total')).toBe(0)
  expect((ask(c, 'container_memory_working_set_bytes') ?? 0) / 2 ** 20).toBeGreaterThan(650)
  c.load.start({ via: { service: 'shop' }, rps: 100 })
  await c.clock.advance(20_000)
  expect(ask(c, 'http_request_duration_seconds_count')).toBeGreaterThan(1400)
  await c.clock.advance(10_000)
  expect(ask(c, 'kube_pod_container_status_restarts_total{namespace="default",pod=~"shop-.+",container="app"}')).toBe(1)
  expect(ask(c, 'http_request_duration_seconds_count')).toBeLessThan(1000)
  expect((ask(c, 'container_memory_working_set_bytes') ?? 0) / 2 ** 20).toBeLessThan(250)
  expect(ask(c, 'increase(http_request_duration_seconds_count[1m])')).toBeGreaterThan(2400)
  c.stop()
})

test('metrics of some pods can be missing', async () => {
  const c = await shop()
  const [dropped] = c.pods('shop')
  await untilScrape(c)
  const mend = c.prometheus.break({ dropPods: new RegExp(`^${dropped?.metadata.name}$`) })
  await untilScrape(c)
  expect(ask(c, 'count(http_request_duration_seconds_count)')).toBe(1)
  expect(ask(c, 'up == 0')).toBe(0)
  expect(ask(c, 'count(kube_pod_container_status_restarts_total)')).toBe(2)
  mend()
  await untilScrape(c)
  expect(ask(c, 'count(http_request_duration_seconds_count)')).toBe(2)
  c.stop()
})

test('while down it refuses connections and scrapes nothing; what it had is still there', async () => {
  const c = await shop()
  c.load.start({ via: { service: 'shop' }, rps: 10 })
  const get = () => c.prometheus.handle({ method: 'GET', url: '/-/healthy' })
  await c.clock.advance(30_000)
  const counted = () => ask(c, 'sum(count_over_time(up[10m]))')
  const before = counted()
  c.prometheus.restart(20_000)
  await expect(get()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  await c.clock.advance(19_000)
  expect(counted()).toBe(before)
  await c.clock.advance(6000)
  expect((await get()).status).toBe(200)
  expect(counted()).toBeGreaterThan(before ?? 0)
  // the counters went on meanwhile: nothing is missing from the growth
  expect(ask(c, 'sum(http_requests_total)')).toBe(ask(c, 'sum(http_request_duration_seconds_count)'))
  const mend = c.prometheus.break({ down: true })
  await expect(get()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  mend()
  expect((await get()).status).toBe(200)
  c.stop()
})

test('wiped, it begins anew', async () => {
  const c = await shop()
  await untilScrape(c)
  c.prometheus.wipe()
  expect(ask(c, 'count(up)')).toBeUndefined()
  await untilScrape(c)
  expect(ask(c, 'sum(count_over_time(up[10m]))')).toBe(2)
  c.stop()
})

test('faults answer with a status, or late', async () => {
  const c = await shop()
  const request = { method: 'GET', url: '/api/v1/query?query=1' }
  c.prometheus.break({ status: 503 })
  expect(await c.prometheus.handle(request)).toMatchObject({ status: 503, text: '' })
  c.prometheus.break({ delayMs: 2000 })
  let answered = false
  const late = c.prometheus.handle(request).then(() => {
    answered = true
  })
  await c.clock.advance(1900)
  expect(answered).toBe(false)
  await c.clock.advance(200)
  await late
  expect(answered).toBe(true)
  c.stop()
})

test('samples are kept for the retention, and no more than allowed', async () => {
  const c = await shop({ prometheus: { scrapeMs: 1000, retentionMs: 120_000 } })
  await c.clock.advance(400_000)
  const kept = ask(c, 'max(count_over_time(up[1h]))') ?? 0
  expect(kept).toBeGreaterThanOrEqual(120)
  expect(kept).toBeLessThan(135)
  c.stop()
  const small = await shop({ prometheus: { scrapeMs: 1000, maxSamples: 3000 } })
  await small.clock.advance(400_000)
  const value = small.prometheus.evaluate('{pod=~".+"}[1h]')
  const all = value.type === 'matrix' ? value.ranges.reduce((sum, { from, to }) => sum + to - from, 0) : 0
  expect(all).toBeLessThan(3000 + 12 * 40)
  expect(all).toBeGreaterThan(1500)
  small.stop()
})

test('the same seed gives the same samples', async () => {
  const run = async (seed: number) => {
    const c = await shop({ seed, images: { 'app:v1': { errorRate: 0.3 } } })
    c.load.start({ via: { service: 'shop' }, rps: 20 })
    await c.clock.advance(20_000)
    c.stop()
    return JSON.stringify(c.prometheus.evaluate(`{${nameLabel}=~".+"}`))
  }
  expect(await run(3)).toBe(await run(3))
  expect(await run(3)).not.toBe(await run(4))
})
