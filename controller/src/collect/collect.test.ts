import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Metric } from '../api/metric.ts'
import { SourceError } from '../metrics/errors.ts'
import type { Series } from '../metrics/provider.ts'
import { collect } from './collect.ts'
import { arms, crashes, errors, latency, memory, metric, series, start, step } from './testing/metrics.ts'
import { scriptedSources } from './testing/scriptedSources.ts'

const request = (metrics: readonly Metric[], intervals = 1) => ({
  namespace: 'shop',
  metrics,
  arms,
  from: start,
  to: start + intervals * step,
  step,
})
const counter = (name: string, pod: string, value: number, more: Record<string, string> = {}) =>
  series(name, { pod, ...more }, [0, 0, 0, 0, 0, 0, value])

test('every interval has what was measured, and metrics of other forms are left out', async () => {
  const sources = scriptedSources({
    series: [
      counter('errors_total', 'shop-new-1', 1),
      counter('requests_total', 'shop-new-1', 10),
      counter('requests_total', 'shop-old-1', 90),
      counter('seconds_bucket', 'shop-old-1', 3, { le: '+Inf' }),
      counter('memory', 'shop-new-1', 5),
      counter('crashes_total', 'shop-old-1', 2),
      counter('requests_total', 'other', 90),
    ],
  })
  const threshold = metric({ name: 'p99', threshold: { query: 'p99', pass: 'value < 1' } })
  expect(await collect(request([errors, latency, memory, crashes, threshold]), sources)).toEqual({
    intervals: [
      {
        end: start + step,
        metrics: {
          errors: { form: 'ratio', canary: { bad: 1, total: 10 }, baseline: { bad: 0, total: 90 } },
          latency: { form: 'histogram', baseline: { buckets: [[Number.POSITIVE_INFINITY, 3]] } },
          memory: { form: 'gauge', canary: { values: [5] } },
          crashes: { form: 'count', baseline: { count: 2, exposure: 30 } },
        },
      },
    ],
    problems: [],
  })
})

test('counters are asked for on the grid with the lookback, gauges from the end of the first interval on', async () => {
  const sources = scriptedSources({})
  const { intervals } = await collect(request([errors, memory], 2), sources)
  expect(intervals).toEqual([
    { end: start + step, metrics: {} },
    { end: start + 2 * step, metrics: {} },
  ])
  const pods = 'pod=~"(shop-new-[a-z0-9]+|shop-old-[a-z0-9]+)"'
  const to = start + 2 * step
  expect(sources.asked).toEqual(
    expect.arrayContaining([
      { query: `errors_total{${pods}}`, from: start - 5 * step, to, step },
      { query: `requests_total{${pods}}`, from: start - 5 * step, to, step },
      { query: `memory{${pods}}`, from: start + step, to, step },
    ]),
  )
  expect(sources.asked).toHaveLength(3)
})

test('amounts are asked for without the lookback, one query a version where there are no patterns', async () => {
  const sources = scriptedSources({
    client: { counters: 'delta', arms: 'each', language: 'promql' },
    series: [series('requests_total', { hash: 'new' }, [99, 4], 0), series('requests_total', { hash: 'old' }, [99, 7], 0)],
  })
  const byHash = metric({ name: 'load', ratio: { bad: 'errors_total{hash="{{arm.hash}}"}', total: 'requests_total{hash="{{arm.hash}}"}' } })
  const { intervals } = await collect(request([byHash]), sources)
  expect(intervals[0]?.metrics.load).toEqual({ form: 'ratio', canary: { bad: 0, total: 4 }, baseline: { bad: 0, total: 7 } })
  expect(sources.asked.map(({ from }) => from)).toEqual([start + step, start + step, start + step, start + step])
})

test('no intervals asks for nothing; bounds that are no whole steps apart are refused', async () => {
  const sources = scriptedSources({})
  expect(await collect(request([errors], 0), sources)).toEqual({ intervals: [], problems: [] })
  expect(sources.asked).toEqual([])
  await expect(collect({ ...request([errors]), to: start + step / 2 }, sources)).rejects.toThrow(RangeError)
})

