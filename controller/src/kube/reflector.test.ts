import { afterEach, describe, expect, test } from 'vitest'
import { type Clock, sleep } from '../clock.ts'
import { type Log, silentLog } from './log.ts'
import { type Reflector, reflect } from './reflector.ts'
import { type Change, createStore, type Store, type StoreOptions } from './store.ts'
import { accessTo } from './testing/access.ts'
import { type ApiServer, type Fault, json, refuse, say, startApiServer, status } from './testing/apiServer.ts'
import { fastClock, until } from './testing/clocks.ts'
import { virtualClock } from './testing/virtualClock.ts'
import { undiciTransport } from './transport.ts'
import type { KubeObject, ResourceType, Transport } from './types.ts'

const configMap: ResourceType = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true }

interface Scene {
  server: ApiServer
  store: Store
  reflector: Reflector
  changes: Change<unknown>[]
}
const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** A server with objects a, b and c, and a store that follows it a hundred times as fast as in life. */
async function follow(
  options: {
    scope?: StoreOptions<KubeObject>
    wanted?: (object: KubeObject) => boolean
    pageSize?: number
    silenceMs?: number
    clock?: Clock
    log?: Log
    before?: (server: ApiServer) => void
  } = {},
): Promise<Scene> {
  const server = await startApiServer()
  for (const name of ['a', 'b', 'c']) server.put(name)
  options.before?.(server)
  const clock = options.clock ?? fastClock(100)
  const transport: Transport = undiciTransport(accessTo(server.url), { clock })
  const store = createStore(options.scope)
  const changes: Change<unknown>[] = []
  store.onChange((change) => changes.push(change))
  const { pageSize, silenceMs, wanted, log } = options
  const reflector = reflect({
    ...{ transport, type: configMap, store, clock, random: Math.random },
    ...(pageSize ? { pageSize } : {}),
    ...(wanted ? { wanted } : {}),
    ...(log ? { log } : {}),
    ...(silenceMs ? { silenceMs } : {}),
  })
  closers.push(
    () => server.close(),
    () => transport.close(),
    () => reflector.stop(),
  )
  return { server, store, reflector, changes }
}

/** The store follows again: what happens on the server from now on arrives. */
async function stillFollows({ server, store }: Scene): Promise<void> {
  await until(() => server.watchers.size === 1, 'a watch', 10_000)
  const { resourceVersion } = server.put('probe').metadata
  await until(() => store.byKey('default/probe')?.metadata.resourceVersion === resourceVersion, 'the store follows the server')
}

test('lists in pages, then follows additions, changes and deletions', async () => {
  const scene = await follow({ pageSize: 2 })
  await scene.store.synced()
  expect(scene.store.list().map((object) => object.metadata.name)).toEqual(['a', 'b', 'c'])
  expect(scene.server.requests.filter((request) => !request.query.has('watch'))).toHaveLength(2)
  await stillFollows(scene)
  scene.server.remove('a')
  scene.server.put('b', { data: { changed: 'yes' } })
  await until(() => scene.store.byKey('default/b')?.data !== undefined && !scene.store.byKey('default/a'), 'the changes')
  await until(() => scene.changes.length === 6, 'six changes')
  expect(scene.changes.map((change) => `${change.type} ${change.key} ${change.initial ? 'initial' : 'live'}`)).toEqual([
    'added default/a initial',
    'added default/b initial',
    'added default/c initial',
    'added default/probe live',
    'deleted default/a live',
    'modified default/b live',
  ])
  expect(scene.store.byKey('default/c')?.metadata.managedFields).toBeUndefined()
  expect(scene.store.byKey('default/c')).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' })
})

test('what nobody wants is not kept, neither from the list nor from the watch, and is followed past all the same', async () => {
  const scene = await follow({ wanted: ({ metadata }) => metadata.name !== 'b' && metadata.name !== 'd' })
  await scene.store.synced()
  await stillFollows(scene)
  scene.server.put('d')
  scene.server.put('b', { data: { changed: 'yes' } })
  scene.server.remove('b')
  await stillFollows(scene)
  expect(scene.store.list().map((object) => object.metadata.name)).toEqual(['a', 'c', 'probe'])
  expect(scene.changes.filter((change) => /\/[bd]$/.test(change.key))).toEqual([])
})

