import { afterEach, expect, test } from 'vitest'
import { systemClock } from '../clock.ts'
import { readText } from './body.ts'
import { accessTo } from './testing/access.ts'
import { type ApiServer, json, refuse, say, startApiServer } from './testing/apiServer.ts'
import { selfSigned } from './testing/certificate.ts'
import { fastClock, until } from './testing/clocks.ts'
import { type RequestReport, undiciTransport } from './transport.ts'
import type { Transport } from './types.ts'

const open: { server?: ApiServer; transport?: Transport } = {}
afterEach(async () => {
  await open.transport?.close()
  await open.server?.close()
})

const configMaps = '/api/v1/configmaps'

async function start(options: { tls?: { key: string; cert: string }; token?: () => string; ca?: string; connections?: number } = {}) {
  const { tls, connections, ...access } = options
  const server = await startApiServer(tls ? { tls } : {})
  const reports: RequestReport[] = []
  const transport = undiciTransport(accessTo(server.url, access), {
    clock: fastClock(100),
    onRequest: (report) => reports.push(report),
    ...(connections ? { connections } : {}),
  })
  Object.assign(open, { server, transport })
  const get = async (path = configMaps) => {
    const { status, body } = await transport.send({ method: 'GET', path })
    return { status, text: await readText(body) }
  }
  return { server, transport, get, reports }
}

test('a thousand requests over TLS make no more handshakes than the pool has connections', async () => {
  const tls = selfSigned()
  const { server, get } = await start({ tls, ca: tls.cert, token: () => 'secret', connections: 8 })
  for (let round = 0; round < 10; round++) {
    const answers = await Promise.all(Array.from({ length: 100 }, () => get()))
    expect(answers.every((answer) => answer.status === 200)).toBe(true)
  }
  expect(server.requests).toHaveLength(1000)
  expect(server.connections()).toBeLessThanOrEqual(8)
  expect(server.requests[999]?.headers.authorization).toBe('Bearer secret')
})

test('a header with several values is sent once for each', async () => {
  const { server, transport } = await start({})
  const { body } = await transport.send({ method: 'GET', path: configMaps, headers: { 'x-group': ['a', 'b, c'], cookie: ['one', 'two'] } })
  await readText(body)
  // Node joins most repeated headers by a comma, and cookies by a semicolon: there were two of each.
  expect(server.requests[0]?.headers).toMatchObject({ 'x-group': 'a, b, c', cookie: 'one; two' })
})

test('a server whose certificate is signed by somebody else is refused', async () => {
  const { get } = await start({ tls: selfSigned(), ca: selfSigned().cert })
  await expect(get()).rejects.toThrow(/certificate|self.signed/i)
})

test('open watches hold no request up', async () => {
  const { server, transport, get } = await start({ connections: 1 })
  const stop = new AbortController()
  for (let i = 0; i < 20; i++) {
    await transport.send({ method: 'GET', path: `${configMaps}?watch=true&resourceVersion=100`, watch: true, signal: stop.signal })
  }
  expect((await get()).status).toBe(200)
  expect(server.watchers.size).toBe(20)
  stop.abort()
  await until(() => server.watchers.size === 0, 'watches end with their signal')
  await until(() => server.openSockets() === 1, 'only the connection for requests stays')
})

test('a 401 is tried again with fresh credentials, which many requests share', async () => {
  let loads = 0
  const { server, get, reports } = await start({ token: () => `token-${++loads}` })
  const needFresh = (response: Parameters<ReturnType<typeof refuse>>[0], request: Parameters<ReturnType<typeof refuse>>[1]) =>
    request.headers.authorization === 'Bearer token-2' ? json(response, 200, {}) : refuse(401, 'Unauthorized')(response, request)
  server.fail('any', ...Array.from({ length: 20 }, () => needFresh))
  const answers = await Promise.all(Array.from({ length: 10 }, () => get()))
  expect(answers.map((answer) => answer.status)).toEqual(Array(10).fill(200))
  expect(loads).toBe(2)
  expect(reports.filter((report) => report.status === 401)).toHaveLength(10)
})

