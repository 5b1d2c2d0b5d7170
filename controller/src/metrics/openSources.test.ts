import { Registry } from 'prom-client'
import { afterEach, expect, test } from 'vitest'
import { systemClock } from '../clock.ts'
import { selfSigned } from '../kube/testing/certificate.ts'
import { until } from '../kube/testing/clocks.ts'
import { sourceMetrics } from './sourceMetrics.ts'
import { type Answer, json, say, silent, startServer } from './testing/misbehaving.ts'
import { testSources } from './testing/testSources.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()))
})

const number: Answer = json({ status: 'success', data: { resultType: 'scalar', result: [1, '5'] } })
const down = say(503, 'busy')

async function serve(answer: Answer = number, tls?: { key: string; cert: string }) {
  const server = await startServer(answer, tls)
  open.push(server)
  return server
}

function bedOf(options: Parameters<typeof testSources>[0] = {}) {
  const bed = testSources(options)
  open.push(bed)
  let asked = 0
  /** Asks something new each time, so that nothing comes from the cache. */
  const ask = async (ref?: Parameters<typeof bed.client>[0]) =>
    (await bed.client(ref)).values({ query: `up + ${++asked}`, at: 0, interval: 1 })
  const faultOf = (promise: Promise<unknown>) =>
    promise.then(
      () => 'none',
      (error: { fault: string }) => error.fault,
    )
  return { ...bed, ask, faultOf }
}

test('a metric means the named source, else the default of the namespace, else that of the cluster', async () => {
  const server = await serve()
  const bed = bedOf()
  const spec = { prometheus: { url: server.url } }
  const names = async () =>
    [
      await bed.sources.find(undefined, 'shop'),
      await bed.sources.find({ name: 'own', scope: 'Namespace' }, 'shop'),
      await bed.sources.find({ name: 'own', scope: 'Cluster' }, 'shop'),
    ].map((found) => ('missing' in found ? found.missing : found.name))
  expect(await names()).toEqual([
    expect.stringContaining('neither a MetricSource default in namespace shop nor a ClusterMetricSource default'),
    'there is no MetricSource own in namespace shop: create it there, or name another source in the metric',
    'there is no ClusterMetricSource own: create it, or name another source in the metric',
  ])
  bed.put('ClusterMetricSource', 'default', spec)
  bed.put('ClusterMetricSource', 'own', spec)
  expect(await names()).toEqual(['ClusterMetricSource default', expect.stringContaining('write scope: Cluster'), 'ClusterMetricSource own'])
  bed.put('MetricSource', 'default', spec)
  bed.put('MetricSource', 'own', spec)
  expect(await names()).toEqual(['MetricSource shop/default', 'MetricSource shop/own', 'ClusterMetricSource own'])
  expect(await bed.sources.find({ name: 'own', scope: 'Namespace' }, 'other')).toHaveProperty('missing')
})

test('says how it is to be asked', async () => {
  const server = await serve()
  const bed = bedOf()
  bed.put('MetricSource', 'default', { prometheus: { url: server.url }, lag: '1m', podLabel: 'kubernetes_pod' })
  bed.put('MetricSource', 'web', { web: { url: server.url }, counters: 'cumulative' })
  expect(await bed.client()).toMatchObject({
    kind: 'prometheus',
    language: 'promql',
    counters: 'cumulative',
    arms: 'regex',
    lagMs: 60_000,
    podLabel: 'kubernetes_pod',
  })
  expect(await bed.client({ name: 'web' })).toMatchObject({
    kind: 'web',
    language: 'none',
    counters: 'cumulative',
    arms: 'each',
    lagMs: 15_000,
    podLabel: 'pod',
  })
})

test('a source that is not valid is said to be missing, with the field', async () => {
  const bed = bedOf()
  bed.put('MetricSource', 'default', { prometheus: { url: 'ftp://x' } })
  expect(await bed.sources.find(undefined, 'shop')).toEqual({ missing: expect.stringContaining('spec.prometheus.url') })
})

