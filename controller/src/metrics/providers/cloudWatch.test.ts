import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { cloudWatch } from './cloudWatch.ts'
import { callOver } from './testing/call.ts'
import { cloudWatchKeys, cloudWatchServer } from './testing/cloudWatchServer.ts'
import { type Asking, asking, behavesAsSource, errorOf, noon } from './testing/providerBehaviour.ts'
import type { Happening, VendorServer } from './testing/vendorServer.ts'

const query = 'SELECT SUM(Errors) FROM SCHEMA("App", pod) GROUP BY pod'
const [accessKeyIdRef, secretAccessKeyRef, sessionTokenRef] = ['id', 'secret', 'session'].map((key) => ({ name: 'aws', key })) as [
  { name: string; key: string },
  { name: string; key: string },
  { name: string; key: string },
]

async function open(happenings: readonly Happening[]): Promise<{ server: VendorServer; ask: Asking; secrets: string[] }> {
  const server = await cloudWatchServer(happenings)
  const spec = { region: 'eu-central-1', url: `${server.url}/`, accessKeyIdRef, secretAccessKeyRef, sessionTokenRef }
  const secrets = { 'aws/id': cloudWatchKeys.id, 'aws/secret': cloudWatchKeys.secret, 'aws/session': cloudWatchKeys.session }
  return { server, ask: asking(cloudWatch, callOver(spec, secrets, noon)), secrets: Object.values(cloudWatchKeys) }
}

const failed = (type: string, message: string) => ({
  status: 400,
  body: JSON.stringify({ __type: `com.amazonaws.cloudwatch.v2010_08_01#${type}`, message }),
})

behavesAsSource({
  kind: 'cloudWatch',
  step: 30_000,
  query,
  pod: 'label',
  refusal: (sentence) => failed('InvalidParameterValueException', sentence),
  open,
})

describe('cloudWatch', () => {
  let server: VendorServer
  let ask: Asking
  beforeEach(async () => {
    const many = Array.from({ length: 5 }, (_, index) => ({ at: noon - 60_000 * (5 - index), pod: 'web-1', amount: index + 1 }))
    const opened = await open([...many, { at: noon - 60_000, pod: 'web-2', amount: 9 }])
    server = opened.server
    ask = opened.ask
  })
  afterEach(async () => {
    await server.close()
    expect(server.complaints).toEqual([])
  })
  const range = (text = query) => ask.range(text, noon - 240_000, noon, 60_000)
  const results = (...some: object[]) => server.instead({ body: JSON.stringify({ MetricDataResults: some }) })

  test('reads all pages, and joins the points of each series', async () => {
    const series = await range()
    expect(series.map(({ labels }) => labels)).toEqual([
      { id: 'q1', label: 'web-1' },
      { id: 'q1', label: 'web-2' },
    ])
    expect(series.map(({ points }) => points.map(([, value]) => value))).toEqual([[1, 2, 3, 4, 5], [9]])
    expect(server.received.map(({ body }) => JSON.parse(body).NextToken)).toEqual([undefined, 'page-1', 'page-2'])
  })

  test('takes a list of MetricDataQueries, whose periods become the interval', async () => {
    const queries = [
      { Id: 'm1', MetricStat: { Metric: { Namespace: 'App', MetricName: 'Errors' }, Period: 300, Stat: 'Sum' }, ReturnData: false },
      { Id: 'e1', Expression: 'FILL(m1, 0)', Label: 'errors' },
    ]
    await range(JSON.stringify(queries))
    const sent = JSON.parse(server.received[0]?.body ?? '').MetricDataQueries
    expect([sent[0].MetricStat.Period, sent[1].Period, sent[0].ReturnData, sent[1].Label]).toEqual([60, 60, false, 'errors'])
  })

  test('keeps the periods of a query for values, over whole periods', async () => {
    const one = { Id: 'm1', MetricStat: { Metric: {}, Period: 300, Stat: 'Sum' } }
    expect(await ask.values(JSON.stringify(one), noon + 12_000, 60_000)).toEqual([1 + 2 + 3 + 4 + 5 + 9])
    expect(await ask.values(query, noon + 12_000, 30_000)).toEqual([5, 9])
    expect(await ask.values(query, noon - 3_600_000, 30_000)).toEqual([])
  })

  test.each(['[{"Id": "m1"', '[]', '{"Expression": "m1"}', '[{"Id": "m1", "Period": 0}]'])('refuses %s as a query', async (text) => {
    expect((await errorOf(range(text))).fault).toBe('query')
    expect(server.received).toEqual([])
  })

  test('refuses an interval that is no period of CloudWatch', async () => {
    const error = await errorOf(ask.range(query, noon, noon, 45_000))
    expect([error.fault, error.message]).toEqual(['query', expect.stringContaining('periods of 45s')])
  })

  test.each([
    ['ThrottlingException', 'limited'],
    ['AccessDeniedException', 'refused'],
    ['UnrecognizedClientException', 'refused'],
    ['ExpiredTokenException', 'refused'],
    ['InternalServiceFault', 'down'],
  ] as const)('takes %s with status 400 as %s', async (type, fault) => {
    server.instead(failed(type, `for ${cloudWatchKeys.id}`))
    const error = await errorOf(range())
    expect([error.fault, error.message]).toEqual([fault, `CloudWatch: ${type}: for ***`])
  })

  test('does not take a part for the whole', async () => {
    results({ Id: 'q1', Label: 'a', Timestamps: [noon / 1000 - 60], Values: [1], StatusCode: 'PartialData' })
    expect((await errorOf(range())).fault).toBe('down')
    results({ Id: 'q1', Label: 'a', StatusCode: 'Forbidden', Messages: [{ Code: 'x', Value: 'no right to read' }] })
    const error = await errorOf(range())
    expect([error.fault, error.message]).toEqual(['refused', expect.stringContaining('no right to read')])
  })

  test('gives up on endless pages', async () => {
    const page = { body: JSON.stringify({ MetricDataResults: [], NextToken: 'page-1' }) }
    server.instead(...Array.from({ length: 60 }, () => page))
    expect((await errorOf(range())).fault).toBe('query')
    expect(server.received.length).toBe(50)
  })

  test('refuses a region that is no name', async () => {
    const call = callOver({ region: 'x.example/?', accessKeyIdRef, secretAccessKeyRef }, { 'aws/id': 'a', 'aws/secret': 'b' }, noon)
    expect((await errorOf(cloudWatch.values({ query, at: noon, interval: 60_000 }, call))).fault).toBe('refused')
  })
})
