import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { NotificationList, NotifierItem, NotifierList, NotifierTest } from '../../controller/src/server/dto/notifying.ts'
import { Problem } from '../../controller/src/server/dto/problem.ts'
import { embeddedCluster } from '../dsl/embedded.ts'
import { givenOn } from '../dsl/given.ts'
import { arrived, arrives, notifierObject } from '../dsl/news.ts'
import { twentyThenAsk } from '../dsl/objects.ts'
import { whenOn } from '../dsl/when.ts'
import { worldOn } from '../dsl/world.ts'
import { type ServerBench, serverOn } from './serverBench.ts'

const rbac = 'rbac.authorization.k8s.io'

/** A shop whose run waits for a person, in the hands of a real controller, which tells a team and one that cannot be reached. */
async function bench() {
  const cluster = embeddedCluster(7)
  const world = await worldOn(cluster)
  world.controllers.start({ namespace: world.namespace })
  const given = givenOn(world)
  const when = whenOn(world)
  await given.shopWithRoute({ canary: twentyThenAsk })
  await world.api.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'hooks' }, stringData: { key: 'very secret' } })
  const webhook = {
    url: 'http://hooks.test/team?token=hidden',
    hmacSecretRef: { name: 'hooks', key: 'key' },
    headers: [{ name: 'x-own', value: 'private' }],
  }
  await world.api.create(notifierObject('team', { webhook }))
  await world.api.create(notifierObject('lost', { webhook: { url: 'http://nobody.test/' }, events: ['WaitingForApproval'] }))
  await world.api.create(notifierObject('everywhere', { namespaces: [world.namespace] }, 'ClusterNotifier'))
  await when.timePasses(1_000)
  await when.imageBecomes('v2')
  await arrives(world, 'team', ['WaitingForApproval'])
  await arrives(world, 'everywhere', ['WaitingForApproval'])
  return { cluster, world, when, server: await serverOn(world) }
}

