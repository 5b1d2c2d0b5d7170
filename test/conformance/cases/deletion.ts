import { expect } from 'vitest'
import { conformance } from '../conformanceCase.ts'
import { allowed, grant, person } from './authorization.ts'
import { configMap } from './objects.ts'
import { ownerOf } from './workloads.ts'

const a = { kind: 'ConfigMap', name: 'a' } as const
const owner = { kind: 'ConfigMap', name: 'owner' } as const
const child = { kind: 'ConfigMap', name: 'child' } as const
const options = (more: object) => ({ apiVersion: 'v1', kind: 'DeleteOptions', ...more })

export const deletionCases = [
  conformance('a deletion answers Success with what was deleted', async (t) => {
    await t.prepare(
      configMap('a'),
      { kind: 'Widget', metadata: { name: 'w' }, spec: {} },
      { kind: 'Service', metadata: { name: 's' }, spec: { ports: [{ port: 80 }] } },
    )
    expect((await t.delete(a)).json.status).toBe('Success')
    expect((await t.delete(a)).status).toBe(404)
    await t.delete({ kind: 'Widget', name: 'w' })
    await t.delete({ kind: 'Service', name: 's' }, undefined, { show: (object) => object.kind })
  }),
  conformance('a finalizer keeps the object, marked, until it is taken away', async (t) => {
    await t.prepare(configMap('a', {}, { finalizers: ['example.com/hold'] }))
    expect((await t.delete(a)).json.metadata.deletionTimestamp).toBeTruthy()
    const marked = (await t.read(a))?.metadata.deletionTimestamp
    expect((await t.delete(a)).status).toBe(200)
    expect((await t.read(a))?.metadata.deletionTimestamp).toBe(marked)
    expect((await t.patch(a, 'merge', { data: { still: 'writable' } })).status).toBe(200)
    expect((await t.patch(a, 'merge', { metadata: { finalizers: ['example.com/hold', 'example.com/more'] } })).status).toBe(422)
    expect((await t.create(configMap('a'))).status).toBe(409)
    expect((await t.patch(a, 'merge', { metadata: { finalizers: [] } })).status).toBe(200)
    expect(await t.read(a)).toBeUndefined()
  }),
  conformance('a deletion bumps the generation of a marked custom resource', async (t) => {
    await t.prepare({ kind: 'Widget', metadata: { name: 'w', finalizers: ['example.com/hold'] }, spec: {} })
    const { json } = await t.delete({ kind: 'Widget', name: 'w' })
    expect(json.metadata.generation).toBe(2)
    await t.patch({ kind: 'Widget', name: 'w' }, 'merge', { metadata: { finalizers: null } })
    expect(await t.read({ kind: 'Widget', name: 'w' })).toBeUndefined()
  }),
  conformance('finalizers need a qualified name', async (t) => {
    expect((await t.create(configMap('a', {}, { finalizers: ['hold'] }))).status).toBe(422)
  }),
  conformance('preconditions guard a deletion', async (t) => {
    const [made] = await t.prepare(configMap('a'))
    expect((await t.delete(a, options({ preconditions: { uid: '11111111-1111-1111-1111-111111111111' } }))).status).toBe(409)
    expect((await t.delete(a, options({ preconditions: { resourceVersion: '1' } }), { show: () => 'unreachable' })).status).toBe(409)
    const { uid, resourceVersion } = made.metadata
    expect((await t.delete(a, options({ preconditions: { uid, resourceVersion } }))).status).toBe(200)
  }),
  conformance('an unknown propagation policy is refused', async (t) => {
    await t.prepare(configMap('a'))
    expect((await t.delete(a, options({ propagationPolicy: 'Sideways' }))).status).toBe(422)
    expect((await t.delete(a, options({ propagationPolicy: 'Orphan', orphanDependents: true }))).status).toBe(422)
  }),
  conformance('background: the owner goes at once, what it owns after it', async (t) => {
    const [made] = await t.prepare(configMap('owner'))
    await t.prepare(configMap('child', {}, { ownerReferences: [ownerOf(made)] }))
    await t.delete(owner, options({ propagationPolicy: 'Background' }))
    expect(await t.read(owner)).toBeUndefined()
    await t.eventually('the child is gone', async () => (await t.read(child)) === undefined)
  }),
  conformance('foreground: the owner waits for those that block it', async (t) => {
    const [made] = await t.prepare(configMap('owner'))
    await t.prepare(
      configMap(
        'child',
        {},
        { ownerReferences: [ownerOf(made, { blockOwnerDeletion: true, controller: true })], finalizers: ['example.com/hold'] },
      ),
      configMap('free', {}, { ownerReferences: [ownerOf(made)] }),
    )
    const { json } = await t.delete(owner, options({ propagationPolicy: 'Foreground' }))
    expect(json.metadata.finalizers).toEqual(['foregroundDeletion'])
    await t.eventually('the child is marked', async () => (await t.read(child))?.metadata.deletionTimestamp)
    await t.eventually('the free child is gone', async () => (await t.read({ kind: 'ConfigMap', name: 'free' })) === undefined)
    await t.always('the owner waits', 300, async () => (await t.read(owner)) !== undefined)
    await t.patch(child, 'merge', { metadata: { finalizers: null } }, { quiet: true })
    await t.eventually('the owner is gone', async () => (await t.read(owner)) === undefined)
  }),
  conformance('orphan: what was owned stays, without the reference', async (t) => {
    const [made] = await t.prepare(configMap('owner'))
    await t.prepare(configMap('child', {}, { ownerReferences: [ownerOf(made)] }))
    const { json } = await t.delete(owner, options({ propagationPolicy: 'Orphan' }))
    expect(json.metadata?.finalizers).toEqual(['orphan'])
    await t.eventually('the owner is gone', async () => (await t.read(owner)) === undefined)
    await t.get(child)
    expect((await t.read(child))?.metadata.ownerReferences).toBeUndefined()
  }),
  conformance('an object stays while one of two owners is left', async (t) => {
    const [one, two] = await t.prepare(configMap('owner'), configMap('second'))
    await t.prepare(configMap('child', {}, { ownerReferences: [ownerOf(one), ownerOf(two)] }))
    await t.delete(owner, undefined, { quiet: true })
    await t.eventually('one reference is left', async () => (await t.read(child))?.metadata.ownerReferences.length === 1)
    await t.get(child)
    await t.delete({ kind: 'ConfigMap', name: 'second' }, undefined, { quiet: true })
    await t.eventually('the child is gone', async () => (await t.read(child)) === undefined)
  }),
  conformance('an object whose owner never was is collected', async (t) => {
    const reference = { apiVersion: 'v1', kind: 'ConfigMap', name: 'nobody', uid: '22222222-2222-2222-2222-222222222222' }
    await t.prepare(configMap('child', {}, { ownerReferences: [reference] }))
    await t.eventually('the child is gone', async () => (await t.read(child)) === undefined)
  }),
  conformance('the uid counts, not the name: an heir of the same name owns nothing', async (t) => {
    const [made] = await t.prepare(configMap('owner', {}, { finalizers: ['example.com/hold'] }))
    await t.prepare(configMap('child', {}, { ownerReferences: [ownerOf(made, { uid: '33333333-3333-3333-3333-333333333333' })] }))
    await t.eventually('the child is gone', async () => (await t.read(child)) === undefined)
    await t.patch(owner, 'merge', { metadata: { finalizers: null } }, { quiet: true })
  }),
  conformance('owner references are checked', async (t) => {
    const [made] = await t.prepare(configMap('owner'))
    const reference = ownerOf(made)
    expect((await t.create(configMap('a', {}, { ownerReferences: [{ ...reference, uid: '' }] }))).status).toBe(422)
    expect((await t.create(configMap('a', {}, { ownerReferences: [{ ...reference, apiVersion: '' }] }))).status).toBe(422)
    const two = [ownerOf(made, { controller: true }), { ...reference, uid: '44444444-4444-4444-4444-444444444444', controller: true }]
    expect((await t.create(configMap('a', {}, { ownerReferences: two }))).status).toBe(422)
    const query = { dryRun: 'All' }
    expect((await t.create(configMap('a', {}, { ownerReferences: [reference, reference] }), { query })).status).toBe(201)
  }),
  conformance('owners are set only by those who may delete, and block only by those who may finalize', async (t) => {
    const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'create', 'update', 'patch'] }]
    await grant(t, 'writer', rules, [person('ben')])
    await allowed(t, 'ben', { verb: 'create', resource: 'configmaps' })
    const [made] = await t.prepare(configMap('owner'), configMap('child'))
    expect((await t.patch(child, 'merge', { metadata: { ownerReferences: [ownerOf(made)] } }, { as: 'ben' })).status).toBe(403)
    expect((await t.create(configMap('new', {}, { ownerReferences: [ownerOf(made)] }), { as: 'ben' })).status).toBe(201)
    expect(
      (await t.create(configMap('more', {}, { ownerReferences: [ownerOf(made, { blockOwnerDeletion: true })] }), { as: 'ben' })).status,
    ).toBe(403)
  }),
  conformance('a namespace goes after all that is in it', async (t) => {
    const name = `room-${t.suffix}`
    await t.prepare(
      { kind: 'Namespace', metadata: { name } },
      { ...configMap('a'), metadata: { name: 'a', namespace: name, finalizers: ['example.com/hold'] } },
    )
    const inside = { kind: 'ConfigMap', name: 'a', namespace: name } as const
    const { json } = await t.delete({ kind: 'Namespace', name }, undefined, {
      show: ({ kind, spec, status }) => ({ kind, spec, phase: status.phase }),
    })
    expect(json.status.phase).toBe('Terminating')
    await t.eventually('its content is marked', async () => (await t.read(inside))?.metadata.deletionTimestamp, 40_000)
    const late = await t.create(configMap('late', {}, { namespace: name }))
    expect(late.status).toBe(403)
    await t.patch(inside, 'merge', { metadata: { finalizers: null } }, { quiet: true })
    await t.eventually('the namespace is gone', async () => (await t.read({ kind: 'Namespace', name })) === undefined, 30_000)
  }),
]
