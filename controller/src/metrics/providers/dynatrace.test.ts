import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { dynatrace } from './dynatrace.ts'
import { callOver } from './testing/call.ts'
import { dynatraceServer, dynatraceToken } from './testing/dynatraceServer.ts'
import { type Asking, asking, behavesAsSource, errorOf, noon } from './testing/providerBehaviour.ts'
import type { Happening, VendorServer } from './testing/vendorServer.ts'

const query = 'app.errors:splitBy("k8s.pod.name"):sum'

async function open(happenings: readonly Happening[]): Promise<{ server: VendorServer; ask: Asking; secrets: string[] }> {
  const server = await dynatraceServer(happenings)
  const spec = { url: `${server.url}/e/env/`, tokenRef: { name: 'dt', key: 'token' } }
  return { server, ask: asking(dynatrace, callOver(spec, { 'dt/token': dynatraceToken }, noon)), secrets: [dynatraceToken] }
}

behavesAsSource({
  kind: 'dynatrace',
  step: 60_000,
  query,
  pod: 'k8s.pod.name',
  refusal: (sentence) => ({ status: 400, body: JSON.stringify({ error: { code: 400, message: sentence } }) }),
  open,
})

describe('dynatrace', () => {
  let server: VendorServer
  let ask: Asking
  beforeEach(async () => {
    const opened = await open([
      { at: noon - 90_000, pod: 'web-1', amount: 4 },
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
  const range = (step = 60_000) => ask.range(query, noon, noon + step, step)

  test('reads all pages, each series with its dimensions', async () => {
    expect(await range()).toEqual([
      { labels: { metric: 'app.errors', 'k8s.pod.name': 'web-1' }, points: [[noon, 6]] },
      { labels: { metric: 'app.errors', 'k8s.pod.name': 'web-2' }, points: [[noon, 8]] },
    ])
    expect(server.received.map(({ params }) => params.has('nextPageKey'))).toEqual([false, true])
  })

  test('gives up on endless pages', async () => {
    server.instead(...Array.from({ length: 60 }, () => ({ body: JSON.stringify({ nextPageKey: '0.0', result: [] }) })))
    expect((await errorOf(range())).fault).toBe('query')
    expect(server.received.length).toBe(50)
  })

  test('refuses an interval below a minute, and says so', async () => {
    const error = await errorOf(range(30_000))
    expect([error.fault, error.message]).toEqual(['query', expect.stringContaining('whole minutes, like 1m')])
  })

  test('refuses slots of another length than asked for', async () => {
    server.instead({ body: JSON.stringify({ resolution: '10m', result: [] }) })
    expect((await errorOf(range())).message).toMatch(/each 10m and not each 1m/)
    server.instead({ body: JSON.stringify({ resolution: '1h', result: [] }) })
    expect(await range(3_600_000)).toEqual([])
  })

  test('says which constraints a query violates', async () => {
    const error = {
      code: 400,
      message: 'Constraints violated.',
      constraintViolations: [{ path: 'metricSelector', message: 'unknown metric key' }],
    }
    server.instead({ status: 400, body: JSON.stringify({ error }) })
    expect((await errorOf(range())).message).toBe('Dynatrace: Constraints violated. unknown metric key')
  })

  test('gives one number a series as values, over the interval', async () => {
    expect(await ask.values(query, noon, 120_000)).toEqual([10, 8])
    expect(server.received[0]?.params.get('resolution')).toBe('Inf')
    expect(await ask.values(query, noon - 600_000, 60_000)).toEqual([])
  })
})
