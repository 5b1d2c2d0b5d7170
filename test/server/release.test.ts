import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { CommandsView, CommandView, EventsView, type Offer, PodsView, ReleaseDetail } from '../../controller/src/server/dto/detail.ts'
import { Problem } from '../../controller/src/server/dto/problem.ts'
import type { Json } from '../cluster/apiClient.ts'
import { embeddedCluster } from '../dsl/embedded.ts'
import { givenOn } from '../dsl/given.ts'
import { whenOn } from '../dsl/when.ts'
import { worldOn } from '../dsl/world.ts'
import { type ServerBench, serverOn } from './serverBench.ts'

/** A shop with a route whose run waits for a person at 20 %, in the hands of a real controller. */
async function bench() {
  const cluster = embeddedCluster(7)
  const world = await worldOn(cluster)
  world.controllers.start({ namespace: world.namespace })
  const given = givenOn(world)
  await given.shopWithRoute({ canary: { steps: [{ weight: 20 }, { pause: {} }, { weight: 50 }, { pause: { for: '1h' } }] } })
  const server = await serverOn(world)
  const when = whenOn(world)
  const path = `/releases/${world.namespace}/shop`
  return { cluster, world, given, when, server, path }
}

type Bench = Awaited<ReturnType<typeof bench>>
const offer = (detail: ReleaseDetail, action: string): Offer => {
  const found = detail.offers.find((one) => one.action === action)
  if (!found) throw new Error(`no offer ${action}`)
  return found
}
const possible = (detail: ReleaseDetail) =>
  detail.offers
    .filter((one) => one.possible)
    .map(({ action }) => action)
    .sort()