test('identical questions are asked once, also side by side, and again after a minute', async () => {
  const server = await serve()
  const bed = bedOf()
  bed.put('MetricSource', 'default', { prometheus: { url: server.url } })
  const client = await bed.client()
  const same = () => client.values({ query: 'up', at: 0, interval: 1 })
  expect(await Promise.all([same(), same(), same()])).toEqual([[5], [5], [5]])
  await same()
  expect(server.seen).toHaveLength(1)
  await client.values({ query: 'up', at: 1, interval: 1 })
  expect(server.seen).toHaveLength(2)
  await bed.clock.advance(60_000)
  await same()
  expect(server.seen).toHaveLength(3)
})

test('failures are not kept', async () => {
  const server = await serve()
  const bed = bedOf()
  bed.put('MetricSource', 'default', { prometheus: { url: server.url } })
  const client = await bed.client()
  server.next(down)
  const same = () => client.values({ query: 'up', at: 0, interval: 1 })
  expect(await bed.faultOf(same())).toBe('down')
  expect(await same()).toEqual([5])
})

test('two sources never share answers', async () => {
  const [one, two] = [await serve(), await serve(json({ status: 'success', data: { resultType: 'scalar', result: [1, '6'] } }))]
  const bed = bedOf()
  bed.put('MetricSource', 'one', { prometheus: { url: one.url } })
  bed.put('MetricSource', 'two', { prometheus: { url: two.url } })
  const ask = async (name: string) => (await bed.client({ name })).values({ query: 'up', at: 0, interval: 1 })
  expect([await ask('one'), await ask('two')]).toEqual([[5], [6]])
})

test('a source that fails five times is left alone, tried again after 5 s, and said to be ready when it answers', async () => {
  const server = await serve(down)
  const bed = bedOf()
  bed.put('MetricSource', 'default', { prometheus: { url: server.url } })
  for (let i = 0; i < 5; i++) expect(await bed.faultOf(bed.ask())).toBe('down')
  await expect(bed.ask()).rejects.toMatchObject({
    fault: 'down',
    retryAfterMs: 5_000,
    message: expect.stringMatching(/asked again in 5 s: .* answered 503/),
  })
  expect(server.seen).toHaveLength(5)
  expect(bed.states.map(({ source, state }) => `${source} ${state}`)).toEqual(['default Failing', 'default Down'])
  server.always(number)
  await bed.clock.advance(5_000)
  expect(await bed.ask()).toEqual([5])
  expect(bed.states.at(-1)).toMatchObject({ state: 'Ready', message: 'it answers', since: bed.clock.now(), lastAnswer: bed.clock.now() })
  expect(bed.states).toHaveLength(3)
})

test('a source that asks for time gets it', async () => {
  const server = await serve()
  const bed = bedOf()
  bed.put('MetricSource', 'default', { prometheus: { url: server.url } })
  server.next(say(429, '', { 'retry-after': '30' }))
  await expect(bed.ask()).rejects.toMatchObject({ fault: 'limited', retryAfterMs: 30_000 })
  await bed.clock.advance(29_000)
  await expect(bed.ask()).rejects.toMatchObject({ retryAfterMs: 1_000 })
  expect(server.seen).toHaveLength(1)
  await bed.clock.advance(1_000)
  expect(await bed.ask()).toEqual([5])
})

test('queries that a source does not take are not its failures', async () => {
  const server = await serve(json({ status: 'error', errorType: 'bad_data', error: 'parse error' }, 400))
  const bed = bedOf()
  bed.put('MetricSource', 'default', { prometheus: { url: server.url } })
  for (let i = 0; i < 8; i++) expect(await bed.faultOf(bed.ask())).toBe('query')
  expect(server.seen).toHaveLength(8)
  expect(bed.states.map(({ state }) => state)).toEqual(['Ready'])
})

