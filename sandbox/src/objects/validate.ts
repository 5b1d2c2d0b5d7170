import { type Cause, child, duplicate, invalid, keyed, required, tooLong, tooMany, unsupported } from './causes.ts'
import { hasRules, ruleCauses } from './celRules.ts'
import { formerField, formerItems } from './correlate.ts'
import { formatProblem } from './formats.ts'
import { equal, isMap, type Json, type JsonMap, typeName } from './json.ts'
import { goPattern } from './regex.ts'
import type { Schema } from './schema.ts'
import { fieldSchema, isDeclared, listKind } from './schemaWalk.ts'
import { elementKey } from './typedValue.ts'

/** Problems that make rules not worth running: they would complain of the same thing in worse words. */
const blocking = new Set([
  'FieldValueRequired',
  'FieldValueNotSupported',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
])

/**
 * Everything that a schema has against an object: types, bounds, list uniqueness, and its CEL rules. With `old`, transition rules
 * run, and what did not change is not held against a change elsewhere (ratcheting).
 */
export function validate(schema: Schema, object: JsonMap, old?: JsonMap): Cause[] {
  const causes = validateShape(schema, object, old)
  checkLists(schema, object, old, '', causes)
  if (!causes.some(({ reason }) => blocking.has(reason))) return [...causes, ...ruleCauses(schema, object, old)]
  if (hasRules(schema)) causes.push(uncheckedRules)
  return causes
}

/** Types, required fields and bounds alone. */
export function validateShape(schema: Schema, object: JsonMap, old?: JsonMap): Cause[] {
  const causes: Cause[] = []
  check(schema, object, old, '', causes)
  return causes
}

const uncheckedRules: Cause = {
  field: '<nil>',
  reason: 'FieldValueInvalid',
  message:
    'Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
}

function check(schema: Schema, value: Json, old: Json, path: string, causes: Cause[]): void {
  if (old !== undefined && equal(value, old)) return
  if (value === null && schema.nullable) return
  const problems = typeProblems(schema, value, path)
  if (problems.length > 0) {
    causes.push(...problems)
    return
  }
  checkValue(schema, value, path, causes)
  checkJunctors(schema, value, path, causes)
  if (Array.isArray(value) && schema.items) {
    const former = formerItems(schema, old)
    for (const [i, item] of value.entries()) check(schema.items, item, former(item), keyed(path, i), causes)
  } else if (isMap(value)) {
    for (const name of schema.required ?? []) if (value[name] === undefined) causes.push(required(child(path, name)))
    for (const [name, inner] of Object.entries(value)) {
      const field = fieldSchema(schema, name)
      if (field && inner !== undefined) check(field, inner, formerField(schema, old, name), child(path, name), causes)
    }
  }
}

function typeProblems(schema: Schema, value: Json, path: string): Cause[] {
  const actual = typeName(value)
  let expected: string | undefined
  if (schema['x-kubernetes-int-or-string']) {
    const fits = actual === 'integer' || actual === 'string' || (schema.format === 'quantity' && actual === 'number')
    if (!fits) expected = 'integer,string'
  } else if (schema.type === undefined) return []
  else if (schema.type === 'number' ? actual !== 'number' && actual !== 'integer' : actual !== schema.type) expected = schema.type
  if (expected === undefined) return []
  if (expected === 'integer' && actual === 'number' && (schema.format === 'int32' || schema.format === 'int64')) {
    const checked = `Checked value must be of type integer with format ${schema.format} in ${path}`
    return [invalid('<nil>', '', checked), wrongType(path, schema.format, 'float64')]
  }
  return [wrongType(path, expected, value === null ? 'null' : actual)]
}

function wrongType(path: string, expected: string, actual: string): Cause {
  const where = path === '' ? '' : `${path} `
  return {
    field: path,
    reason: 'FieldValueTypeInvalid',
    message: `Invalid value: "${actual}": ${where}in body must be of type ${expected}: "${actual}"`,
  }
}