describe('a release', () => {
  let at: Bench
  let server: ServerBench
  const detail = async () => ReleaseDetail.parse((await server.get(at.path)).json)
  const until = (look: (detail: ReleaseDetail) => boolean) =>
    at.world.expect('the release to be so', async () => {
      const now = await detail()
      return look(now) ? undefined : `${now.phase}: ${now.message}`
    })
  beforeAll(async () => {
    at = await bench()
    server = at.server
  })
  afterEach(() => server.become('admin'))
  afterAll(async () => {
    await server.close()
    await at.world.end()
    await at.cluster.stop()
  })

  test('at rest shows the stable version with its pods, and the steps that a run would take', async () => {
    const now = await detail()
    expect(now).toMatchObject({
      phase: 'Healthy',
      workload: { kind: 'Deployment', name: 'shop' },
      routes: [{ kind: 'HTTPRoute', name: 'shop' }],
    })
    expect(now.arms).toMatchObject([{ arm: 'stable', share: 100, replicas: 4, available: 4, version: { images: ['demo:v1'] } }])
    expect(now.steps.map(({ state, text }) => `${state}: ${text}`)).toEqual([
      'next: 20 % of the traffic',
      'next: pause until somebody promotes',
      'next: 50 % of the traffic',
      'next: pause of 1h',
    ])
    expect(now.next).toBeUndefined()
    expect(possible(now)).toEqual(['restart'])
  })

  test('in a run shows where it is, both arms, what comes next and what can be done', async () => {
    await at.when.imageBecomes('v2')
    await until((now) => now.run?.step?.index === 1)
    const now = await detail()
    expect(now.steps.map(({ state }) => state)).toEqual(['done', 'now', 'next', 'next'])
    expect(now.shifts?.map(({ weight }) => weight)).toEqual([20])
    expect(now.arms).toMatchObject([
      { arm: 'canary', share: 20, replicas: 1, available: 1, version: { images: ['demo:v2'] } },
      { arm: 'stable', share: 80, replicas: 4, version: { images: ['demo:v1'] } },
    ])
    expect(now.next?.good).toBe('When somebody promotes it (serin promote shop), it goes to 50 % of the traffic.')
    expect(now.next?.bad).toContain('all traffic goes back to version')
    expect(possible(now)).toEqual(['abort', 'approve', 'pause', 'promote', 'promoteFull', 'reject'])
    expect(offer(now, 'promote')).toMatchObject({ run: 1, step: 1, revision: now.run?.to.hash, allowed: true })
    expect(offer(now, 'promote').effect).toBe('Ends step 2 of 4: it goes to 50 % of the traffic.')
    expect(offer(now, 'resume')).toMatchObject({ possible: false, because: 'It is not paused.' })
  })

  test('has an ETag: what the client has already is not sent again', async () => {
    const first = await server.get(at.path)
    const again = await server.get(at.path, { 'if-none-match': String(first.headers.etag) })
    expect(again).toMatchObject({ status: 304, text: '' })
  })

  test('shows pods by arm, and what happened', async () => {
    const pods = PodsView.parse((await server.get(`${at.path}/pods`)).json).items
    expect(pods.map(({ arm, ready }) => `${arm} ${ready}`)).toEqual(['canary true', ...Array(4).fill('stable true')])
    const events = EventsView.parse((await server.get(`${at.path}/events`)).json).items
    expect(events.map(({ reason }) => reason)).toContain('RunStarted')
    expect(events.map((one) => one.at)).toEqual(
      events
        .map((one) => one.at)
        .sort()
        .reverse(),
    )
  })

  test('gives its manifest as YAML without what the server manages', async () => {
    const { headers, text } = await server.get(`${at.path}/manifest`)
    expect(headers['content-type']).toContain('yaml')
    const object = parse(text) as Json
    expect(object).toMatchObject({ kind: 'Rollout', metadata: { name: 'shop' }, spec: { service: 'shop' } })
    expect(object.metadata.managedFields).toBeUndefined()
  })

  test('is refused to whoever lacks the right, which is named', async () => {
    server.become('carla')
    const { status, json } = await server.get(at.path)
    expect(status).toBe(403)
    expect(Problem.parse(json)).toMatchObject({
      code: 'SERIN-403-VERB',
      missing: { verb: 'get', resource: 'rollouts.serin.dev', name: 'shop' },
    })
    for (const part of ['/pods', '/events', '/commands', '/manifest', '/commands/any'])
      expect((await server.get(at.path + part)).status).toBe(403)
  })

  test('offers what the person may, and says of the rest what is missing', async () => {
    await at.given.may('anna', 'get', 'pause')
    server.become('anna')
    const now = await detail()
    expect(offer(now, 'pause')).toMatchObject({ possible: true, allowed: true })
    expect(offer(now, 'abort')).toMatchObject({ possible: true, allowed: false })
    expect(offer(now, 'abort').because).toContain('may not abort rollouts.serin.dev "shop"')
  })

  test('a command is made as the person, and its answer can be looked at', async () => {
    const aim = offer(await detail(), 'pause')
    const sent = await server.post(
      `${at.path}/commands`,
      { action: 'pause', run: aim.run, reason: 'lunch' },
      { 'x-request-id': 'request-1' },
    )
    expect(sent.status).toBe(201)
    const made = CommandView.parse(sent.json)
    expect(made).toMatchObject({ action: 'pause', by: 'admin', requestId: 'request-1', reason: 'lunch', phase: 'Pending' })
    await at.world.expect('an answer', async () => {
      const { json } = await server.get(`${at.path}/commands/${made.name}`)
      return json.phase === 'Done' ? undefined : json.message
    })
    const { items } = CommandsView.parse((await server.get(`${at.path}/commands`)).json)
    expect(items[0]).toMatchObject({ name: made.name, by: 'admin', phase: 'Done', message: 'admin paused it' })
    const now = await detail()
    expect(possible(now)).toContain('resume')
    expect(now.next?.good).toContain('Nothing, until somebody resumes it')
    await at.when.asks('resume')
    await until((next) => next.run?.paused === undefined)
  })

  test('the request that made a command is in the event that tells of its answer', async () => {
    await at.cluster.pass(3_000)
    const events = EventsView.parse((await server.get(`${at.path}/events`)).json).items
    expect(events.find(({ reason }) => reason === 'CommandDone')?.note).toContain('(request request-1)')
  })

  test('the same Idempotency-Key is the same command; for another one it is refused', async () => {
    const send = (action: string) => server.post(`${at.path}/commands`, { action, run: 1, reason: 'twice' }, { 'idempotency-key': 'key-1' })
    const [first, second] = [await send('pause'), await send('pause')]
    expect([first.status, second.status]).toEqual([201, 200])
    expect(second.json.name).toBe(first.json.name)
    const other = await server.post(`${at.path}/commands`, { action: 'pause', run: 2 }, { 'idempotency-key': 'key-1' })
    expect(other).toMatchObject({ status: 409, json: { code: 'SERIN-409-STALE' } })
    await until((now) => now.run?.paused !== undefined)
    await at.when.asks('resume')
    await until((now) => now.run?.paused === undefined)
  })

  test('a dry run makes nothing', async () => {
    const before = (await server.get(`${at.path}/commands`)).json.items.length
    expect((await server.post(`${at.path}/commands?dryRun=true`, { action: 'abort', run: 1 })).status).toBe(201)
    expect((await server.get(`${at.path}/commands`)).json.items.length).toBe(before)
  })

  test('a command is refused to whoever lacks its verb, for what is not there, and where nothing can be changed', async () => {
    server.become('ben')
    expect((await server.post(`${at.path}/commands`, { action: 'abort' })).json).toMatchObject({ status: 403, missing: { verb: 'abort' } })
    server.become('admin')
    expect((await server.post(`/releases/${at.world.namespace}/nobody/commands`, { action: 'abort' })).status).toBe(404)
    expect((await server.post(`${at.path}/commands`, { action: 'explode' })).json).toMatchObject({ code: 'SERIN-400-INPUT' })
    const shown = await serverOn(at.world, { readOnly: true })
    expect((await shown.post(`${at.path}/commands`, { action: 'abort' })).json).toMatchObject({ code: 'SERIN-403-READONLY' })
    expect(ReleaseDetail.parse((await shown.get(at.path)).json).offers.every(({ allowed }) => !allowed)).toBe(true)
    await shown.close()
  })

  test('there is no release of another name', async () => {
    expect(Problem.parse((await server.get(`/releases/${at.world.namespace}/nobody`)).json)).toMatchObject({ code: 'SERIN-404-OBJECT' })
  })
})

