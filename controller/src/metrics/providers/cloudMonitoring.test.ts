import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { cloudMonitoringProvider } from './cloudMonitoring.ts'
import { callOver } from './testing/call.ts'
import { cloudMonitoringServer, type MonitoringServer, serviceAccountKey, tokenNumber } from './testing/cloudMonitoringServer.ts'
import { type Asking, asking, behavesAsSource, errorOf, noon, type Subject } from './testing/providerBehaviour.ts'
import type { Happening } from './testing/vendorServer.ts'

const query = 'metric.type = "custom.googleapis.com/errors" AND resource.labels.namespace_name = "shop"'
const serviceAccountKeyRef = { name: 'gcp', key: 'key.json' }

async function open(
  happenings: readonly Happening[],
  alignedAt: 'end' | 'multiples' = 'end',
): Promise<{ server: MonitoringServer; ask: Asking; secrets: string[]; at: (now: number) => Asking }> {
  const server = await cloudMonitoringServer(happenings, alignedAt)
  const provider = cloudMonitoringProvider()
  const key = serviceAccountKey(server.url)
  const at = (now: number) =>
    asking(provider, callOver({ project: 'shop', url: server.url, serviceAccountKeyRef }, { 'gcp/key.json': key }, now))
  return { server, at, ask: at(noon), secrets: [tokenNumber(1)] }
}

const subject: Subject = {
  kind: 'cloudMonitoring',
  step: 60_000,
  query,
  pod: 'pod_name',
  refusal: (sentence) => ({ status: 400, body: JSON.stringify({ error: { code: 400, message: sentence, status: 'INVALID_ARGUMENT' } }) }),
  open: (happenings) => open(happenings),
}
describe('aligned at the end of the time asked for', () => behavesAsSource({ ...subject, exact: true }))
describe('aligned at multiples of the interval', () => behavesAsSource({ ...subject, open: (happenings) => open(happenings, 'multiples') }))

