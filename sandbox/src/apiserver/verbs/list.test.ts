import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { send } from '../testing/client.ts'
import { configMap, paths, testServer } from '../testing/fixtures.ts'

interface Named {
  metadata: { name: string }
}
const names = (json: { items: Named[] }) => json.items.map((item) => item.metadata.name)

async function filled(count: number) {
  const { server } = testServer()
  for (let index = 0; index < count; index++) {
    server.api.create({ ...configMap(`m-${String(index).padStart(3, '0')}`, {}, { namespace: 'default' }) } as never)
  }
  return server
}

describe('listing', () => {
  it('pages through one consistent state, whatever is written in between', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 6 }),
        async (count, limit, writes) => {
          const server = await filled(count)
          const whole = names((await send(server, 'GET', paths.configMaps)).json)
          const seen: string[] = []
          let token = ''
          do {
            const { json } = await send(server, 'GET', `${paths.configMaps}?limit=${limit}&continue=${token}`)
            seen.push(...names(json))
            token = json.metadata.continue ?? ''
            const write = writes.shift()
            const name = `m-${String(write).padStart(3, '0')}`
            if (write === undefined) continue
            if (server.api.get('v1', 'ConfigMap', 'default', name))
              server.api.delete({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name })
            else server.api.create(configMap(name, {}, { namespace: 'default' }) as never)
          } while (token !== '')
          expect(seen).toEqual(whole)
        },
      ),
      { numRuns: 30 },
    )
  })

  it('tells how many objects remain, but not under a selector', async () => {
    const server = await filled(5)
    const page = await send(server, 'GET', `${paths.configMaps}?limit=2`)
    expect(page.json.metadata.remainingItemCount).toBe(3)
    const selected = await send(server, 'GET', `${paths.configMaps}?limit=2&fieldSelector=metadata.name!=m-000`)
    expect(selected.json.metadata.remainingItemCount).toBeUndefined()
    expect(names(selected.json)).toEqual(['m-001', 'm-002'])
  })

  it('expires a token with the history and offers one that goes on from now', async () => {
    const server = await filled(4)
    const page = await send(server, 'GET', `${paths.configMaps}?limit=2`)
    server.api.delete({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'm-002' })
    server.expireHistory()
    const expired = await send(server, 'GET', `${paths.configMaps}?limit=2&continue=${page.json.metadata.continue}`)
    expect(expired.json).toMatchObject({ code: 410, reason: 'Expired' })
    const rest = await send(server, 'GET', `${paths.configMaps}?limit=2&continue=${expired.json.metadata.continue}`)
    expect(names(rest.json)).toEqual(['m-003'])
  })

  it('shows an exact revision, refuses a forgotten one and one of the future', async () => {
    const server = await filled(1)
    const then = server.revision()
    server.api.create(configMap('later', {}, { namespace: 'default' }) as never)
    const exact = `${paths.configMaps}?resourceVersionMatch=Exact&resourceVersion=`
    const past = await send(server, 'GET', exact + then)
    expect([names(past.json), past.json.metadata.resourceVersion]).toEqual([['m-000'], then])
    const future = await send(server, 'GET', `${paths.configMaps}?resourceVersion=99999`)
    expect(future.json).toMatchObject({
      code: 504,
      reason: 'Timeout',
      message: expect.stringContaining('Too large resource version: 99999'),
    })
    server.expireHistory()
    expect((await send(server, 'GET', exact + then)).json.code).toBe(410)
  })

  it('selects by label and field, across namespaces or in one, and names fields it does not know', async () => {
    const { server } = testServer()
    for (const [namespace, name, tier] of [
      ['default', 'a', 'x'],
      ['default', 'b', 'y'],
      ['kube-system', 'a', 'x'],
    ] as const) {
      server.api.create(configMap(name, {}, { namespace, labels: { tier } }) as never)
    }
    const all = await send(server, 'GET', '/api/v1/configmaps?labelSelector=tier%20in%20(x)')
    expect(all.json.items.map((item: { metadata: { namespace: string } }) => item.metadata.namespace)).toEqual(['default', 'kube-system'])
    expect(names((await send(server, 'GET', `${paths.configMaps}?labelSelector=tier!=x`)).json)).toEqual(['b'])
    expect(names((await send(server, 'GET', `${paths.configMaps}?fieldSelector=metadata.name=b`)).json)).toEqual(['b'])
    const bad = await send(server, 'GET', `${paths.configMaps}?fieldSelector=data.x=1`)
    expect(bad.json).toMatchObject({
      code: 400,
      message: '"data.x" is not a known field selector: only "metadata.name", "metadata.namespace"',
    })
  })

  it('leaves kind and apiVersion to the list for built-in kinds', async () => {
    const server = await filled(1)
    const { json } = await send(server, 'GET', paths.configMaps)
    expect([json.kind, json.apiVersion, json.items[0].kind]).toEqual(['ConfigMapList', 'v1', undefined])
  })

  it('lists ten thousand objects quickly, again from kept text', { timeout: 20_000 }, async () => {
    const server = await filled(0)
    for (let index = 0; index < 10_000; index++) {
      server.api.create({
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { name: `l-${index}`, namespace: 'default' } as never,
      })
    }
    const started = performance.now()
    const response = await server.handle({
      method: 'GET',
      path: '/apis/coordination.k8s.io/v1/leases',
      headers: { authorization: 'Bearer admin' },
    })
    const first = performance.now() - started
    expect(response.status).toBe(200)
    expect(first).toBeLessThan(3_000)
  })
})
