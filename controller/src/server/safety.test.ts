import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSandbox } from '../../../sandbox/src/sandbox.ts'
import type { Obj } from '../../../sandbox/src/types.ts'
import { crdOf } from '../api/crd.ts'
import { rolloutKind } from '../api/rollout.ts'
import type { Transport } from '../kube/types.ts'
import { Problem } from './dto/problem.ts'
import { startServer } from './testing/startServer.ts'

const secret = 'not for the world'
const log: unknown[] = []
let folder: string
let server: Awaited<ReturnType<typeof startServer>>
let stop: () => Promise<void>

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'serin-page-'))
  mkdirSync(join(folder, 'page/assets'), { recursive: true })
  writeFileSync(join(folder, 'secret.txt'), secret)
  writeFileSync(join(folder, 'page/index.html'), '<!doctype html><title>Serin</title>')
  writeFileSync(join(folder, 'page/assets/index-abcd1234.js'), 'export {}')
  writeFileSync(join(folder, 'page/icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
  const sandbox = createSandbox({ tokens: { secret: { username: 'serin', groups: ['system:masters'] } } })
  sandbox.api.create(crdOf(rolloutKind) as unknown as Partial<Obj>)
  const headers = { authorization: 'Bearer secret' }
  const transport: Transport = { send: ({ watch: _, ...request }) => sandbox.handle({ ...request, headers }), close: async () => {} }
  const keep = (fields: object) => log.push(fields)
  server = await startServer({
    transport,
    log: { debug: keep, info: keep, warn: keep, error: keep },
    options: { page: join(folder, 'page'), origin: 'https://serin.example.org' },
  })
  stop = async () => {
    await server.stop()
    sandbox.stop()
    sandbox.server.stop()
  }
})
afterAll(async () => {
  await stop()
  rmSync(folder, { recursive: true, force: true })
})

/** Sends exactly these bytes; what came back until the server closed, or `ms` passed. */
function raw(text: string, { ms = 2_000, then }: { ms?: number; then?: (send: (more: string) => void) => void } = {}) {
  return new Promise<{ answer: string; closed: boolean; ms: number }>((resolve) => {
    const began = performance.now()
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => {
      socket.write(text)
      then?.((more) => socket.write(more))
    })
    let answer = ''
    const timer = setTimeout(() => done(false), ms)
    const done = (closed: boolean) => {
      clearTimeout(timer)
      socket.destroy()
      resolve({ answer, closed, ms: performance.now() - began })
    }
    socket.on('data', (piece) => {
      answer += piece
    })
    socket.on('error', () => done(true))
    socket.on('close', () => done(true))
  })
}
const once = (line: string, more = '') => raw(`${line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Test-User: anna\r\n${more}\r\n`)
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1])

describe('headers', () => {
  const kinds: [string, string, Record<string, string>, number][] = [
    ['the list', '/api/v1/releases', {}, 200],
    ['the description', '/api/v1/openapi.json', {}, 200],
    ['a refusal', '/api/v1/releases?limit=0', {}, 400],
    ['nobody logged in', '/api/v1/releases', { 'x-test-user': '' }, 401],
    ['no such route', '/api/v1/nothing', {}, 404],
    ['the page', '/', {}, 200],
    ['an address of the page', '/releases/shop/web.v2?q=1', { accept: 'text/html' }, 200],
    ['a file', '/assets/index-abcd1234.js', {}, 200],
    ['no such file', '/assets/nothing.js', {}, 404],
  ]
  test.each(kinds)('of %s forbid everything that is not ours', async (_, path, headers, status) => {
    const answer = await server.get(path, headers)
    await answer.text()
    expect(answer.status).toBe(status)
    const policy = answer.headers.get('content-security-policy') ?? ''
    for (const part of [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "form-action 'self'",
    ])
      expect(policy).toContain(part)
    expect(policy).not.toMatch(/unsafe|\*|https?:/)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'permissions-policy': expect.stringContaining('camera=()'),
      'strict-transport-security': expect.stringContaining('max-age=31536000'),
      'x-request-id': expect.any(String),
    })
    for (const name of ['x-powered-by', 'server', 'access-control-allow-origin']) expect(answer.headers.has(name)).toBe(false)
  })
  test('of what a hook refuses before anything else as well', async () => {
    const answer = await server.get('/api/v1/about', { 'x-test-user': 'refused' })
    expect([answer.status, answer.headers.get('x-content-type-options'), answer.headers.get('cache-control')]).toEqual([
      401,
      'nosniff',
      'no-store',
    ])
    await answer.text()
  })
  test('of the stream as well', async () => {
    const stopping = new AbortController()
    const answer = await fetch(`${server.url}/api/v1/stream`, { headers: { 'x-test-user': 'anna' }, signal: stopping.signal })
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'x-content-type-options': 'nosniff',
      'x-request-id': expect.any(String),
    })
    stopping.abort()
  })
  test.each([
    ['/api/v1/releases', 'private, no-cache'],
    ['/api/v1/about', 'no-store'],
    ['/api/v1/nothing', 'no-store'],
    ['/', 'no-cache'],
    ['/icon.svg', 'no-cache'],
    ['/assets/index-abcd1234.js', 'public, max-age=31536000, immutable'],
  ])('say how long %s may be kept', async (path, wanted) => {
    const answer = await server.get(path)
    await answer.text()
    expect(answer.headers.get('cache-control')).toBe(wanted)
  })
})

