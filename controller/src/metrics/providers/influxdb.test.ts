import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { influxdb } from './influxdb.ts'
import { callOver } from './testing/call.ts'
import { fluxHead, fluxServer, influxqlServer, influxToken } from './testing/influxServer.ts'
import { type Asking, asking, behavesAsSource, errorOf, noon } from './testing/providerBehaviour.ts'
import type { Happening, VendorServer } from './testing/vendorServer.ts'

const flux =
  'import "strings"\nfrom(bucket: "app") |> range(start: v.timeRangeStart, stop: v.timeRangeStop) |> aggregateWindow(every: v.windowPeriod, fn: sum, createEmpty: false)'
const influxql = 'SELECT sum(errors) FROM app WHERE $timeFilter GROUP BY time($interval), pod'

const tokenRef = { name: 'influx', key: 'token' }
const secrets = { 'influx/token': influxToken }

async function openFlux(happenings: readonly Happening[]): Promise<{ server: VendorServer; ask: Asking; secrets: string[] }> {
  const server = await fluxServer(happenings)
  return { server, ask: asking(influxdb, callOver({ url: server.url, org: 'shop', tokenRef }, secrets, noon)), secrets: [influxToken] }
}

async function openInfluxql(happenings: readonly Happening[]): Promise<{ server: VendorServer; ask: Asking; secrets: string[] }> {
  const server = await influxqlServer(happenings)
  return {
    server,
    ask: asking(influxdb, callOver({ url: server.url, database: 'metrics', tokenRef }, secrets, noon)),
    secrets: [influxToken],
  }
}

const common = { kind: 'influxdb', step: 30_000, pod: 'pod' } as const
describe('Flux', () =>
  behavesAsSource({
    ...common,
    query: flux,
    refusal: (sentence) => ({ status: 400, body: JSON.stringify({ code: 'invalid', message: sentence }) }),
    open: openFlux,
  }))
describe('InfluxQL', () =>
  behavesAsSource({
    ...common,
    query: influxql,
    refusal: (sentence) => ({ status: 400, body: JSON.stringify({ error: sentence }) }),
    open: openInfluxql,
  }))

test('names its language by what the source says', () => {
  expect(influxdb.languageOf?.({ url: 'http://influx:8086', org: 'shop' })).toBe('flux')
  expect(influxdb.languageOf?.({ url: 'http://influx:8086', database: 'metrics' })).toBe('influxql')
})

const some: readonly Happening[] = [
  { at: noon - 50_000, pod: 'web-1', amount: 4 },
  { at: noon - 30_000, pod: 'web-1', amount: 6 },
  { at: noon - 30_000, pod: 'web-2', amount: 8 },
]

