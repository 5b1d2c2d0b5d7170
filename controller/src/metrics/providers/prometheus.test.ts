import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { cut, html, json, type Seen, say, startServer } from '../testing/misbehaving.ts'
import { testSources } from '../testing/testSources.ts'
import { readData } from './prometheusData.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()))
})

const from = Date.UTC(2026, 0, 1) + 123
const step = 30_000
const grid = (count: number) => Array.from({ length: count }, (_, index) => from + index * step)
const success = (resultType: string, result: unknown, more = {}) => json({ status: 'success', data: { resultType, result }, ...more })
const matrix = (...result: unknown[]) => success('matrix', result)

async function start(spec: Record<string, unknown> = {}, path = '') {
  const server = await startServer(matrix())
  const bed = testSources()
  open.push(server, bed)
  bed.put('MetricSource', 'default', { prometheus: { url: server.url + path, ...spec } })
  let asked = 0
  const client = await bed.client()
  return {
    server,
    range: (edges = 4, query = 'up') => client.range({ query: `${query} # ${++asked}`, from, to: from + (edges - 1) * step, step }),
    values: (query = 'up') => client.values({ query: `${query} # ${++asked}`, at: from, interval: step }),
  }
}

const form = (seen: Seen | undefined) => Object.fromEntries(new URLSearchParams(seen?.body))

test('asks for exactly the edges, by POST, below the path of the source, for the tenant', async () => {
  const { server, range, values } = await start({ tenant: 'team-a|team-b' }, '/api/prom/?dedup=true')
  await range(4, 'sum by (pod) (up{a="ö&+"})')
  expect(server.seen[0]).toMatchObject({
    method: 'POST',
    path: '/api/prom/api/v1/query_range?dedup=true',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-scope-orgid': 'team-a|team-b' },
  })
  expect(form(server.seen[0])).toEqual({
    query: 'sum by (pod) (up{a="ö&+"}) # 1',
    start: '1767225600.123',
    end: '1767225690.123',
    step: '30.000',
    nocache: '1',
  })
  server.always(success('vector', []))
  await values()
  expect(server.seen[1]?.path).toBe('/api/prom/api/v1/query?dedup=true')
  expect(form(server.seen[1])).toEqual({ query: 'up # 2', time: '1767225600.123' })
})

test('a source that takes no POST is asked by GET, from then on at once', async () => {
  const { server, range } = await start()
  server.next(say(405, 'Method Not Allowed'))
  await range()
  await range()
  expect(server.seen.map((seen) => seen.method)).toEqual(['POST', 'GET', 'GET'])
  const { pathname, searchParams } = new URL(server.seen[1]?.path ?? '', server.url)
  expect(pathname).toBe('/api/v1/query_range')
  expect(Object.fromEntries(searchParams)).toMatchObject({ query: 'up # 1', start: '1767225600.123' })
})

test('series come with labels and points; NaN is no point, infinities are', async () => {
  const { server, range } = await start()
  const times = grid(4).map((at) => at / 1000)
  server.always(
    success(
      'matrix',
      [
        {
          metric: { __name__: 'up', pod: 'a' },
          values: [
            [times[0], '1'],
            [times[1], 'NaN'],
            [times[2], '+Inf'],
            [times[3], '1.5e3'],
          ],
        },
        { metric: { pod: 'b' }, values: [[times[2], '-Inf']] },
        { metric: {}, values: [] },
      ],
      { warnings: ['metric might not be a counter'], infos: ['x'] },
    ),
  )
  const edges = grid(4)
  expect(await range()).toEqual([
    {
      labels: { __name__: 'up', pod: 'a' },
      points: [
        [edges[0], 1],
        [edges[2], Number.POSITIVE_INFINITY],
        [edges[3], 1500],
      ],
    },
    { labels: { pod: 'b' }, points: [[edges[2], Number.NEGATIVE_INFINITY]] },
    { labels: {}, points: [] },
  ])
})