test('what a source says becomes a problem of the metric, and others go on', async () => {
  const said = async (error: unknown) => (await collect(request([errors]), scriptedSources({ error }))).problems
  const source = 'MetricSource shop/default'
  expect(await said(new SourceError('limited', 'too many requests', { retryAfterMs: 5000 }))).toEqual([
    { metric: 'errors', source, kind: 'SourceDown', because: 'too many requests', retryAfterMs: 5000 },
  ])
  for (const fault of ['down', 'refused'] as const)
    expect(await said(new SourceError(fault, 'no'))).toEqual([{ metric: 'errors', source, kind: 'SourceDown', because: 'no' }])
  for (const fault of ['query', 'shape'] as const)
    expect(await said(new SourceError(fault, 'no'))).toEqual([{ metric: 'errors', source, kind: 'Query', because: 'no' }])
  await expect(said(new TypeError('a defect'))).rejects.toThrow('a defect')
})

test('a missing source, a query that cannot be filled in and an answer that is added up already are problems', async () => {
  const list = [
    metric({ name: 'missing', source: { name: 'nowhere' }, gauge: { query: 'x{pod=~"{{arm.pods}}"}' } }),
    metric({ name: 'unfilled', gauge: { query: 'x{pod=~"{{arm.pods}}",a="{{args.a}}"}' } }),
    metric({ name: 'rate', count: { bad: 'rate(x{pod=~"{{arm.pods}}"}[1m])' } }),
    memory,
  ]
  const sources = scriptedSources({ series: [counter('memory', 'shop-new-1', 5)] })
  const { intervals, problems } = await collect(request(list), sources)
  expect(intervals[0]?.metrics).toEqual({ memory: { form: 'gauge', canary: { values: [5] } } })
  expect(problems.map(({ metric: name, kind }) => [name, kind])).toEqual([
    ['missing', 'Missing'],
    ['unfilled', 'Query'],
    ['rate', 'Query'],
  ])
  expect(problems[0]).toEqual({ metric: 'missing', kind: 'Missing', because: 'There is no MetricSource nowhere: make one' })
  const summed = {
    ...scriptedSources({}),
    find: async () => ({ ...(await sources.find(undefined, 'shop')), range: async () => [{ labels: { le: '1' }, points: [] }] }) as never,
  }
  const byHash = metric({ name: 'latency', histogram: { query: 'sum by (le) (x{hash="{{arm.hash}}"})' } })
  expect((await collect(request([byHash]), summed)).problems[0]?.because).toContain('write it without sum()')
})

test('what was left out is said, and the rest is measured', async () => {
  const sources = scriptedSources({ series: [counter('memory', 'shop-new-1', 5), counter('memory', 'shop-new-2', -5)] })
  const { intervals, problems } = await collect(request([memory]), sources)
  expect(intervals[0]?.metrics.memory).toEqual({ form: 'gauge', canary: { values: [5] } })
  expect(problems).toMatchObject([{ metric: 'memory', source: 'MetricSource shop/default', kind: 'Remark' }])
})

const edges = 12
const value = fc.option(fc.nat(60), { nil: undefined, freq: 4 })
const anySeries = fc
  .record({
    name: fc.constantFrom('errors_total', 'requests_total', 'requests_total', 'seconds_bucket', 'memory', 'crashes_total'),
    pod: fc.constantFrom('shop-new-1', 'shop-old-1', 'shop-old-2', 'other'),
    le: fc.constantFrom('0.1', '1', '+Inf'),
    values: fc.array(value, { minLength: edges + 6, maxLength: edges + 6 }),
  })
  .map(({ name, pod, le, values }): Series => series(name, { pod, ...(name === 'seconds_bucket' ? { le } : {}) }, values))

test('asking in any portions gives the same intervals', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(anySeries, { maxLength: 20, selector: ({ labels }) => JSON.stringify(labels) }),
      fc.uniqueArray(fc.integer({ min: 1, max: edges - 1 }), { maxLength: 4 }),
      async (list, cuts) => {
        const sources = scriptedSources({ series: list })
        const of = async (from: number, to: number) =>
          (await collect({ ...request([errors, latency, memory, crashes]), from: start + from * step, to: start + to * step }, sources))
            .intervals
        const bounds = [0, ...cuts.sort((a, b) => a - b), edges]
        const parts = await Promise.all(bounds.slice(1).map((to, at) => of(bounds[at] ?? 0, to)))
        expect(parts.flat()).toEqual(await of(0, edges))
      },
    ),
  )
})
