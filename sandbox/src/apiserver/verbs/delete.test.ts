import { describe, expect, it } from 'vitest'
import { send } from '../testing/client.ts'
import { configMap, paths, testServer } from '../testing/fixtures.ts'

const map = (name: string) => `${paths.configMaps}/${name}`

describe('deleting', () => {
  it('removes at once and says what it removed', async () => {
    const { server } = testServer()
    const { json } = await send(server, 'POST', paths.configMaps, configMap('a'))
    const gone = await send(server, 'DELETE', map('a'))
    expect(gone.json).toMatchObject({
      kind: 'Status',
      status: 'Success',
      details: { name: 'a', kind: 'configmaps', uid: json.metadata.uid },
    })
    expect((await send(server, 'DELETE', map('a'))).status).toBe(404)
  })

  it('waits for finalizers, takes no new ones, and goes with the last', async () => {
    const { server } = testServer()
    await send(server, 'POST', paths.configMaps, configMap('a', {}, { finalizers: ['example.com/wait'] }))
    const marked = await send(server, 'DELETE', map('a'))
    expect(marked.json.metadata).toMatchObject({ deletionTimestamp: '2026-01-01T00:00:00Z', deletionGracePeriodSeconds: 0 })
    const patch = (finalizers: string[]) =>
      send(server, 'PATCH', map('a'), { metadata: { finalizers } }, { type: 'application/merge-patch+json' })
    const more = await patch(['example.com/wait', 'example.com/more'])
    expect(more.json).toMatchObject({ code: 422, reason: 'Invalid' })
    expect(more.json.message).toContain('no new finalizers can be added if the object is being deleted')
    expect((await patch([])).status).toBe(200)
    expect((await send(server, 'GET', map('a'))).status).toBe(404)
  })

  it('honours preconditions', async () => {
    const { server } = testServer()
    const { json } = await send(server, 'POST', paths.configMaps, configMap('a'))
    const other = await send(server, 'DELETE', map('a'), { preconditions: { uid: 'other' } })
    expect(other.json).toMatchObject({ code: 409, reason: 'Conflict' })
    expect(other.json.message).toContain(`the UID in the precondition (other) does not match the UID in record (${json.metadata.uid})`)
    const stale = await send(server, 'DELETE', map('a'), { preconditions: { resourceVersion: '1' } })
    expect(stale.status).toBe(409)
    expect((await send(server, 'DELETE', map('a'), { preconditions: { uid: json.metadata.uid } })).status).toBe(200)
  })

  it('leaves orphaning and foreground deletion to a collector by finalizers', async () => {
    const { server } = testServer()
    for (const [name, propagationPolicy, finalizer] of [
      ['a', 'Orphan', 'orphan'],
      ['b', 'Foreground', 'foregroundDeletion'],
    ] as const) {
      await send(server, 'POST', paths.configMaps, configMap(name))
      const { json } = await send(server, 'DELETE', `${map(name)}?propagationPolicy=${propagationPolicy}`)
      expect(json.metadata.finalizers).toEqual([finalizer])
    }
  })

  it('gives running pods their grace period, which can be shortened, and others none', async () => {
    const { server } = testServer()
    const pod = (name: string) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      spec: { containers: [{ name: 'app', image: 'demo' }] },
    })
    await send(server, 'POST', paths.pods, pod('waiting'))
    await send(server, 'DELETE', `${paths.pods}/waiting`)
    expect((await send(server, 'GET', `${paths.pods}/waiting`)).status).toBe(404)
    await send(server, 'POST', paths.pods, pod('running'))
    await send(server, 'POST', `${paths.pods}/running/binding`, {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name: 'running' },
      target: { name: 'node-1' },
    })
    const marked = await send(server, 'DELETE', `${paths.pods}/running`)
    expect(marked.json.metadata).toMatchObject({ deletionGracePeriodSeconds: 30, deletionTimestamp: '2026-01-01T00:00:30Z', generation: 2 })
    const hurried = await send(server, 'DELETE', `${paths.pods}/running?gracePeriodSeconds=5`)
    expect(hurried.json.metadata.deletionGracePeriodSeconds).toBe(5)
    await send(server, 'DELETE', `${paths.pods}/running`, { gracePeriodSeconds: 0 })
    expect((await send(server, 'GET', `${paths.pods}/running`)).status).toBe(404)
  })

  it('deletes a collection by selector', async () => {
    const { server } = testServer()
    for (const name of ['a', 'b', 'c'])
      await send(server, 'POST', paths.configMaps, configMap(name, {}, { labels: { keep: String(name === 'b') } }))
    await send(server, 'DELETE', `${paths.configMaps}?labelSelector=keep=false`)
    const { json } = await send(server, 'GET', paths.configMaps)
    expect(json.items.map((item: { metadata: { name: string } }) => item.metadata.name)).toEqual(['b'])
  })

  it('empties nothing itself when a namespace goes, takes nothing new into it, and ends it when finalized', async () => {
    const { server } = testServer()
    const { json } = await send(server, 'POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'old' } })
    expect(json).toMatchObject({
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
      metadata: { labels: { 'kubernetes.io/metadata.name': 'old' } },
    })
    const marked = await send(server, 'DELETE', '/api/v1/namespaces/old')
    expect(marked.json.status.phase).toBe('Terminating')
    const late = await send(server, 'POST', '/api/v1/namespaces/old/configmaps', configMap('a'))
    expect(late.json).toMatchObject({
      code: 403,
      message: 'configmaps "a" is forbidden: unable to create new content in namespace old because it is being terminated',
    })
    await send(server, 'PUT', '/api/v1/namespaces/old/finalize', { ...marked.json, spec: { finalizers: [] } })
    expect((await send(server, 'GET', '/api/v1/namespaces/old')).status).toBe(404)
    expect((await send(server, 'DELETE', '/api/v1/namespaces/default')).json.message).toBe(
      'namespaces "default" is forbidden: this namespace may not be deleted',
    )
  })

  it('evicts a pod only when its budget allows', async () => {
    const { server } = testServer()
    const labels = { app: 'web' }
    await send(server, 'POST', paths.pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', labels },
      spec: { containers: [{ name: 'app', image: 'demo' }] },
    })
    await send(server, 'PATCH', `${paths.pods}/p/status`, { status: { phase: 'Running' } }, { type: 'application/merge-patch+json' })
    const budgets = '/apis/policy/v1/namespaces/default/poddisruptionbudgets'
    await send(server, 'POST', budgets, {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'b' },
      spec: { minAvailable: 1, selector: { matchLabels: labels } },
    })
    const evict = () =>
      send(server, 'POST', `${paths.pods}/p/eviction`, { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'p' } })
    expect(await evict()).toMatchObject({ status: 429, json: { reason: 'TooManyRequests' } })
    await send(server, 'PATCH', `${budgets}/b/status`, { status: { disruptionsAllowed: 1 } }, { type: 'application/merge-patch+json' })
    expect((await evict()).status).toBe(201)
    expect((await send(server, 'GET', `${paths.pods}/p`)).status).toBe(404)
  })
})
