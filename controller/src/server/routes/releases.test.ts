import { gunzipSync } from 'node:zlib'
import { afterEach, describe, expect, onTestFinished, test } from 'vitest'
import { createSandbox, type Sandbox } from '../../../../sandbox/src/sandbox.ts'
import type { Obj } from '../../../../sandbox/src/types.ts'
import { crdOf } from '../../api/crd.ts'
import { rolloutKind } from '../../api/rollout.ts'
import type { Transport } from '../../kube/types.ts'
import { Problem } from '../dto/problem.ts'
import { ReleasePage } from '../dto/release.ts'
import { type ServerOptions, startServer } from '../testing/startServer.ts'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

async function start(more: Partial<ServerOptions> = {}) {
  const sandbox = createSandbox({ seed: 1, tokens: { secret: { username: 'serin', groups: ['system:masters'] } } })
  onTestFinished(() => sandbox.server.stop())
  sandbox.api.create(crdOf(rolloutKind) as unknown as Partial<Obj>)
  for (const name of ['shop', 'mail', 'find']) namespaced(sandbox, name)
  for (let n = 0; n < 30; n++) put(sandbox, ['shop', 'mail', 'find'][n % 3] ?? '', `app-${n}`)
  const headers = { authorization: 'Bearer secret' }
  const transport: Transport = { send: ({ watch: _, ...request }) => sandbox.handle({ ...request, headers }), close: async () => {} }
  const server = await startServer({ transport, ...more })
  stops.push(server.stop, async () => sandbox.stop())
  return { ...server, sandbox }
}

const namespaced = (sandbox: Sandbox, name: string) =>
  sandbox.api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } as Obj['metadata'] })

function put(sandbox: Sandbox, namespace: string, name: string) {
  return sandbox.api.create({
    apiVersion: 'serin.dev/v1alpha1',
    kind: 'Rollout',
    metadata: { name, namespace, labels: { team: `team-${namespace}` } } as unknown as Obj['metadata'],
    spec: { workload: { name } },
  })
}

const listed = async (answer: Response) => ReleasePage.parse(await answer.json())

describe('GET /releases', () => {
  test('gives pages of what the cluster has, of the shape that is promised', async () => {
    const { get } = await start()
    const first = await listed(await get('/api/v1/releases?limit=20&sort=name'))
    expect([first.items.length, first.total, first.all]).toEqual([20, 30, 30])
    const second = await listed(await get(`/api/v1/releases?limit=20&sort=name&cursor=${first.next}`))
    expect(second.next).toBeUndefined()
    expect(new Set([...first.items, ...second.items].map(({ name }) => name)).size).toBe(30)
  })
  test('filters by what the address says', async () => {
    const { get } = await start()
    const { items, total, all } = await listed(await get('/api/v1/releases?team=team-mail&q=app-1&phase=Unknown'))
    expect([items.map(({ name }) => name), total, all]).toEqual(
      [['app-1', 'app-10', 'app-13', 'app-16', 'app-19'].sort(), 5, 30].map((value) =>
        Array.isArray(value) ? expect.arrayContaining(value) : value,
      ),
    )
  })
  test('shows what somebody may list, namespace by namespace, and asks for no more than that', async () => {
    const { get, asked } = await start({ may: (_, { namespace }) => namespace === 'mail' })
    const { items, all, facets } = await listed(await get('/api/v1/releases'))
    expect(all).toBe(10)
    expect(items.every(({ namespace }) => namespace === 'mail')).toBe(true)
    expect(facets.namespace).toEqual([{ value: 'mail', count: 10 }])
    expect(asked).toHaveLength(4)
    expect(asked.every(({ verb, resource, group }) => `${verb} ${resource}.${group}` === 'list rollouts.serin.dev')).toBe(true)
  })
  test('asks once of somebody who may list all', async () => {
    const { get, asked } = await start()
    await listed(await get('/api/v1/releases'))
    expect(asked).toEqual([{ verb: 'list', group: 'serin.dev', resource: 'rollouts' }])
  })
  test('shows nothing to somebody without a right, and does not refuse', async () => {
    const { get } = await start({ may: () => false })
    expect(await listed(await get('/api/v1/releases'))).toMatchObject({ items: [], total: 0, all: 0 })
  })
  test('refuses nobody in particular', async () => {
    const { url } = await start()
    const answer = await fetch(`${url}/api/v1/releases`)
    expect([answer.status, Problem.parse(await answer.json()).code]).toEqual([401, 'SERIN-401-LOGIN'])
  })
  test('answers 304 until something changes', async () => {
    const { get, sandbox, releases } = await start()
    const first = await get('/api/v1/releases')
    await listed(first)
    const etag = first.headers.get('etag') ?? ''
    const again = await get('/api/v1/releases', { 'if-none-match': `"other", ${etag}` })
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag])
    put(sandbox, 'shop', 'new')
    await expect.poll(() => releases.get('shop', 'new')).toBeDefined()
    expect((await listed(await get('/api/v1/releases', { 'if-none-match': etag }))).total).toBe(31)
  })
  test('has another tag for who sees other things', async () => {
    const { get } = await start({ may: ({ username }, { namespace }) => username === 'anna' || namespace === 'mail' })
    const tagOf = async (user: string) => {
      const answer = await get('/api/v1/releases', { 'x-test-user': user })
      await answer.text()
      return answer.headers.get('etag')
    }
    const tags = [await tagOf('anna'), await tagOf('ben')]
    expect(tags[0]).not.toBe(tags[1])
  })
  test.each(['limit=0', 'limit=501', 'limit=x', 'sort=evil', 'phase=Dancing', 'attention=perhaps', 'cursor=AAAA', `q=${'x'.repeat(201)}`])(
    'says what is wrong with %s',
    async (query) => {
      const { get } = await start()
      const answer = await get(`/api/v1/releases?${query}`)
      expect(answer.status).toBe(400)
      const { code, detail } = Problem.parse(await answer.json())
      expect([code, detail]).toEqual(['SERIN-400-INPUT', expect.stringContaining(query.split('=')[0] ?? '')])
    },
  )
  test('says to caches that it depends on the encoding, also where nothing is compressed', async () => {
    const { get } = await start()
    const varies = async (path: string, encoding: string) => (await get(path, { 'accept-encoding': encoding })).headers.get('vary')
    expect(await varies('/api/v1/releases', 'identity')).toBe('accept-encoding')
    expect(await varies('/api/v1/releases', 'gzip')).toBe('accept-encoding')
    expect(await varies('/api/v1/releases?limit=1&q=none', 'gzip')).toBe('accept-encoding')
  })
  test('is small on the wire', async () => {
    const { url } = await start()
    const { request } = await import('node:http')
    const [encoding, body] = await new Promise<[string | undefined, Buffer]>((resolve, reject) => {
      request(`${url}/api/v1/releases`, { headers: { 'x-test-user': 'anna', 'accept-encoding': 'gzip' } }, async (answer) => {
        const pieces: Buffer[] = []
        for await (const piece of answer) pieces.push(piece)
        resolve([answer.headers['content-encoding'], Buffer.concat(pieces)])
      })
        .on('error', reject)
        .end()
    })
    expect(encoding).toBe('gzip')
    const text = gunzipSync(body)
    expect(ReleasePage.parse(JSON.parse(text.toString())).items).toHaveLength(30)
    expect(body.length).toBeLessThan(text.length / 5)
  })
})
