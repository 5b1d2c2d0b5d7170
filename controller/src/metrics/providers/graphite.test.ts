import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { graphite } from './graphite.ts'
import { callOver } from './testing/call.ts'
import { graphiteServer } from './testing/graphiteServer.ts'
import { type Asking, asking, behavesAsSource, errorOf, noon } from './testing/providerBehaviour.ts'
import type { Happening, VendorServer } from './testing/vendorServer.ts'

const query = 'app.*.errors'

async function open(happenings: readonly Happening[]): Promise<{ server: VendorServer; ask: Asking; secrets: string[] }> {
  // Pods are nodes of the path here; the test names the label by them.
  const server = await graphiteServer(happenings)
  const inner = asking(graphite, callOver({ url: `${server.url}/` }, {}, noon))
  const ask: Asking = {
    ...inner,
    async range(...what) {
      const series = await inner.range(...what)
      return series.map((one) => ({ ...one, labels: { ...one.labels, pod: one.labels.target?.split('.')[1] ?? '' } }))
    },
  }
  return { server, ask, secrets: [] }
}

behavesAsSource({
  kind: 'graphite',
  step: 30_000,
  query,
  pod: 'pod',
  refusal: (sentence) => ({ status: 400, body: sentence }),
  open,
})

describe('graphite', () => {
  let server: VendorServer
  let ask: Asking
  beforeEach(async () => {
    const opened = await open([
      { at: noon - 50_000, pod: 'web-1', amount: 4 },
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
  const range = (target = query) => ask.range(target, noon, noon + 60_000, 30_000)

  test('sums up each interval, unless the target does so itself', async () => {
    await range('sumSeries(app.*.errors)')
    await range(' summarize(app.web-1.memory, "30s", "avg", true)')
    await range("hitcount(app.web-1.rate, '30s')")
    expect(server.received.map(({ params }) => params.get('target'))).toEqual([
      'summarize(sumSeries(app.*.errors),"30s","sum",true)',
      ' summarize(app.web-1.memory, "30s", "avg", true)',
      "hitcount(app.web-1.rate, '30s')",
    ])
  })

  test('takes tags and the name inside of summarize as labels', async () => {
    server.instead({
      body: JSON.stringify([
        {
          target: 'summarize(pod-7, "30s", "sum", true)',
          tags: { name: 'errors', pod: 'pod-7', shard: 3 },
          datapoints: [[1, noon / 1000]],
        },
        { target: 'summarize(seriesByTag(), "30s", "sum", true)', datapoints: [[1, noon / 1000]] },
      ]),
    })
    const series = await graphite.range?.(
      { query: 'alias(x, "y")', from: noon, to: noon + 30_000, step: 30_000 },
      callOver({ url: server.url }, {}, noon),
    )
    expect(series?.map(({ labels }) => labels)).toEqual([
      { target: 'pod-7', name: 'errors', pod: 'pod-7', shard: '3' },
      { target: 'seriesByTag()' },
    ])
  })

  test('leaves out null and infinity, which is a value all the same', async () => {
    const body = `[{"target": "x", "tags": {}, "datapoints": [[null, ${noon / 1000 - 30}], [1e9999, ${noon / 1000}], [3, ${noon / 1000 + 30}]]}]`
    server.instead({ body })
    expect((await range())[0]?.points).toEqual([[noon + 60_000, 3]])
    server.instead({ body: body.replace('3,', 'null,') })
    expect(await ask.values(query, noon + 60_000, 60_000)).toEqual([Number.POSITIVE_INFINITY])
  })

  test('keeps the path and query of its own address', async () => {
    const call = callOver({ url: `${server.url}/graphite/?tenant=a` }, {}, noon)
    server.instead({ body: '[]' })
    await errorOf(graphite.values({ query, at: noon, interval: 30_000 }, call))
    expect([server.received[0]?.path, server.received[0]?.params.get('tenant')]).toEqual(['/graphite/render', 'a'])
    expect(server.complaints.splice(0)).toEqual(['GET /graphite/render'])
  })

  test('gives the last number of each series as values', async () => {
    expect(await ask.values(query, noon, 60_000)).toEqual([6, 8])
    expect(await ask.values(query, noon - 600_000, 60_000)).toEqual([])
  })
})
