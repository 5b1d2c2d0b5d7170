import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { newRelic } from './newRelic.ts'
import { callOver } from './testing/call.ts'
import { newRelicKey, newRelicServer } from './testing/newRelicServer.ts'
import { type Asking, asking, behavesAsSource, errorOf, noon } from './testing/providerBehaviour.ts'
import type { Happening, VendorServer } from './testing/vendorServer.ts'

const query = "SELECT sum(errors) FROM Metric WHERE app = 'shop SINCE 1900' FACET pod"

async function open(happenings: readonly Happening[]): Promise<{ server: VendorServer; ask: Asking; secrets: string[] }> {
  const server = await newRelicServer(happenings)
  const spec = { accountId: 42, region: 'us' as const, url: `${server.url}/graphql`, apiKeyRef: { name: 'nr', key: 'key' } }
  return { server, ask: asking(newRelic, callOver(spec, { 'nr/key': newRelicKey }, noon)), secrets: [newRelicKey] }
}

const errors = (message: string, errorClass?: string) => ({
  body: JSON.stringify({
    data: { actor: { account: { nrql: null } } },
    errors: [{ message, path: ['actor'], extensions: { errorClass } }],
  }),
})

behavesAsSource({
  kind: 'newRelic',
  step: 30_000,
  exact: true,
  query,
  pod: 'pod',
  refusal: (sentence) => errors(`NRQL Syntax Error: ${sentence}`, 'SERVER_ERROR'),
  open,
})

describe('newRelic', () => {
  let server: VendorServer
  let ask: Asking
  beforeEach(async () => {
    const opened = await open([
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
  const range = (nrql = query) => ask.range(nrql, noon, noon + 60_000, 30_000)
  const results = (rows: readonly object[], facets?: readonly string[]) =>
    server.instead({
      body: JSON.stringify({ data: { actor: { account: { nrql: { results: rows, metadata: { facets: facets ?? null } } } } } }),
    })
  const at = (index: number) => ({ beginTimeSeconds: noon / 1000 + index * 30, endTimeSeconds: noon / 1000 + index * 30 + 30 })

  test('takes facets as labels, also those that are numbers, and not as values', async () => {
    results([{ ...at(0), facet: ['web-1', '500'], pod: 'web-1', status: 500, count: 3 }], ['pod', 'status'])
    expect(await range()).toEqual([{ labels: { facet: 'web-1, 500', pod: 'web-1', status: '500' }, points: [[noon + 30_000, 3]] }])
  })

  test('names the numbers where there are several, and leaves out null', async () => {
    results([{ ...at(0), count: 3, 'average.x': null, 'percentile.duration': { 95: 0.25, 99: 0.5 } }])
    expect(await range()).toEqual([
      { labels: { value: 'count' }, points: [[noon + 30_000, 3]] },
      { labels: { value: 'percentile.duration.95' }, points: [[noon + 30_000, 0.25]] },
      { labels: { value: 'percentile.duration.99' }, points: [[noon + 30_000, 0.5]] },
    ])
  })

  test.each(['SELECT count(*) FROM T SINCE 5 minutes ago', 'SELECT count(*) FROM T timeseries', 'SELECT count(*) FROM T UNTIL now'])(
    'refuses own times: %s',
    async (nrql) => {
      expect((await errorOf(range(nrql))).message).toMatch(/leave (SINCE|TIMESERIES|UNTIL) out/)
      expect(server.received).toEqual([])
    },
  )

  test.each([
    ['SERVER_ERROR', 'down'],
    ['TIMEOUT', 'down'],
    ['TOO_MANY_REQUESTS', 'limited'],
    ['ACCESS_DENIED', 'refused'],
    ['INVALID_INPUT', 'query'],
    [undefined, 'query'],
  ] as const)('takes an error of class %s with status 200 as %s', async (errorClass, fault) => {
    server.instead(errors('it went wrong', errorClass))
    const error = await errorOf(range())
    expect([error.fault, error.message]).toEqual([fault, 'New Relic: it went wrong'])
  })

  test('says what to check when the account gives nothing', async () => {
    server.instead({ body: '{"data":{"actor":{"account":null}}}' })
    const error = await errorOf(range())
    expect([error.fault, error.message]).toEqual(['shape', expect.stringContaining('account 42')])
  })

  test('refuses rows that are no numbers over time', async () => {
    results([{ timestamp: noon, message: 'an event' }])
    expect((await errorOf(range())).fault).toBe('shape')
  })

  test('fetches a long range in parts of what NRQL can give', async () => {
    const series = await ask.range(query, noon - 500 * 30_000, noon, 30_000)
    expect(server.received.length).toBe(2)
    expect(series.find(({ labels }) => labels.pod === 'web-1')?.points.filter(([, value]) => value > 0)).toEqual([[noon, 6]])
  })

  test('gives one number a facet as values, over the interval or the time that the query says', async () => {
    expect(await ask.values(query, noon, 60_000)).toEqual([6, 8])
    expect(await ask.values('SELECT sum(errors) FROM Metric;', noon, 60_000)).toEqual([14])
    expect(await ask.values(query, noon - 600_000, 60_000)).toEqual([])
    await errorOf(ask.values('SELECT sum(errors) FROM Metric SINCE 1 hour ago', noon, 60_000))
    expect(JSON.parse(server.received.at(-1)?.body ?? '').variables.nrql).toBe('SELECT sum(errors) FROM Metric SINCE 1 hour ago')
    expect(server.complaints.splice(0).length).toBe(1)
  })
})
