import { describe, expect, it } from 'vitest'
import { ApiError, type Obj } from '../types.ts'
import { builtinSchema, defaultBuiltin } from './builtin.ts'
import type { JsonMap } from './json.ts'
import { applied, tracked } from './managedFields.ts'
import type { Schema } from './schema.ts'

const schemaOf = (apiVersion: string, kind: string): Schema => {
  const schema = builtinSchema(apiVersion, kind)
  if (!schema) throw new Error(`no ${kind}`)
  return schema
}
const schema = schemaOf('apps/v1', 'Deployment')
const early = '2026-01-01T00:00:00Z'
const late = '2026-01-02T00:00:00Z'

const base = (spec: JsonMap = {}): JsonMap => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'a', labels: { app: 'a' } },
  spec: {
    selector: { matchLabels: { app: 'a' } },
    template: { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'c', image: 'x:1', ports: [{ containerPort: 80 }] }] } },
    ...spec,
  },
})

const created = (manager = 'one'): Obj => tracked({ next: defaultBuiltin(base()) as Obj, manager, operation: 'Update', schema, now: early })

const config = (more: JsonMap): JsonMap => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a' }, ...more })
const image = (text: string) => ({ spec: { template: { spec: { containers: [{ name: 'c', image: text }] } } } })
const apply = (live: Obj | undefined, more: JsonMap, manager = 'two', force = false) =>
  applied({ live, config: config(more), manager, force, schema, now: late })

const fieldsOf = (object: Obj, manager: string) =>
  object.metadata.managedFields?.find((entry: JsonMap) => entry.manager === manager)?.fieldsV1

function conflictOf(run: () => unknown): ApiError {
  try {
    run()
  } catch (error) {
    if (error instanceof ApiError) return error
    throw error
  }
  throw new Error('no conflict')
}

describe('tracked', () => {
  it('gives a creator every field, as a real server writes it', () => {
    const { managedFields } = created().metadata
    expect(managedFields).toEqual([
      {
        apiVersion: 'apps/v1',
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
          'f:spec': {
            'f:progressDeadlineSeconds': {},
            'f:replicas': {},
            'f:revisionHistoryLimit': {},
            'f:selector': {},
            'f:strategy': { 'f:rollingUpdate': { '.': {}, 'f:maxSurge': {}, 'f:maxUnavailable': {} }, 'f:type': {} },
            'f:template': {
              'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
              'f:spec': {
                'f:containers': {
                  'k:{"name":"c"}': {
                    '.': {},
                    'f:image': {},
                    'f:imagePullPolicy': {},
                    'f:name': {},
                    'f:ports': {
                      '.': {},
                      'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {}, 'f:protocol': {} },
                    },
                    'f:resources': {},
                    'f:terminationMessagePath': {},
                    'f:terminationMessagePolicy': {},
                  },
                },
                'f:dnsPolicy': {},
                'f:restartPolicy': {},
                'f:schedulerName': {},
                'f:securityContext': {},
                'f:terminationGracePeriodSeconds': {},
              },
            },
          },
        },
        manager: 'one',
        operation: 'Update',
        time: early,
      },
    ])
  })

  it('leaves an unchanged object deeply equal, entry times included', () => {
    const live = created()
    expect(tracked({ live, next: structuredClone(live), manager: 'other', operation: 'Update', schema, now: late })).toEqual(live)
  })

  it('takes over what a writer changed and drops what it removed', () => {
    const live = created()
    const next = structuredClone(live)
    next.spec.replicas = 5
    delete next.metadata.labels
    const out = tracked({ live, next, manager: 'three', operation: 'Update', schema, now: late })
    expect(fieldsOf(out, 'three')).toEqual({ 'f:spec': { 'f:replicas': {} } })
    expect(fieldsOf(out, 'one')['f:spec']['f:replicas']).toBeUndefined()
    expect(fieldsOf(out, 'one')['f:metadata']).toBeUndefined()
    expect(out.metadata.managedFields?.map(({ manager, time }: JsonMap) => [manager, time])).toEqual([
      ['one', early],
      ['three', late],
    ])
  })

  it('keeps an entry of its own for a subresource', () => {
    const live = created()
    const out = tracked({
      live,
      next: { ...live, status: { replicas: 1 } },
      manager: 'one',
      operation: 'Update',
      schema,
      subresource: 'status',
      now: late,
    })
    expect(out.metadata.managedFields?.map(({ manager, subresource }: JsonMap) => [manager, subresource])).toEqual([
      ['one', undefined],
      ['one', 'status'],
    ])
  })

  it('never tracks what the server writes', () => {
    const live = created()
    const next = { ...live, metadata: { ...live.metadata, uid: 'u', resourceVersion: '7', generation: 2, creationTimestamp: late } }
    expect(tracked({ live, next, manager: 'x', operation: 'Update', schema, now: late }).metadata.managedFields).toEqual(
      live.metadata.managedFields,
    )
  })

  it('forgets all managers when a client resets them', () => {
    const live = created()
    const next = { ...live, metadata: { ...live.metadata, managedFields: [] } }
    expect(tracked({ live, next, manager: 'x', operation: 'Update', schema, now: late }).metadata.managedFields).toBeUndefined()
  })
})

