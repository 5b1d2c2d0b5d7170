import { copy, isMap, type Json, type JsonMap, put } from './json.ts'
import type { Schema } from './schema.ts'
import { fieldSchema, fieldsThat } from './schemaWalk.ts'

/**
 * The object with the schema's defaults filled in: where a field is absent, or null though the schema does not allow null. Defaults
 * of fields inside an absent object do not apply. Other nulls that are not allowed are dropped, unless they are to stay (and to
 * be refused later). Returns the same object when there was nothing to fill in. Parts that are those of `live`, which has its
 * defaults, are not looked at.
 */
export function defaulted<T extends JsonMap>(schema: Schema, object: T, { keepNulls = false } = {}, live?: JsonMap): T {
  return withDefaults(schema, object, live, keepNulls) as T
}

const withDefault = fieldsThat((field) => field.default !== undefined)

function withDefaults(schema: Schema, value: Json, live: Json, keepNulls: boolean): Json {
  if (value === live) return value
  if (Array.isArray(value)) {
    const { items } = schema
    if (!items) return value
    const out = value.map((item, i) =>
      item === null && items.default !== undefined && !items.nullable
        ? copy(items.default)
        : withDefaults(items, item, live?.[i], keepNulls),
    )
    return out.some((item, i) => item !== value[i]) ? out : value
  }
  if (!isMap(value)) return value
  let out: JsonMap = value
  const set = (key: string, next: Json) => {
    if (out === value) out = { ...value }
    if (next === undefined) delete out[key]
    else put(out, key, next)
  }
  for (const [key, field] of withDefault(schema)) {
    const there = value[key]
    if (there === undefined || (there === null && !field.nullable)) set(key, copy(field.default))
  }
  for (const key of Object.keys(out)) {
    const field = fieldSchema(schema, key)
    const inner = out[key]
    if (!field || inner === undefined) continue
    if (inner === null) {
      // A null that the schema does not allow counts as absent.
      if (!keepNulls && !field.nullable && field.type !== undefined) set(key, undefined)
      continue
    }
    const next = withDefaults(field, inner, live?.[key], keepNulls)
    if (next !== inner) set(key, next)
  }
  return out
}
