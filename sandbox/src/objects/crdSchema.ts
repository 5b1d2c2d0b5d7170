import { type Cause, child, forbidden, invalid, keyed, required, unsupported } from './causes.ts'
import { places, ruleProblems, totalCostProblems } from './crdRules.ts'
import { equal, isMap, type JsonMap } from './json.ts'
import { pruned } from './prune.ts'
import { goPattern } from './regex.ts'
import type { Schema } from './schema.ts'
import { validate } from './validate.ts'

/** Where in a schema we are, and what follows from it. */
export interface Place {
  path: string
  level: 'root' | 'field' | 'item'
  /** How many values of this place an object may hold at most. */
  count: number
  /** The nearest list or map above that cannot tell which item was which. */
  uncorrelated: string | undefined
}

/** Schemas looked at before are remembered by their text, up to this many: those who start many clusters bring the same ones. */
const remembered = 200
const known = new Map<string, readonly Cause[]>()

/** Why a schema is not one that a CRD may have, its rules included; empty when it is fine. */
export function schemaProblems(schema: Schema, path: string): readonly Cause[] {
  const text = `${path} ${JSON.stringify(schema)}`
  let problems = known.get(text)
  if (!problems) {
    const [oldest] = known.keys()
    if (known.size >= remembered && oldest !== undefined) known.delete(oldest)
    problems = allProblems(schema, path)
    known.set(text, problems)
  }
  return problems
}

function allProblems(schema: Schema, path: string): Cause[] {
  const root: Place = { path, level: 'root', count: 1, uncorrelated: undefined }
  const found: Found = { structure: [], conventions: [] }
  structural(schema, root, found)
  if (schema.nullable) found.structure.push(forbidden(child(path, 'nullable'), 'nullable cannot be true at the root'))
  // Each is looked at only when what it builds on is sound.
  const defaults: Cause[] = []
  if (found.structure.length === 0) for (const { schema: at, place } of places(schema, root)) defaultProblems(at, place.path, defaults)
  const causes = [...found.structure, ...defaults, ...found.conventions]
  return causes.length > 0 ? causes : [...ruleProblems(schema, root), ...totalCostProblems(schema, root)]
}

interface Found {
  /** What keeps the schema from being structural: defaults cannot be judged then. */
  structure: Cause[]
  conventions: Cause[]
}

const types = ['array', 'boolean', 'integer', 'number', 'object', 'string']

function structural(schema: Schema, place: Place, found: Found): void {
  const { path } = place
  const { structure, conventions } = found
  typeProblems(schema, place, structure)
  junctorProblems(schema, path, structure)
  listProblems(schema, path, conventions)
  if (schema.uniqueItems) {
    conventions.push(
      forbidden(child(path, 'uniqueItems'), 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic'),
    )
  }
  if (schema.pattern !== undefined && !goPattern(schema.pattern)) {
    structure.push(invalid(child(path, 'pattern'), schema.pattern, "must be a valid regular expression, but isn't"))
  }
  if (schema.properties && schema.additionalProperties) {
    conventions.push(forbidden(child(path, 'additionalProperties'), 'additionalProperties and properties are mutual exclusive'))
  }
  if (schema.additionalProperties !== undefined && place.level === 'root') {
    structure.push(forbidden(child(path, 'additionalProperties'), 'must not be used at the root'))
  }
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    const at = keyed(child(path, 'properties'), name)
    if (name === 'metadata' && place.level === 'root') metadataProblems(field, at, structure)
    else structural(field, { ...place, path: at, level: 'field' }, found)
  }
  if (schema.items) structural(schema.items, { ...place, path: child(path, 'items'), level: 'item' }, found)
  if (isMap(schema.additionalProperties)) {
    structural(schema.additionalProperties as Schema, { ...place, path: child(path, 'additionalProperties'), level: 'field' }, found)
  }
}

const empty = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
}