test('asks for bookmarks and for a watch of 300 to 600 seconds, within its scope', async () => {
  const { server, store } = await follow({ scope: { namespace: 'default', labelSelector: 'team=x' } })
  await store.synced()
  await until(() => server.watchers.size === 1, 'a watch')
  const { path, query } = [...server.watchers][0]?.request ?? { path: '', query: new URLSearchParams() }
  expect(path).toBe('/api/v1/namespaces/default/configmaps')
  expect(query.get('labelSelector')).toBe('team=x')
  expect(query.get('allowWatchBookmarks')).toBe('true')
  expect(Number(query.get('timeoutSeconds'))).toBeGreaterThanOrEqual(300)
  expect(Number(query.get('timeoutSeconds'))).toBeLessThanOrEqual(600)
})

const object = (name: string, version: string) => ({
  ...{ apiVersion: 'v1', kind: 'ConfigMap' },
  metadata: { name, namespace: 'default', uid: `uid-${name}`, resourceVersion: version },
})
const line = (type: string, what: object) => `${JSON.stringify({ type, object: what })}\n`
const gone = status(410, 'Expired', 'too old resource version: 1 (2)')

const badLists: Record<string, Fault[]> = {
  '500': [refuse(500, 'InternalError')],
  '429 with Retry-After': [refuse(429, 'TooManyRequests', { 'retry-after': '1' })],
  'a proxy that speaks HTML': [(response) => response.writeHead(502).end('<html>bad gateway</html>')],
  'a 200 that is no JSON': [(response) => response.end('it works!')],
  'a list without a version': [(response) => json(response, 200, { items: [] })],
  'items that are null': [(response) => json(response, 200, { metadata: { resourceVersion: '9' }, items: [null] })],
  'a reset': [(response) => void response.socket?.destroy(), (response) => void response.socket?.destroy()],
  'an answer cut off': [say('{"items": [', 'reset')],
  'forbidden until somebody grants it': [refuse(403, 'Forbidden'), refuse(403, 'Forbidden')],
  'not found until the CRD is there': [refuse(404, 'NotFound')],
}
describe('a list answered with', () => {
  test.each(Object.entries(badLists))('%s is asked again', async (_, faults) => {
    const scene = await follow({ before: (server) => server.fail('list', ...faults) })
    await until(() => scene.store.hasSynced(), 'the list')
    expect(scene.store.size).toBe(3)
    await stillFollows(scene)
  })
})

test('a server that says when to come back is asked for a list within 5 s, however often it says so', async () => {
  const longest = async (fault: Fault) => {
    const waits: number[] = []
    const log = { ...silentLog, warn: (fields: object) => void waits.push((fields as { retryMs: number }).retryMs) }
    const before = (server: Scene['server']) => server.fail('list', ...Array.from({ length: 60 }, () => fault))
    const scene = await follow({ clock: fastClock(5000), log, before })
    await until(() => scene.store.hasSynced(), 'the list', 10_000)
    expect(waits.length).toBeGreaterThan(4)
    return Math.max(...waits)
  }
  expect(await longest(refuse(429, 'TooManyRequests', { 'retry-after': '1' }))).toBeLessThanOrEqual(5_000)
  expect(await longest(refuse(500, 'InternalError'))).toBeGreaterThan(5_000)
})

const badWatches: Record<string, Fault[]> = {
  '500': [refuse(500, 'InternalError')],
  '429 with Retry-After': [refuse(429, 'TooManyRequests', { 'retry-after': '1' })],
  '410': [refuse(410, 'Expired')],
  'a 410 event': [say(line('ERROR', gone))],
  'a 500 event': [say(line('ERROR', status(500, 'InternalError', 'etcd is away')))],
  'an ERROR without a Status': [say('{"type":"ERROR"}\n')],
  'a reset in the middle of a line': [say(`${line('MODIFIED', object('a', '101'))}{"type":"MODI`, 'reset')],
  'an end at once': [say('', 'end'), say('', 'end')],
  'bad JSON': [say('{"type":"MODIFIED","object":\n')],
  'an event of an unknown type': [say(line('RENAMED', object('a', '200')))],
  'an event without an object': [say('{"type":"ADDED"}\n')],
  'no metadata': [say(line('ADDED', { kind: 'ConfigMap' }))],
}
describe('a watch answered with', () => {
  test.each(Object.entries(badWatches))('%s is opened again', async (_, faults) => {
    const scene = await follow({ before: (server) => server.fail('watch', ...faults) })
    await stillFollows(scene)
    expect(scene.store.size).toBe(4)
  })
})

