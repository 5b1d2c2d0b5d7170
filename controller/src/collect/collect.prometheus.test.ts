import { afterAll, beforeAll, expect, test } from 'vitest'
import { answer } from '../../../sandbox/src/prometheus/http.ts'
import { Storage } from '../../../sandbox/src/prometheus/storage.ts'
import { virtualClock } from '../kube/testing/virtualClock.ts'
import { startServer, type TestServer } from '../metrics/testing/misbehaving.ts'
import { type TestSources, testSources } from '../metrics/testing/testSources.ts'
import { collect } from './collect.ts'
import { learn } from './history.ts'
import { probe } from './probe.ts'
import { arms, errors, latency, memory, metric, start, step } from './testing/metrics.ts'
import { measureOnce } from './threshold.ts'

const second = 1000
const scrape = 10 * second
const storage = new Storage({ retentionMs: 1e12, maxSamples: 1e7 })

/** Scrapes that come 3 s after the full ten: each adds so much, from and to in seconds about the start. */
function scraped(labels: Record<string, string>, from: number, to: number, each: number, first = each): void {
  const series = storage.series(labels)
  let value = first - each
  for (let at = start + from * second + 3 * second; at < start + to * second; at += scrape) {
    value += each
    series.append(at, value)
  }
  series.end(start + to * second)
}

let server: TestServer
let world: TestSources

beforeAll(async () => {
  for (const [pod, from] of [
    ['shop-old-1', -3600],
    ['shop-old-2', -3600],
    ['shop-new-1', 0],
  ] as const) {
    // Pod old-2 restarts after 40 s, the canary's after 130 s.
    const ends = pod === 'shop-old-2' ? 40 : pod === 'shop-new-1' ? 130 : 300
    for (const [begin, end] of [
      [from, ends],
      [ends, 300],
    ] as const) {
      if (begin === end) continue
      scraped({ __name__: 'requests_total', namespace: 'shop', pod, code: '200' }, begin, end, 10)
      scraped({ __name__: 'seconds_bucket', namespace: 'shop', pod, le: '0.1' }, begin, end, 8)
      scraped({ __name__: 'seconds_bucket', namespace: 'shop', pod, le: '+Inf' }, begin, end, 10)
      scraped({ __name__: 'memory', namespace: 'shop', pod }, begin, end, 0, 64)
    }
  }
  // Its first error, and its series, comes after 100 s: two a scrape.
  scraped({ __name__: 'requests_total', namespace: 'shop', pod: 'shop-new-1', code: '500' }, 100, 130, 2)
  scraped({ __name__: 'requests_total', namespace: 'other', pod: 'shop-old-1', code: '500' }, -300, 300, 99)
  server = await startServer(({ method, path, headers, body }, response) => {
    const said = answer({ method, url: path, headers, body }, storage, start)
    response.writeHead(said.status, said.headers)
    response.end(said.text)
  })
  world = testSources({ clock: virtualClock(start) })
  world.put('MetricSource', 'default', { prometheus: { url: server.url } })
})

afterAll(async () => {
  await world.close()
  await server.close()
})

const ofPods = 'namespace="{{namespace}}",pod=~"{{arm.pods}}"'
const requests = metric({
  name: 'errors',
  ratio: { bad: `requests_total{${ofPods},code=~"5.."} or requests_total{${ofPods},status=~"5.."}`, total: `requests_total{${ofPods}}` },
})
const request = { namespace: 'shop', metrics: [requests, latency, memory], arms, from: start, to: start + 8 * step, step }
const of = <T>(canary: T, baseline: T) => ({ canary, baseline })
const ratio = (canary: readonly [number, number], baseline: readonly [number, number]) => ({
  form: 'ratio',
  ...of({ bad: canary[0], total: canary[1] }, { bad: baseline[0], total: baseline[1] }),
})