function typeProblems(schema: Schema, { path, level }: Place, causes: Cause[]): void {
  const at = child(path, 'type')
  const keeps = schema['x-kubernetes-preserve-unknown-fields']
  const either = schema['x-kubernetes-int-or-string']
  if (schema.type !== undefined && !types.includes(schema.type)) causes.push(unsupported(at, schema.type, types))
  if (schema['x-kubernetes-embedded-resource']) {
    if (schema.type !== 'object') causes.push(required(at, 'must be object if x-kubernetes-embedded-resource is true'))
    if (!keeps && !schema.properties) {
      const why = 'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields'
      causes.push(required(child(path, 'properties'), why))
    }
  } else if (schema.type === undefined && !either && !keeps) causes.push(required(at, empty[level]))
  if (level === 'root' && schema.type !== undefined && schema.type !== 'object')
    causes.push(invalid(at, schema.type, 'must be object at the root'))
  if (schema.type === 'array' && !schema.items) causes.push(required(child(path, 'items'), 'must be specified'))
  if (keeps === false) causes.push(invalid(child(path, 'x-kubernetes-preserve-unknown-fields'), false, 'must be true or undefined'))
  if (either && keeps) {
    causes.push(invalid(child(path, 'x-kubernetes-preserve-unknown-fields'), true, 'must be false if x-kubernetes-int-or-string is true'))
  }
  const mapType = schema['x-kubernetes-map-type']
  if (mapType !== undefined && schema.type !== 'object')
    causes.push(invalid(at, schema.type ?? '', 'must be object if x-kubernetes-map-type is specified'))
  if (mapType !== undefined && mapType !== 'atomic' && mapType !== 'granular') {
    causes.push(unsupported(child(path, 'x-kubernetes-map-type'), mapType, ['atomic', 'granular']))
  }
}

function metadataProblems(schema: Schema, path: string, causes: Cause[]): void {
  const { type, properties = {}, description: _, ...rest } = schema
  if (type !== 'object') causes.push(invalid(child(path, 'type'), type ?? '', 'must be object'))
  const others = Object.keys(properties).filter((name) => name !== 'name' && name !== 'generateName')
  if (others.length > 0 || Object.keys(rest).length > 0) {
    causes.push(forbidden(path, 'must not specify anything other than name and generateName, but metadata is implicitly specified'))
  }
}

function listProblems(schema: Schema, path: string, causes: Cause[]): void {
  const listType = schema['x-kubernetes-list-type']
  const keys = schema['x-kubernetes-list-map-keys'] ?? []
  const at = child(path, 'x-kubernetes-list-type')
  if (listType === undefined) {
    if (keys.length > 0) causes.push(required(at, 'must be map if x-kubernetes-list-map-keys is non-empty'))
    return
  }
  if (!['atomic', 'set', 'map'].includes(listType)) causes.push(unsupported(at, listType, ['atomic', 'set', 'map']))
  if (schema.type !== 'array')
    causes.push(invalid(child(path, 'type'), schema.type ?? '', 'must be array if x-kubernetes-list-type is specified'))
  if (listType !== 'map' && keys.length > 0) causes.push(invalid(at, listType, 'must be map if x-kubernetes-list-map-keys is non-empty'))
  const { items } = schema
  const itemsPath = child(path, 'items')
  if (!items || listType === 'atomic') return
  if (items.nullable) causes.push(forbidden(child(itemsPath, 'nullable'), `cannot be nullable when x-kubernetes-list-type is ${listType}`))
  const atomic = 'must be atomic as item of a list with x-kubernetes-list-type=set'
  if (listType === 'set') {
    if (items.type === 'object' && items['x-kubernetes-map-type'] !== 'atomic')
      causes.push(invalid(child(itemsPath, 'x-kubernetes-map-type'), null, atomic))
    if (items.type === 'array' && (items['x-kubernetes-list-type'] ?? 'atomic') !== 'atomic')
      causes.push(invalid(child(itemsPath, 'x-kubernetes-list-type'), null, atomic))
  } else mapKeyProblems(items, keys, path, causes)
}

function mapKeyProblems(items: Schema, keys: readonly string[], path: string, causes: Cause[]): void {
  const at = child(path, 'x-kubernetes-list-map-keys')
  if (keys.length === 0) causes.push(required(at, 'must not be empty if x-kubernetes-list-type is map'))
  if (items.type !== 'object')
    causes.push(invalid(child(path, 'items.type'), items.type ?? '', "must be object if parent array's x-kubernetes-list-type is map"))
  if (new Set(keys).size < keys.length) causes.push(invalid(at, keys, 'must not contain duplicate entries'))
  for (const key of keys) {
    const field = items.properties?.[key]
    const fieldPath = keyed(child(path, 'items.properties'), key)
    if (!field) causes.push(invalid(at, keys, 'entries must all be names of item properties'))
    else {
      if (field.type === 'object' || field.type === 'array') {
        causes.push(invalid(child(fieldPath, 'type'), field.type, "must be a scalar type if parent array's x-kubernetes-list-type is map"))
      }
      if (!items.required?.includes(key) && field.default === undefined) {
        const why = 'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property'
        causes.push(required(child(fieldPath, 'default'), why))
      }
    }
  }
}

