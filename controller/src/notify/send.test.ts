import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../clock.ts'
import { virtualClock } from '../kube/testing/virtualClock.ts'
import { addressPolicy } from '../metrics/addresses.ts'
import { SourceError } from '../metrics/errors.ts'
import { secretCache } from '../metrics/secrets.ts'
import { startServer, type TestServer } from '../metrics/testing/misbehaving.ts'
import { undiciTransport } from '../metrics/undiciTransport.ts'
import { probe, type Sender, send } from './send.ts'
import { verify } from './targets/webhook.ts'
import { notifier, recovered, told } from './testing/told.ts'

const clock = virtualClock()
const key = { name: 'keys', key: 'token' }
const address = { name: 'keys', key: 'url' }
let server: TestServer
let sender: Sender
let values: Record<string, string>
let reads: string[]
const ends: (() => Promise<void>)[] = []

beforeEach(async () => {
  server = await startServer((_, response) => void response.end('ok'))
  values = { token: 'very-secret-token', url: `${server.url}/services/very-secret-path` }
  reads = []
  const transport = undiciTransport({ policy: addressPolicy({ allow: ['127.0.0.0/8'] }), clock: systemClock })
  ends.push(() => transport.close())
  sender = senderOver(transport)
})
afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()))
  await server.close()
})

function senderOver(transport: Sender['transport']): Sender {
  const read = async (namespace: string, name: string) => {
    reads.push(`${namespace}/${name}`)
    const data = Object.fromEntries(Object.entries(values).map(([of, value]) => [of, Buffer.from(value).toString('base64')]))
    return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, data }
  }
  return {
    transport,
    clock,
    secrets: secretCache(read, clock),
    systemNamespace: 'serin-system',
    mail: { send: () => Promise.reject(new Error('no mail here')) },
  }
}

async function failure(promise: Promise<void>): Promise<SourceError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof SourceError)) throw new Error(`not a SourceError: ${String(error)}`)
  return error
}
const jsonOf = (at = 0) => JSON.parse(server.seen[at]?.body ?? '')
const answering = (status: number, body: string, headers: Record<string, string> = {}) =>
  server.always((_, response) => void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body))

const hook = () => notifier({ webhook: { url: `${server.url}/hook/path`, hmacSecretRef: key } })