test('a hundred faults in a row do not end it', async () => {
  const kinds = Object.values(badWatches).flat()
  const faults = Array.from({ length: 100 }, (_, i) => kinds[i % kinds.length] ?? refuse(500, 'InternalError'))
  // Five thousand times as fast as in life: each wait may take 30 s.
  const scene = await follow({ clock: fastClock(5000), before: (server) => server.fail('watch', ...faults) })
  await stillFollows(scene)
  expect(scene.server.requests.filter((request) => request.query.has('watch')).length).toBeGreaterThan(100)
  expect(scene.server.openSockets()).toBeLessThanOrEqual(3)
})

test('a watch that is cut resumes where it was, without listing again', async () => {
  const scene = await follow()
  await stillFollows(scene)
  scene.server.cut()
  await until(() => scene.server.watchers.size === 0, 'the cut')
  await stillFollows(scene)
  expect(scene.reflector.state().lists).toBe(1)
})

test('after 410 the new list tells only what really changed, deletions too', async () => {
  const scene = await follow()
  await until(() => scene.server.watchers.size === 1, 'a watch')
  scene.changes.length = 0
  scene.server.fail('watch', refuse(500, 'InternalError'), refuse(500, 'InternalError'))
  scene.server.cut()
  await until(() => scene.server.watchers.size === 0, 'the watch is cut')
  scene.server.remove('a')
  scene.server.put('b', { data: { changed: 'yes' } })
  scene.server.compact()
  await until(() => scene.changes.length === 2, 'the changes')
  await stillFollows(scene)
  expect(scene.changes.map((change) => `${change.type} ${change.key}`)).toEqual([
    'modified default/b',
    'deleted default/a',
    'added default/probe',
  ])
  expect(scene.reflector.state().lists).toBe(2)
})

test('a half-open connection is given up after the silence and replaced', async () => {
  const scene = await follow({ silenceMs: 5_000, before: (server) => server.fail('watch', say('')) })
  await stillFollows(scene)
  expect(scene.reflector.state()).toMatchObject({ lists: 1, phase: 'watching' })
  expect(scene.server.openSockets()).toBeLessThanOrEqual(2)
})

describe('in virtual time', () => {
  /** Answers lists at once, and watches with a bookmark every so often, or never. */
  function bookmarking(everyMs: number) {
    const clock = virtualClock()
    let version = 100
    async function* list() {
      yield Buffer.from(JSON.stringify({ metadata: { resourceVersion: String(version) }, items: [] }))
    }
    async function* bookmarks(signal: AbortSignal | undefined) {
      while (!signal?.aborted) {
        await sleep(clock, everyMs, signal)
        if (!signal?.aborted) yield Buffer.from(line('BOOKMARK', object('', String(++version))))
      }
    }
    const transport: Transport = {
      send: async ({ watch, signal }) => ({ status: 200, headers: {}, body: watch ? bookmarks(signal) : list() }),
      close: async () => {},
    }
    const reflector = reflect({ transport, type: configMap, store: createStore(), clock, random: () => 0.5 })
    closers.push(() => reflector.stop())
    return { clock, reflector }
  }
  test('bookmarks move the version on, and count as life', async () => {
    const { clock, reflector } = bookmarking(60_000)
    await clock.advance(3_600_000)
    expect(reflector.state()).toMatchObject({ version: '160', watches: 1, lists: 1 })
  })
  test('a watch without a word is opened anew every 90 seconds', async () => {
    const { clock, reflector } = bookmarking(Number.MAX_SAFE_INTEGER)
    await clock.advance(89_000)
    expect(reflector.state().watches).toBe(1)
    await clock.advance(3_511_000)
    expect(reflector.state()).toMatchObject({ version: '100', watches: 41, lists: 1, error: undefined })
  })
})