/** What only the structure itself may say, and not a part under allOf, anyOf, oneOf or not. */
const onlyOutside: Record<string, string> = {
  type: 'must be empty to be structural',
  title: 'must be empty to be structural',
  description: 'must be empty to be structural',
  additionalProperties: 'must be undefined to be structural',
  default: 'must be undefined to be structural',
  nullable: 'must be false to be structural',
  'x-kubernetes-preserve-unknown-fields': 'must be false to be structural',
  'x-kubernetes-embedded-resource': 'must be false to be structural',
  'x-kubernetes-int-or-string': 'must be false to be structural',
  'x-kubernetes-list-map-keys': 'must be empty to be structural',
  'x-kubernetes-list-type': 'must be undefined to be structural',
  'x-kubernetes-map-type': 'must be undefined to be structural',
  'x-kubernetes-validations': 'must be empty to be structural',
}

const intOrString = [{ type: 'integer' }, { type: 'string' }]

function junctorProblems(schema: Schema, path: string, causes: Cause[]): void {
  const either = schema['x-kubernetes-int-or-string']
  for (const key of ['allOf', 'anyOf', 'oneOf'] as const) {
    if (key === 'anyOf' && either && equal(schema.anyOf, intOrString)) continue
    for (const [i, part] of (schema[key] ?? []).entries()) {
      if (key === 'allOf' && i === 0 && either && equal(part, { anyOf: intOrString })) continue
      nested(part, schema, keyed(child(path, key), i), causes)
    }
  }
  if (schema.not) nested(schema.not, schema, child(path, 'not'), causes)
}

/** A part of a junctor: only bounds, and only on fields that the structure itself has. */
function nested(part: Schema, outside: Schema | undefined, path: string, causes: Cause[]): void {
  for (const [key, why] of Object.entries(onlyOutside)) {
    const value = (part as JsonMap)[key]
    if (value !== undefined && value !== false && value !== '') causes.push(forbidden(child(path, key), why))
  }
  for (const [name, field] of Object.entries(part.properties ?? {})) {
    const at = keyed(child(path, 'properties'), name)
    const outer = outside?.properties?.[name]
    if (outside?.properties && !outer) {
      const plain = at.replace(/\.(allOf|anyOf|oneOf)\[\d+\]|\.not(?=\.)/g, '')
      causes.push(required(plain, `because it is defined in ${at}`))
    } else nested(field, outer, at, causes)
  }
  if (part.items) nested(part.items, outside?.items, child(path, 'items'), causes)
  for (const key of ['allOf', 'anyOf', 'oneOf'] as const) {
    for (const [i, inner] of (part[key] ?? []).entries()) nested(inner, outside, keyed(child(path, key), i), causes)
  }
  if (part.not) nested(part.not, outside, child(path, 'not'), causes)
}

/** A default must be a value that its own schema accepts and keeps whole. */
function defaultProblems(schema: Schema, path: string, causes: Cause[]): void {
  if (schema.default === undefined) return
  const at = child(path, 'default')
  if (schema.default === null) {
    if (!schema.nullable) causes.push(invalid(at, null, 'must not be null'))
    return
  }
  const wrapped: Schema = { type: 'object', properties: { default: { ...schema, default: undefined } } }
  for (const cause of validate(wrapped, { default: schema.default })) {
    causes.push({
      ...cause,
      field: cause.field.replace(/^default/, at),
      message: cause.message.replace(/\bdefault(\S*) in body/, (_, rest: string) => `${rest.slice(1)} in body`),
    })
  }
  const { unknown } = pruned(wrapped, { default: schema.default })
  if (unknown.length > 0) causes.push(invalid(at, schema.default, 'must not have unknown fields'))
}
