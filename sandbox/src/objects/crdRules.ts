import { type Cause, child, forbidden, invalid, keyed, required, unsupported } from './causes.ts'
import { estimate, ruleCostLimit, schemaCostLimit } from './celCost.ts'
import { fieldPathSteps, type Rule, ruleDialect, usesOldSelf } from './celRules.ts'
import { mostItems } from './celTypes.ts'
import type { Place } from './crdSchema.ts'
import { isMap } from './json.ts'
import type { Schema } from './schema.ts'
import { fieldSchema } from './schemaWalk.ts'

const reasons = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired']

/** Every place of a schema that may hold rules, with how often it may occur in one object. */
export function* places(schema: Schema, place: Place): Generator<{ schema: Schema; place: Place }> {
  yield { schema, place }
  const { path, count, uncorrelated } = place
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    const lost = schema['x-kubernetes-map-type'] === 'atomic' ? (uncorrelated ?? path) : uncorrelated
    yield* places(field, { path: keyed(child(path, 'properties'), name), level: 'field', count, uncorrelated: lost })
  }
  const each = count * mostItems(schema)
  if (schema.items) {
    const lost = schema['x-kubernetes-list-type'] === 'map' ? uncorrelated : (uncorrelated ?? path)
    yield* places(schema.items, { path: child(path, 'items'), level: 'item', count: each, uncorrelated: lost })
  }
  if (isMap(schema.additionalProperties)) {
    yield* places(schema.additionalProperties as Schema, {
      path: child(path, 'additionalProperties'),
      level: 'field',
      count: each,
      uncorrelated,
    })
  }
}

export function ruleProblems(schema: Schema, root: Place): Cause[] {
  const causes: Cause[] = []
  for (const { schema: at, place } of places(schema, root)) {
    const rules = [...(at['x-kubernetes-validations'] ?? []).entries()].map(([i, rule]) => ({
      rule,
      path: keyed(child(place.path, 'x-kubernetes-validations'), i),
    }))
    const texts = rules.flatMap(({ rule, path }) => textProblems(rule, at, path))
    causes.push(...texts)
    if (texts.length === 0) for (const { rule, path } of rules) causes.push(...problemsOf(rule, at, place, path))
  }
  return causes
}

export function totalCostProblems(schema: Schema, root: Place): Cause[] {
  const costs: { path: string; cost: number }[] = []
  for (const { schema: at, place } of places(schema, root)) {
    for (const [i, rule] of (at['x-kubernetes-validations'] ?? []).entries()) {
      costs.push({ path: `${keyed(child(place.path, 'x-kubernetes-validations'), i)}.rule`, cost: costOf(rule.rule, at, place) })
    }
  }
  const total = costs.reduce((sum, { cost }) => sum + cost, 0)
  if (total <= schemaCostLimit) return []
  const worst = costs.sort((a, b) => b.cost - a.cost).slice(0, 4)
  return [
    ...worst.map(({ path }) =>
      forbidden(path, 'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema'),
    ),
    forbidden(root.path, exceeds('x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema', total, schemaCostLimit)),
  ]
}

function costOf(source: string, schema: Schema, place: Place): number {
  const compiled = ruleDialect.compile(source)
  return compiled.ok ? estimate(compiled.program, schema, place.level === 'root').cost * place.count : 0
}

function exceeds(what: string, cost: number, limit: number): string {
  const factor = cost / limit
  const shown = factor > 100 ? 'more than 100x' : factor < 1.5 ? `${factor.toFixed(6)}x` : `${factor.toFixed(1)}x`
  return `${what} exceeds budget by factor of ${shown} (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)`
}

/** A rule as the real server prints it. */
const printed = (rule: Rule) => ({
  Rule: rule.rule,
  Message: rule.message ?? '',
  MessageExpression: rule.messageExpression ?? '',
  Reason: rule.reason ?? null,
  FieldPath: rule.fieldPath ?? '',
  OptionalOldSelf: rule.optionalOldSelf ?? null,
})

function problemsOf(rule: Rule, schema: Schema, place: Place, path: string): Cause[] {
  const { cost, message, old } = studied(rule.rule, schema, place, 'bool', 'cel expression must evaluate to a bool')
  if (message !== undefined) return [invalid(child(path, 'rule'), printed(rule), message)]
  const causes: Cause[] = []
  if (cost > ruleCostLimit) causes.push(forbidden(child(path, 'rule'), exceeds('estimated rule cost', cost, ruleCostLimit)))
  if (old && place.uncorrelated !== undefined) {
    const why = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${place.uncorrelated}`
    causes.push(invalid(child(path, 'rule'), rule.rule, why))
  }
  if (rule.optionalOldSelf !== undefined && !usesOldSelf(rule)) {
    causes.push(invalid(child(path, 'optionalOldSelf'), rule.optionalOldSelf, 'may not be set if oldSelf is not used in rule'))
  }
  if (rule.messageExpression === undefined) return causes
  const at = child(path, 'messageExpression')
  const text = studied(rule.messageExpression, schema, place, 'string', 'messageExpression must evaluate to a string')
  if (text.message !== undefined) causes.push(invalid(at, printed(rule), text.message))
  else if (text.cost > ruleCostLimit) causes.push(forbidden(at, exceeds('estimated messageExpression cost', text.cost, ruleCostLimit)))
  return causes
}

interface Study {
  cost: number
  /** Why the expression cannot be used at all. */
  message: string | undefined
  old: boolean
}

function studied(source: string, schema: Schema, place: Place, wanted: string, must: string): Study {
  const compiled = ruleDialect.compile(source)
  if (!compiled.ok) return { cost: 0, message: compiled.message, old: false }
  const { cost, problems, usesOldSelf: old, type } = estimate(compiled.program, schema, place.level === 'root')
  const [problem] = problems
  if (problem !== undefined) return { cost: 0, message: `compilation failed: ${problem}`, old }
  return { cost: cost * place.count, message: type === undefined || type === wanted ? undefined : must, old }
}

function textProblems(rule: Rule, schema: Schema, path: string): Cause[] {
  if (!rule.rule?.trim()) return [required(child(path, 'rule'), 'rule is not specified')]
  const causes: Cause[] = []
  const { message, reason, fieldPath } = rule
  if (rule.messageExpression !== undefined && !rule.messageExpression.trim()) {
    causes.push(required(child(path, 'messageExpression'), 'messageExpression must be non-empty if specified'))
  }
  if (message !== undefined && message !== '' && message.trim() === '') {
    causes.push(invalid(child(path, 'message'), message, 'must be non-empty if specified'))
  } else if (message !== undefined && /[\n\r]/.test(message.trim())) {
    causes.push(invalid(child(path, 'message'), message, 'must not contain line breaks'))
  } else if (/[\n\r]/.test(rule.rule.trim()) && !message?.trim()) {
    causes.push(required(child(path, 'message'), 'message must be specified if rule contains line breaks'))
  }
  if (reason !== undefined && !reasons.includes(reason)) causes.push(unsupported(child(path, 'reason'), reason, reasons))
  if (fieldPath && !reaches(schema, fieldPath)) causes.push(invalid(child(path, 'fieldPath'), fieldPath, 'must be a valid path'))
  return causes
}

function reaches(schema: Schema, path: string): boolean {
  const steps = fieldPathSteps(path)
  let at: Schema | undefined = schema
  for (const step of steps ?? []) at = fieldSchema(at, step)
  return steps !== undefined && steps.length > 0 && at !== undefined
}