describe('a webhook', () => {
  test('gets what happened, its id, and a signature that a receiver can verify, once', async () => {
    await send(hook(), [told()], sender)
    const [seen] = server.seen
    expect(jsonOf()).toMatchObject({ event: 'RolledBack', namespace: 'shop', run: 7, delivery: seen?.headers['serin-delivery'] })
    const { headers = {}, body = '' } = seen ?? {}
    expect(verify('very-secret-token', headers, body, clock.now())).toBe(true)
    expect(verify('another', headers, body, clock.now())).toBe(false)
    expect(verify('very-secret-token', headers, `${body} `, clock.now())).toBe(false)
    // An old one that somebody sends again, as it was or with a younger time.
    expect(verify('very-secret-token', headers, body, clock.now() + 301_000)).toBe(false)
    const younger = { ...headers, 'serin-timestamp': String(Math.floor(clock.now() / 1000) + 300) }
    expect(verify('very-secret-token', younger, body, clock.now() + 301_000)).toBe(false)
    expect(verify('very-secret-token', {}, body, clock.now())).toBe(false)
  })

  test.each([
    [429, 'limited', { 'retry-after': '7' }, 7_000],
    [403, 'limited', { 'retry-after': '7' }, 7_000],
    [503, 'down', { 'retry-after': '7' }, 7_000],
    [500, 'down', {}, undefined],
    [408, 'down', {}, undefined],
    [302, 'refused', { location: 'http://169.254.169.254/' }, undefined],
    [404, 'refused', {}, undefined],
    [400, 'refused', {}, undefined],
  ] as const)('that answers %i is %s', async (status, fault, headers, wait) => {
    answering(status, '{"very-secret-token": "very-secret-token is wrong"}', headers)
    const error = await failure(send(hook(), [told()], sender))
    expect([error.fault, error.retryAfterMs]).toEqual([fault, wait])
    expect(error.message).not.toContain('very-secret')
    // A redirect is not followed.
    expect(server.seen).toHaveLength(1)
  })

  test('that breaks off, or is not there, is down', async () => {
    server.always((_, response) => void response.destroy())
    expect((await failure(send(hook(), [told()], sender))).fault).toBe('down')
    await server.close()
    expect((await failure(send(hook(), [told()], sender))).fault).toBe('down')
  })

  test('that never answers is given up in time', async () => {
    const quick = undiciTransport({ policy: addressPolicy({ allow: ['127.0.0.0/8'] }), clock })
    ends.push(() => quick.close())
    const arrived = Promise.withResolvers<void>()
    server.always(() => arrived.resolve())
    const failed = failure(send(hook(), [told()], senderOver(quick)))
    await arrived.promise
    await clock.advance(20_000)
    expect((await failed).message).toContain('no answer within 15 s')
  })

  test('on the machine itself or at cloud metadata is refused to tenants; a ClusterNotifier may reach its own network', async () => {
    const strict = undiciTransport({ policy: addressPolicy({ deny: ['10.0.0.1'] }), clock: systemClock })
    ends.push(() => strict.close())
    for (const host of ['127.0.0.1', '169.254.169.254', '[::1]', '0x7f000001', '10.0.0.1']) {
      const error = await failure(send(notifier({ webhook: { url: `http://${host}:9/` } }), [told()], senderOver(strict)))
      expect(error.message).toMatch(/may not be reached from here/)
    }
    await send(notifier({ webhook: { url: `${server.url}/x` } }, null), [told()], senderOver(strict))
    expect(server.seen).toHaveLength(1)
  })

  test('reads Secrets of its own namespace, a ClusterNotifier those of Serin', async () => {
    await send(hook(), [told()], sender)
    await send(notifier({ webhook: { url: server.url, hmacSecretRef: key } }, null), [told()], sender)
    expect(reads).toEqual(['shop/keys', 'serin-system/keys'])
  })

  test('whose Secret is not good is read anew the next time', async () => {
    answering(401, '')
    await failure(send(hook(), [told()], sender))
    values.token = 'mended'
    await failure(send(hook(), [told()], sender))
    expect(reads).toHaveLength(2)
    expect(verify('mended', server.seen[1]?.headers ?? {}, server.seen[1]?.body ?? '', clock.now())).toBe(true)
  })
})

describe('Slack', () => {
  test('by webhook: the path, which is the secret, is nowhere in what is said', async () => {
    const slack = notifier({ slack: { webhookSecretRef: address } })
    await send(slack, [told()], sender)
    expect(server.seen[0]?.path).toBe('/services/very-secret-path')
    server.always((_, response) => void response.writeHead(404, { 'content-type': 'text/plain' }).end('no_service at very-secret-path'))
    const error = await failure(send(slack, [told()], sender))
    expect(error.message).toContain('slack answers 404: no_service')
  })

  test('by token: an answer 200 that says no is no', async () => {
    const slack = notifier({ slack: { tokenSecretRef: key, channel: '#a', url: server.url } })
    answering(200, '{"ok":true}')
    await send(slack, [told()], sender)
    expect([server.seen[0]?.path, server.seen[0]?.headers.authorization]).toEqual(['/api/chat.postMessage', 'Bearer very-secret-token'])
    answering(200, '{"ok":false,"error":"channel_not_found"}')
    expect((await failure(send(slack, [told()], sender))).message).toBe('Slack says channel_not_found')
  })
})

test('Teams takes a card with 202', async () => {
  answering(202, '')
  await send(notifier({ teams: { webhookSecretRef: address } }), [told(), recovered()], sender)
  expect(jsonOf().attachments[0].content.body[1].text).toContain('was rolled back')
})