describe('the page', () => {
  test.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/%2e%2e%2fsecret.txt',
    '/assets/../../secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/..%5csecret.txt',
    '/..\\secret.txt',
    '//secret.txt',
    '/assets/%00/../../secret.txt',
    '/%252e%252e%252fsecret.txt',
    '/....//secret.txt',
    '/%c0%ae%c0%ae/secret.txt',
    'http://other/../secret.txt',
  ])('never leaves its folder: %s', async (path) => {
    const { answer } = await once(`GET ${path}`)
    expect(answer).not.toContain(secret)
    expect([200, 400, 404]).toContain(statusOf(answer))
  })
  test.each(['//evil.example', '/\\evil.example', '/%2f%2fevil.example', '/assets', '/assets/'])('redirects nobody: %s', async (path) => {
    const { answer } = await once(`GET ${path}`, 'Accept: text/html\r\n')
    expect(statusOf(answer)).toBeLessThan(500)
    expect(answer).not.toMatch(/^location:/im)
    expect(statusOf(answer).toString()).not.toMatch(/^3/)
  })
  test('is not given for what asks for something else', async () => {
    const answer = await server.get('/favicon.ico', { accept: 'image/*' })
    expect([answer.status, Problem.parse(await answer.json()).code]).toEqual([404, 'SERIN-404-ROUTE'])
  })
  test('is never given for an address of the API', async () => {
    for (const path of ['/api', '/api/', '/api/v2/releases', '/api/v1/', '/api/v1/releases/x/y/z/w']) {
      const answer = await server.get(path, { accept: 'text/html' })
      expect([path, answer.status, answer.headers.get('content-type')]).toEqual([
        path,
        404,
        expect.stringContaining('application/problem+json'),
      ])
      await answer.text()
    }
  })
})

describe('what is too large', () => {
  test('headers', async () => {
    expect(statusOf((await once('GET /api/v1/releases', `X-Long: ${'x'.repeat(70_000)}\r\n`)).answer)).toBe(431)
  })
  test('an address', async () => {
    expect([400, 404, 414, 431]).toContain(statusOf((await once(`GET /api/v1/releases?q=${'x'.repeat(70_000)}`)).answer))
    expect([400, 404, 414]).toContain(statusOf((await once(`GET /api/v1/${'x'.repeat(20_000)}`)).answer))
  })
})

describe('a body', () => {
  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    fetch(`${server.url}/api/v1${path}`, {
      method: 'POST',
      body,
      headers: { 'x-test-user': 'anna', 'content-type': 'application/json', ...headers },
    })
  const codeOf = async (answer: Response) => `${answer.status} ${Problem.parse(await answer.json()).code}`
  const commands = '/releases/shop/web/commands'

  test('that is too large is refused', async () => {
    expect(await codeOf(await post(commands, JSON.stringify({ reason: 'x'.repeat(300_000) })))).toBe('413 SERIN-413-SIZE')
  })
  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/xml'])(
    'of another type is refused: %s',
    async (type) => {
      expect(await codeOf(await post(commands, 'action=promote', { 'content-type': type }))).toBe('415 SERIN-415-TYPE')
    },
  )
  test.each([
    ['no JSON', '{'],
    ['nothing', ''],
    ['no object', '[]'],
    ['null', 'null'],
    ['another prototype', '{"action":"promote","__proto__":{"allowed":true}}'],
    ['another constructor', '{"action":"promote","constructor":{"prototype":{"allowed":true}}}'],
    ['what nobody asked for', '{"action":"promote","evil":1}'],
    ['arrays in arrays', '['.repeat(100_000) + ']'.repeat(100_000)],
    ['objects in objects', `${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}`],
  ])('that is %s is refused, and changes nothing here', async (_, body) => {
    expect(await codeOf(await post(commands, body))).toBe('400 SERIN-400-INPUT')
    expect(({} as { allowed?: boolean }).allowed).toBeUndefined()
  })
  test('of YAML that grows without end is refused in no time', async () => {
    const bomb = [
      'a0: &a0 [x,x,x,x,x,x,x,x,x]',
      ...Array.from({ length: 9 }, (_, n) => `a${n + 1}: &a${n + 1} [${Array(9).fill(`*a${n}`)}]`),
    ]
    const began = performance.now()
    const answer = await post('/templates/check', JSON.stringify({ yaml: bomb.join('\n') }))
    expect(answer.status).toBeLessThan(500)
    await answer.text()
    expect(performance.now() - began).toBeLessThan(5_000)
  })
})