/** Every state of a run, and what comes of each action there: the offers against the controller itself. */
describe('what is offered is what the controller does', () => {
  test('at every state of a run: what is impossible is refused, and what is possible is done', { timeout: 120_000 }, async () => {
    const { cluster, world, when, server, path } = await bench()
    const detail = async () => ReleaseDetail.parse((await server.get(path)).json)
    const until = (what: string, look: (now: ReleaseDetail) => boolean) =>
      world.expect(
        what,
        async () => {
          const now = await detail()
          return look(now) ? undefined : `${now.phase}: ${now.message}`
        },
        120_000,
      )
    const send = async ({ action, run, step, revision }: Offer): Promise<string> => {
      const { json } = await server.post(`${path}/commands`, {
        action,
        ...(run ? { run } : {}),
        ...(step === undefined ? {} : { step }),
        ...(revision ? { revision } : {}),
      })
      let phase = ''
      await world.expect(`an answer to ${action}`, async () => {
        phase = (await server.get(`${path}/commands/${json.name}`)).json.phase
        return phase === 'Pending' ? 'none' : undefined
      })
      return phase
    }
    const impossibleOnes = async (state: string) => {
      const now = await detail()
      for (const one of now.offers.filter((each) => !each.possible))
        expect(`${state}: ${one.action} ${await send(one)}`).toBe(`${state}: ${one.action} Refused`)
    }
    const takes = async (state: string, action: string) => {
      await impossibleOnes(state)
      expect(`${state}: ${action} ${await send(offer(await detail(), action))}`).toBe(`${state}: ${action} Done`)
    }
    const move = async (version: string) => {
      await when.imageBecomes(version)
      await until('a pause', (now) => now.run?.step?.kind === 'pause')
    }

    await impossibleOnes('at rest')
    await move('v2')
    await takes('at a pause', 'pause')
    await until('to be paused', (now) => now.run?.paused !== undefined)
    await takes('paused', 'resume')
    await until('to go on', (now) => now.run !== undefined && now.run.paused === undefined)
    await takes('at a pause again', 'promote')
    await until('the next pause', (now) => now.run?.step?.index === 3)
    await takes('at a pause with an end', 'abort')
    await until('to be going back', (now) => now.run?.stage === 'RollingBack')
    await impossibleOnes('going back')
    await until('to be back', (now) => now.run === undefined)
    await takes('refused', 'retry')
    await until('a pause', (now) => now.run?.step?.kind === 'pause')
    await takes('tried again', 'promoteFull')
    await until('to be promoted', (now) => now.run === undefined && now.stable?.images[0] === 'demo:v2')
    await takes('promoted, the old one warm', 'undo')
    await until('to be back at v1', (now) => now.run === undefined && now.stable?.images[0] === 'demo:v1')
    await impossibleOnes('undone')
    await takes('undone', 'restart')
    await until('a run of the same version', (now) => now.run !== undefined)
    await server.close()
    await world.end()
    await cluster.stop()
  })
})