test('a place that was forgotten while it waited is left for a list at once, and waits grow for what fails only', async () => {
  const clock = virtualClock()
  const asked: string[] = []
  async function* body(text: string) {
    if (text !== '') yield Buffer.from(text)
  }
  const answers = ['list', 'end', 'gone', 'list', 'end', 'gone', 'list', 'gone', 'list']
  const texts: Record<string, string> = {
    list: JSON.stringify({ metadata: { resourceVersion: '1' }, items: [] }),
    end: '',
    gone: line('ERROR', gone),
  }
  const began = clock.now()
  const transport: Transport = {
    async send({ watch }) {
      asked.push(`${watch ? 'watch' : 'list'} ${(clock.now() - began) / 1000}`)
      return { status: 200, headers: {}, body: body(texts[answers.shift() ?? 'end'] ?? '') }
    },
    close: async () => {},
  }
  const reflector = reflect({ transport, type: configMap, store: createStore(), clock, random: () => 0 })
  closers.push(() => reflector.stop())
  await clock.advance(5_599)
  // Waits of 0.8, 1.6 and 3.2 s: each after a watch that ended too soon, or whose place came from a list just now.
  expect(asked).toEqual(['list 0', 'watch 0', 'watch 0.8', 'list 0.8', 'watch 0.8', 'watch 2.4', 'list 2.4', 'watch 2.4'])
  await clock.advance(1)
  expect(asked[8]).toBe('list 5.6')
})

test('where watches end at once for minutes, the next is never further than five seconds away', async () => {
  const clock = virtualClock()
  const watched: number[] = []
  async function* body(text: string) {
    if (text !== '') yield Buffer.from(text)
  }
  const list = JSON.stringify({ metadata: { resourceVersion: '1' }, items: [] })
  const transport: Transport = {
    async send({ watch }) {
      if (watch) watched.push(clock.now())
      return { status: 200, headers: {}, body: body(watch ? '' : list) }
    },
    close: async () => {},
  }
  const reflector = reflect({ transport, type: configMap, store: createStore(), clock, random: () => 0.9 })
  closers.push(() => reflector.stop())
  await clock.advance(120_000)
  const waits = watched.slice(1).map((at, n) => at - (watched[n] ?? 0))
  expect(waits.slice(0, 4)).toEqual([1_520, 3_040, 4_750, 4_750])
  expect(Math.max(...waits)).toBeLessThanOrEqual(5_000)
})

test('pages that expire half-way are replaced by one whole list', async () => {
  const scene = await follow({
    pageSize: 2,
    before: (server) =>
      server.fail('list', (response) => {
        server.fail('list', refuse(410, 'Expired'))
        json(response, 200, { metadata: { resourceVersion: '103', continue: '2@103' }, items: [object('a', '101'), object('b', '102')] })
      }),
  })
  await scene.store.synced()
  expect(scene.store.size).toBe(3)
  expect(scene.server.requests[2]?.query.has('limit')).toBe(false)
})

test('of a page only what is kept is held while the next one comes', async () => {
  const kept: string[] = []
  const atLists: number[] = []
  const scene = await follow({
    pageSize: 2,
    scope: {
      slim: (object) => {
        kept.push(object.metadata.name)
        return object
      },
    },
    before: (server) =>
      server.fail('list', (response) => {
        server.fail('list', (last) => {
          atLists.push(kept.length)
          json(last, 200, { metadata: { resourceVersion: '103' }, items: [object('c', '103')] })
        })
        json(response, 200, { metadata: { resourceVersion: '103', continue: '2@103' }, items: [object('a', '101'), object('b', '102')] })
      }),
  })
  await scene.store.synced()
  expect(atLists).toEqual([2])
  expect(kept).toEqual(['a', 'b', 'c'])
})

test('stop ends the watch and leaves nothing open', async () => {
  const scene = await follow()
  await until(() => scene.server.watchers.size === 1, 'a watch')
  await scene.reflector.stop()
  await until(() => scene.server.watchers.size === 0, 'no watch')
  expect(scene.reflector.state().phase).toBe('stopped')
})

test('20,000 events sent in one go all arrive', async () => {
  const scene = await follow()
  await until(() => scene.server.watchers.size === 1, 'a watch')
  for (let i = 0; i < 20_000; i++) scene.server.put(`many-${i % 500}`)
  await stillFollows(scene)
  expect(scene.store.size).toBe(504)
  expect(scene.reflector.state()).toMatchObject({ lists: 1, watches: 1 })
})
