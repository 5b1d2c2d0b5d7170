import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { datadog, rolledUp } from './datadog.ts'
import { callOver } from './testing/call.ts'
import { datadogKeys, datadogServer } from './testing/datadogServer.ts'
import { type Asking, asking, behavesAsSource, errorOf, noon } from './testing/providerBehaviour.ts'
import type { Happening, VendorServer } from './testing/vendorServer.ts'

const query = 'sum:web.errors{service:web} by {pod_name}.as_count()'

async function open(happenings: readonly Happening[]): Promise<{ server: VendorServer; ask: Asking; secrets: string[] }> {
  const server = await datadogServer(happenings)
  const spec = { site: 'datadoghq.eu', url: server.url, apiKeyRef: { name: 'dd', key: 'api' }, appKeyRef: { name: 'dd', key: 'app' } }
  const call = callOver(spec, { 'dd/api': datadogKeys.api, 'dd/app': datadogKeys.app }, noon)
  return { server, ask: asking(datadog, call), secrets: Object.values(datadogKeys) }
}

behavesAsSource({
  kind: 'datadog',
  step: 30_000,
  query,
  pod: 'pod_name',
  refusal: (sentence) => ({ body: JSON.stringify({ status: 'error', error: sentence, series: [] }) }),
  open,
})

describe('datadog', () => {
  let server: VendorServer
  let ask: Asking
  beforeEach(async () => {
    const opened = await open([
      { at: noon - 70_000, pod: 'web-1', amount: 4 },
      { at: noon - 30_000, pod: 'web-1', amount: 6 },
      { at: noon - 30_000, pod: 'web-2', amount: 8 },
    ])
    server = opened.server
    ask = opened.ask
  })
  afterEach(async () => {
    await server.close()
    expect(server.complaints).toEqual([])
  })
  const range = () => ask.range(query, noon, noon + 60_000, 30_000)
  const answer = (series: readonly object[]) => server.instead({ body: JSON.stringify({ status: 'ok', series }) })

  test('takes all tags as labels, and the scope where there are none', async () => {
    answer([
      { pointlist: [[noon, 1]], interval: 30, tag_set: ['pod_name:web-1', 'url:http://a:1'], scope: '' },
      { pointlist: [[noon, 2]], interval: 30, tag_set: [], scope: 'env:prod,pod_name:web-2' },
      { pointlist: [[noon, 3]], interval: 30, scope: '*' },
    ])
    expect((await range()).map(({ labels }) => labels)).toEqual([
      { pod_name: 'web-1', url: 'http://a:1' },
      { env: 'prod', pod_name: 'web-2' },
      {},
    ])
  })

  test('leaves out null', async () => {
    answer([{ pointlist: [[noon, null], [noon + 30_000, 2]], interval: 30 }]) // biome-ignore format: points
    expect((await range())[0]?.points).toEqual([[noon + 60_000, 2]])
  })

  test('refuses points that are further apart than asked for', async () => {
    answer([{ pointlist: [[noon, 60]], interval: 60 }])
    const error = await errorOf(range())
    expect([error.fault, error.message]).toEqual(['query', expect.stringContaining('each 60s and not each 30s')])
  })

  test('takes X-RateLimit-Reset for the time to wait', async () => {
    server.instead({ status: 429, headers: { 'x-ratelimit-reset': '41' }, body: '{"errors":["Rate limit"]}' })
    expect((await errorOf(range())).retryAfterMs).toBe(41_000)
  })

  test('tells a limit that stands in the body', async () => {
    server.instead({ body: JSON.stringify({ status: 'error', error: 'Rate limit of 300 requests in 3600 seconds reached' }) })
    expect((await errorOf(range())).fault).toBe('limited')
  })

  test('says what stands in a 400', async () => {
    server.instead({ status: 400, body: JSON.stringify({ errors: ['Error parsing query: unable to parse'] }) })
    const error = await errorOf(range())
    expect([error.fault, error.message]).toEqual(['query', 'Datadog: Error parsing query: unable to parse'])
  })

  test('fetches a long range in parts, and joins them', async () => {
    const series = await ask.range(query, noon - 1500 * 30_000, noon, 30_000)
    expect(server.received.length).toBe(2)
    expect(series.find(({ labels }) => labels.pod_name === 'web-1')?.points).toEqual([
      [noon - 60_000, 4],
      [noon, 6],
    ])
  })

  test('gives the last whole number of each series as values', async () => {
    expect(await ask.values(query, noon, 60_000)).toEqual([6, 8])
    expect(await ask.values(query, noon - 600_000, 60_000)).toEqual([])
  })

  test('does not take the bucket that is not over for a value, unless there is no other', async () => {
    answer([
      { pointlist: [[noon - 60_000, 5], [noon - 10_000, 1]], interval: 20 },
      { pointlist: [[noon - 10_000, 2]], interval: 20 },
    ]) // biome-ignore format: points
    expect(await ask.values(query, noon, 60_000)).toEqual([5, 2])
  })

  test('refuses a site that is no name', async () => {
    const spec = { site: 'evil.example/?x=', apiKeyRef: { name: 'dd', key: 'api' }, appKeyRef: { name: 'dd', key: 'app' } }
    const call = callOver(spec, { 'dd/api': 'a', 'dd/app': 'b' }, noon)
    expect((await errorOf(datadog.values({ query, at: noon, interval: 60_000 }, call))).fault).toBe('refused')
  })
})

test.each([
  ['sum:a.b{x:y} by {pod}.as_count()', 'sum:a.b{x:y} by {pod}.as_count().rollup(sum, 30)'],
  ['a.b{*}', 'a.b{*}.rollup(sum, 30)'],
  ['avg:a.b{*}', 'avg:a.b{*}.rollup(avg, 30)'],
  ['avg:a.b{*}.as_count()', 'avg:a.b{*}.as_count().rollup(sum, 30)'],
  ['max:a.b{*} by {pod}', 'max:a.b{*} by {pod}.rollup(max, 30)'],
  ['p95:a.b{*}', 'p95:a.b{*}.rollup(avg, 30)'],
  ['sum:a{*}.rollup(avg)', 'sum:a{*}.rollup(avg, 30)'],
  ['sum:a{*}.rollup(max, 10).fill(zero)', 'sum:a{*}.rollup(max, 10).fill(zero)'],
  ['sum:a{*}.rollup(60)', 'sum:a{*}.rollup(60)'],
  ['count(v: v>=10):a{*}', 'count(v: v>=10):a{*}.rollup(sum, 30)'],
  ['default_zero(sum:a{*}.as_count()) / sum:b{*}', 'default_zero(sum:a{*}.as_count().rollup(sum, 30)) / sum:b{*}.rollup(sum, 30)'],
  ['sum:a{x IN (p,q) AND NOT y:z}', 'sum:a{x IN (p,q) AND NOT y:z}.rollup(sum, 30)'],
])('rolls %s up', (query, expected) => {
  expect(rolledUp(query, 30)).toBe(expected)
})
