import { describe, expect, it } from 'vitest'
import type { Obj } from '../types.ts'
import { openWatch, send } from './testing/client.ts'
import { paths, testServer, widgetCrd, widgetVersion } from './testing/fixtures.ts'

const widget = (name: string, spec: object = {}) => ({ apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name }, spec })
const crd = `${paths.crds}/widgets.example.com`
const merge = { type: 'application/merge-patch+json' }

async function withWidgets() {
  const made = testServer()
  await send(made.server, 'POST', paths.crds, widgetCrd())
  return made
}

describe('custom kinds', () => {
  it('are served as soon as their definition is there, which then says so', async () => {
    const { server } = testServer()
    expect((await send(server, 'GET', paths.widgets)).status).toBe(404)
    const watch = await openWatch(server, `${paths.crds}?watch=1&resourceVersion=${server.revision()}`)
    await send(server, 'POST', paths.crds, widgetCrd())
    expect((await send(server, 'GET', paths.widgets)).json).toMatchObject({ kind: 'WidgetList', items: [] })
    expect(await watch.take(2)).toEqual(['widgets.example.com:ADDED', 'widgets.example.com:MODIFIED'])
    watch.stop()
    const { json } = await send(server, 'GET', crd)
    expect(json.status.conditions.map(({ type, status }: { type: string; status: string }) => `${type}=${status}`)).toEqual([
      'NamesAccepted=True',
      'Established=True',
    ])
    expect(json.status).toMatchObject({
      storedVersions: ['v1'],
      acceptedNames: { kind: 'Widget', singular: 'widget', listKind: 'WidgetList' },
    })
  })

  it('are defaulted, pruned and validated by their schema', async () => {
    const { server } = await withWidgets()
    const made = await send(server, 'POST', paths.widgets, widget('a', { bogus: true }))
    expect(made.json.spec).toEqual({ size: 3 })
    expect(made.headers.warning).toContain('unknown field \\"spec.bogus\\"')
    const strict = await send(server, 'POST', `${paths.widgets}?fieldValidation=Strict`, widget('b', { bogus: true }))
    expect(strict.json).toMatchObject({ code: 400, message: expect.stringContaining('strict decoding error: unknown field "spec.bogus"') })
    const wrong = await send(server, 'POST', paths.widgets, widget('b', { size: 'x' }))
    expect(wrong.json).toMatchObject({ code: 422, reason: 'Invalid', details: { group: 'example.com', kind: 'Widget' } })
    const rule = await send(server, 'PATCH', `${paths.widgets}/a`, { spec: { size: 500 } }, merge)
    expect(rule.json).toMatchObject({ code: 422, message: expect.stringContaining('too big') })
  })

  it('keep the defaults of their schema as written, empty lists too', async () => {
    const { server } = testServer()
    const made = {
      routes: { type: 'array', items: { type: 'string' }, default: [] },
      mode: { type: 'string', enum: ['', 'a'], default: '' },
    }
    const free = { 'x-kubernetes-preserve-unknown-fields': true }
    const spec = {
      type: 'object',
      default: {},
      properties: { ...made, off: { type: 'boolean', default: false }, none: { type: 'integer', default: 0, enum: [0, 1] } },
    }
    const nested = { ...free, default: [], example: [], enum: [[], { a: [] }, null], nullable: true }
    const openAPIV3Schema = { type: 'object', properties: { spec, nested } }
    const version = { ...widgetVersion('v1', true), selectableFields: undefined, subresources: undefined, schema: { openAPIV3Schema } }
    await send(server, 'POST', paths.crds, widgetCrd([version]))
    const stored = (await send(server, 'GET', crd)).json
    expect(stored.spec.versions[0].schema.openAPIV3Schema).toEqual(openAPIV3Schema)
    const { apiVersion, kind } = widget('a')
    const { json } = await send(server, 'POST', paths.widgets, { apiVersion, kind, metadata: { name: 'a' } })
    expect(json.spec).toEqual({ routes: [], mode: '', off: false, none: 0 })
    expect(json.nested).toEqual([])
  })

  it('are looked at by the schema of now, also what was stored under another one', async () => {
    const { server } = await withWidgets()
    await send(server, 'POST', paths.widgets, widget('a', { colour: 'red' }))
    const stored = () => server.api.get('example.com/v1', 'Widget', 'default', 'a') as Obj
    const again = () =>
      server.api.update({ ...stored(), metadata: { ...stored().metadata, labels: { n: String(server.revision()) } } }).spec
    expect([again(), again()]).toEqual([stored().spec, stored().spec])
    const version = widgetVersion('v1', true)
    const { colour: _, ...kept } = version.schema.openAPIV3Schema.properties.spec.properties
    const properties = { ...version.schema.openAPIV3Schema.properties, spec: { type: 'object', properties: kept } }
    const changed = { ...version, selectableFields: [], schema: { openAPIV3Schema: { type: 'object', properties } } }
    await send(server, 'PATCH', crd, { spec: { versions: [changed] } }, merge)
    expect(stored().spec.colour).toBe('red')
    expect(again().colour).toBeUndefined()
  })

  it('keep status apart and count generations of the rest', async () => {
    const { server } = await withWidgets()
    const made = await send(server, 'POST', paths.widgets, { ...widget('a'), status: { replicas: 7 } })
    expect([made.json.status, made.json.metadata.generation]).toEqual([undefined, 1])
    const status = await send(
      server,
      'PATCH',
      `${paths.widgets}/a/status`,
      { status: { replicas: 2 }, metadata: { labels: { a: 'b' } }, spec: { size: 9 } },
      merge,
    )
    expect(status.json).toMatchObject({ spec: { size: 3 }, status: { replicas: 2 }, metadata: { generation: 1 } })
    expect(status.json.metadata.labels).toBeUndefined()
    const spec = await send(server, 'PATCH', `${paths.widgets}/a`, { spec: { size: 9 }, status: { replicas: 8 } }, merge)
    expect(spec.json).toMatchObject({ spec: { size: 9 }, status: { replicas: 2 }, metadata: { generation: 2 } })
  })

  it('scale by their own paths', async () => {
    const { server } = await withWidgets()
    await send(server, 'POST', paths.widgets, widget('a', { replicas: 1 }))
    await send(server, 'PATCH', `${paths.widgets}/a/scale`, { spec: { replicas: 4 } }, merge)
    expect((await send(server, 'GET', `${paths.widgets}/a`)).json.spec.replicas).toBe(4)
  })

  it('want a resourceVersion on PUT and know no strategic merge', async () => {
    const { server } = await withWidgets()
    await send(server, 'POST', paths.widgets, widget('a'))
    const put = await send(server, 'PUT', `${paths.widgets}/a`, widget('a', { size: 5 }))
    expect(put.json).toMatchObject({
      code: 422,
      message: expect.stringContaining('metadata.resourceVersion: Invalid value: 0: must be specified for an update'),
    })
    const patch = await send(server, 'PATCH', `${paths.widgets}/a`, {}, { type: 'application/strategic-merge-patch+json' })
    expect(patch.status).toBe(415)
  })

  it('are selected by the fields their definition names', async () => {
    const { server } = await withWidgets()
    await send(server, 'POST', paths.widgets, widget('a', { colour: 'red' }))
    await send(server, 'POST', paths.widgets, widget('b', { colour: 'blue' }))
    const { json } = await send(server, 'GET', `${paths.widgets}?fieldSelector=spec.colour=blue`)
    expect(json.items.map((item: { metadata: { name: string } }) => item.metadata.name)).toEqual(['b'])
  })

  it('show one object in every served version', async () => {
    const { server } = testServer()
    await send(server, 'POST', paths.crds, widgetCrd([widgetVersion('v1', true), widgetVersion('v1beta1', false)]))
    const old = '/apis/example.com/v1beta1/namespaces/default/widgets'
    await send(server, 'POST', old, { ...widget('a'), apiVersion: 'example.com/v1beta1' })
    expect((await send(server, 'GET', `${paths.widgets}/a`)).json.apiVersion).toBe('example.com/v1')
    expect((await send(server, 'GET', `${old}/a`)).json.apiVersion).toBe('example.com/v1beta1')
  })

  it('go with their definition, which waits for their finalizers', async () => {
    const { server } = await withWidgets()
    await send(server, 'POST', paths.widgets, widget('a'))
    await send(server, 'POST', paths.widgets, { ...widget('b'), metadata: { name: 'b', finalizers: ['example.com/wait'] } })
    const watch = await openWatch(server, `${paths.widgets}?watch=1&resourceVersion=${server.revision()}`)
    await send(server, 'DELETE', crd)
    expect((await send(server, 'GET', crd)).json.metadata.finalizers).toEqual(['customresourcecleanup.apiextensions.k8s.io'])
    await send(server, 'PATCH', `${paths.widgets}/b`, { metadata: { finalizers: null } }, merge)
    expect((await send(server, 'GET', crd)).status).toBe(404)
    expect((await send(server, 'GET', paths.widgets)).status).toBe(404)
    expect(await watch.take(9)).toEqual(['a:DELETED', 'b:MODIFIED', 'b:DELETED'])
  })

  it('are not served under names that are taken', async () => {
    const { server } = await withWidgets()
    const other = { ...widgetCrd(), metadata: { name: 'gadgets.example.com' } }
    other.spec = { ...other.spec, names: { plural: 'gadgets', kind: 'Gadget', shortNames: ['wd'] } }
    await send(server, 'POST', paths.crds, other)
    const { json } = await send(server, 'GET', `${paths.crds}/gadgets.example.com`)
    expect(json.status.conditions[0]).toMatchObject({ type: 'NamesAccepted', status: 'False', reason: 'ShortNamesConflict' })
    expect((await send(server, 'GET', '/apis/example.com/v1/namespaces/default/gadgets')).status).toBe(404)
  })
})
