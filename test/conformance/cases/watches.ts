import { expect } from 'vitest'
import type { Json, WatchEvent } from '../../cluster/apiClient.ts'
import type { CaseContext, WatchHandle } from '../caseContext.ts'
import { conformance } from '../conformanceCase.ts'
import { configMap } from './objects.ts'
import { replicaSet } from './workloads.ts'

const a = { kind: 'ConfigMap', name: 'a' } as const

async function expectEvents(t: CaseContext, watch: WatchHandle, ...expected: [WatchEvent['type'], string][]): Promise<Json[]> {
  const objects: Json[] = []
  for (const [type, name] of expected) {
    const event = await watch.next()
    t.observe('event', event)
    expect([event?.type, event?.object.metadata.name]).toEqual([type, name])
    objects.push(event?.object)
  }
  return objects
}

async function versionNow(t: CaseContext): Promise<string> {
  return (await t.list('ConfigMap', { quiet: true })).json.metadata.resourceVersion
}

export const watchCases = [
  conformance('a watch from a version tells every later change in order', async (t) => {
    const [first] = await t.prepare(configMap('a'))
    await t.patch(a, 'merge', { data: { colour: 'blue' } }, { quiet: true })
    await t.prepare(configMap('b'))
    await t.delete(a, undefined, { quiet: true })
    const watch = t.watch('ConfigMap', { resourceVersion: first.metadata.resourceVersion, labelSelector: '' })
    const [changed, , deleted] = await expectEvents(t, watch, ['MODIFIED', 'a'], ['ADDED', 'b'], ['DELETED', 'a'])
    // The last sight of a deleted object carries the version of the deletion.
    expect(Number(deleted.metadata.resourceVersion)).toBeGreaterThan(Number(changed.metadata.resourceVersion))
  }),
  conformance('a watch without a version begins with what is there', async (t) => {
    await t.prepare(configMap('a', {}, { labels: { set: 'mine' } }), configMap('b', {}, { labels: { set: 'mine' } }))
    const watch = t.watch('ConfigMap', { labelSelector: 'set=mine' })
    const two = [await watch.next(), await watch.next()]
    expect(two.map((event) => event?.type)).toEqual(['ADDED', 'ADDED'])
    t.observe('names', two.map((event) => event?.object.metadata.name).sort())
    await t.patch(a, 'merge', { data: { x: 'y' } }, { quiet: true })
    await expectEvents(t, watch, ['MODIFIED', 'a'])
  }),
  conformance('an object that comes to match is ADDED, one that no longer does is DELETED', async (t) => {
    const watch = t.watch('ConfigMap', { labelSelector: 'on=yes', resourceVersion: await versionNow(t) })
    await t.prepare(configMap('a'))
    await t.patch(a, 'merge', { metadata: { labels: { on: 'yes' } } }, { quiet: true })
    await t.patch(a, 'merge', { data: { colour: 'blue' } }, { quiet: true })
    await t.patch(a, 'merge', { metadata: { labels: { on: 'no' } } }, { quiet: true })
    await t.patch(a, 'merge', { data: { colour: 'green' } }, { quiet: true })
    await t.patch(a, 'merge', { metadata: { labels: { on: 'yes' } } }, { quiet: true })
    await t.delete(a, undefined, { quiet: true })
    const [, , gone] = await expectEvents(t, watch, ['ADDED', 'a'], ['MODIFIED', 'a'], ['DELETED', 'a'], ['ADDED', 'a'], ['DELETED', 'a'])
    // As it was when it still matched.
    expect(gone.metadata.labels).toEqual({ on: 'yes' })
  }),
  conformance('a watch of one name tells of no other', async (t) => {
    const watch = t.watch('ConfigMap', { fieldSelector: 'metadata.name=b', resourceVersion: await versionNow(t) })
    await t.prepare(configMap('a'), configMap('b'))
    await expectEvents(t, watch, ['ADDED', 'b'])
  }),
  conformance('a version that is too old is answered with 410 as an event', async (t) => {
    await t.prepare({ kind: 'Widget', metadata: { name: 'w' }, spec: {} })
    await t.target.expireHistory()
    // On a real cluster the history of a kind begins when its definition came.
    const event = await t.watch('Widget', { resourceVersion: '1' }).next()
    expect(event?.type).toBe('ERROR')
    t.observe('error', { ...event?.object, message: event?.object.message.replace(/\d+/g, 'N') })
    expect(event?.object).toMatchObject({ code: 410, reason: 'Expired' })
  }),
  conformance('a streamed list ends with a bookmark that says so', async (t) => {
    await t.prepare(configMap('a', {}, { labels: { set: 'mine' } }), configMap('b', {}, { labels: { set: 'mine' } }))
    const query = { labelSelector: 'set=mine', sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan', allowWatchBookmarks: true }
    const watch = t.watch('ConfigMap', query)
    const initial = [await watch.next(), await watch.next()]
    t.observe('initial', initial.map((event) => [event?.type, event?.object.metadata.name]).sort())
    const bookmark = await watch.next()
    t.observe('bookmark', bookmark)
    expect(bookmark?.object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' })
    await t.prepare(configMap('c', {}, { labels: { set: 'mine' } }))
    await expectEvents(t, watch, ['ADDED', 'c'])
    expect(
      (await t.send({ method: 'GET', path: `/api/v1/namespaces/${t.namespace}/configmaps?watch=true&sendInitialEvents=true` })).status,
    ).toBe(422)
  }),
  conformance('bookmarks carry a version and nothing else', async (t) => {
    await t.prepare(configMap('a', {}, { labels: { set: 'other' } }))
    const watch = t.watch('ConfigMap', {
      labelSelector: 'set=mine',
      resourceVersion: await versionNow(t),
      allowWatchBookmarks: true,
      timeoutSeconds: 4,
    })
    await t.prepare(configMap('b', {}, { labels: { set: 'other' } }))
    const event = await watch.next()
    t.observe('bookmark', event)
    expect(event?.type).toBe('BOOKMARK')
  }),
  conformance('timeoutSeconds ends a watch', async (t) => {
    const watch = t.watch('ConfigMap', { resourceVersion: await versionNow(t), timeoutSeconds: 1 })
    expect(await watch.next()).toBeUndefined()
  }),
  conformance('custom resources and their status are watched alike', async (t) => {
    const [made] = await t.prepare({ kind: 'Widget', metadata: { name: 'w' }, spec: {} })
    const watch = t.watch('Widget', { resourceVersion: made.metadata.resourceVersion })
    await t.patch({ kind: 'Widget', name: 'w' }, 'merge', { status: { phase: 'Busy' } }, { subresource: 'status', quiet: true })
    await t.patch({ kind: 'Widget', name: 'w' }, 'merge', { spec: { replicas: 4 } }, { quiet: true })
    await expectEvents(t, watch, ['MODIFIED', 'w'], ['MODIFIED', 'w'])
  }),
  conformance('a finalizer makes a deletion a change first', async (t) => {
    const [made] = await t.prepare(configMap('a', {}, { finalizers: ['example.com/hold'] }))
    const watch = t.watch('ConfigMap', { resourceVersion: made.metadata.resourceVersion })
    await t.delete(a, undefined, { quiet: true })
    await t.patch(a, 'merge', { metadata: { finalizers: null } }, { quiet: true })
    const [marked] = await expectEvents(t, watch, ['MODIFIED', 'a'], ['DELETED', 'a'])
    expect(marked.metadata.deletionTimestamp).toBeTruthy()
  }),
  conformance('a watch over all namespaces begins after the version it is given', async (t) => {
    const [made] = await t.prepare(replicaSet('one', 'app:v1'))
    const stopping = new AbortController()
    t.onEnd(() => stopping.abort())
    const path = `/apis/apps/v1/replicasets?watch=true&labelSelector=pod-template-hash%3Dtwo&resourceVersion=${made.metadata.resourceVersion}`
    const events = t.target.client('admin').watch(path, stopping.signal)
    await t.prepare(replicaSet('two', 'app:v1'))
    const { value } = await events.next()
    t.observe('event', [value?.type, value?.object.metadata.name, value?.object.kind])
  }),
]
