import { createHmac } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import { Metric } from '../api/metric.ts'
import { systemClock } from '../clock.ts'
import { until } from '../kube/testing/clocks.ts'
import { virtualClock } from '../kube/testing/virtualClock.ts'
import { addressPolicy } from './addresses.ts'
import { type Answer, cut, endless, html, json, say, silent, startServer } from './testing/misbehaving.ts'
import { undiciTransport } from './undiciTransport.ts'
import { callWebhook, type WebhookResult } from './webhook.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()))
})

async function start(spec: Record<string, unknown> = {}, policy = addressPolicy({ allow: ['127.0.0.0/8'] })) {
  const server = await startServer(say(200, ''))
  const clock = virtualClock()
  // Requests take real time, waits between them the clock's.
  const transport = undiciTransport({ policy, clock: systemClock })
  open.push(server, transport)
  const { webhook } = Metric.parse({ name: 'hook', webhook: { url: `${server.url}/hook/secret-path`, ...spec } })
  if (!webhook) throw new Error('no webhook')
  const stop = new AbortController()
  const call = () =>
    callWebhook({
      spec: webhook,
      body: { analysis: 'a', run: 3 },
      secret: async () => 'sesame',
      transport,
      clock,
      reach: 'tenant',
      signal: stop.signal,
    })
  /** The result, while waits between tries are passed over; and how long these were in sum. */
  const patiently = async (): Promise<{ result: WebhookResult | { fault: string; message: string }; waited: number }> => {
    const begun = clock.now()
    let result: WebhookResult | { fault: string; message: string } | undefined
    void call().then(
      (value) => {
        result = value
      },
      ({ fault, message }: { fault: string; message: string }) => {
        result = { fault, message }
      },
    )
    for (;;) {
      await until(() => result !== undefined || clock.pending() > 0, 'it ends or waits')
      if (result) return { result, waited: clock.now() - begun }
      await clock.advance((clock.next() ?? 0) - clock.now())
    }
  }
  return { server, clock, call, patiently, stop }
}

test('sends the body as JSON, with the data of the spec, signed', async () => {
  const { server, clock, call } = await start({ body: { team: 'shop' }, hmacSecretRef: { name: 'keys', key: 'hmac' } })
  expect(await call()).toEqual({ passed: true, because: 'it answered 200' })
  const [seen] = server.seen
  expect(seen).toMatchObject({ method: 'POST', path: '/hook/secret-path', headers: { 'content-type': 'application/json' } })
  expect(JSON.parse(seen?.body ?? '')).toEqual({ analysis: 'a', run: 3, data: { team: 'shop' } })
  const t = Math.floor(clock.now() / 1000)
  const v1 = createHmac('sha256', 'sesame').update(`${t}.${seen?.body}`).digest('hex')
  expect(seen?.headers['x-serin-signature']).toBe(`t=${t},v1=${v1}`)
})

test.each([
  ['200', say(200, 'whatever'), true, 'it answered 200'],
  ['204', say(204, ''), true, 'it answered 204'],
  ['404', say(404, ''), false, 'it answered 404'],
  ['400', say(400, ''), false, 'it answered 400'],
])('without a pointer the status decides: %s', async (_, answer, passed, because) => {
  const { server, call } = await start()
  server.always(answer)
  expect(await call()).toEqual({ passed, because })
})

test.each([
  ['true', json({ ok: true }), true, '/ok of its answer is true'],
  ['false', json({ ok: false }), false, '/ok of its answer is false'],
  ['false with 422', json({ ok: false }, 422), false, '/ok of its answer is false'],
  ['true with 422', json({ ok: true }, 422), false, 'it answered 422'],
])('with a pointer the answer decides: %s', async (_, answer, passed, because) => {
  const { server, call } = await start({ pointer: '/ok' })
  server.always(answer)
  expect(await call()).toEqual({ passed, because })
})

test.each([
  ['a number', json({ ok: 1 })],
  ['a text', json({ ok: 'true' })],
  ['no field', json({})],
  ['a page', html],
  ['nothing', say(200, '')],
  ['404', say(404, 'nothing here')],
])('%s at the pointer is an answer of the wrong shape', async (_, answer) => {
  const { server, call } = await start({ pointer: '/ok' })
  server.always(answer)
  const error = await call().catch((each: unknown) => each)
  expect(error).toMatchObject({ fault: 'shape', message: expect.stringContaining('webhook.pointer') })
  expect(String(error)).not.toContain('secret-path')
  expect(server.seen).toHaveLength(1)
})

test('no answer, 429 and 5xx are tried again, after waits that double or as long as is asked for', async () => {
  const { server, patiently } = await start({ retries: 5 })
  server.next(say(500, ''), cut, say(429, '', { 'retry-after': '20' }), say(503, ''))
  expect(await patiently()).toEqual({ result: { passed: true, because: 'it answered 200' }, waited: 1_000 + 2_000 + 20_000 + 8_000 })
  expect(server.seen).toHaveLength(5)
})

test.each([
  ['500', say(500, ''), 'down'],
  ['429', say(429, ''), 'limited'],
  ['cut', cut, 'down'],
] satisfies [string, Answer, string][])('after its tries it is given up: %s', async (_, answer, fault) => {
  const { server, patiently } = await start({ retries: 2 })
  server.always(answer)
  const { result } = await patiently()
  expect(result).toMatchObject({ fault, message: expect.any(String) })
  expect(JSON.stringify(result)).not.toContain('secret-path')
  expect(server.seen).toHaveLength(3)
})

test('an answer that takes longer than the timeout, or never ends, is none', async () => {
  const { server, patiently } = await start({ retries: 1, timeout: '1s' })
  server.next(silent, endless)
  expect((await patiently()).result).toMatchObject({ fault: 'down' })
  expect(server.seen).toHaveLength(2)
})

test('a redirect is refused and not tried again', async () => {
  const { server, call } = await start()
  server.always(say(307, '', { location: 'http://169.254.169.254/' }))
  await expect(call()).rejects.toMatchObject({ fault: 'refused' })
  expect(server.seen).toHaveLength(1)
})

test('an address that may not be reached is refused and not tried again', async () => {
  const { server, call } = await start({}, addressPolicy())
  await expect(call()).rejects.toMatchObject({ fault: 'refused', message: expect.stringContaining('loopback') })
  expect(server.seen).toHaveLength(0)
})

test('giving up ends the wait for the next try', async () => {
  const { server, clock, call, stop } = await start()
  server.always(say(500, ''))
  const ended = call().catch((error: unknown) => error)
  await until(() => clock.pending() > 0, 'it waits')
  stop.abort()
  expect(await ended).toMatchObject({ fault: 'down' })
  expect(clock.pending()).toBe(0)
})
