import { type Cause, child, duplicate, forbidden, invalid, keyed, required } from './causes.ts'
import { dialect, optionalOf, toCel } from './cel.ts'
import { unescapedName } from './celSource.ts'
import { formerField, formerItems } from './correlate.ts'
import { equal, isMap, type Json } from './json.ts'
import type { Schema } from './schema.ts'
import { fieldSchema, isDeclared } from './schemaWalk.ts'

export type Rule = NonNullable<Schema['x-kubernetes-validations']>[number]

/** Where x-kubernetes-validations are compiled. */
export const ruleDialect = dialect(['self', 'oldSelf'])

/** Whether a rule compares with what was before. */
export const usesOldSelf = (rule: Rule): boolean => /\boldSelf\b/.test(rule.rule)

/** The longest message that an expression may make. */
const maxMessageBytes = 5 * 1024

/** Whether a schema, or one inside it, has a rule of that sort. */
function anywhere(asks: (rule: Rule) => boolean): (schema: Schema) => boolean {
  const known = new WeakMap<Schema, boolean>()
  const has = (schema: Schema): boolean => {
    const answer = known.get(schema)
    if (answer !== undefined) return answer
    // Schemas may contain themselves: until we know better there is nothing.
    known.set(schema, false)
    const { properties = {}, items, additionalProperties: others } = schema
    const inner = [...Object.values(properties), ...(items ? [items] : []), ...(typeof others === 'object' ? [others] : [])]
    const found = (schema['x-kubernetes-validations'] ?? []).some(asks) || inner.some(has)
    known.set(schema, found)
    return found
  }
  return has
}

export const hasRules = anywhere(() => true)
const hasTransitionRules = anywhere(usesOldSelf)

/** Runs every rule of the schema that applies to the object; transition rules only where there was a value before. */
export function ruleCauses(schema: Schema, object: Json, old?: Json): Cause[] {
  const causes: Cause[] = []
  walk(schema, object, old, '', causes)
  return causes
}

function walk(schema: Schema, value: Json, old: Json, path: string, causes: Cause[]): void {
  if (value === null || value === undefined) return
  // Of what did not change only transition rules ask.
  if (value === old ? !hasTransitionRules(schema) : !hasRules(schema)) return
  for (const rule of schema['x-kubernetes-validations'] ?? []) {
    const cause = checkRule(rule, schema, value, old, path)
    if (cause) causes.push(cause)
  }
  if (Array.isArray(value) && schema.items) {
    const former = formerItems(schema, old)
    for (const [i, item] of value.entries()) walk(schema.items, item, former(item), keyed(path, i), causes)
  } else if (isMap(value)) {
    for (const [name, inner] of Object.entries(value)) {
      const field = fieldSchema(schema, name)
      const at = isDeclared(schema, name) ? child(path, name) : keyed(path, name)
      if (field) walk(field, inner, formerField(schema, old, name), at, causes)
    }
  }
}

function checkRule(rule: Rule, schema: Schema, value: Json, old: Json, path: string): Cause | undefined {
  const transition = usesOldSelf(rule)
  const before = old === undefined || old === null ? undefined : old
  if (transition && before === undefined && !rule.optionalOldSelf) return undefined
  // An unchanged value that was once let in is not refused for a rule that came later.
  if (!transition && before !== undefined && equal(value, before)) return undefined
  const compiled = ruleDialect.compile(rule.rule)
  if (!compiled.ok) return invalid(path, schema.type, compiled.message)
  const oldSelf = before === undefined ? undefined : toCel(before, schema)
  const variables = {
    self: toCel(value, schema),
    ...(rule.optionalOldSelf ? { oldSelf: optionalOf(oldSelf) } : oldSelf !== undefined && { oldSelf }),
  }
  const named = rule.message?.trim() || rule.rule.trim()
  let result: unknown
  try {
    result = compiled.program.run(variables)
  } catch (error) {
    return invalid(path, schema.type, `${(error as Error).message} evaluating rule: ${named}`)
  }
  if (result === true) return undefined
  const detail = messageOf(rule, variables) ?? (rule.message ? rule.message.trim() : `failed rule: ${named}`)
  return refusal(rule.reason, rule.fieldPath ? joinPath(path, rule.fieldPath) : path, value, detail)
}

/** The text that messageExpression makes; undefined when it makes none that can be shown. */
function messageOf(rule: Rule, variables: Record<string, unknown>): string | undefined {
  if (!rule.messageExpression) return undefined
  const compiled = ruleDialect.compile(rule.messageExpression)
  if (!compiled.ok) return undefined
  try {
    const text = compiled.program.run(variables)
    if (typeof text !== 'string') return undefined
    const trimmed = text.trim()
    return trimmed === '' || trimmed.includes('\n') || trimmed.length > maxMessageBytes ? undefined : trimmed
  } catch {
    return undefined
  }
}

function refusal(reason: string | undefined, field: string, value: Json, detail: string): Cause {
  switch (reason) {
    case 'FieldValueForbidden':
      return forbidden(field, detail)
    case 'FieldValueRequired':
      return required(field, detail)
    case 'FieldValueDuplicate':
      return duplicate(field, value)
    default:
      // Objects and lists are not printed whole.
      if (typeof value === 'object') return { field, reason: 'FieldValueInvalid', message: `Invalid value: ${detail}` }
      return invalid(field, value, detail)
  }
}

/** The steps of a rule's fieldPath: `.spec['a.b'].c`; undefined when it cannot be read. */
export function fieldPathSteps(path: string): string[] | undefined {
  const steps: string[] = []
  const step = /\.([A-Za-z_]\w*)|\['((?:\\.|[^'\\])*)'\]/y
  while (step.lastIndex < path.length) {
    const match = step.exec(path)
    if (!match) return undefined
    steps.push(match[1] === undefined ? (match[2] ?? '').replace(/\\(.)/g, '$1') : unescapedName(match[1]))
  }
  return steps
}

const joinPath = (path: string, rest: string): string =>
  (fieldPathSteps(rest) ?? []).reduce((at, step) => (/^[\w-]+$/.test(step) ? child(at, step) : keyed(at, step)), path)
