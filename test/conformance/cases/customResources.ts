import { expect } from 'vitest'
import type { Json } from '../../cluster/apiClient.ts'
import { conformance } from '../conformanceCase.ts'

const w = { kind: 'Widget', name: 'w' } as const
const widget = (spec: Json): Json => ({ kind: 'Widget', metadata: { name: 'w' }, spec })
const dry = { query: { dryRun: 'All' } }

function definition(plural: string, schema: Json, version: Json = {}): Json {
  const kind = plural[0]?.toUpperCase() + plural.slice(1, -1)
  return {
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.conformance.example.com` },
    spec: {
      group: 'conformance.example.com',
      scope: 'Namespaced',
      names: { plural, singular: plural.slice(0, -1), kind, listKind: `${kind}List` },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema }, ...version }],
    },
  }
}

const ofSpec = (spec: Json): Json => ({ type: 'object', properties: { spec: { type: 'object', ...spec } } })

/** One bad value each, by its name. */
const refused: Record<string, Json> = {
  'an unknown word of an enum': { size: 'huge' },
  'a number below and one above': { replicas: -1 },
  'above the maximum': { replicas: 101 },
  'the wrong type': { replicas: 'three' },
  'a fraction for an integer': { replicas: 1.5 },
  'an exclusive minimum': { ratio: 0 },
  'a pattern': { owner: 'Ann' },
  'too long': { owner: 'x'.repeat(21) },
  'a format': { started: 'yesterday' },
  'too many properties': { labels: { a: '1', b: '2', c: '3', d: '4' } },
  'too many items': { tags: ['1', '2', '3', '4', '5', '6'] },
  'a set with a double': { tags: ['a', 'a'] },
  'a map list with a double': { parts: [{ name: 'a' }, { name: 'b' }, { name: 'a' }] },
  'a required field': { parts: [{ count: 1 }] },
  'an empty string': { parts: [{ name: '' }] },
  'a rule with a message and a path': { replicas: 5, maxReplicas: 3 },
  'a rule with a computed message and a reason': { size: 'large' },
  'a rule on a scalar': { wait: '10ms' },
  'a value of a map': { labels: { a: 1 } },
  'neither integer nor string': { limit: true },
  'several at once': { size: 'huge', replicas: -1, owner: 'Ann' },
}

export const customResourceCases = [
  conformance('a definition is served once it is established', async (t) => {
    const plural = `gizmo${t.suffix}s`
    const name = `${plural}.conformance.example.com`
    t.onEnd(() => t.delete({ kind: 'CustomResourceDefinition', name }, undefined, { quiet: true }))
    await t.create(definition(plural, ofSpec({ 'x-kubernetes-preserve-unknown-fields': true })), { show: ({ spec }) => spec })
    const established = await t.eventually('established', async () => {
      const object = await t.read({ kind: 'CustomResourceDefinition', name })
      return object?.status?.conditions?.find((one: Json) => one.type === 'Established' && one.status === 'True') && object
    })
    t.observe('status', {
      ...established.status,
      conditions: [...established.status.conditions].sort((x: Json, y: Json) => (x.type < y.type ? -1 : 1)),
    })
    const path = `/apis/conformance.example.com/v1/namespaces/${t.namespace}/${plural}`
    await t.eventually('served', async () => (await t.send({ method: 'GET', path }, { quiet: true })).status === 200)
    const kind = established.spec.names.kind
    const made = await t.send({
      method: 'POST',
      path,
      body: { apiVersion: 'conformance.example.com/v1', kind, metadata: { name: 'g' }, spec: { any: { thing: [1, 'x'] } } },
    })
    expect(made.json.spec).toEqual({ any: { thing: [1, 'x'] } })
    const resources = (await t.send({ method: 'GET', path: '/apis/conformance.example.com/v1' }, { quiet: true })).json.resources
    expect(resources.map((resource: Json) => resource.name)).toContain(plural)
  }),
  conformance('discovery tells names, verbs and subresources', async (t) => {
    const show = ({ resources, ...list }: Json) => ({
      ...list,
      resources: resources.filter(({ name }: Json) => name.startsWith('widgets')),
    })
    await t.send(
      { method: 'GET', path: '/apis/conformance.example.com/v1' },
      { show: (list) => show({ ...list, resources: list.resources.map(({ storageVersionHash: _, ...resource }: Json) => resource) }) },
    )
    await t.send({ method: 'GET', path: '/apis/conformance.example.com' })
  }),
  conformance('defaults fill what is absent, in objects that are there or have a default', async (t) => {
    const { json } = await t.create(widget({ parts: [{ name: 'p' }] }))
    expect(json.spec).toEqual({ size: 'small', replicas: 1, wait: '30s', box: { colour: 'red' }, parts: [{ name: 'p', count: 1 }] })
  }),
  conformance('null takes the default where null is not allowed', async (t) => {
    const { json } = await t.create(widget({ size: null, notes: null, owner: null, box: { colour: null } }))
    expect(json.spec.size).toBe('small')
    expect(json.spec.notes).toBeNull()
  }),
  conformance('unknown fields are pruned but where they may stay', async (t) => {
    const { json } = await t.create(
      widget({
        nonsense: 1,
        box: { colour: 'blue', lid: true },
        free: { any: { thing: [1, { x: 'y' }] } },
        parts: [{ name: 'p', more: 1 }],
      }),
    )
    expect(json.spec.free).toEqual({ any: { thing: [1, { x: 'y' }] } })
    expect(json.spec.box).toEqual({ colour: 'blue' })
  }),
  conformance('integers or strings both stay as they are', async (t) => {
    expect((await t.create(widget({ limit: '10%' }), dry)).json.spec.limit).toBe('10%')
    expect((await t.create(widget({ limit: 10 }), dry)).json.spec.limit).toBe(10)
  }),
  ...Object.entries(refused).map(([what, spec]) =>
    conformance(`refused: ${what}`, async (t) => {
      const { status, json } = await t.create(widget(spec))
      expect(status).toBe(422)
      expect(json.reason).toBe('Invalid')
    }),
  ),
  conformance('a missing spec is named', async (t) => {
    expect((await t.create({ kind: 'Widget', metadata: { name: 'w' } })).status).toBe(422)
  }),
  conformance('transition rules compare with what was', async (t) => {
    await t.prepare(
      widget({
        owner: 'ann',
        parts: [
          { name: 'p', count: 2 },
          { name: 'q', count: 5 },
        ],
      }),
    )
    expect((await t.patch(w, 'merge', { spec: { owner: 'bob' } })).status).toBe(422)
    // List entries are matched by their key, wherever they stand.
    expect(
      (
        await t.patch(w, 'merge', {
          spec: {
            parts: [
              { name: 'q', count: 5 },
              { name: 'p', count: 1 },
            ],
          },
        })
      ).status,
    ).toBe(422)
    expect(
      (
        await t.patch(w, 'merge', {
          spec: {
            parts: [
              { name: 'q', count: 6 },
              { name: 'r', count: 1 },
            ],
          },
        })
      ).status,
    ).toBe(200)
    expect((await t.patch(w, 'merge', { spec: { owner: null } })).status).toBe(200)
  }),
  conformance('a definition without a structural schema is refused', async (t) => {
    const create = (schema: Json, version?: Json) => t.create(definition(`gadget${t.suffix}s`, schema, version))
    expect((await create({ type: 'object', properties: { spec: { properties: { a: { type: 'string' } } } } })).status).toBe(422)
    expect((await create(ofSpec({ properties: { a: { anyOf: [{ type: 'string' }, { type: 'integer' }] } } }))).status).toBe(422)
    expect((await create(ofSpec({ properties: { a: { type: 'string', default: 5 } } }))).status).toBe(422)
    expect((await create(ofSpec({ properties: { a: { type: 'array' } } }))).status).toBe(422)
    expect(
      (await create(ofSpec({ properties: { a: { type: 'array', 'x-kubernetes-list-type': 'map', items: { type: 'object' } } } }))).status,
    ).toBe(422)
  }),
  conformance('a definition whose rule does not compile is refused', async (t) => {
    const rule = (text: string) => ofSpec({ properties: { a: { type: 'integer' } }, 'x-kubernetes-validations': [{ rule: text }] })
    for (const text of ['self.b > 1', 'self.a > "x"', 'self.a +', 'self.a + 1']) {
      expect((await t.create(definition(`gadget${t.suffix}s`, rule(text)), { show: () => 'accepted' })).status).toBe(422)
    }
  }),
  conformance('a rule over a list without a limit costs too much', async (t) => {
    const list = (limits: Json) =>
      ofSpec({
        properties: {
          a: {
            type: 'array',
            items: { type: 'string', ...limits.item },
            ...limits.list,
            'x-kubernetes-validations': [{ rule: 'self.all(x, self.exists_one(y, x == y))' }],
          },
        },
      })
    const unlimited = await t.create(definition(`gadget${t.suffix}s`, list({})), { ...dry, show: () => 'accepted' })
    expect(unlimited.status).toBe(422)
    const limited = await t.create(definition(`gadget${t.suffix}s`, list({ item: { maxLength: 20 }, list: { maxItems: 10 } })), {
      ...dry,
      show: () => 'accepted',
    })
    expect(limited.status).toBe(201)
  }),
  conformance('a definition with its name, a version or a storage version wrong is refused', async (t) => {
    const good = definition(`gadget${t.suffix}s`, ofSpec({}))
    expect((await t.create({ ...good, metadata: { name: `other-${t.suffix}` } })).status).toBe(422)
    expect(
      (
        await t.create({
          ...good,
          spec: { ...good.spec, versions: good.spec.versions.map((version: Json) => ({ ...version, storage: false })) },
        })
      ).status,
    ).toBe(422)
    expect((await t.create({ ...good, spec: { ...good.spec, versions: [{ ...good.spec.versions[0], schema: undefined }] } })).status).toBe(
      422,
    )
  }),
]