test('status and labels may change without losing what is known; another spec begins anew', async () => {
  const server = await serve(down)
  const bed = bedOf()
  const spec = { prometheus: { url: server.url } }
  bed.put('MetricSource', 'default', spec)
  for (let i = 0; i < 5; i++) await bed.faultOf(bed.ask())
  bed.put('MetricSource', 'default', { ...spec }).status = { state: 'Down' }
  await bed.faultOf(bed.ask())
  expect(server.seen).toHaveLength(5)
  bed.put('MetricSource', 'default', { ...spec, timeout: '9s' })
  await bed.faultOf(bed.ask())
  expect(server.seen).toHaveLength(6)
})

test('no more than maxConcurrent requests at a time, and waiting for room is bounded, and no fault of the source', async () => {
  const server = await serve(silent)
  const bed = bedOf()
  bed.put('MetricSource', 'default', { prometheus: { url: server.url }, maxConcurrent: 2, timeout: '4s' })
  const results = Array.from({ length: 5 }, () =>
    bed.ask().then(
      () => 'answered',
      (error: { fault: string; message: string }) => `${error.fault} ${error.message}`,
    ),
  )
  await until(() => server.seen.length === 2, 'two are asked')
  await bed.clock.advance(3_999)
  expect(server.seen).toHaveLength(2)
  await bed.clock.advance(1)
  await bed.clock.advance(4_000)
  const ended = await Promise.all(results)
  const down = ended.filter((end) => end.startsWith('down') && end.includes('within 4 s')).length
  expect(down).toBeGreaterThanOrEqual(2)
  expect(ended.filter((end) => end.startsWith('limited') && end.includes('maxConcurrent'))).toHaveLength(5 - down)
  expect(bed.states.at(-1)).toMatchObject({ state: 'Failing', message: expect.stringContaining('within 4 s') })
})

test('headers of the source go with every request, and Secrets of its own namespace are read', async () => {
  const server = await serve()
  const bed = bedOf()
  bed.putSecret('shop', 'keys', { token: 'shop' })
  bed.putSecret('serin-system', 'keys', { token: 'system' })
  const headers = [
    { name: 'X-Team', value: 'a' },
    { name: 'X-Token', valueRef: { name: 'keys', key: 'token' } },
  ]
  bed.put('MetricSource', 'default', { prometheus: { url: server.url }, headers })
  bed.put('ClusterMetricSource', 'default', { prometheus: { url: server.url }, headers })
  await bed.ask()
  await bed.ask({ name: 'default', scope: 'Cluster' })
  expect(server.seen.map(({ headers }) => [headers['x-team'], headers['x-token']])).toEqual([
    ['a', 'shop'],
    ['a', 'system'],
  ])
  expect(bed.reads).toEqual(['shop/keys', 'serin-system/keys'])
})

test('a missing Secret is said, and the source not asked', async () => {
  const server = await serve()
  const bed = bedOf()
  bed.put('MetricSource', 'default', { prometheus: { url: server.url }, auth: { bearer: { tokenRef: { name: 'keys', key: 'token' } } } })
  await expect(bed.ask()).rejects.toMatchObject({ fault: 'refused', message: 'there is no Secret keys in namespace shop: create it' })
  expect(server.seen).toHaveLength(0)
})

test('after a 401 Secrets are read anew, and no answer brings their values into a sentence', async () => {
  const server = await serve()
  const bed = bedOf()
  bed.putSecret('shop', 'keys', { token: 'sesame-old' })
  bed.put('MetricSource', 'default', { prometheus: { url: server.url }, auth: { bearer: { tokenRef: { name: 'keys', key: 'token' } } } })
  await bed.ask()
  bed.putSecret('shop', 'keys', { token: 'sesame-new' })
  server.next(json({ error: 'token sesame-old has expired' }, 401))
  const error = await bed.ask().catch((each: Error) => each.message)
  expect(error).toContain('has expired')
  expect(error).not.toContain('sesame')
  await bed.ask()
  expect(server.seen.map((seen) => seen.headers.authorization)).toEqual(['Bearer sesame-old', 'Bearer sesame-old', 'Bearer sesame-new'])
  expect(JSON.stringify(bed.states)).not.toContain('sesame')
})