test('a 401 with fresh credentials too is handed to the caller', async () => {
  const { server, get } = await start({ token: () => 'never good' })
  server.fail('any', refuse(401, 'Unauthorized'), refuse(401, 'Unauthorized'))
  expect((await get()).status).toBe(401)
  expect(server.requests).toHaveLength(2)
})

test('429 and 503 are waited out for as long as the server asks', async () => {
  const { server, get } = await start()
  server.fail('any', refuse(429, 'TooManyRequests', { 'retry-after': '3' }), refuse(503, 'ServiceUnavailable', { 'retry-after': '2' }))
  const started = Date.now()
  expect((await get()).status).toBe(200)
  expect(Date.now() - started).toBeGreaterThanOrEqual(45)
  expect(server.connections()).toBe(1)
})

test('a server that keeps saying 429 is believed after four more tries', async () => {
  const { server, get } = await start()
  server.fail('any', ...Array.from({ length: 9 }, () => refuse(429, 'TooManyRequests', { 'retry-after': '1' })))
  expect((await get()).status).toBe(429)
  expect(server.requests).toHaveLength(5)
})

test('a 503 without Retry-After, and one that asks for minutes, go to the caller at once', async () => {
  const { server, get } = await start()
  server.fail('any', refuse(503, 'ServiceUnavailable'), refuse(429, 'TooManyRequests', { 'retry-after': '600' }))
  expect((await get()).status).toBe(503)
  expect((await get()).status).toBe(429)
  expect(server.requests).toHaveLength(2)
})

test('a GET on a connection that breaks is sent again once; a write never is', async () => {
  const { server, transport, get, reports } = await start()
  const reset = say('', 'reset')
  const drop: typeof reset = (response) => void response.socket?.destroy()
  server.fail('any', drop)
  expect((await get()).status).toBe(200)
  server.fail('any', drop)
  await expect(transport.send({ method: 'POST', path: configMaps, body: '{}' })).rejects.toThrow()
  expect(server.requests.map((request) => request.method)).toEqual(['GET', 'GET', 'POST'])
  expect(reports.map((report) => `${report.verb} ${report.resource} ${report.status}`)).toEqual([
    'list configmaps 0',
    'list configmaps 200',
    'create configmaps 0',
  ])
})

test('large answers travel compressed and arrive whole', async () => {
  const { server, get } = await start()
  server.put('large', { data: 'x'.repeat(1_000_000) })
  const { text } = await get()
  expect(JSON.parse(text).items[0].data).toHaveLength(1_000_000)
  expect(server.requests[0]?.headers['accept-encoding']).toBe('gzip')
})

test('a body that stops in the middle fails after the time limit', async () => {
  const server = await startApiServer()
  const transport = undiciTransport(accessTo(server.url), { clock: systemClock, timeoutMs: 300 })
  Object.assign(open, { server, transport })
  server.fail('any', say('{"items": ['))
  const { body } = await transport.send({ method: 'GET', path: configMaps })
  await expect(readText(body)).rejects.toThrow(/timeout/i)
})

test('a server URL with a path keeps it before every request', async () => {
  const server = await startApiServer()
  const transport = undiciTransport(accessTo(`${server.url}/k8s/clusters/one/`), { clock: systemClock })
  Object.assign(open, { server, transport })
  await transport.send({ method: 'GET', path: configMaps })
  expect(server.requests[0]?.path).toBe(`/k8s/clusters/one${configMaps}`)
})

test('goes through the proxy that the kubeconfig names', async () => {
  const proxy = await startApiServer()
  const access = { ...accessTo('http://cluster.test:6443'), proxy: proxy.url }
  const transport = undiciTransport(access, { clock: systemClock })
  Object.assign(open, { server: proxy, transport })
  const { status } = await transport.send({ method: 'GET', path: configMaps })
  expect(status).toBe(200)
  expect(proxy.requests[0]?.headers.host).toBe('cluster.test:6443')
})