describe('applied', () => {
  it('owns what it applies when it creates', () => {
    const out = apply(undefined, { ...image('x:1'), metadata: { name: 'a', labels: { a: 'b' } } })
    expect(out.metadata.managedFields).toEqual([
      {
        apiVersion: 'apps/v1',
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:metadata': { 'f:labels': { 'f:a': {} } },
          'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"c"}': { '.': {}, 'f:image': {}, 'f:name': {} } } } } },
        },
        manager: 'two',
        operation: 'Apply',
        time: late,
      },
    ])
  })

  it('refuses to change what another manager owns, naming it', () => {
    const error = conflictOf(() => apply(created(), image('x:2')))
    expect(error).toMatchObject({ code: 409, reason: 'Conflict' })
    expect(error.message).toBe(
      'Apply failed with 1 conflict: conflict with "one" using apps/v1: .spec.template.spec.containers[name="c"].image',
    )
    expect(error.details?.causes).toEqual([
      {
        reason: 'FieldManagerConflict',
        message: 'conflict with "one" using apps/v1',
        field: '.spec.template.spec.containers[name="c"].image',
      },
    ])
  })

  it('lists several conflicts by manager', () => {
    const { message } = conflictOf(() => apply(created(), { metadata: { name: 'a', labels: { app: 'q' } }, spec: { replicas: 7 } }))
    expect(message).toBe('Apply failed with 2 conflicts: conflicts with "one" using apps/v1:\n- .metadata.labels.app\n- .spec.replicas')
  })

  it('takes the field over when forced', () => {
    const out = apply(created(), image('x:2'), 'two', true)
    expect(out.spec.template.spec.containers[0].image).toBe('x:2')
    expect(fieldsOf(out, 'one')['f:spec']['f:template']['f:spec']['f:containers']['k:{"name":"c"}']['f:image']).toBeUndefined()
  })

  it('shares a field that it applies with the same value, without a change of the object', () => {
    const live = created()
    const out = apply(live, image('x:1'))
    expect({ ...out, metadata: undefined }).toEqual({ ...live, metadata: undefined })
    expect(fieldsOf(out, 'two')).toBeDefined()
    expect(fieldsOf(out, 'one')['f:spec']['f:template']['f:spec']['f:containers']['k:{"name":"c"}']['f:image']).toEqual({})
  })

  it('removes what it applied before and no longer does', () => {
    const first = apply(created(), {
      metadata: { name: 'a', annotations: { x: '1', y: '2' } },
      spec: { template: { spec: { containers: [{ name: 'd', image: 'y' }] } } },
    })
    const second = apply(first, { metadata: { name: 'a', annotations: { x: '1' } } })
    expect(second.metadata.annotations).toEqual({ x: '1' })
    expect(second.spec.template.spec.containers.map(({ name }: JsonMap) => name)).toEqual(['c'])
    const third = apply(second, {})
    expect(third.metadata.annotations).toBeUndefined()
    expect(fieldsOf(third, 'two')).toBeUndefined()
  })

  it('leaves what it no longer applies when somebody else owns it', () => {
    const shared = apply(apply(created(), image('x:1')), { metadata: { name: 'a', labels: { app: 'a' } } })
    expect(shared.spec.template.spec.containers[0].image).toBe('x:1')
    expect(apply(shared, {}).metadata.labels).toEqual({ app: 'a' })
  })

  it('is the live object itself when nothing changes', () => {
    const live = apply(created(), image('x:2'), 'two', true)
    expect(apply(live, image('x:2'))).toBe(live)
  })

  it('writes only status through the status subresource, and never status beside it', () => {
    const live = created()
    const status = applied({
      live,
      config: config({ status: { replicas: 3 }, spec: { replicas: 9 } }),
      manager: 's',
      force: true,
      schema,
      subresource: 'status',
      now: late,
    })
    expect([status.status.replicas, status.spec.replicas]).toEqual([3, 1])
    const main = applied({
      live,
      config: config({ status: { replicas: 3 } }),
      manager: 's',
      force: true,
      schema,
      ignore: ['status'],
      now: late,
    })
    expect(main).toBe(live)
  })

  it('lets an applier meet what was there before anybody was tracked', () => {
    const { managedFields: _, ...metadata } = created().metadata
    const { message } = conflictOf(() => apply({ ...created(), metadata }, { spec: { replicas: 9 } }))
    expect(message).toContain('conflict with "before-first-apply" using apps/v1: .spec.replicas')
  })

  it.each([
    ['a field that the schema does not know', { spec: { foo: 1 } }, '.spec.foo: field not declared in schema'],
    [
      'an item that stands there twice',
      { spec: { template: { spec: { containers: [{ name: 'c' }, { name: 'c' }] } } } },
      '.spec.template.spec.containers: duplicate entries for key [name="c"]',
    ],
  ])('refuses %s', (_, more, text) => {
    expect(() => apply(created(), more)).toThrow(`failed to create typed patch object (/a; apps/v1, Kind=Deployment): ${text}`)
  })

  it('refuses managed fields in the configuration', () => {
    expect(() => apply(created(), { metadata: { name: 'a', managedFields: [{}] } })).toThrow(expect.objectContaining({ code: 400 }))
  })
})