test('a header that belongs to the connection is refused', async () => {
  const server = await serve()
  const bed = bedOf()
  bed.put('MetricSource', 'default', { prometheus: { url: server.url }, headers: [{ name: 'Host', value: 'kubernetes' }] })
  await expect(bed.ask()).rejects.toMatchObject({ fault: 'refused', message: expect.stringContaining('Host') })
  expect(server.seen).toHaveLength(0)
})

test('certificates come from Secrets', async () => {
  const tls = selfSigned()
  const server = await serve(number, tls)
  const bed = bedOf({ transportClock: systemClock })
  bed.putSecret('shop', 'keys', { ca: tls.cert })
  bed.put('MetricSource', 'default', { prometheus: { url: server.url } })
  await expect(bed.ask()).rejects.toMatchObject({ fault: 'down', message: expect.stringContaining('spec.tls.caRef') })
  bed.put('MetricSource', 'default', { prometheus: { url: server.url }, tls: { caRef: { name: 'keys', key: 'ca' } } })
  expect(await bed.ask()).toEqual([5])
})

test('a tenant reaches no metadata, nor does the platform', async () => {
  const bed = bedOf()
  const spec = { prometheus: { url: 'http://169.254.169.254' } }
  bed.put('MetricSource', 'default', spec)
  bed.put('ClusterMetricSource', 'default', spec)
  for (const scope of ['Namespace', 'Cluster'] as const) {
    await expect(bed.ask({ name: 'default', scope })).rejects.toMatchObject({
      fault: 'refused',
      message: expect.stringContaining('metadata'),
    })
  }
})

test('what ends after its source is gone is neither counted nor said', async () => {
  const registry = new Registry()
  const server = await serve(silent)
  const bed = bedOf({ observer: sourceMetrics(registry) })
  const object = bed.put('MetricSource', 'default', { prometheus: { url: server.url }, timeout: '1s' })
  const asked = bed.faultOf(bed.ask())
  await until(() => server.seen.length === 1, 'it is asked')
  bed.remove(object)
  await bed.sources.find(undefined, 'shop')
  await bed.clock.advance(1_000)
  expect(await asked).toBe('down')
  expect(bed.states).toEqual([])
  expect(await registry.metrics()).not.toContain('shop/default')
})

test('queries, requests and breakers are counted, and forgotten with the source', async () => {
  const registry = new Registry()
  const server = await serve()
  const bed = bedOf({ observer: sourceMetrics(registry) })
  const object = bed.put('MetricSource', 'default', { prometheus: { url: server.url } })
  const client = await bed.client()
  for (let i = 0; i < 2; i++) await client.values({ query: 'up', at: 0, interval: 1 })
  server.always(down)
  for (let i = 0; i < 6; i++) await bed.faultOf(bed.ask())
  const text = await registry.metrics()
  const source = 'source="MetricSource shop/default"'
  for (const line of [
    `serin_source_queries_total{${source},outcome="ok"} 1`,
    `serin_source_queries_total{${source},outcome="cached"} 1`,
    `serin_source_queries_total{${source},outcome="down"} 5`,
    `serin_source_queries_total{${source},outcome="not-asked"} 1`,
    `serin_source_queries_total{${source},outcome="limited"} 0`,
    `serin_source_query_duration_seconds_count{${source}} 6`,
    `serin_source_requests_in_flight{${source}} 0`,
    `serin_source_breaker{${source},state="open"} 1`,
    `serin_source_breaker{${source},state="closed"} 0`,
  ]) {
    expect(text.split('\n')).toContain(line)
  }
  bed.remove(object)
  await bed.clock.advance(60_000)
  expect(await bed.sources.find(undefined, 'other')).toHaveProperty('missing')
  expect(await registry.metrics()).not.toContain('shop/default')
})