describe('influxdb by Flux', () => {
  let server: VendorServer
  let ask: Asking
  beforeEach(async () => {
    const opened = await openFlux(some)
    server = opened.server
    ask = opened.ask
  })
  afterEach(async () => {
    await server.close()
    expect(server.complaints).toEqual([])
  })
  const range = (query = flux) => ask.range(query, noon, noon + 60_000, 30_000)
  const csv = (...lines: string[]) => server.instead({ headers: { 'content-type': 'text/csv' }, body: `${lines.join('\r\n')}\r\n` })
  const row = (table: number, at: number, value: string, pod: string) =>
    `,,${table},,,${new Date(at).toISOString()},${value},errors,app,${pod}`

  test('reads several tables and blocks, with labels by their group', async () => {
    const other = fluxHead.map((line) => line.replace('dateTime:RFC3339,long,string', 'dateTime:RFC3339,double,string'))
    csv(
      ...fluxHead,
      row(0, noon + 30_000, '3', 'web-1'),
      row(1, noon + 30_000, '4', 'web-2'),
      '',
      ...other,
      row(2, noon + 60_000, '0.5', '"we""b,3"'),
      '',
    )
    expect(await range()).toEqual([
      { labels: { _field: 'errors', _measurement: 'app', pod: 'web-1' }, points: [[noon + 30_000, 3]] },
      { labels: { _field: 'errors', _measurement: 'app', pod: 'web-2' }, points: [[noon + 30_000, 4]] },
      { labels: { _field: 'errors', _measurement: 'app', pod: 'we"b,3' }, points: [[noon + 60_000, 0.5]] },
    ])
  })

  test('leaves out null, NaN and infinity', async () => {
    const other = fluxHead.map((line) => line.replace('dateTime:RFC3339,long,string', 'dateTime:RFC3339,double,string'))
    csv(...other, row(0, noon, '', 'a'), row(0, noon + 30_000, 'NaN', 'a'), row(0, noon + 60_000, '+Inf', 'a'))
    expect((await range())[0]?.points).toEqual([])
  })

  test('gives NaN as a value, and the last number of each table', async () => {
    const other = fluxHead.map((line) => line.replace('dateTime:RFC3339,long,string', 'dateTime:RFC3339,double,string'))
    csv(...other, row(0, noon, '1', 'a'), row(0, noon, 'NaN', 'a'), row(1, noon, '2', 'b'), row(1, noon, '', 'b'))
    expect(await ask.values(flux, noon, 60_000)).toEqual([Number.NaN, 2])
  })

  test('takes a table of an error, also after others, for the error of the query', async () => {
    const table = ['#datatype,string,long', '#group,true,true', '#default,,', ',error,reference', `,failed to execute ${influxToken},897`]
    for (const lines of [table, [...fluxHead, row(0, noon, '1', 'a'), '', ...table], ['error,reference', '"failed to execute ***",897']]) {
      csv(...lines)
      const error = await errorOf(range())
      expect([error.fault, error.message]).toEqual(['query', 'InfluxDB: failed to execute ***'])
    }
  })

  test('refuses text as numbers, and rows without times', async () => {
    const text = fluxHead.map((line) => line.replace('dateTime:RFC3339,long,string', 'dateTime:RFC3339,string,string'))
    csv(...text, row(0, noon, 'fine', 'a'))
    expect((await errorOf(range())).fault).toBe('shape')
    csv('#datatype,string,long,long', '#group,false,false,false', '#default,_result,,', ',result,table,_value', ',,0,5')
    expect((await errorOf(range())).message).toMatch(/_time/)
    csv('#datatype,string,long,long', '#group,false,false,false', '#default,_result,,', ',result,table,_value', ',,0,5')
    expect(await ask.values('from(bucket: "app") |> range(start: -1h) |> sum()', noon, 60_000)).toEqual([5])
  })

  test('refuses a range query that does not use the times', async () => {
    expect((await errorOf(range('from(bucket: "app") |> range(start: -5m)'))).message).toMatch(/v\.timeRangeStart/)
    expect((await errorOf(range('from(bucket: "app") |> range(start: v.timeRangeStart)'))).message).toMatch(/v\.windowPeriod/)
    expect(server.received).toEqual([])
  })
})

describe('influxdb by InfluxQL', () => {
  let server: VendorServer
  let ask: Asking
  beforeEach(async () => {
    const opened = await openInfluxql(some)
    server = opened.server
    ask = opened.ask
  })
  afterEach(async () => {
    await server.close()
    expect(server.complaints).toEqual([])
  })
  const range = (query = influxql) => ask.range(query, noon, noon + 60_000, 30_000)
  const results = (...all: object[]) => server.instead({ body: JSON.stringify({ results: all }) })

  test('names the columns where there are several', async () => {
    results({ series: [{ name: 'app', tags: { pod: 'a' }, columns: ['time', 'bad', 'all', 'host'], values: [[noon, 1, 5, 'h']] }] })
    expect(await range()).toEqual([
      { labels: { pod: 'a', column: 'bad' }, points: [[noon + 30_000, 1]] },
      { labels: { pod: 'a', column: 'all' }, points: [[noon + 30_000, 5]] },
    ])
  })

  test('takes an error with status 200 for the error of the query', async () => {
    results({ statement_id: 0, error: 'mixing aggregate and non-aggregate queries is not supported' })
    const error = await errorOf(range())
    expect([error.fault, error.message]).toEqual(['query', 'InfluxDB: mixing aggregate and non-aggregate queries is not supported'])
  })

  test('does not take the first rows for all', async () => {
    results({ series: [{ columns: ['time', 'x'], values: [[noon, 1]], partial: true }] })
    expect((await errorOf(range())).message).toMatch(/only the first rows/)
  })

  test('refuses a range query that does not use the times', async () => {
    expect((await errorOf(range('SELECT sum(x) FROM m WHERE time > now() - 5m'))).message).toMatch(/\$timeFilter/)
    expect((await errorOf(range('SELECT sum(x) FROM m WHERE $timeFilter GROUP BY time(10s)'))).message).toMatch(/\$interval/)
    expect(server.received).toEqual([])
  })

  test('gives the last number of each series as values', async () => {
    expect(await ask.values(influxql, noon, 30_000)).toEqual([6, 8])
  })
})
