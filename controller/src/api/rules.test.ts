import fc from 'fast-check'
import { expect, describe as group, test } from 'vitest'
import { toCel } from '../../../sandbox/src/objects/cel.ts'
import { ruleDialect } from '../../../sandbox/src/objects/celRules.ts'
import type { Json } from '../../../sandbox/src/objects/json.ts'
import { type Described, describe as described, walk } from './describe.ts'
import type { CelRule } from './fields.ts'
import { kindNamed, kinds } from './kinds.ts'
import { broken } from './testing/broken.ts'
import { kindCases } from './testing/kindCases.ts'
import { defaulted, validate } from './validate.ts'

const checked = (rule: CelRule) => !rule.rule.includes('oldSelf')

function rulesOf(schema: Described): { rule: CelRule; path: string }[] {
  const found: { rule: CelRule; path: string }[] = []
  walk(schema, ({ cel }, path) => found.push(...(cel ?? []).map((rule) => ({ rule, path }))))
  return found
}

test('every rule can be checked without an API server, but those that look at the older object', () => {
  const unchecked = kinds.flatMap((kind) => rulesOf(described(kind))).filter(({ rule }) => checked(rule) && !rule.check)
  expect(unchecked.map(({ rule, path }) => `${path}: ${rule.rule}`)).toEqual([])
})

group.each(kindCases)('the check of a rule of $kind and its CEL agree', ({ kind, valid, refused }) => {
  const schema = described(kindNamed(kind))

  test('on random objects', () => {
    fc.assert(
      fc.property(fc.oneof(valid, broken(valid)), (spec) => {
        for (const { rule, byCel, byCheck } of verdicts(schema, spec)) expect({ rule, passes: byCheck }).toEqual({ rule, passes: byCel })
      }),
      { numRuns: 200 },
    )
  })

  test('on objects that break each rule', () => {
    const [aSpec] = fc.sample(valid, { numRuns: 1, seed: 1 })
    const against = new Set<string>()
    for (const [name, spec] of [...Object.entries(refused), ['x'.repeat(64), aSpec] as const]) {
      for (const { rule, byCel, byCheck } of verdicts(schema, spec, name)) {
        expect({ rule, passes: byCheck }).toEqual({ rule, passes: byCel })
        if (byCel === false) against.add(rule)
      }
    }
    const all = rulesOf(schema).map(({ rule }) => rule)
    expect(all.filter((rule) => checked(rule) && !against.has(rule.rule)).map((rule) => rule.rule)).toEqual([])
  })
})

/** What CEL and the check say of each rule whose value has the right shape; the API server asks no others. */
function verdicts(kind: Described, spec: unknown, name = 'web'): { rule: string; byCel: unknown; byCheck: boolean }[] {
  const found: { rule: string; byCel: unknown; byCheck: boolean }[] = []
  const visit = (schema: Described, value: unknown) => {
    const shaped = !validate(withoutRules(schema), value).some(({ severity }) => severity !== 'warning')
    for (const { rule, check } of shaped ? (schema.cel ?? []) : []) {
      if (check) found.push({ rule, byCel: evaluated(rule, value), byCheck: check(value) })
    }
    if (Array.isArray(value)) for (const item of value) if (schema.items) visit(schema.items, item)
    if (!isObject(value)) return
    for (const [key, property] of Object.entries(schema.properties ?? {})) {
      if (value[key] !== undefined && property.notYet === undefined) visit(property, value[key])
    }
  }
  visit(
    { ...kind, required: ['spec'], properties: { ...kind.properties, metadata: { anyObject: true } } },
    defaulted(kind, { metadata: { name }, spec }),
  )
  return found
}

function evaluated(rule: string, self: unknown): unknown {
  const compiled = ruleDialect.compile(rule)
  if (!compiled.ok) throw new Error(`${rule}: ${compiled.message}`)
  return compiled.program.run({ self: toCel(self as Json) })
}

function withoutRules(schema: Described): Described {
  const { cel: _, properties, items, ...rest } = schema
  const stripped: Described = rest
  if (properties) stripped.properties = Object.fromEntries(Object.entries(properties).map(([key, one]) => [key, withoutRules(one)]))
  if (items) stripped.items = withoutRules(items)
  return stripped
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
