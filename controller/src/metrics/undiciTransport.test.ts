import { gzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import { systemClock } from '../clock.ts'
import { selfSigned } from '../kube/testing/certificate.ts'
import { addressPolicy } from './addresses.ts'
import type { SourceError } from './errors.ts'
import { type Answer, cut, cutWithin, endless, json, say, silent, stalled, startServer, type TestServer } from './testing/misbehaving.ts'
import type { OutgoingRequest, SourceTransport } from './transport.ts'
import { type UndiciTransportOptions, undiciTransport } from './undiciTransport.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()))
})

async function serve(answer: Answer = json({ ok: true }), tls?: { key: string; cert: string }): Promise<TestServer> {
  const server = await startServer(answer, tls)
  open.push(server)
  return server
}

const loopback = addressPolicy({ allow: ['127.0.0.0/8'] })

function transport(options: Partial<UndiciTransportOptions> = {}): SourceTransport {
  const made = undiciTransport({ policy: loopback, clock: systemClock, ...options })
  open.push(made)
  return made
}

const get = (url: string, more: Partial<OutgoingRequest> = {}): OutgoingRequest => ({
  method: 'GET',
  url,
  timeoutMs: 5_000,
  reach: 'tenant',
  ...more,
})

const faultOf = (promise: Promise<unknown>): Promise<SourceError> =>
  promise.then(
    () => {
      throw new Error('it should have failed')
    },
    (error: SourceError) => error,
  )

test('sends method, path, query, headers and body, and gives status, headers in lower case and text', async () => {
  const server = await serve(say(418, 'grün', { 'X-Some': 'Thing' }))
  const answer = await transport().send(get(`${server.url}/a/b?c=d%20e`, { method: 'POST', body: 'händler', headers: { 'X-Own': '1' } }))
  expect(answer).toMatchObject({ status: 418, headers: { 'x-some': 'Thing' }, text: 'grün' })
  expect(server.seen).toMatchObject([
    { method: 'POST', path: '/a/b?c=d%20e', body: 'händler', headers: { 'x-own': '1', 'user-agent': 'serin' } },
  ])
})

test('requests one after the other share connections', async () => {
  const server = await serve()
  const carrier = transport()
  for (let i = 0; i < 100; i++) await carrier.send(get(server.url))
  // The pool may open a second one while the first ends its exchange.
  expect(server.connections()).toBeLessThanOrEqual(3)
})

test('packed answers are unpacked', async () => {
  const server = await serve((_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' })
    response.end(gzipSync('x'.repeat(1_000_000)))
  })
  expect((await transport().send(get(server.url))).text).toHaveLength(1_000_000)
  expect(server.seen[0]?.headers['accept-encoding']).toBe('gzip')
})

test('an answer longer than 16 MiB is broken off, packed or not', async () => {
  const server = await serve(endless)
  const carrier = transport()
  expect(await faultOf(carrier.send(get(server.url)))).toMatchObject({
    fault: 'down',
    message: expect.stringContaining('longer than 16 MiB'),
  })
  const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024))
  server.always((_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb))
  expect(await faultOf(carrier.send(get(server.url)))).toMatchObject({
    fault: 'down',
    message: expect.stringContaining('longer than 16 MiB'),
  })
})

test('a redirect is an answer and not followed', async () => {
  const target = await serve()
  const server = await serve(say(302, '', { location: target.url }))
  expect(await transport().send(get(server.url))).toMatchObject({ status: 302 })
  expect(target.seen).toHaveLength(0)
})

test.each([
  ['no answer', silent],
  ['half an answer', stalled],
])('%s within the timeout is down', async (_, answer) => {
  const server = await serve(answer)
  const started = Date.now()
  expect(await faultOf(transport().send(get(server.url, { timeoutMs: 150 })))).toMatchObject({
    fault: 'down',
    message: expect.stringContaining('0.2 s'),
  })
  expect(Date.now() - started).toBeLessThan(2_000)
})

test('a name whose look-up hangs is given up at the timeout', async () => {
  const carrier = transport({ resolve: () => new Promise(() => {}) })
  expect(await faultOf(carrier.send(get('http://prometheus.test/', { timeoutMs: 100 })))).toMatchObject({ fault: 'down' })
})

