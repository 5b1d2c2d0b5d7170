import { describe, expect, it } from 'vitest'
import { invalidError } from './causes.ts'
import type { JsonMap } from './json.ts'
import type { Schema } from './schema.ts'
import { defaulted, pruned, validate } from './structural.ts'

// The expected sentences are those of a Kubernetes 1.36 API server with the same schema and the same objects.
const text: Schema = { type: 'string' }
const schema: Schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      required: ['size'],
      'x-kubernetes-validations': [
        { rule: 'self.size <= self.max', message: 'size must not exceed max', fieldPath: '.size' },
        { rule: '!has(self.kind) || self.kind == oldSelf.kind', messageExpression: "'kind was ' + oldSelf.kind" },
      ],
      properties: {
        size: { type: 'integer', minimum: 1, maximum: 100 },
        max: { type: 'integer', default: 10 },
        kind: { type: 'string', enum: ['a', 'b'], 'x-kubernetes-validations': [{ rule: 'self == oldSelf', message: 'immutable' }] },
        name: { type: 'string', maxLength: 5, minLength: 1, pattern: '^[a-z]*$' },
        tags: { type: 'array', items: text, 'x-kubernetes-list-type': 'set', maxItems: 3 },
        ports: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['port', 'proto'],
          items: {
            type: 'object',
            required: ['port'],
            properties: { port: { type: 'integer' }, proto: { type: 'string', default: 'TCP' }, note: text },
          },
        },
        labels: { type: 'object', additionalProperties: text },
        free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        any: { 'x-kubernetes-int-or-string': true },
        when: { type: 'string', format: 'date-time' },
        one: { type: 'object', properties: { a: text, b: text }, oneOf: [{ required: ['a'] }, { required: ['b'] }] },
        maybe: { type: 'string', nullable: true },
        embedded: {
          type: 'object',
          'x-kubernetes-embedded-resource': true,
          properties: { spec: { type: 'object', properties: { x: text } } },
        },
      },
    },
  },
}

const widget = (spec: JsonMap): JsonMap => ({ apiVersion: 'test.dev/v1', kind: 'Widget', metadata: { name: 'w' }, spec })
const complaints = (spec: JsonMap, old?: JsonMap) =>
  validate(schema, defaulted(schema, widget(spec)), old && defaulted(schema, widget(old))).map(
    ({ field, message }) => `${field}: ${message}`,
  )
const unchecked =
  '<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation'

