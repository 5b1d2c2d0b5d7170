import { isMap, type Json } from './json.ts'
import type { Schema } from './schema.ts'
import { listKind } from './schemaWalk.ts'
import { elementKey } from './typedValue.ts'

/** Finds for each item of a list the one it was before: only lists with keys can tell. */
export function formerItems(schema: Schema, old: unknown): (item: Json) => Json {
  if (!Array.isArray(old) || listKind(schema).kind !== 'map') return () => undefined
  const before = new Map<string, Json>()
  for (const item of old) {
    const key = elementKey(schema, item)
    if (key !== undefined && !before.has(key)) before.set(key, item)
  }
  return (item) => before.get(elementKey(schema, item) ?? '')
}

/** What a field was before; undefined where it was not there, or where the map changes only as a whole. */
export function formerField(schema: Schema, old: unknown, name: string): Json {
  if (schema['x-kubernetes-map-type'] === 'atomic') return undefined
  return isMap(old) && Object.hasOwn(old, name) ? old[name] : undefined
}