test('cut connections, closed ports, unknown names and packing that nobody asked for are down, and say so', async () => {
  const server = await serve(cut)
  const carrier = transport({ resolve: () => Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' })) })
  expect(await faultOf(carrier.send(get(server.url)))).toMatchObject({
    fault: 'down',
    message: expect.stringContaining('broke the connection'),
  })
  server.always(cutWithin)
  expect(await faultOf(carrier.send(get(server.url)))).toMatchObject({ fault: 'down' })
  server.always(say(200, 'x', { 'content-encoding': 'br' }))
  expect(await faultOf(carrier.send(get(server.url)))).toMatchObject({ fault: 'down' })
  expect(await faultOf(carrier.send(get('http://prometheus.test/')))).toMatchObject({
    fault: 'down',
    message: expect.stringContaining('not known by name'),
  })
  await server.close()
  expect(await faultOf(carrier.send(get(server.url)))).toMatchObject({
    fault: 'down',
    message: expect.stringContaining('refuses connections'),
  })
})

test('a packed answer that is not packed is down', async () => {
  const server = await serve(say(200, 'not gzip', { 'content-encoding': 'gzip' }))
  expect(await faultOf(transport().send(get(server.url)))).toMatchObject({ fault: 'down' })
})

test('addresses of the machine are refused to tenants before a connection is made', async () => {
  const server = await serve()
  const carrier = transport({ policy: addressPolicy() })
  for (const host of ['127.0.0.1', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]', 'localhost']) {
    expect(await faultOf(carrier.send(get(`http://${host}:${server.port}/`))), host).toMatchObject({
      fault: 'refused',
      message: expect.stringContaining('may not be reached'),
    })
  }
  expect(server.connections()).toBe(0)
  expect((await carrier.send(get(server.url, { reach: 'platform' }))).status).toBe(200)
})

test('a connection that the platform opened carries nothing of a tenant', async () => {
  const server = await serve()
  const carrier = transport({ policy: addressPolicy(), resolve: async () => ['127.0.0.1'] })
  const url = `http://shared.test:${server.port}/`
  expect((await carrier.send(get(url, { reach: 'platform' }))).status).toBe(200)
  expect(await faultOf(carrier.send(get(url)))).toMatchObject({ fault: 'refused' })
  expect(server.seen).toHaveLength(1)
})

test('the connection goes to the address that was looked at, and a name with one refused address is refused', async () => {
  const server = await serve()
  let asked = 0
  // A name that is harmless when first asked, and the machine itself afterwards.
  const rebinding = transport({
    resolve: async () => (asked++ === 0 ? ['127.0.0.1'] : ['127.0.0.2']),
    policy: addressPolicy({ allow: ['127.0.0.1/32'] }),
  })
  const url = `http://rebinding.test:${server.port}/`
  expect((await rebinding.send(get(url))).status).toBe(200)
  expect(asked).toBe(1)
  server.next(cut)
  await faultOf(rebinding.send(get(url)))
  expect(await faultOf(rebinding.send(get(url)))).toMatchObject({ fault: 'refused' })
  const mixed = transport({ resolve: async () => ['127.0.0.1', '169.254.169.254'] })
  expect(await faultOf(mixed.send(get(url)))).toMatchObject({ fault: 'refused', message: expect.stringContaining('metadata') })
})

test.each(['ftp://prometheus.test/', 'file:///etc/passwd', 'http//x', 'javascript:1', 'http://user:sesame@127.0.0.1/'])(
  '%s is refused',
  async (url) => {
    const error = await faultOf(transport().send(get(url)))
    expect(error.fault).toBe('refused')
    expect(error.message).not.toContain('sesame')
  },
)

test('certificates are checked, by our own CA where one is given, and names by serverName', async () => {
  const tls = selfSigned()
  const server = await serve(json({}), tls)
  const carrier = transport()
  expect(await faultOf(carrier.send(get(server.url)))).toMatchObject({ fault: 'down', message: expect.stringContaining('spec.tls.caRef') })
  expect((await carrier.send(get(server.url, { tls: { ca: tls.cert } }))).status).toBe(200)
  expect((await carrier.send(get(server.url, { tls: { insecure: true } }))).status).toBe(200)
  expect(await faultOf(carrier.send(get(server.url, { tls: { ca: selfSigned().cert } })))).toMatchObject({ fault: 'down' })
  const other = get(server.url, { tls: { ca: tls.cert, serverName: 'other.test' } })
  expect(await faultOf(carrier.send(other))).toMatchObject({ fault: 'down', message: expect.stringContaining('serverName') })
  expect((await carrier.send(get(server.url, { tls: { ca: tls.cert, serverName: 'localhost' } }))).status).toBe(200)
})

test('certificates that are no PEM are refused without being quoted', async () => {
  const error = await faultOf(transport().send(get('https://127.0.0.1/', { tls: { cert: 'sesame', key: 'sesame' } })))
  expect(error).toMatchObject({ fault: 'refused', message: expect.stringContaining('spec.tls') })
  expect(error.message).not.toContain('sesame')
})

test('a header with a line break is refused without being quoted', async () => {
  const server = await serve()
  const error = await faultOf(transport().send(get(server.url, { headers: { authorization: 'Bearer sesame\r\nX: y' } })))
  expect(error.fault).toBe('down')
  expect(error.message).not.toContain('sesame')
  expect(server.seen).toHaveLength(0)
})

test('many different TLS options keep a bounded number of connections open', async () => {
  const server = await serve(json({}), selfSigned())
  const carrier = transport()
  for (let i = 0; i < 70; i++) await carrier.send(get(server.url, { tls: { insecure: true, serverName: `n${i}.test` } }))
  await new Promise((resolve) => setTimeout(resolve, 20))
  await carrier.send(get(server.url, { tls: { insecure: true, serverName: 'n69.test' } }))
  expect(server.connections()).toBe(70)
  await carrier.send(get(server.url, { tls: { insecure: true, serverName: 'n0.test' } }))
  expect(server.connections()).toBe(71)
})

test('after close nothing is sent', async () => {
  const server = await serve()
  const carrier = transport()
  await carrier.close()
  expect(await faultOf(carrier.send(get(server.url)))).toMatchObject({ fault: 'down' })
  expect(server.seen).toHaveLength(0)
})