describe('validate', () => {
  it('names the format of a whole number that has a fraction', () => {
    const whole: Schema = { type: 'object', properties: { n: { type: 'integer', format: 'int32' }, m: { type: 'integer' } } }
    expect(validate(whole, { n: 1.5, m: 1.5 }).map(({ field, message }) => `${field}: ${message}`)).toEqual([
      '<nil>: Invalid value: "": Checked value must be of type integer with format int32 in n',
      'n: Invalid value: "float64": n in body must be of type int32: "float64"',
      'm: Invalid value: "number": m in body must be of type integer: "number"',
    ])
  })

  it('finds nothing wrong with a good object', () => {
    expect(
      complaints({
        size: 3,
        kind: 'a',
        tags: ['x'],
        ports: [{ port: 1 }, { port: 1, proto: 'UDP' }],
        any: '25%',
        when: '2026-01-01T00:00:00Z',
      }),
    ).toEqual([])
  })

  it('tells everything that is wrong, in the words of the API', () => {
    const spec = {
      size: 'x',
      kind: 'q',
      name: 'TOOLONG',
      tags: ['a', 'a', 'b', 'c'],
      ports: [{ port: 1 }, { port: 1, proto: 'TCP' }],
      any: true,
      when: 'x',
      one: { a: '1', b: '2' },
      labels: { a: 1 },
    }
    expect(complaints(spec).sort()).toEqual(
      [
        'spec.labels.a: Invalid value: "integer": spec.labels.a in body must be of type string: "integer"',
        'spec.kind: Unsupported value: "q": supported values: "a", "b"',
        '<nil>: Invalid value: "": "spec.one" must validate one and only one schema (oneOf). Found 2 valid alternatives',
        'spec.name: Too long: may not be more than 5 bytes',
        'spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"',
        'spec.when: Invalid value: "x": spec.when in body must be of type date-time: "x"',
        'spec.any: Invalid value: "boolean": spec.any in body must be of type integer,string: "boolean"',
        'spec.tags: Too many: 4: must have at most 3 items',
        'spec.tags[1]: Duplicate value: "a"',
        'spec.ports[1]: Duplicate value: {"port":1,"proto":"TCP"}',
        unchecked,
      ].sort(),
    )
  })

  it('tells bounds, and of alternatives what the nearest lacked', () => {
    expect(complaints({ size: 101, max: 200, name: '', one: {} })).toEqual([
      'spec.size: Invalid value: 101: spec.size in body should be less than or equal to 100',
      'spec.name: Invalid value: "": spec.name in body should be at least 1 chars long',
      '<nil>: Invalid value: "": "spec.one" must validate one and only one schema (oneOf). Found none valid',
      'spec.one.a: Required value',
      unchecked,
    ])
  })

  it('does not run rules on an object that lacks what they need', () => {
    expect(complaints({})).toEqual(['spec.size: Required value', unchecked])
  })

  it('points a rule where its fieldPath says', () => {
    expect(complaints({ size: 50, max: 20 })).toEqual(['spec.size: Invalid value: size must not exceed max'])
  })

  it('runs transition rules only against an old value, and makes messages by expression', () => {
    expect(complaints({ size: 1, kind: 'b' }, { size: 1, kind: 'a' })).toEqual([
      'spec: Invalid value: kind was a',
      'spec.kind: Invalid value: "b": immutable',
    ])
    expect(complaints({ size: 1, kind: 'b' })).toEqual([])
  })

  it('does not hold an old fault against a change elsewhere', () => {
    expect(complaints({ size: 2, name: 'TOOLONG', max: 5 }, { size: 1, name: 'TOOLONG', max: 5 })).toEqual([])
    expect(complaints({ size: 1, name: 'LONGER' }, { size: 1, name: 'TOOLONG' })).toContain(
      'spec.name: Too long: may not be more than 5 bytes',
    )
  })

  it('says what a failing rule tripped over', () => {
    const failing: Schema = { type: 'object', properties: { a: { type: 'integer' } }, 'x-kubernetes-validations': [{ rule: 'self.a > 1' }] }
    expect(validate(failing, {})).toEqual([
      { field: '', reason: 'FieldValueInvalid', message: 'Invalid value: "object": no such key: a evaluating rule: self.a > 1' },
    ])
    expect(validate(failing, { a: 1 })[0]?.message).toBe('Invalid value: failed rule: self.a > 1')
  })

  it('gives a rule with optionalOldSelf its say on creation too', () => {
    const rule = { rule: 'oldSelf.hasValue() || self == 0', optionalOldSelf: true }
    const counter: Schema = { type: 'object', properties: { n: { type: 'integer', 'x-kubernetes-validations': [rule] } } }
    expect(validate(counter, { n: 1 })).toHaveLength(1)
    expect(validate(counter, { n: 0 })).toEqual([])
    expect(validate(counter, { n: 1 }, { n: 0 })).toEqual([])
  })

  it('becomes one error that kubectl can print', () => {
    const causes = validate(schema, defaulted(schema, widget({ size: 50, max: 20 })))
    const error = invalidError({ group: 'test.dev', kind: 'Widget' }, 'w', causes)
    expect(error).toMatchObject({
      code: 422,
      reason: 'Invalid',
      message: 'Widget.test.dev "w" is invalid: spec.size: Invalid value: size must not exceed max',
    })
  })
})

describe('defaulted', () => {
  it('fills in at every depth, but not inside what is absent', () => {
    expect(defaulted(schema, widget({ size: 1, ports: [{ port: 1 }] })).spec).toEqual({
      size: 1,
      max: 10,
      ports: [{ port: 1, proto: 'TCP' }],
    })
    expect(defaulted(schema, { metadata: {} })).toEqual({ metadata: {} })
  })

  it('replaces a null that is not allowed by the default, drops it where there is none, and keeps an allowed one', () => {
    expect(defaulted(schema, widget({ size: 1, max: null, name: null, maybe: null })).spec).toEqual({ size: 1, max: 10, maybe: null })
  })

  it('gives the same object back when there is nothing to do, and never changes its input', () => {
    const full = widget({ size: 1, max: 2 })
    expect(defaulted(schema, full)).toBe(full)
    const bare = Object.freeze(widget(Object.freeze({ size: 1 })))
    expect(defaulted(schema, bare).spec.max).toBe(10)
  })
})

describe('pruned', () => {
  it('drops what the schema does not know, and says where it was', () => {
    const { object, unknown } = pruned(schema, widget({ size: 1, junk: 1, ports: [{ port: 1, more: 2 }] }))
    expect(object.spec).toEqual({ size: 1, ports: [{ port: 1 }] })
    expect(unknown).toEqual(['spec.junk', 'spec.ports[0].more'])
  })

  it('keeps what a schema keeps, maps with any key, and the metadata of every object', () => {
    const embedded = { apiVersion: 'v1', kind: 'X', metadata: { name: 'x', labels: { a: 'b' } }, spec: { x: 'y' } }
    const full = widget({ size: 1, free: { a: { b: [1] } }, labels: { x: 'y' }, embedded })
    full.metadata = { name: 'w', ownerReferences: [{ apiVersion: 'v1', kind: 'K', name: 'n', uid: 'u' }], annotations: { a: 'b' } }
    expect(pruned(schema, full)).toEqual({ object: full, unknown: [] })
  })
})
