import { escapedName } from './celSource.ts'
import type { Schema } from './schema.ts'

/** What is known of a value before any object exists: its shape, and how large it can get. Sizes: characters (bytes) or items. */
export type CelType =
  | { kind: 'object'; fields: ReadonlyMap<string, Schema>; root: boolean }
  | { kind: 'map'; value: CelType; size: number }
  | { kind: 'list'; item: CelType; size: number }
  | { kind: 'text'; size: number }
  /** Without a name: some scalar, nobody knows which. */
  | { kind: 'scalar'; name?: string }
  | { kind: 'unknown'; size: number }

/** No object is larger than a request may be. */
const maxRequestBytes = 3 * 1024 * 1024
const unboundedText = maxRequestBytes - 2
/** Bytes a character may take: limits on length count characters, costs count bytes. */
const bytesPerCharacter = 4

export const scalar: CelType = { kind: 'scalar' }
export const bool: CelType = { kind: 'scalar', name: 'bool' }
export const int: CelType = { kind: 'scalar', name: 'int' }
export const unknown: CelType = { kind: 'unknown', size: unboundedText }

/** The fewest bytes that a value of a schema takes in JSON: how many of them fit into a request follows from it. */
function leastBytes(schema: Schema): number {
  switch (schema.type) {
    case 'string':
      return 2
    case 'boolean':
      return 4
    case 'object': {
      let bytes = 2
      for (const name of schema.required ?? []) {
        const field = schema.properties?.[name]
        if (field && field.default === undefined) bytes += name.length + leastBytes(field) + 4
      }
      return bytes
    }
    case 'array':
      return 2
    default:
      return 1
  }
}

const fits = (bytesEach: number): number => Math.floor((maxRequestBytes - 2) / bytesEach)

/** The most items or entries that a list or map of this schema can have. */
export function mostItems(schema: Schema): number {
  if (schema.items) return schema.maxItems ?? fits(leastBytes(schema.items) + 1)
  const inner = schema.additionalProperties
  if (typeof inner === 'object') return schema.maxProperties ?? fits(leastBytes(inner) + 6)
  return 1
}

function textSize(schema: Schema): number {
  if (schema.format === 'duration' || schema.format === 'date' || schema.format === 'date-time') return 32
  if (schema.maxLength !== undefined) return schema.maxLength * bytesPerCharacter
  const words = schema.enum?.filter((value) => typeof value === 'string') ?? []
  return words.length > 0 ? Math.max(...words.map((word) => word.length)) : unboundedText
}

const identity: Schema = { type: 'string' }
const metadataFields: Schema = { type: 'object', properties: { name: identity, generateName: identity } }

/** The type of a schema; at the root, and where a resource is embedded, with the fields that every object has. */
export function celType(schema: Schema, root = false): CelType {
  if (schema['x-kubernetes-int-or-string']) return unknown
  switch (schema.type) {
    case 'object': {
      const inner = schema.additionalProperties
      if (typeof inner === 'object') return { kind: 'map', value: celType(inner), size: mostItems(schema) }
      const fields = new Map<string, Schema>()
      const resource = root || schema['x-kubernetes-embedded-resource']
      const all = { ...schema.properties, ...(resource && { apiVersion: identity, kind: identity, metadata: metadataFields }) }
      for (const [name, field] of Object.entries(all)) {
        const written = escapedName(name)
        if (written !== undefined && hasType(field)) fields.set(name, field)
      }
      return { kind: 'object', fields, root }
    }
    case 'array':
      return { kind: 'list', item: schema.items ? celType(schema.items) : unknown, size: mostItems(schema) }
    case 'string':
      return schema.format === 'date-time' || schema.format === 'date' || schema.format === 'duration'
        ? scalar
        : { kind: 'text', size: textSize(schema) }
    case 'integer':
      return int
    case 'number':
      return { kind: 'scalar', name: 'double' }
    case 'boolean':
      return bool
    default:
      return unknown
  }
}

/** A field that keeps anything has no type, and rules cannot reach it. */
const hasType = (schema: Schema): boolean => schema.type !== undefined || schema['x-kubernetes-int-or-string'] === true

/** How large a value of the type can get, for what costs by size. */
export function sizeOf(type: CelType): number {
  switch (type.kind) {
    case 'map':
    case 'list':
    case 'text':
    case 'unknown':
      return type.size
    case 'object':
    case 'scalar':
      return 1
  }
}

/** What CEL calls a type; undefined where only running tells. */
export function nameOf(type: CelType): string | undefined {
  switch (type.kind) {
    case 'text':
      return 'string'
    case 'scalar':
      return type.name
    case 'unknown':
      return undefined
    default:
      return type.kind
  }
}
