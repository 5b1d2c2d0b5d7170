import { z } from 'zod'
import type { CelRule, FieldMeta } from './fields.ts'
import type { Kind } from './kind.ts'

/** A kind's schema as JSON Schema (OpenAPI 3.0) with our own words still in it; what crd.ts, lint.ts and reference.ts read. */
export interface Described extends FieldMeta {
  type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean'
  properties?: Record<string, Described>
  additionalProperties?: Described | boolean
  items?: Described
  required?: string[]
  default?: unknown
  enum?: unknown[]
  minimum?: number
  maximum?: number
  exclusiveMinimum?: boolean
  exclusiveMaximum?: boolean
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  pattern?: string
}

const done = new Map<Kind, Described>()

/** The kind's schema, described once and kept. Its rules still carry their checks. */
export function describe(kind: Kind): Described {
  const known = done.get(kind)
  if (known) return known
  const checks = new Map<string, NonNullable<CelRule['check']>>()
  const described = z.toJSONSchema(kind.schema, {
    target: 'openapi-3.0',
    io: 'input',
    reused: 'inline',
    override: ({ zodSchema }) => {
      for (const { rule, check } of z.globalRegistry.get(zodSchema)?.cel ?? []) if (check) checks.set(rule, check)
    },
  }) as Described
  // The translation goes through JSON text, which loses functions. The same rule text means the same check everywhere.
  walk(described, (schema) => {
    if (schema.cel) schema.cel = schema.cel.map((one) => ({ ...one, check: checks.get(one.rule) }))
  })
  done.set(kind, described)
  return described
}

/** Visits a schema and everything under it. Paths read `spec.canary.steps[].weight`; entries of a map `args.*`. */
export function walk(schema: Described, visit: (schema: Described, path: string) => void, path = ''): void {
  visit(schema, path)
  for (const [name, property] of Object.entries(schema.properties ?? {})) walk(property, visit, path === '' ? name : `${path}.${name}`)
  if (schema.items) walk(schema.items, visit, `${path}[]`)
  if (typeof schema.additionalProperties === 'object') walk(schema.additionalProperties, visit, `${path}.*`)
}
