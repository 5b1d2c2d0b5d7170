import { describe, expect, it } from 'vitest'
import { openWatch, send } from '../testing/client.ts'
import { configMap, paths, testServer } from '../testing/fixtures.ts'

const create = (server: ReturnType<typeof testServer>['server'], name: string, labels = {}) =>
  server.api.create(configMap(name, {}, { namespace: 'default', labels }) as never)
const remove = (server: ReturnType<typeof testServer>['server'], name: string) =>
  server.api.delete({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name })

describe('watching', () => {
  it('goes on from a resourceVersion without a gap, live without any timer', async () => {
    const { server } = testServer()
    const { resourceVersion } = create(server, 'a').metadata
    create(server, 'b')
    const watch = await openWatch(server, `${paths.configMaps}?watch=1&resourceVersion=${resourceVersion}`)
    remove(server, 'a')
    expect(await watch.take(2)).toEqual(['b:ADDED', 'a:DELETED'])
    create(server, 'c')
    expect(await watch.take(1)).toEqual(['c:ADDED'])
    watch.stop()
    expect(await watch.next()).toBeUndefined()
  })

  it('begins with what is there when no resourceVersion is given', async () => {
    const { server } = testServer()
    create(server, 'a')
    const watch = await openWatch(server, `${paths.configMaps}?watch=1`)
    create(server, 'b')
    expect(await watch.take(2)).toEqual(['a:ADDED', 'b:ADDED'])
    watch.stop()
  })

  it('turns a change of labels into ADDED and DELETED, the latter with the last state that matched', async () => {
    const { server } = testServer()
    create(server, 'a', { tier: 'x' })
    const watch = await openWatch(server, `${paths.configMaps}?watch=1&labelSelector=tier=x&resourceVersion=${server.revision()}`)
    const relabel = (tier: string) =>
      server.api.patch(
        { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'a' },
        { type: 'merge', body: { metadata: { labels: { tier } } } },
      )
    const left = relabel('y')
    const gone = await watch.next()
    expect(gone?.type).toBe('DELETED')
    expect(gone?.object.metadata).toMatchObject({ labels: { tier: 'x' }, resourceVersion: left.metadata.resourceVersion })
    relabel('z')
    relabel('x')
    expect(await watch.take(1)).toEqual(['a:ADDED'])
    remove(server, 'a')
    expect(await watch.take(1)).toEqual(['a:DELETED'])
    watch.stop()
  })

  it('answers a forgotten resourceVersion with a 410 event and leaves open watches alone', async () => {
    const { server } = testServer()
    const old = server.revision()
    const open = await openWatch(server, `${paths.configMaps}?watch=1&resourceVersion=${old}`)
    create(server, 'a')
    server.expireHistory()
    create(server, 'b')
    expect(await open.take(2)).toEqual(['a:ADDED', 'b:ADDED'])
    const late = await openWatch(server, `${paths.configMaps}?watch=1&resourceVersion=${old}`)
    expect(await late.next()).toMatchObject({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } })
    expect(await late.next()).toBeUndefined()
    open.stop()
  })

  it('forgets what no longer fits into its history', async () => {
    const { server } = testServer({ history: 4 })
    const old = server.revision()
    for (let index = 0; index < 10; index++) create(server, `m-${index}`)
    const watch = await openWatch(server, `${paths.configMaps}?watch=1&resourceVersion=${old}`)
    expect((await watch.next())?.object.code).toBe(410)
  })

  it('sends bookmarks every minute and shortly before it ends at its timeout', async () => {
    const { server, clock } = testServer()
    const watch = await openWatch(
      server,
      `${paths.configMaps}?watch=1&allowWatchBookmarks=true&timeoutSeconds=90&resourceVersion=${server.revision()}`,
    )
    server.api.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'default' } as never })
    await clock.advance(60_000)
    expect(await watch.next()).toMatchObject({
      type: 'BOOKMARK',
      object: { kind: 'ConfigMap', metadata: { resourceVersion: server.revision() } },
    })
    await clock.advance(30_000)
    expect((await watch.next())?.type).toBe('BOOKMARK')
    expect(await watch.next()).toBeUndefined()
  })

  it('streams a list: initial events, then a bookmark that marks their end', async () => {
    const { server } = testServer()
    create(server, 'a')
    const query = 'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true'
    const watch = await openWatch(server, `${paths.configMaps}?${query}`)
    expect(await watch.take(1)).toEqual(['a:ADDED'])
    const end = await watch.next()
    expect(end).toMatchObject({ type: 'BOOKMARK', object: { metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } } })
    watch.stop()
    expect((await send(server, 'GET', `${paths.configMaps}?watch=1&sendInitialEvents=true`)).status).toBe(422)
  })

  it('tells all watchers every event in order, also those written by a listener', async () => {
    const { server } = testServer()
    const seen: string[] = []
    server.api.onChange(({ type, object }) => {
      seen.push(`${object.metadata.name}:${type}`)
      if (object.metadata.name === 'a' && type === 'ADDED') create(server, 'b')
    })
    const watch = await openWatch(server, `${paths.configMaps}?watch=1&resourceVersion=${server.revision()}`)
    create(server, 'a')
    expect(seen).toEqual(['a:ADDED', 'b:ADDED'])
    expect(await watch.take(2)).toEqual(['a:ADDED', 'b:ADDED'])
    watch.stop()
  })

  it('delivers ten thousand events to ten watchers', { timeout: 20_000 }, async () => {
    const { server } = testServer({ history: 20_000 })
    const path = `/apis/coordination.k8s.io/v1/leases?watch=1&resourceVersion=${server.revision()}`
    const watches = await Promise.all(Array.from({ length: 10 }, () => openWatch(server, path)))
    for (let index = 0; index < 10_000; index++) {
      server.api.create({
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { name: `l-${index}`, namespace: 'default' } as never,
      })
    }
    const last = await Promise.all(watches.map(async (watch) => (await watch.take(10_000)).at(-1)))
    expect(new Set(last)).toEqual(new Set(['l-9999:ADDED']))
  })
})
