import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { html, json, say, startServer } from '../testing/misbehaving.ts'
import { testSources } from '../testing/testSources.ts'
import { addressFor } from './web.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()))
})

async function start(spec: Record<string, unknown> = {}, path = '/api') {
  const server = await startServer(json({}))
  const bed = testSources()
  open.push(server, bed)
  bed.putSecret('shop', 'keys', { hmac: 'sesame' })
  bed.put('MetricSource', 'default', { web: { url: server.url + path, ...spec } })
  const client = await bed.client()
  return { server, bed, client, values: (query: string) => client.values({ query, at: bed.clock.now(), interval: 30_000 }) }
}

test.each([
  [12.5, [12.5]],
  ['0.25', [0.25]],
  ['-1e3', [-1000]],
  ['NaN', [Number.NaN]],
  [true, [1]],
  [false, [0]],
  [
    [1, '2', true],
    [1, 2, 1],
  ],
  [[], []],
])('%j at the pointer gives %j', async (value, expected) => {
  const { server, values } = await start({ pointer: '/data/0/a~1b' })
  server.always(json({ data: [{ 'a/b': value }] }))
  expect(await values('x')).toEqual(expected)
})

test.each([[null], [''], ['many'], ['0x10'], ['Infinity'], [{}], [[[1]]], [[null]], [undefined]])(
  '%j at the pointer is of the wrong shape',
  async (value) => {
    const { server, values } = await start({ pointer: '/value' })
    server.always(json({ value }))
    await expect(values('x')).rejects.toMatchObject({ fault: 'shape', message: expect.stringContaining('/value') })
  },
)

test.each([
  ['a page', html, 'shape'],
  ['nothing', say(200, ''), 'shape'],
  ['404', json({}, 404), 'shape'],
  ['400', json({}, 400), 'query'],
  ['500', json({}, 500), 'down'],
  ['429', json({}, 429), 'limited'],
  ['401', json({}, 401), 'refused'],
])('%s', async (_, answer, fault) => {
  const { server, values } = await start()
  server.always(answer)
  await expect(values('x')).rejects.toMatchObject({ fault })
})

test('POST sends the query as its body, which must be JSON', async () => {
  const { server, values } = await start({ method: 'POST' }, '/api?key=1')
  server.always(json(3))
  expect(await values('{"query": "x"}')).toEqual([3])
  expect(server.seen).toMatchObject([
    { method: 'POST', path: '/api?key=1', body: '{"query": "x"}', headers: { 'content-type': 'application/json' } },
  ])
  await expect(values('not json')).rejects.toMatchObject({ fault: 'query' })
})

test('requests are signed: GET by path and query, POST by the body', async () => {
  const { server, bed, values } = await start({ hmacSecretRef: { name: 'keys', key: 'hmac' } })
  server.always(json(1))
  await values('errors?window=5m')
  bed.put('MetricSource', 'default', { web: { url: server.url, method: 'POST', hmacSecretRef: { name: 'keys', key: 'hmac' } } })
  await (await bed.client()).values({ query: '{}', at: 0, interval: 1 })
  const t = Math.floor(bed.clock.now() / 1000)
  const expected = ['/api/errors?window=5m', '{}'].map(
    (signed) => `t=${t},v1=${createHmac('sha256', 'sesame').update(`${t}.${signed}`).digest('hex')}`,
  )
  expect(server.seen.map((seen) => seen.headers['x-serin-signature'])).toEqual(expected)
})

test('series over time are not to be had', async () => {
  const { client } = await start()
  await expect(client.range({ query: 'x', from: 0, to: 1, step: 1 })).rejects.toMatchObject({
    fault: 'query',
    message: expect.stringContaining('threshold'),
  })
})

test.each([
  ['https://a.test/api', 'errors', 'https://a.test/api/errors'],
  ['https://a.test/api/', '/errors?w=5m', 'https://a.test/api/errors?w=5m'],
  ['https://a.test/api', '?w=5m', 'https://a.test/api?w=5m'],
  ['https://a.test/api?k=1', 'errors?w=5m', 'https://a.test/api/errors?k=1&w=5m'],
  ['https://a.test/api?k=1', '?w=5m', 'https://a.test/api?k=1&w=5m'],
  ['https://a.test/api?q=', 'a b&c', 'https://a.test/api?q=a%20b%26c'],
  ['https://a.test', 'errors', 'https://a.test/errors'],
  ['https://a.test/', '@evil.test/', 'https://a.test/@evil.test/'],
  ['https://a.test', ':8443/x', 'https://a.test/:8443/x'],
  ['https://a.test', '//evil.test/x', 'https://a.test/evil.test/x'],
  ['https://a.test/api', 'a..b', 'https://a.test/api/a..b'],
])('%s and %s give %s', (base, query, expected) => {
  expect(addressFor(base, query)).toBe(expected)
})

test.each(['../admin', 'x/../../admin', '%2e%2e/admin', '..%2fadmin', '%252e%252e/admin', '..\\admin', 'x/..;/admin', './', 'a\nb'])(
  'a query like %j, that leaves the path of the source, is refused',
  (query) => {
    expect(() => addressFor('https://a.test/api', query)).toThrow(expect.objectContaining({ fault: 'query' }))
  },
)

test('no query leaves the server and the path of the source', () => {
  const parts = fc.array(
    fc.constantFrom('..', '.', '/', '\\', '%2e', '%2f', '@', ':', '?', '#', '&', 'a', ' ', '\t', '//evil.test', 'https:'),
    { maxLength: 8 },
  )
  fc.assert(
    fc.property(
      fc.constantFrom('https://a.test/api', 'https://a.test/api/v1/?k=1', 'https://a.test'),
      fc.oneof(
        parts.map((all) => all.join('')),
        fc.string(),
      ),
      (base, query) => {
        let url: URL
        try {
          url = new URL(addressFor(base, query))
        } catch (error) {
          expect(error).toMatchObject({ fault: 'query' })
          return
        }
        const source = new URL(base)
        expect(url.origin).toBe(source.origin)
        expect(url.username).toBe('')
        expect(`${url.pathname}/`.startsWith(`${source.pathname.replace(/\/$/, '')}/`)).toBe(true)
        expect(url.search.startsWith(source.search)).toBe(true)
      },
    ),
    { numRuns: 2000 },
  )
})