test('what a Prometheus scraped becomes exact amounts: new pods, restarts and first errors', async () => {
  const { intervals, problems } = await collect(request, world.sources)
  expect(problems).toEqual([])
  expect(intervals.map(({ metrics }) => metrics.errors)).toEqual([
    ratio([0, 30], [0, 60]),
    // Of the pod that restarted at 40 s, what it had counted between 30 s and then is not known to anybody.
    ratio([0, 30], [0, 50]),
    ratio([0, 30], [0, 60]),
    // Scrapes at 103 s and 113 s had 2 errors more each.
    ratio([4, 34], [0, 60]),
    ratio([0, 20], [0, 60]),
    ratio([0, 30], [0, 60]),
    ratio([0, 30], [0, 60]),
    ratio([0, 30], [0, 60]),
  ])
  expect(intervals[0]?.metrics.latency).toEqual({
    form: 'histogram',
    canary: {
      buckets: [
        [0.1, 24],
        [Number.POSITIVE_INFINITY, 6],
      ],
    },
    baseline: {
      buckets: [
        [0.1, 48],
        [Number.POSITIVE_INFINITY, 12],
      ],
    },
  })
  expect(intervals[1]?.metrics.memory).toEqual({ form: 'gauge', canary: { values: [64] }, baseline: { values: [64, 64] } })
})

test('an interval at a time gives the same as all at once', async () => {
  const { intervals } = await collect(request, world.sources)
  for (const [at, interval] of intervals.entries()) {
    const from = start + at * step
    expect((await collect({ ...request, from, to: from + step }, world.sources)).intervals).toEqual([interval])
  }
})

test('a query that Prometheus does not take is a problem with its words', async () => {
  const broken = metric({ name: 'broken', gauge: { query: `memory{${ofPods}}} 1` } })
  const { problems } = await collect({ ...request, metrics: [broken] }, world.sources)
  expect(problems).toMatchObject([
    { metric: 'broken', source: 'MetricSource shop/default', kind: 'Query', because: expect.stringContaining('parse error') },
  ])
})

test('sum() loses the pods, and it says so', async () => {
  const summed = metric({ name: 'summed', count: { bad: `sum(requests_total{${ofPods}})` } })
  const { problems } = await collect({ ...request, metrics: [summed] }, world.sources)
  expect(problems).toMatchObject([{ metric: 'summed', kind: 'Query', because: expect.stringContaining('write it without sum()') }])
})

test('conditions are measured at an instant, the history and what there is are found', async () => {
  const threshold = metric({
    name: 'p',
    threshold: { query: 'sum(requests_total{namespace="{{namespace}}",pod=~"{{arm.pods}}"})', pass: 'value > 0' },
  })
  const at = start + step
  expect(await measureOnce({ metric: threshold, namespace: 'shop', arms, at, interval: step }, world.sources)).toEqual({
    measurement: { form: 'gauge', canary: { values: [30] } },
  })
  const [found] = await probe({ namespace: 'shop', metrics: [requests], arms, at, step }, world.sources)
  expect(found?.found.total).toEqual(of({ series: 1, pods: 1 }, { series: 2, pods: 2 }))
  const { sentences } = await learn(
    { namespace: 'shop', metrics: [requests], arm: arms.baseline, until: start, history: 3_600_000, step },
    1,
    world.sources,
    1,
  )
  expect(sentences).toEqual([expect.stringContaining('errors: only 0 intervals with bad events in the history')])
})

test('while nothing listens every metric waits', async () => {
  const away = testSources({ clock: virtualClock(start) })
  away.put('MetricSource', 'default', { prometheus: { url: 'http://127.0.0.1:9' } })
  const { intervals, problems } = await collect({ ...request, metrics: [errors, memory] }, away.sources)
  expect(intervals.every(({ metrics }) => Object.keys(metrics).length === 0)).toBe(true)
  expect(problems.map(({ metric: name, kind }) => [name, kind])).toEqual([
    ['errors', 'SourceDown'],
    ['memory', 'SourceDown'],
  ])
  await away.close()
})
