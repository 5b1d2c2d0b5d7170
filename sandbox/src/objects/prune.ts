import { isMap, type Json, type JsonMap, put } from './json.ts'
import type { Schema } from './schema.ts'
import { fieldSchema, keepsUnknown, objectSchema } from './schemaWalk.ts'

/**
 * The object without the fields that its schema does not know, and their paths (spec.template.foo, spec.items[0].bar), for
 * field validation. Returns the same object when there was nothing to drop. Parts that are those of `live`, which has been
 * through this, are not looked at.
 */
export function pruned<T extends JsonMap>(schema: Schema, object: T, live?: JsonMap): { object: T; unknown: string[] } {
  const unknown: string[] = []
  const out = prunedMap(objectSchema(schema), object, live, '', unknown)
  return { object: unknown.length > 0 ? (out as T) : object, unknown }
}

function prunedMap(given: Schema, map: JsonMap, live: Json, path: string, unknown: string[]): JsonMap {
  const schema = given['x-kubernetes-embedded-resource'] ? objectSchema(given) : given
  const keeps = keepsUnknown(schema) || schema.additionalProperties === true
  const out: JsonMap = {}
  for (const [key, value] of Object.entries(map)) {
    const field = fieldSchema(schema, key)
    const at = path ? `${path}.${key}` : key
    if (field) put(out, key, prunedValue(field, value, live?.[key], at, unknown))
    else if (keeps) put(out, key, value)
    else unknown.push(at)
  }
  return out
}

function prunedValue(schema: Schema, value: Json, live: Json, path: string, unknown: string[]): Json {
  if (value === live) return value
  if (Array.isArray(value)) {
    const { items } = schema
    return items ? value.map((item, i) => prunedValue(items, item, live?.[i], `${path}[${i}]`, unknown)) : value
  }
  if (!isMap(value) || takesAnything(schema)) return value
  return prunedMap(schema, value, live, path, unknown)
}

/** A built-in field of free form (raw JSON), or a schema without any word on the type. In a CRD a bare object keeps nothing. */
const takesAnything = (schema: Schema): boolean => schema['x-free-form'] === true || (schema.type === undefined && !schema.properties)
