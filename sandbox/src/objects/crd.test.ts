import { describe, expect, it } from 'vitest'
import type { JsonMap } from './json.ts'
import type { Schema } from './schema.ts'
import { crdProblems } from './structural.ts'

// What is refused here, and in which words, is what a Kubernetes 1.36 API server refuses.
const crd = (schema: Schema | undefined, names: JsonMap = {}): JsonMap => ({
  metadata: { name: 'bads.test.dev' },
  spec: {
    group: 'test.dev',
    scope: 'Namespaced',
    names: { plural: 'bads', singular: 'bad', kind: 'Bad', listKind: 'BadList', ...names },
    versions: [{ name: 'v1', served: true, storage: true, ...(schema && { schema: { openAPIV3Schema: schema } }) }],
  },
})

const spec = (properties: Record<string, Schema>, more: Schema = {}): Schema => ({
  type: 'object',
  properties: { spec: { type: 'object', properties, ...more } },
})
const at = 'spec.validation.openAPIV3Schema.properties[spec]'
const complaints = (schema: Schema | undefined) => crdProblems(crd(schema)).map(({ field, message }) => `${field}: ${message}`)
const rule = (text: string): Schema => ({ 'x-kubernetes-validations': [{ rule: text }] })
const budget = (factor: string) =>
  `exceeds budget by factor of ${factor} (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)`

