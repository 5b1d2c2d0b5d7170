import { readFileSync } from 'node:fs'
import { define, isMap, type JsonMap } from './json.ts'
import type { Schema } from './schema.ts'

type Stored = JsonMap & { $ref?: string; properties?: Record<string, Stored>; items?: Stored; additionalProperties?: Stored | boolean }

interface Definitions {
  /** "apps/v1/Deployment" -> name of its schema. */
  kinds: Record<string, string>
  schemas: Record<string, Stored>
}

let loaded: Definitions | undefined

/** The stored schemas as they are, with $ref holding another schema's name; what an OpenAPI document is made from. Read once, at first use. */
export function builtinDefinitions(): Definitions {
  loaded ??= JSON.parse(readFileSync(new URL('../generated/builtin.json', import.meta.url), 'utf8')) as Definitions
  return loaded
}

const resolved = new Map<Stored, Schema>()
const named = new Map<string, Schema>()

/** The schema of a built-in kind; undefined for any other. References are followed when somebody looks, so recursive schemas are fine. */
export function builtinSchema(apiVersion: string, kind: string): Schema | undefined {
  const name = builtinDefinitions().kinds[`${apiVersion}/${kind}`]
  return name === undefined ? undefined : namedSchema(name)
}

function namedSchema(name: string): Schema {
  let schema = named.get(name)
  if (!schema) {
    const stored = builtinDefinitions().schemas[name]
    if (!stored) throw new Error(`no built-in schema ${name}`)
    schema = resolve(stored)
    named.set(name, schema)
  }
  return schema
}

function resolve(stored: Stored): Schema {
  const known = resolved.get(stored)
  if (known) return known
  const { $ref, properties, items, additionalProperties, ...own } = stored
  const target = $ref === undefined ? undefined : namedSchema($ref)
  const out: Schema = target ? Object.defineProperties({}, Object.getOwnPropertyDescriptors(target)) : {}
  // What stands beside a reference (its description, patch keys) is said of this use and comes first.
  for (const [key, value] of Object.entries(own)) define(out, key, () => value)
  if (own['x-null-when-unset']) define(out, 'nullable', () => true)
  if (items) define(out, 'items', () => resolve(items))
  if (properties) {
    const fields = {}
    for (const [name, field] of Object.entries(properties)) define(fields, name, () => resolve(field))
    define(out, 'properties', () => fields)
  }
  if (additionalProperties !== undefined) {
    define(out, 'additionalProperties', () => (isMap(additionalProperties) ? resolve(additionalProperties) : additionalProperties))
  }
  resolved.set(stored, out)
  return out
}
