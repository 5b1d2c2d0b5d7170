import { afterEach, expect, test } from 'vitest'
import { systemClock } from '../../clock.ts'
import { until } from '../../kube/testing/clocks.ts'
import { json, type Seen, say, silent, startServer, type TestServer } from '../testing/misbehaving.ts'
import { testSources } from '../testing/testSources.ts'
import { signV4 } from './sigV4.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()))
})

const vector = json({ status: 'success', data: { resultType: 'vector', result: [] } })

async function start(auth: (tokens: string) => Record<string, unknown>, more: Record<string, unknown> = {}) {
  const server = await startServer(vector)
  const tokens = await startServer(json({ access_token: 'token-1', token_type: 'Bearer', expires_in: 300 }))
  // Requests are real, so the transport's time is; all that waits here has its own.
  const bed = testSources({ transportClock: systemClock })
  open.push(server, tokens, bed)
  bed.putSecret('shop', 'keys', { user: 'me', password: 'sesame: öffne', token: 'tok\n', id: 'client id', secret: 's/e+c&r=t' })
  bed.putSecret('shop', 'aws', { id: 'AKIDEXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', session: 'session' })
  bed.put('MetricSource', 'default', { prometheus: { url: server.url }, auth: auth(`${tokens.url}/token`), ...more })
  let asked = 0
  // Each a different query, so that none is answered from the cache.
  const ask = async () => (await bed.client()).values({ query: `up + ${++asked}`, at: bed.clock.now(), interval: 30_000 })
  return { server, tokens, bed, ask }
}

const ref = (key: string, name = 'keys') => ({ name, key })
const sentBy = (server: TestServer) => server.seen.map((seen) => seen.headers.authorization)

test('basic: user and password in UTF-8', async () => {
  const { server, ask } = await start(() => ({ basic: { usernameRef: ref('user'), passwordRef: ref('password') } }))
  await ask()
  expect(sentBy(server)).toEqual([`Basic ${Buffer.from('me:sesame: öffne').toString('base64')}`])
})

test('bearer: the token without the line break at its end', async () => {
  const { server, ask } = await start(() => ({ bearer: { tokenRef: ref('token') } }))
  await ask()
  expect(sentBy(server)).toEqual(['Bearer tok'])
})

test('sigV4: what arrives carries the signature of exactly that', async () => {
  const keys = { accessKeyIdRef: ref('id', 'aws'), secretAccessKeyRef: ref('secret', 'aws'), sessionTokenRef: ref('session', 'aws') }
  const { server, bed, ask } = await start(() => ({ sigV4: { region: 'eu-west-1', ...keys } }), {
    headers: [{ name: 'X-Team', value: 'a  b' }],
  })
  await ask()
  const [seen] = server.seen as [Seen]
  const signed = /SignedHeaders=([^,]+)/.exec(seen.headers.authorization ?? '')?.[1]?.split(';') ?? []
  expect(signed).toEqual(['content-type', 'host', 'x-amz-date', 'x-amz-security-token', 'x-team'])
  const again = signV4({
    method: seen.method,
    url: server.url + seen.path,
    headers: { 'content-type': seen.headers['content-type'] ?? '', 'x-team': seen.headers['x-team'] ?? '' },
    body: seen.body,
    region: 'eu-west-1',
    service: 'aps',
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
    sessionToken: 'session',
    now: bed.clock.now(),
  })
  expect(seen.headers).toMatchObject(again)
})

const oauth = (url: string) => ({
  oauth2: { tokenUrl: url, clientIdRef: ref('id'), clientSecretRef: ref('secret'), scopes: ['read', 'more'], audience: 'metrics' },
})

test('oauth2: one request for a token serves all that come, until 30 s before it expires', async () => {
  const { server, tokens, bed, ask } = await start(oauth)
  await Promise.all([ask(), ask(), ask()])
  await bed.clock.advance(269_999)
  await ask()
  expect(tokens.seen).toHaveLength(1)
  expect(tokens.seen[0]).toMatchObject({ method: 'POST', path: '/token' })
  expect(Object.fromEntries(new URLSearchParams(tokens.seen[0]?.body))).toEqual({
    grant_type: 'client_credentials',
    scope: 'read more',
    audience: 'metrics',
  })
  expect(tokens.seen[0]?.headers.authorization).toBe(`Basic ${Buffer.from('client+id:s%2Fe%2Bc%26r%3Dt').toString('base64')}`)
  expect(sentBy(server)).toEqual(Array(4).fill('Bearer token-1'))
  tokens.always(json({ access_token: 'token-2', expires_in: 300 }))
  await bed.clock.advance(1)
  await ask()
  expect(sentBy(server)[4]).toBe('Bearer token-2')
})

test('oauth2: after a 401 one new token is fetched and the request sent once more', async () => {
  const { server, tokens, ask } = await start(oauth)
  await ask()
  tokens.always(json({ access_token: 'token-2', expires_in: 300 }))
  server.next(say(401, ''))
  await ask()
  expect(sentBy(server)).toEqual(['Bearer token-1', 'Bearer token-1', 'Bearer token-2'])
  server.next(say(401, ''), say(401, ''))
  await expect(ask()).rejects.toMatchObject({ fault: 'refused', message: expect.stringContaining('401') })
  expect(server.seen).toHaveLength(5)
})

test('oauth2: a token that lives shorter than a minute is used for half its life', async () => {
  const { tokens, bed, ask } = await start(oauth)
  tokens.always(json({ access_token: 'short', expires_in: 20 }))
  await ask()
  await bed.clock.advance(9_999)
  await ask()
  expect(tokens.seen).toHaveLength(1)
  await bed.clock.advance(1)
  await ask()
  expect(tokens.seen).toHaveLength(2)
})

test.each([
  ['a refusal', json({ error: 'invalid_client', error_description: 's/e+c&r=t is wrong' }, 401), 'refused', 'invalid_client'],
  ['a failure', say(503, 'busy'), 'down', '503'],
  ['too many requests', say(429, '', { 'retry-after': '7' }), 'limited', '429'],
  ['a page', say(200, '<html>'), 'refused', 'without a bearer token'],
  ['another kind of token', json({ access_token: 'x', token_type: 'mac' }), 'refused', 'without a bearer token'],
  ['a redirect', say(302, '', { location: 'http://127.0.0.1:1/' }), 'refused', '302'],
] as const)('oauth2: %s of the token endpoint is said, and the source not asked', async (_, answer, fault, words) => {
  const { server, tokens, ask } = await start(oauth)
  tokens.always(answer)
  const error = await ask().catch((each: unknown) => each)
  expect(error).toMatchObject({ fault, message: expect.stringContaining(words) })
  expect(String(error)).not.toContain('s/e+c')
  expect(server.seen).toHaveLength(0)
})

test('oauth2: the address policy holds for the token endpoint', async () => {
  const { ask } = await start(() => oauth('http://169.254.169.254/token'))
  await expect(ask()).rejects.toMatchObject({ fault: 'refused', message: expect.stringContaining('metadata') })
})

test('oauth2: a token endpoint that does not answer is down after the timeout', async () => {
  const { tokens, bed, ask } = await start(oauth, { timeout: '1s' })
  tokens.always(silent)
  const asked = ask().catch((error: unknown) => error)
  await until(() => tokens.seen.length === 1, 'the token is asked for')
  expect(await asked).toMatchObject({ fault: 'down' })
  await bed.clock.settle()
})