describe('cloudMonitoring', () => {
  let server: MonitoringServer
  let at: (now: number) => Asking
  let ask: Asking
  beforeEach(async () => {
    const opened = await open([
      { at: noon - 30_000, pod: 'web-1', amount: 6 },
      { at: noon - 30_000, pod: 'web-2', amount: 8 },
    ])
    server = opened.server
    at = opened.at
    ask = opened.ask
  })
  afterEach(async () => {
    await server.close()
    expect(server.complaints).toEqual([])
  })
  const range = (text = query, asker = ask) => asker.range(text, noon, noon + 120_000, 60_000)
  const answer = (...values: [at: number, value: object][]) =>
    server.instead({
      body: JSON.stringify({
        timeSeries: [
          {
            metric: { type: 't' },
            resource: { type: 'k8s_pod' },
            points: values.map(([end, value]) => ({ interval: { endTime: new Date(end).toISOString() }, value })),
          },
        ],
      }),
    })

  test('reads all pages, with the labels of metric and resource', async () => {
    const series = await range()
    expect(series.map(({ labels }) => labels.pod_name)).toEqual(['web-1', 'web-2'])
    expect(series[0]).toEqual({
      labels: {
        code: '500',
        pod_name: 'web-1',
        'metric.code': '500',
        'metric.type': 'custom.googleapis.com/errors',
        'resource.pod_name': 'web-1',
      },
      points: [[noon, 6]],
    })
  })

  test('gives distributions as histograms, of all three kinds of buckets', async () => {
    const bucketCounts = ['1', '2', '0', '4']
    answer(
      [
        noon + 120_000,
        {
          distributionValue: { count: '7', bucketOptions: { linearBuckets: { numFiniteBuckets: 2, width: 10, offset: 5 } }, bucketCounts },
        },
      ],
      [
        noon + 60_000,
        {
          distributionValue: {
            count: '7',
            bucketOptions: { exponentialBuckets: { numFiniteBuckets: 2, growthFactor: 2, scale: 3 } },
            bucketCounts,
          },
        },
      ],
      [
        noon,
        { distributionValue: { count: '3', bucketOptions: { explicitBuckets: { bounds: [0, 0.1, 0.5] } }, bucketCounts: ['0', '3'] } },
      ],
    )
    const [series] = await range()
    expect(series?.points).toEqual([])
    const [low, high] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
    expect(series?.histograms).toEqual([
      [noon, [[0, 0.1, 3]]],
      [noon + 60_000, [[low, 3, 1], [3, 6, 2], [12, high, 4]]],
      [noon + 120_000, [[low, 5, 1], [5, 15, 2], [25, high, 4]]],
    ]) // biome-ignore format: buckets
  })

  test('leaves out NaN from a range, and gives it as a value', async () => {
    answer([noon + 60_000, { doubleValue: 'NaN' }], [noon, { doubleValue: 0.5 }])
    expect((await range())[0]?.points).toEqual([[noon, 0.5]])
    answer([noon, { doubleValue: 'NaN' }], [noon - 60_000, { doubleValue: 0.5 }])
    expect(await ask.values(query, noon, 60_000)).toEqual([Number.NaN])
  })

  test('takes a filter with aligner and reducer as JSON', async () => {
    const filter = 'metric.type = "x"'
    await range(
      JSON.stringify({
        filter,
        perSeriesAligner: 'ALIGN_MEAN',
        crossSeriesReducer: 'REDUCE_SUM',
        groupByFields: ['resource.labels.pod_name', 'metric.labels.code'],
      }),
    )
    const sent = server.received.at(-1)?.params
    expect([sent?.get('filter'), sent?.get('aggregation.perSeriesAligner'), sent?.get('aggregation.crossSeriesReducer')]).toEqual([
      filter,
      'ALIGN_MEAN',
      'REDUCE_SUM',
    ])
    expect(sent?.getAll('aggregation.groupByFields')).toEqual(['resource.labels.pod_name', 'metric.labels.code'])
    for (const wrong of ['{"filter": 5}', '{"filter": "a", "aligner": "x"}', '{"filter": "a", "perSeriesAligner": "x&y"}']) {
      expect((await errorOf(range(wrong))).fault).toBe('query')
    }
  })

  test('does not take a part for the whole', async () => {
    server.instead({ body: JSON.stringify({ timeSeries: [], executionErrors: [{ code: 4, message: 'deadline exceeded' }] }) })
    expect((await errorOf(range())).fault).toBe('down')
  })

  test('gives one number a series as values; a distribution is none', async () => {
    expect(await ask.values(query, noon, 60_000)).toEqual([6, 8])
    expect(await ask.values(query, noon - 600_000, 60_000)).toEqual([])
    answer([noon, { distributionValue: { count: '1' } }])
    expect((await errorOf(ask.values(query, noon, 60_000))).message).toMatch(/ALIGN_PERCENTILE_95/)
  })

  test('fetches one token for everybody, and another when it is about to end', async () => {
    await Promise.all([range(), range(), range()])
    expect(server.tokens()).toBe(1)
    await range(query, at(noon + 3_560_000))
    expect(server.tokens()).toBe(1)
    await range(query, at(noon + 3_570_000))
    expect(server.tokens()).toBe(2)
  })

  test('fetches another token when one is refused that it kept, once', async () => {
    await range()
    server.revoke()
    expect((await range()).length).toBe(2)
    expect(server.tokens()).toBe(2)
    const asked = server.received.length
    server.instead(...Array.from({ length: 9 }, () => ({ status: 403, body: '{}' })))
    expect((await errorOf(range())).fault).toBe('refused')
    expect([server.tokens(), server.received.length - asked]).toEqual([3, 3])
  })

  test('does not ask again when a new token is refused', async () => {
    server.instead({ status: 403, body: '{}' })
    expect((await errorOf(range())).fault).toBe('refused')
    expect([server.tokens(), server.received.length]).toEqual([1, 2])
  })

  test.each([
    ['{"type": "service_account"}', /client_email/],
    ['not JSON', /client_email/],
    [JSON.stringify({ client_email: 'a@b', private_key: 'MIIEvQ-secret', token_uri: 'https://127.0.0.1:9/token' }), /no RSA key/],
    [JSON.stringify({ client_email: 'a@b', private_key: 'MIIEvQ-secret', token_uri: 'http://127.0.0.1:9/token' }), /https/],
  ])('refuses the key %s without telling it', async (key, words) => {
    const call = callOver({ project: 'shop', serviceAccountKeyRef }, { 'gcp/key.json': key }, noon)
    const error = await errorOf(cloudMonitoringProvider().values({ query, at: noon, interval: 60_000 }, call))
    expect([error.fault, words.test(error.message), error.message.includes('secret')]).toEqual(['refused', true, false])
  })
})