function checkValue(schema: Schema, value: Json, path: string, causes: Cause[]): void {
  const wrong = (detail: string) => causes.push(invalid(path, value, `${path} in body ${detail}`))
  if (schema.enum && !schema.enum.some((allowed) => equal(allowed, value)))
    causes.push(
      unsupported(
        path,
        value,
        schema.enum.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))),
      ),
    )
  if (typeof value === 'number') {
    const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema
    if (maximum !== undefined && exclusiveMaximum ? value >= maximum : maximum !== undefined && value > maximum) {
      wrong(`should be less than ${exclusiveMaximum ? '' : 'or equal to '}${maximum}`)
    }
    if (minimum !== undefined && exclusiveMinimum ? value <= minimum : minimum !== undefined && value < minimum) {
      wrong(`should be greater than ${exclusiveMinimum ? '' : 'or equal to '}${minimum}`)
    }
    if (multipleOf !== undefined && !isMultiple(value, multipleOf)) wrong(`should be a multiple of ${multipleOf}`)
    const problem = formatProblem(schema.format, value)
    if (problem) wrong(problem)
  } else if (typeof value === 'string') {
    const length = [...value].length
    // Only the first thing wrong with a text is told.
    if (schema.maxLength !== undefined && length > schema.maxLength) causes.push(tooLong(path, schema.maxLength))
    else if (schema.minLength !== undefined && length < schema.minLength) wrong(`should be at least ${schema.minLength} chars long`)
    else if (schema.pattern !== undefined && goPattern(schema.pattern)?.test(value) === false) wrong(`should match '${schema.pattern}'`)
    const problem = formatProblem(schema.format, value)
    if (problem) {
      const message = `Invalid value: ${JSON.stringify(value)}: ${path} in body ${problem}: ${JSON.stringify(value)}`
      causes.push({ field: path, reason: 'FieldValueTypeInvalid', message })
    }
  } else if (Array.isArray(value)) {
    if (schema.maxItems !== undefined && value.length > schema.maxItems) causes.push(tooMany(path, value.length, schema.maxItems))
    if (schema.minItems !== undefined && value.length < schema.minItems) wrong(`should have at least ${schema.minItems} items`)
  } else if (isMap(value)) {
    const count = Object.keys(value).length
    if (schema.maxProperties !== undefined && count > schema.maxProperties) causes.push(tooMany(path, count, schema.maxProperties))
    if (schema.minProperties !== undefined && count < schema.minProperties) wrong(`should have at least ${schema.minProperties} properties`)
  }
}

const isMultiple = (value: number, of: number): boolean => {
  const ratio = value / of
  return Math.abs(ratio - Math.round(ratio)) < 1e-9
}

function checkJunctors(schema: Schema, value: Json, path: string, causes: Cause[]): void {
  const against = (part: Schema): Cause[] => {
    const found: Cause[] = []
    check(part, value, undefined, path, found)
    return found
  }
  // The real server gives these no field.
  const wrong = (detail: string) => causes.push(invalid('<nil>', '', `"${path}" must ${detail}`))
  for (const part of schema.allOf ?? []) check(part, value, undefined, path, causes)
  if (schema.anyOf?.length && !schema['x-kubernetes-int-or-string']) {
    const tried = schema.anyOf.map(against)
    if (tried.every(({ length }) => length > 0)) {
      wrong('validate at least one schema (anyOf)')
      causes.push(...fewest(tried))
    }
  }
  if (schema.oneOf?.length) {
    const tried = schema.oneOf.map(against)
    const count = tried.filter(({ length }) => length === 0).length
    if (count === 0) {
      wrong('validate one and only one schema (oneOf). Found none valid')
      causes.push(...fewest(tried))
    } else if (count > 1) wrong(`validate one and only one schema (oneOf). Found ${count} valid alternatives`)
  }
  if (schema.not && against(schema.not).length === 0) wrong('not validate the schema (not)')
}

/** What the nearest alternative lacked. */
const fewest = (tried: readonly Cause[][]): Cause[] => tried.reduce((best, one) => (one.length < best.length ? one : best))

/** Lists that are sets, and lists with keys, hold nothing twice. */
function checkLists(schema: Schema, value: Json, old: Json, path: string, causes: Cause[]): void {
  if (old !== undefined && equal(value, old)) return
  if (Array.isArray(value)) {
    const kind = listKind(schema)
    const seen = new Set<string>()
    for (const [i, item] of value.entries()) {
      const key = elementKey(schema, item)
      if (key === undefined) continue
      if (seen.has(key)) causes.push(duplicate(keyed(path, i), kind.kind === 'set' ? item : JSON.parse(key.slice(2))))
      seen.add(key)
    }
    const { items } = schema
    const former = formerItems(schema, old)
    if (items) for (const [i, item] of value.entries()) checkLists(items, item, former(item), keyed(path, i), causes)
  } else if (isMap(value)) {
    for (const [name, inner] of Object.entries(value)) {
      const field = fieldSchema(schema, name)
      const at = isDeclared(schema, name) ? child(path, name) : keyed(path, name)
      if (field) checkLists(field, inner, formerField(schema, old, name), at, causes)
    }
  }
}
