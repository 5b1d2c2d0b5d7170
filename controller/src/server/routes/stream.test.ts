import { Registry } from 'prom-client'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createSandbox, type Sandbox } from '../../../../sandbox/src/sandbox.ts'
import type { Obj } from '../../../../sandbox/src/types.ts'
import { crdOf } from '../../api/crd.ts'
import { apiVersion, rolloutKind } from '../../api/rollout.ts'
import type { Transport } from '../../kube/types.ts'
import { Problem } from '../dto/problem.ts'
import { Release } from '../dto/release.ts'
import { serverMetrics } from '../plumbing/metrics.ts'
import { openStream } from '../testing/readEvents.ts'
import { type ServerOptions, startServer } from '../testing/startServer.ts'

let sandbox: Sandbox
const stops: (() => Promise<void>)[] = []
const registry = new Registry()
beforeEach(() => {
  sandbox = createSandbox({ tokens: { secret: { username: 'serin', groups: ['system:masters'] } } })
  sandbox.api.create(crdOf(rolloutKind) as unknown as Partial<Obj>)
  sandbox.api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } as Obj['metadata'] })
  for (const name of ['web', 'cart']) {
    const object = { apiVersion, kind: 'Rollout', metadata: { name, namespace: 'shop' }, spec: { workload: { name } } }
    sandbox.api.create(object as unknown as Partial<Obj>)
  }
})
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop()
  sandbox.stop()
  sandbox.server.stop()
})

async function start(more: Partial<ServerOptions> = {}) {
  const headers = { authorization: 'Bearer secret' }
  const transport: Transport = { send: ({ watch: _, ...request }) => sandbox.handle({ ...request, headers }), close: async () => {} }
  const server = await startServer({ transport, ...more })
  stops.push(server.stop)
  const open = async (headers: Record<string, string> = {}) => {
    const page = await openStream(server.url, headers)
    stops.push(page.close)
    return page
  }
  return { ...server, open }
}

const setStatus = (name: string, message: string) =>
  sandbox.api.patch(
    { apiVersion, kind: 'Rollout', namespace: 'shop', name },
    { type: 'merge', body: { status: { phase: 'Healthy', message } } },
    { subresource: 'status' },
  )

describe('GET /stream', () => {
  test('tells a page what is written to the cluster within 100 ms', async () => {
    const { open } = await start()
    const page = await open()
    await expect.poll(() => page.of('hello')).toHaveLength(1)
    const late: number[] = []
    for (let n = 0; n < 20; n++) {
      const began = performance.now()
      setStatus('web', `look ${n}`)
      await expect.poll(() => page.of('release').at(-1)?.data.message, { interval: 2 }).toBe(`look ${n}`)
      late.push((page.of('release').at(-1)?.at ?? 0) - began)
    }
    const event = Release.parse(page.of('release').at(-1)?.data)
    expect(event).toMatchObject({ namespace: 'shop', name: 'web', phase: 'Healthy', message: 'look 19' })
    expect(late.toSorted((a, b) => a - b)[10]).toBeLessThan(100)
  })
  test('goes on where a page was cut off', async () => {
    const { open } = await start()
    const first = await open()
    setStatus('web', 'one')
    await expect.poll(() => first.of('release')).toHaveLength(1)
    await first.close()
    setStatus('web', 'two')
    setStatus('web', 'three')
    const second = await open({ 'last-event-id': first.of('release')[0]?.id ?? '' })
    await expect.poll(() => second.received.length).toBe(2)
    expect(second.received.map(({ event, data }) => [event, data.resumed ?? data.message])).toEqual([
      ['hello', true],
      ['release', 'three'],
    ])
  })
  test('tells the end of a release', async () => {
    const { open } = await start()
    const page = await open()
    sandbox.api.delete({ apiVersion, kind: 'Rollout', namespace: 'shop', name: 'cart' })
    await expect.poll(() => page.of('gone').map(({ data }) => data)).toEqual([{ namespace: 'shop', name: 'cart' }])
  })
  test('wants a login', async () => {
    const { url } = await start()
    const answer = await fetch(`${url}/api/v1/stream`)
    expect([answer.status, Problem.parse(await answer.json()).code]).toEqual([401, 'SERIN-401-LOGIN'])
  })
  test('has so many pages and no more; one that closes makes room', async () => {
    const { open } = await start({ options: { streams: { perPerson: 2 } } })
    const first = await open()
    await open()
    const third = await open()
    expect(third.answer.status).toBe(429)
    expect((await open({ 'x-test-user': 'ben' })).answer.status).toBe(200)
    await first.close()
    await expect.poll(async () => (await open()).answer.status).toBe(200)
  })
  test('ends with the session', async () => {
    const { open } = await start({ sessionMs: 300 })
    const page = await open()
    await expect.poll(() => page.ended(), { timeout: 3_000 }).toBe(true)
  })
  test('ends with the server, which does not wait for pages', async () => {
    const { open, app } = await start()
    const page = await open()
    const began = performance.now()
    await app.close()
    await expect.poll(() => page.ended()).toBe(true)
    expect(performance.now() - began).toBeLessThan(2_000)
  })
  test('counts pages, events and requests', async () => {
    const { open, get } = await start({ metrics: (releases) => serverMetrics({ registry, releases }) })
    const page = await open()
    setStatus('web', 'one')
    await expect.poll(() => page.of('release')).toHaveLength(1)
    expect(await (await get('/api/v1/about')).json()).toMatchObject({ streams: 1, rollouts: 2, synced: true })
    const text = await registry.metrics()
    expect(text).toContain('serin_dashboard_streams 1')
    expect(text).toContain('serin_dashboard_events_sent_total 1')
    expect(text).toContain('serin_dashboard_releases 2')
    expect(text).toMatch(/serin_dashboard_request_seconds_count\{method="GET",route="\/api\/v1\/about",status="200"\} 1/)
  })
})

test('a person with too many requests is refused, and another is not', async () => {
  const { get } = await start({ options: { rates: { reads: 5 } } })
  const statuses: number[] = []
  for (let n = 0; n < 6; n++) {
    const answer = await get('/api/v1/releases')
    statuses.push(answer.status)
    if (answer.status === 429) {
      expect(Problem.parse(await answer.json())).toMatchObject({ code: 'SERIN-429-RATE', detail: expect.stringContaining('anna') })
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    } else await answer.text()
  }
  expect(statuses).toEqual([200, 200, 200, 200, 200, 429])
  expect((await get('/api/v1/releases', { 'x-test-user': 'ben' })).status).toBe(200)
})