test('PagerDuty: a problem and its end have one dedup_key; a test is resolved at once', async () => {
  answering(202, '{"status":"success"}')
  const pagerDuty = notifier({ pagerDuty: { routingKeySecretRef: key, url: server.url } })
  await send(pagerDuty, [told()], sender)
  await send(pagerDuty, [told()], sender)
  await send(pagerDuty, [recovered()], sender)
  const sent = server.seen.map(({ body }) => JSON.parse(body))
  expect(sent.map(({ event_action }) => event_action)).toEqual(['trigger', 'trigger', 'resolve'])
  expect(new Set(sent.map(({ dedup_key }) => dedup_key)).size).toBe(1)
  expect(sent.every(({ routing_key }) => routing_key === 'very-secret-token')).toBe(true)
  await probe(pagerDuty, told({ event: 'Promoted', id: 'a test' }), sender)
  const [opened, closed] = server.seen.slice(3).map(({ body }) => JSON.parse(body))
  expect([opened.event_action, closed.event_action, opened.dedup_key === closed.dedup_key]).toEqual(['trigger', 'resolve', true])
})

test('Opsgenie: a problem is an alert by alias, and closed by it', async () => {
  answering(202, '{}')
  const opsgenie = notifier({ opsgenie: { apiKeySecretRef: key, url: server.url } })
  await send(opsgenie, [told()], sender)
  await send(opsgenie, [recovered()], sender)
  expect(server.seen[0]?.headers.authorization).toBe('GenieKey very-secret-token')
  expect(server.seen[1]?.path).toBe(`/v2/alerts/${encodeURIComponent(jsonOf(0).alias)}/close?identifierType=alias`)
})

describe('GitHub', () => {
  /** As its API documents deployments, as far as this goes. */
  function deployments() {
    const all: { id: number; task: string; environment: string; ref: string; statuses: { state: string; description: string }[] }[] = []
    server.always((seen, response) => {
      const url = new URL(seen.path, server.url)
      const reply = (status: number, body: unknown) =>
        void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      const [, , owner, repo, , id, statuses] = url.pathname.split('/')
      if (`${owner}/${repo}` !== 'shop/checkout' || seen.headers.authorization !== 'Bearer very-secret-token')
        return reply(401, { message: 'Bad credentials' })
      const body = seen.body === '' ? {} : JSON.parse(seen.body)
      const known = all.find((one) => String(one.id) === id)
      if (id === undefined && seen.method === 'GET') {
        const { searchParams } = url
        return reply(
          200,
          all.filter(({ task, environment }) => task === searchParams.get('task') && environment === searchParams.get('environment')),
        )
      }
      if (id === undefined) {
        if (body.ref === 'nowhere') return reply(422, { message: 'No ref found for: nowhere' })
        all.push({ id: all.length + 1, statuses: [], ...body })
        return reply(201, all.at(-1))
      }
      if (!known || statuses !== 'statuses') return reply(404, { message: 'Not Found' })
      if (seen.method === 'GET') return reply(200, known.statuses)
      known.statuses.push(body)
      return reply(201, body)
    })
    return all
  }
  const github = () => notifier({ github: { repo: 'shop/checkout', tokenSecretRef: key, url: server.url } })

  test('a run is one deployment, however often it is told', async () => {
    const all = deployments()
    for (const event of ['RunStarted', 'RunStarted', 'Promoted', 'Promoted'] as const) await send(github(), [told({ event })], sender)
    await send(github(), [told({ event: 'RunStarted', run: 8 })], sender)
    expect(all.map(({ ref, statuses }) => [ref, statuses.map(({ state }) => state)])).toEqual([
      ['d4e5f6', ['in_progress', 'success']],
      ['d4e5f6', ['in_progress']],
    ])
  })

  test('says what GitHub says, and what to do about an image without a tag', async () => {
    deployments()
    expect((await failure(send(github(), [told({ to: ['checkout:nowhere'] })], sender))).message).toBe(
      'GitHub answers 422: No ref found for: nowhere',
    )
    expect((await failure(send(github(), [told({ to: ['registry:5000/checkout@sha256:00'] })], sender))).message).toContain('has no tag')
    values.token = 'wrong'
    sender = senderOver(sender.transport)
    expect((await failure(send(github(), [told()], sender))).message).toBe('GitHub answers 401: Bad credentials')
  })

  test('a test leaves nothing there', async () => {
    const all = deployments()
    await probe(github(), told({ event: 'Promoted' }), sender)
    expect([all.length, server.seen.map(({ method }) => method)]).toEqual([0, ['GET']])
  })
})
