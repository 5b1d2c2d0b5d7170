import { isMap, type Json, type JsonMap, put } from './json.ts'
import type { Schema } from './schema.ts'
import { fieldSchema, keepsUnknown, objectSchema } from './schemaWalk.ts'

/**
 * The object without the fields that its schema does not know, and their paths (spec.template.foo, spec.items[0].bar), for
 * field validation. Returns the same object when there was nothing to drop.
 */
export function pruned<T extends JsonMap>(schema: Schema, object: T): { object: T; unknown: string[] } {
  const unknown: string[] = []
  const out = prunedMap(objectSchema(schema), object, '', unknown)
  return { object: unknown.length > 0 ? (out as T) : object, unknown }
}

function prunedMap(given: Schema, map: JsonMap, path: string, unknown: string[]): JsonMap {
  const schema = given['x-kubernetes-embedded-resource'] ? objectSchema(given) : given
  const keeps = keepsUnknown(schema) || schema.additionalProperties === true
  const out: JsonMap = {}
  for (const [key, value] of Object.entries(map)) {
    const at = path ? `${path}.${key}` : key
    const field = fieldSchema(schema, key)
    if (field) put(out, key, prunedValue(field, value, at, unknown))
    else if (keeps) put(out, key, value)
    else unknown.push(at)
  }
  return out
}

function prunedValue(schema: Schema, value: Json, path: string, unknown: string[]): Json {
  if (Array.isArray(value)) {
    const { items } = schema
    return items ? value.map((item, i) => prunedValue(items, item, `${path}[${i}]`, unknown)) : value
  }
  if (!isMap(value) || takesAnything(schema)) return value
  return prunedMap(schema, value, path, unknown)
}

/** A built-in field of free form (raw JSON), or a schema without any word on the type. In a CRD a bare object keeps nothing. */
const takesAnything = (schema: Schema): boolean => schema['x-free-form'] === true || (schema.type === undefined && !schema.properties)