describe('who is slow', () => {
  test('with headers is cut', { timeout: 30_000 }, async () => {
    const { closed, ms, answer } = await raw('GET /api/v1/releases HTTP/1.1\r\nHost: x\r\n', { ms: 20_000 })
    expect([closed, answer === '' || statusOf(answer) === 408]).toEqual([true, true])
    expect(ms).toBeLessThan(15_000)
  })
  test('with a body is cut', { timeout: 40_000 }, async () => {
    const head = 'POST /api/v1/releases HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{'
    const { closed, ms } = await raw(head, { ms: 30_000 })
    expect(closed).toBe(true)
    expect(ms).toBeLessThan(26_000)
  })
})

describe('nonsense', () => {
  test.each([
    ['without a Host', 'GET /api/v1/releases HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ['two lengths', 'POST /api/v1/releases HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx'],
    ['length and chunks', 'POST /api/v1/releases HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['an unknown method', 'EVIL /api/v1/releases HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a line that is none', 'hello\r\n\r\n'],
    ['a TLS greeting', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ])('is refused: %s', async (_, text) => {
    const { answer } = await raw(text)
    expect(statusOf(answer)).toBe(400)
  })
  test.each(['TRACE', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'POST'])(
    'a method that a route does not have does nothing: %s',
    async (method) => {
      const { answer } = await once(`${method} /api/v1/releases`, 'Content-Length: 0\r\n')
      expect(statusOf(answer)).toBe(404)
      expect(answer).not.toMatch(/^access-control/im)
    },
  )
  test('a body that should be JSON and is empty is refused, but of a DELETE, which has none', async () => {
    const statusOfEmpty = async (method: string) =>
      statusOf((await once(`${method} /api/v1/releases`, 'Content-Type: application/json\r\nContent-Length: 0\r\n')).answer)
    expect([await statusOfEmpty('DELETE'), await statusOfEmpty('POST')]).toEqual([404, 400])
    const { answer } = await raw(
      'DELETE /api/v1/releases HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Test-User: anna\r\nContent-Type: application/json\r\nContent-Length: 1\r\n\r\n{',
    )
    expect(statusOf(answer)).toBe(400)
  })
  test('HEAD is GET without a body', async () => {
    const { answer } = await once('HEAD /api/v1/releases')
    expect([statusOf(answer), answer.split('\r\n\r\n')[1]]).toEqual([200, ''])
  })
  test.each(['/api/v1/releases?q=%0d%0aSet-Cookie:%20a=b', '/api/v1/%0d%0aSet-Cookie:%20a=b', '/%0d%0aSet-Cookie:%20a=b'])(
    'line breaks in an address become no header: %s',
    async (path) => {
      const { answer } = await once(`GET ${path}`)
      expect(answer).not.toMatch(/^set-cookie/im)
    },
  )
  test('a request id of another is taken only when it is harmless', async () => {
    const idOf = async (given: string) => (await server.get('/api/v1/about', { 'x-request-id': given })).headers.get('x-request-id')
    expect(await idOf('abc-123')).toBe('abc-123')
    for (const evil of ['a b', '<script>', 'x'.repeat(65), '../..']) expect(await idOf(evil)).toMatch(/^[0-9a-f-]{36}$/)
  })
  test('names of an address are shown back only in JSON, with a type that no browser guesses about', async () => {
    const answer = await server.get('/api/v1/<script>alert(1)</script>')
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    Problem.parse(await answer.json())
  })
})

test('the log names routes and people, and never what was asked for', async () => {
  log.length = 0
  const answer = await server.get('/api/v1/releases?q=hunter2', { authorization: 'Bearer hunter2', cookie: 'session=hunter2' })
  await answer.text()
  await expect.poll(() => log.length).toBe(1)
  expect(log[0]).toEqual({
    method: 'GET',
    route: '/api/v1/releases',
    status: 200,
    ms: expect.any(Number),
    requestId: answer.headers.get('x-request-id'),
    user: 'anna',
  })
})