describe('notifiers', () => {
  let at: Awaited<ReturnType<typeof bench>>
  let server: ServerBench
  let where: string
  beforeAll(async () => {
    at = await bench()
    server = at.server
    where = at.world.namespace
  }, 60_000)
  afterEach(() => server.become('admin'))
  afterAll(async () => {
    await server.close()
    await at.world.end()
    await at.cluster.stop()
  })
  const list = async () => NotifierList.parse((await server.get('/notifiers')).json).items
  const path = (name: string) => `/notifiers/Namespace/${where}/${name}`

  /** Gives a user rights on Notifiers of the shop's namespace. */
  async function allow(username: string, resource: string, verbs: string[]): Promise<void> {
    const name = `${username}-${resource}-${verbs.join('-')}`
    const metadata = { name, namespace: where }
    await at.world.api.create({
      apiVersion: `${rbac}/v1`,
      kind: 'Role',
      metadata,
      rules: [{ apiGroups: ['serin.dev'], resources: [resource], verbs }],
    })
    const subjects = [{ apiGroup: rbac, kind: 'User', name: username }]
    const roleRef = { apiGroup: rbac, kind: 'Role', name }
    await at.world.api.create({ apiVersion: `${rbac}/v1`, kind: 'RoleBinding', metadata, roleRef, subjects })
  }

  /** Asks for a test and looks until it has a result. */
  async function tested(address: string): Promise<NotifierTest> {
    const sent = await server.post(`${address}/test`, {})
    expect(sent.status, sent.text).toBe(202)
    const { id, result } = NotifierTest.parse(sent.json)
    expect(result).toBe('Sending')
    let last: NotifierTest | undefined
    await at.world.expect('a result', async () => {
      last = NotifierItem.parse((await server.get(address)).json).test
      return last?.id === id && last.result !== 'Sending' ? undefined : JSON.stringify(last)
    })
    if (!last) throw new Error('unreachable: it was waited for')
    return last
  }

  test('are listed with what they tell and how they do, those that do not arrive first', async () => {
    await at.world.expect('their states', async () => {
      const states = (await list()).map(({ name, state, pending }) => `${name} ${state} ${pending}`)
      const wanted = ['lost Failing 1', 'everywhere Ready 0', 'team Ready 0']
      return JSON.stringify(states) === JSON.stringify(wanted) ? undefined : JSON.stringify(states)
    })
    const [lost, everywhere, team] = await list()
    expect(lost).toMatchObject({
      scope: 'Namespace',
      namespace: where,
      target: 'webhook',
      to: 'nobody.test',
      events: ['WaitingForApproval'],
    })
    expect(lost?.lastError?.message).toContain('nobody.test')
    expect(everywhere).toMatchObject({ scope: 'Cluster', namespaces: [where] })
    expect(everywhere?.namespace).toBeUndefined()
    expect(team?.events).toContain('RolledBack')
    expect(team?.lastSentAt).toBeDefined()
  })

  test('show nothing of what may be secret', async () => {
    const { text } = await server.get('/notifiers')
    expect(text).toContain('hooks.test')
    expect(text).not.toMatch(/hidden|very secret|private|hmac|"key"|\/team/)
  })

  test('show what each told, and what became of it', async () => {
    const told = async (address: string) => NotificationList.parse((await server.get(`${address}/notifications`)).json).items
    const expected = { namespace: where, event: 'WaitingForApproval', of: { kind: 'Rollout', name: 'shop' }, run: 1 }
    expect(await told(path('team'))).toEqual([expect.objectContaining({ ...expected, phase: 'Sent' })])
    expect(await told(path('lost'))).toEqual([
      expect.objectContaining({ ...expected, phase: 'Pending', message: expect.stringContaining('nobody.test') }),
    ])
    expect(await told('/notifiers/Cluster/-/everywhere')).toEqual([expect.objectContaining({ ...expected, phase: 'Sent' })])
    expect((await server.get(`${path('nobody')}/notifications`)).status).toBe(404)
  })

  test('a test goes to the receiver, and its result is told', async () => {
    const before = arrived(at.world, 'team').length
    expect(await tested(path('team'))).toMatchObject({ result: 'Sent' })
    const [message, ...more] = arrived(at.world, 'team').slice(before)
    expect(more).toEqual([])
    expect(message?.body.because).toContain('this is a test of Notifier team')
    expect(await tested('/notifiers/Cluster/-/everywhere')).toMatchObject({ result: 'Sent' })
    const failed = await tested(path('lost'))
    expect(failed).toMatchObject({ result: 'Failed' })
    expect(failed.message).toContain('nobody.test')
    expect((await server.post(`${path('nobody')}/test`, {})).status).toBe(404)
  })

  test('whoever has no right sees none, and is told what is missing', async () => {
    server.become('carla')
    expect(await list()).toEqual([])
    for (const [address, verb] of [
      [path('team'), 'get'],
      [`${path('team')}/notifications`, 'get'],
      ['/notifiers/Cluster/-/everywhere', 'get'],
    ] as const) {
      const { status, json } = await server.get(address)
      expect([address, status, Problem.parse(json).missing?.verb]).toEqual([address, 403, verb])
    }
  })

  test('who may look may not send, and what was told needs a right of its own; who may patch sends as himself', async () => {
    server.become('carla')
    await allow('carla', 'notifiers', ['get', 'list'])
    await at.when.timePasses(30_000)
    expect((await list()).map(({ name }) => name)).toEqual(['lost', 'team'])
    expect(Problem.parse((await server.get(`${path('team')}/notifications`)).json).missing).toMatchObject({
      verb: 'list',
      resource: 'notifications.serin.dev',
    })
    const before = arrived(at.world, 'team').length
    const refused = await server.post(`${path('team')}/test`, {})
    expect([refused.status, Problem.parse(refused.json).missing]).toEqual([
      403,
      { verb: 'patch', resource: 'notifiers.serin.dev', namespace: where, name: 'team' },
    ])
    expect(arrived(at.world, 'team')).toHaveLength(before)

    await allow('carla', 'notifiers', ['patch'])
    await at.when.timePasses(30_000)
    expect(await tested(path('team'))).toMatchObject({ result: 'Sent' })
    const { metadata } = (await at.world.api.get('Notifier', 'team')) ?? {}
    expect(
      metadata.managedFields.find(({ fieldsV1 }: { fieldsV1: object }) => JSON.stringify(fieldsV1).includes('serin.dev/test')),
    ).toMatchObject({
      manager: 'serin-dashboard',
    })
  })

  test('a server that only shows sends none', async () => {
    const shows = await serverOn(at.world, { readOnly: true })
    const { status, json } = await shows.post(`${path('team')}/test`, {})
    expect([status, json.code]).toEqual([403, 'SERIN-403-READONLY'])
    await shows.close()
  })
})