test('native histograms come as buckets with the count of each', async () => {
  const { server, range } = await start()
  const [first = 0, second = 0] = grid(2)
  const histogram = {
    count: '7',
    sum: '3.5',
    buckets: [
      [3, '-0.1', '0.1', '2'],
      [0, '0.1', '0.5', '4'],
      [0, '0.5', '+Inf', '1'],
    ],
  }
  server.always(
    matrix({
      metric: { pod: 'a' },
      histograms: [
        [first / 1000, histogram],
        [second / 1000, { count: '0', sum: '0' }],
      ],
    }),
  )
  const buckets = [
    [-0.1, 0.1, 2],
    [0.1, 0.5, 4],
    [0.5, Number.POSITIVE_INFINITY, 1],
  ]
  expect(await range()).toEqual([
    {
      labels: { pod: 'a' },
      points: [],
      histograms: [
        [first, buckets],
        [second, []],
      ],
    },
  ])
})

test('a front end that moves times to multiples of the step: each point goes to the edge after it', async () => {
  const { server, range } = await start()
  const floor = (at: number) => Math.floor(at / step) * step
  server.always(matrix({ metric: {}, values: grid(4).map((at, index) => [floor(at) / 1000, `${index}`]) }))
  expect((await range())[0]?.points).toEqual(grid(4).map((at, index) => [at, index]))
})

test('whatever times come back, points are on the grid, ascending, and each once', async () => {
  const { server, range } = await start()
  const point = fc.tuple(fc.integer({ min: from - 3 * step, max: from + 8 * step }), fc.integer().map(String))
  await fc.assert(
    fc.asyncProperty(fc.array(point, { maxLength: 12 }), async (points) => {
      server.always(matrix({ metric: {}, values: points.map(([at, value]) => [at / 1000, value]) }))
      const got = (await range(5))[0]?.points.map(([at]) => at) ?? []
      expect(got).toEqual([...new Set(got)].sort((a, b) => a - b))
      expect(got.every((at) => grid(5).includes(at))).toBe(true)
    }),
    { numRuns: 30 },
  )
})

test('more than 10,000 points are asked for in parts that join', async () => {
  const { server, range } = await start()
  server.always((seen, response) => {
    const { start: begin, end } = form(seen)
    const points: [number, string][] = []
    for (let at = Math.round(Number(begin) * 1000); at <= Math.round(Number(end) * 1000); at += step)
      points.push([at / 1000, String((at - from) / step)])
    const body = { status: 'success', data: { resultType: 'matrix', result: [{ metric: { a: '1', b: '2' }, values: points }] } }
    response.end(JSON.stringify(body))
  })
  const [series, ...others] = await range(25_001)
  expect(server.seen).toHaveLength(3)
  expect(others).toEqual([])
  expect(series?.points).toHaveLength(25_001)
  expect(series?.points.every(([at, value], index) => at === from + index * step && value === index)).toBe(true)
})

test('vectors and scalars give numbers, NaN too', async () => {
  const { server, values } = await start()
  const time = from / 1000
  server.next(
    success('vector', [
      { metric: {}, value: [time, '1'] },
      { metric: {}, value: [time, 'NaN'] },
      { metric: {}, value: [time, '-Inf'] },
    ]),
  )
  expect(await values()).toEqual([1, Number.NaN, Number.NEGATIVE_INFINITY])
  server.next(success('scalar', [time, '0.25']))
  expect(await values()).toEqual([0.25])
  server.next(success('vector', []))
  expect(await values()).toEqual([])
})

test('no series is an empty list', async () => {
  const { range } = await start()
  expect(await range()).toEqual([])
})

const failed = (status: number, errorType: string, error: string) => json({ status: 'error', errorType, error }, status)

