import { isMap } from './json.ts'
import { objectMeta } from './objectMeta.ts'
import type { Schema } from './schema.ts'

const text: Schema = { type: 'string' }

/** The schema of a named field: a declared property, else what the map holds, else undefined (nothing is known). */
export function fieldSchema(schema: Schema | undefined, name: string): Schema | undefined {
  if (schema?.properties && Object.hasOwn(schema.properties, name)) return schema.properties[name]
  const free = schema?.additionalProperties
  return typeof free === 'object' ? free : undefined
}

export const isDeclared = (schema: Schema | undefined, name: string): boolean =>
  schema?.properties !== undefined && Object.hasOwn(schema.properties, name)

export const keepsUnknown = (schema: Schema | undefined): boolean => schema?.['x-kubernetes-preserve-unknown-fields'] === true

/** A schema that says nothing of what is inside. */
const isOpen = (schema: Schema | undefined): boolean =>
  schema === undefined || (!schema.properties && !schema.additionalProperties && !schema.items)

export type ListKind = { kind: 'atomic' } | { kind: 'set' } | { kind: 'map'; keys: string[] }

/** How the items of a list are told apart. Lists nobody described are atomic. */
export function listKind(schema: Schema | undefined): ListKind {
  const type = schema?.['x-kubernetes-list-type']
  if (type === 'set') return { kind: 'set' }
  if (type === 'map') return { kind: 'map', keys: schema?.['x-kubernetes-list-map-keys'] ?? [] }
  return { kind: 'atomic' }
}

/** Whether a map is owned and compared as one value. A plain object whose inside nobody described is, unless it keeps unknown fields. */
export function isAtomicMap(schema: Schema | undefined): boolean {
  if (!schema) return false
  if (schema['x-kubernetes-map-type'] === 'atomic') return true
  return isOpen(schema) && !keepsUnknown(schema) && !schema['x-kubernetes-embedded-resource']
}

/** The keys of a list-map item, with the schema's defaults for those left out; undefined when one is missing altogether. */
export function itemKeys(schema: Schema | undefined, keys: readonly string[], item: unknown): Record<string, unknown> | undefined {
  if (!isMap(item)) return undefined
  const out: Record<string, unknown> = {}
  let found = false
  for (const key of [...keys].sort()) {
    const value = item[key] ?? schema?.items?.properties?.[key]?.default
    if (value === undefined) continue
    found = true
    out[key] = value
  }
  return found ? out : undefined
}

/** What stands in an always-present field that nobody wrote. */
export function zeroOf({ type, nullable }: Schema): unknown {
  if (nullable) return null
  switch (type) {
    case 'string':
      return ''
    case 'integer':
    case 'number':
      return 0
    case 'boolean':
      return false
    case 'array':
      return null
    default:
      return {}
  }
}

/** Which declared fields answer to a question about their schema, asked once a schema. */
export function fieldsThat(asks: (field: Schema) => boolean): (schema: Schema) => readonly [string, Schema][] {
  const known = new WeakMap<Schema, readonly [string, Schema][]>()
  return (schema) => {
    let found = known.get(schema)
    if (!found) {
      found = Object.entries(schema.properties ?? {}).filter(([, field]) => asks(field))
      known.set(schema, found)
    }
    return found
  }
}

const completed = new WeakMap<Schema, Schema>()

/** The schema of a whole object: with apiVersion, kind and the metadata that every object has, whatever a CRD says of them. */
export function objectSchema(schema: Schema): Schema {
  let full = completed.get(schema)
  if (!full) {
    const properties = { ...schema.properties, ...(knowsMetadata(schema) ? {} : { apiVersion: text, kind: text, metadata: objectMeta }) }
    full = { ...schema, type: 'object', properties }
    completed.set(schema, full)
  }
  return full
}

const knowsMetadata = (schema: Schema): boolean => schema.properties?.metadata?.properties?.ownerReferences !== undefined