describe('crdProblems', () => {
  it('accepts a sound definition', () => {
    expect(complaints(spec({ a: { type: 'string', default: 'x' } }, rule("self.a != ''")))).toEqual([])
  })

  it('asks for a schema, a name that fits, and exactly one stored version', () => {
    expect(complaints(undefined)).toEqual(['spec.versions[0].schema.openAPIV3Schema: Required value'])
    const wrong = crd(spec({}))
    wrong.metadata.name = 'other'
    wrong.spec.versions[0].storage = false
    expect(crdProblems(wrong).map(({ field }) => field)).toEqual(['metadata.name', 'spec.versions', 'status.storedVersions'])
  })

  it('keeps describing what is stored', () => {
    const gone = { ...crd(spec({})), status: { storedVersions: ['v0', 'v1'] } }
    expect(crdProblems(gone)).toEqual([
      {
        field: 'status.storedVersions[0]',
        reason: 'FieldValueInvalid',
        message: expect.stringContaining('missing from spec.versions; v0 was'),
      },
    ])
  })

  it('says the same of a schema when it comes again, each time of its own place', () => {
    const twice = crd(spec({ a: {} }))
    const [version] = twice.spec.versions
    twice.spec.versions = [version, { ...version, name: 'v2', storage: false }]
    const fields = () => crdProblems(twice).map(({ field }) => field)
    expect(fields()).toEqual(
      ['spec.versions[0]', 'spec.versions[1]'].map((place) => `${place}.schema.openAPIV3Schema.properties[spec].properties[a].type`),
    )
    expect(fields()).toEqual(fields())
  })

  it.each([
    ['self.a > "x"', `found no matching overload for '_>_' applied to '(int, string)'`],
    ['self.a + 1.5 > 2.0', `found no matching overload for '_+_' applied to '(int, double)'`],
    ['self.a in self.b', `found no matching overload for '@in' applied to '(int, string)'`],
    ['self.a %', `Syntax error: mismatched input '<EOF>'`],
  ])('refuses the rule %s', (text, why) => {
    const [problem, ...others] = complaints(spec({ a: { type: 'integer' }, b: { type: 'string' } }, rule(text)))
    expect(problem).toContain(why)
    expect(others).toEqual([])
  })

  it.each(['self.a < 1.5', 'self.a + 1 > 2 || self.b + "x" < self.b', 'self.a == 1 && dyn(self.a) == "x"', 'self.c.exists(x, x in ["a"])'])(
    'takes the rule %s',
    (text) => {
      const fields: Record<string, Schema> = {
        a: { type: 'integer' },
        b: { type: 'string', maxLength: 9 },
        c: { type: 'array', maxItems: 3, items: { type: 'string', maxLength: 9 } },
      }
      expect(complaints(spec(fields, rule(text)))).toEqual([])
    },
  )

  it('refuses what is not structural', () => {
    const schema = spec({
      a: {},
      b: { type: 'array' },
      c: { type: 'object', properties: { x: { type: 'string' } }, additionalProperties: { type: 'string' } },
      e: { type: 'string', anyOf: [{ type: 'string', description: 'x' }] },
      f: { type: 'array', items: { type: 'string' }, uniqueItems: true },
    })
    expect(complaints(schema).sort()).toEqual(
      [
        `${at}.properties[a].type: Required value: must not be empty for specified object fields`,
        `${at}.properties[b].items: Required value: must be specified`,
        `${at}.properties[c].additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive`,
        `${at}.properties[e].anyOf[0].type: Forbidden: must be empty to be structural`,
        `${at}.properties[e].anyOf[0].description: Forbidden: must be empty to be structural`,
        `${at}.properties[f].uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic`,
      ].sort(),
    )
  })

  it('refuses a default that its own schema would refuse or prune', () => {
    expect(complaints(spec({ d: { type: 'string', default: 5 }, o: { type: 'object', default: { x: 1 } } }))).toEqual([
      `${at}.properties[d].default: Invalid value: "integer":  in body must be of type string: "integer"`,
      `${at}.properties[o].default: Invalid value: {"x":1}: must not have unknown fields`,
    ])
  })

  it('wants the keys of a list to be there in every item', () => {
    const list: Schema = {
      type: 'array',
      items: { type: 'object', properties: { k: { type: 'string' } } },
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['k'],
    }
    expect(complaints(spec({ list }))).toEqual([
      `${at}.properties[list].items.properties[k].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property`,
    ])
  })

  describe('rules', () => {
    const text: Schema = { type: 'string' }
    const printed = (source: string, more: JsonMap = {}) =>
      JSON.stringify({ Rule: source, Message: '', MessageExpression: '', Reason: null, FieldPath: '', OptionalOldSelf: null, ...more })

    it('must name fields that are there', () => {
      expect(complaints(spec({ s: text }, rule('self.q == 1')))).toEqual([
        `${at}.x-kubernetes-validations[0].rule: Invalid value: ${printed('self.q == 1')}: compilation failed: ERROR: <input>:1:5: undefined field 'q'\n | self.q == 1\n | ....^`,
      ])
    })

    it('must compare like with like and come to true or false', () => {
      expect(complaints(spec({ s: text }, rule('self.s')))).toEqual([
        `${at}.x-kubernetes-validations[0].rule: Invalid value: ${printed('self.s')}: cel expression must evaluate to a bool`,
      ])
      expect(complaints(spec({ s: text }, rule('self.s == 1')))[0]).toContain(
        "found no matching overload for '_==_' applied to '(string, int)'",
      )
    })

    it('must be written soundly, its message and path too', () => {
      const validations = [
        { rule: 'self.s == "x"', message: 'a\nb' },
        { rule: 'self.s == "y"', fieldPath: '.nope' },
        { rule: 'self.s == "z"', reason: 'Nope' },
        { rule: ' ' },
      ]
      expect(
        crdProblems(crd(spec({ s: text }, { 'x-kubernetes-validations': validations }))).map(({ field }) => field.slice(at.length)),
      ).toEqual([
        '.x-kubernetes-validations[0].message',
        '.x-kubernetes-validations[1].fieldPath',
        '.x-kubernetes-validations[2].reason',
        '.x-kubernetes-validations[3].rule',
      ])
      const expression = { rule: 'self.s == "x"', messageExpression: '1' }
      expect(complaints(spec({ s: text }, { 'x-kubernetes-validations': [expression] }))[0]).toContain(
        'messageExpression must evaluate to a string',
      )
    })

    it('may not look back where nobody can tell which item was which', () => {
      const items: Schema = { type: 'string', maxLength: 3, ...rule('self == oldSelf') }
      expect(complaints(spec({ l: { type: 'array', maxItems: 3, items } }))).toEqual([
        `${at}.properties[l].items.x-kubernetes-validations[0].rule: Invalid value: "self == oldSelf": oldSelf cannot be used on the uncorrelatable portion of the schema within ${at}.properties[l]`,
      ])
    })

    const named = (maxItems: number, maxLength: number): Schema =>
      spec(
        { list: { type: 'array', maxItems, items: { type: 'object', properties: { name: { type: 'string', maxLength } } } } },
        rule('self.list.all(x, self.list.exists_one(y, x.name == y.name))'),
      )

    it('may not cost too much: every item compared with every other needs bounds', () => {
      expect(complaints(named(20, 63))).toEqual([])
      expect(complaints(named(100, 253))).toEqual([])
      expect(complaints(named(1000, 253))[0]).toBe(
        `${at}.x-kubernetes-validations[0].rule: Forbidden: estimated rule cost ${budget('10.8x')}`,
      )
    })

    it('may not cost too much: a pattern over an unbounded list of unbounded strings', () => {
      const items: Schema = { type: 'string', ...rule("self.matches('^[a-z]+$')") }
      expect(complaints(spec({ list: { type: 'array', items } }))[0]).toBe(
        `${at}.properties[list].items.x-kubernetes-validations[0].rule: Forbidden: estimated rule cost ${budget('more than 100x')}`,
      )
    })

    it('may be cheap on an unbounded string', () => {
      expect(complaints(spec({ s: text }, rule("self.s.startsWith('a') && self.s.size() < 4 && self.s == 'x'")))).toEqual([])
      expect(complaints(spec({ s: text, t: text }, rule('self.s.contains(self.t)')))[0]).toContain('more than 100x')
    })
  })
})