test.each([
  [
    'bad_data',
    failed(400, 'bad_data', 'invalid parameter "query": 1:3: parse error: unexpected "{"'),
    'query',
    '1:3: parse error: unexpected "{"',
  ],
  ['execution', failed(422, 'execution', 'many-to-many matching not allowed'), 'query', 'many-to-many matching not allowed'],
  ['timeout', failed(503, 'timeout', 'query timed out in expression evaluation'), 'down', 'query timed out'],
  ['timeout with another status', failed(200, 'timeout', 'query timed out'), 'down', 'query timed out'],
  ['unavailable', failed(503, 'unavailable', 'TSDB not ready'), 'down', 'TSDB not ready'],
  ['internal', failed(500, 'internal', 'broken'), 'down', '500'],
  ['a gateway', say(502, '<html>Bad Gateway</html>'), 'down', '502'],
  ['cut', cut, 'down', 'broke the connection'],
  ['429', say(429, '', { 'retry-after': '9' }), 'limited', '429'],
  ['401', say(401, 'who are you'), 'refused', '401'],
  ['403', json({ message: 'not for you' }, 403), 'refused', 'not for you'],
  ['redirect', say(302, '', { location: '/login' }), 'refused', '302'],
  ['a page', html, 'shape', 'not JSON'],
  ['nothing', say(200, ''), 'shape', 'nothing'],
  ['404', say(404, '404 page not found'), 'shape', '404'],
  ['other JSON', json(['x']), 'shape', 'Prometheus'],
  ['no data', json({ status: 'success' }), 'shape', 'Prometheus'],
  ['cut JSON', say(200, '{"status":"success","data":{"resultType":"ma'), 'shape', 'not JSON'],
  ['a vector for a range', success('vector', []), 'shape', 'series over time'],
  ['numbers that are not texts', matrix({ metric: {}, values: [[1, 2]] }), 'shape', 'a value'],
  ['texts that are no numbers', matrix({ metric: {}, values: [[1, 'many']] }), 'shape', 'a value'],
  ['empty texts', matrix({ metric: {}, values: [[1, '']] }), 'shape', 'a value'],
  ['times that are not numbers', matrix({ metric: {}, values: [['1', '2']] }), 'shape', 'a time'],
  ['labels that are not texts', matrix({ metric: { pod: 1 }, values: [] }), 'shape', 'metric'],
  ['a bucket cut short', matrix({ metric: {}, histograms: [[1, { buckets: [[0, '1']] }]] }), 'shape', 'a bucket'],
])('%s', async (_, answer, fault, words) => {
  const { server, range } = await start()
  server.always(answer)
  await expect(range()).rejects.toMatchObject({ fault, message: expect.stringContaining(words) })
})

test.each([
  ['a range', success('matrix', [{ metric: {}, values: [[1, '1']] }]), 'last_over_time'],
  ['a text', success('string', [1, 'x']), 'a text'],
  ['a native histogram', success('vector', [{ metric: {}, histogram: [1, { count: '1', sum: '1', buckets: [] }] }]), 'histogram_quantile'],
])('%s where numbers are needed is of the wrong shape', async (_, answer, words) => {
  const { server, values } = await start()
  server.always(answer)
  await expect(values()).rejects.toMatchObject({ fault: 'shape', message: expect.stringContaining(words) })
})

test('whatever is in the answer, it is read or said to be of the wrong shape', () => {
  const types = fc.constantFrom('matrix', 'vector', 'scalar', 'string', 'other')
  const leaf = fc.oneof(fc.jsonValue(), fc.constant([1, '1']), fc.constant({ metric: {}, values: [[1, '1']] }))
  fc.assert(
    fc.property(types, fc.oneof(leaf, fc.array(leaf)), (resultType, result) => {
      try {
        const data = readData({ resultType, result })
        expect(data.resultType).toBe(resultType)
      } catch (error) {
        expect(error).toMatchObject({ fault: 'shape' })
      }
    }),
    { numRuns: 1000 },
  )
})

test('half a million points arrive whole', async () => {
  const { server, range } = await start()
  const edges = grid(5_000)
  const values = edges.map((at, index) => [at / 1000, `${index}`])
  server.always(matrix(...Array.from({ length: 100 }, (_, pod) => ({ metric: { pod: `p${pod}` }, values }))))
  const series = await range(5_000)
  expect(series).toHaveLength(100)
  expect(series.every((each) => each.points.length === 5_000)).toBe(true)
})
