import { type Described, describe } from './describe.ts'
import type { CelRule } from './fields.ts'
import type { Kind } from './kind.ts'
import { group, version } from './rollout.ts'

/** A structural schema: the part of OpenAPI v3 that Kubernetes takes. */
export interface StructuralSchema {
  type?: string
  format?: string
  description?: string
  properties?: Record<string, StructuralSchema>
  additionalProperties?: StructuralSchema
  items?: StructuralSchema
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
  maxProperties?: number
  pattern?: string
  'x-kubernetes-preserve-unknown-fields'?: true
  'x-kubernetes-list-type'?: 'map' | 'set' | 'atomic'
  'x-kubernetes-list-map-keys'?: string[]
  'x-kubernetes-map-type'?: 'atomic'
  'x-kubernetes-validations'?: { rule: string; message: string; messageExpression?: string; fieldPath?: string }[]
}

export interface CustomResourceDefinition {
  apiVersion: 'apiextensions.k8s.io/v1'
  kind: 'CustomResourceDefinition'
  metadata: { name: string; labels: Record<string, string> }
  spec: {
    group: string
    scope: 'Namespaced' | 'Cluster'
    names: { kind: string; listKind: string; plural: string; singular: string; shortNames: string[]; categories: string[] }
    versions: {
      name: string
      served: true
      storage: true
      subresources?: { status: Record<string, never> }
      additionalPrinterColumns: { name: string; type: string; jsonPath: string; description?: string; priority?: number }[]
      schema: { openAPIV3Schema: StructuralSchema }
    }[]
  }
}

/** The CustomResourceDefinition of a kind. Pure; the same kind gives the same text. */
export function crdOf(kind: Kind): CustomResourceDefinition {
  const described = describe(kind)
  const hasStatus = described.properties?.status !== undefined
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${kind.plural}.${group}`, labels: { 'app.kubernetes.io/part-of': 'serin' } },
    spec: {
      group,
      scope: kind.scope ?? 'Namespaced',
      names: {
        kind: kind.kind,
        listKind: `${kind.kind}List`,
        plural: kind.plural,
        singular: kind.singular,
        shortNames: kind.shortNames,
        categories: kind.categories,
      },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          ...(hasStatus ? { subresources: { status: {} } } : {}),
          additionalPrinterColumns: kind.columns,
          schema: { openAPIV3Schema: wholeObject(described) },
        },
      ],
    },
  }
}

/**
 * The schema of the object itself: what Kubernetes owns (apiVersion, kind, metadata) must stay undescribed. A status has one writer, who writes
 * all of it: it is atomic, and the API server keeps one line about who wrote it instead of one for each field, which was a third of the object.
 */
function wholeObject(described: Described): StructuralSchema {
  const { apiVersion: _, kind: __, metadata: ___, ...own } = described.properties ?? {}
  const schema = structural({ ...described, properties: own, required: ['spec'] }, '')
  const status = schema.properties?.status
  return {
    ...schema,
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object' },
      ...schema.properties,
      ...(status ? { status: { ...status, 'x-kubernetes-map-type': 'atomic' } } : {}),
    },
  }
}

function structural(from: Described, path: string): StructuralSchema {
  const {
    cel,
    notYet: _,
    write: __,
    typeName: ___,
    anyObject,
    listType,
    listKeys,
    properties,
    additionalProperties,
    items,
    ...plain
  } = from
  const to: StructuralSchema = plain
  if (anyObject) to['x-kubernetes-preserve-unknown-fields'] = true
  if (from.type === 'integer') bound(to)
  if (items) to.items = structural(items, `${path}[]`)
  if (properties) {
    to.properties = Object.fromEntries(
      Object.entries(properties).map(([name, property]) => [name, structural(property, path === '' ? name : `${path}.${name}`)]),
    )
  }
  // `false` would forbid what the API server prunes anyway; `{}` on an opaque object is said by preserve-unknown-fields.
  if (typeof additionalProperties === 'object' && !anyObject) to.additionalProperties = structural(additionalProperties, `${path}.*`)
  if (listType) to['x-kubernetes-list-type'] = listType
  if (listKeys) to['x-kubernetes-list-map-keys'] = listKeys
  const rules = [...(cel ?? []), ...notYetRules(properties ?? {}, path)]
  if (rules.length > 0) to['x-kubernetes-validations'] = rules.map(({ check: _check, ...rule }) => rule)
  return to
}

/** JavaScript's own bounds of an integer say nothing to a user: only bounds that somebody wrote stay. */
function bound(schema: StructuralSchema): void {
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum
  schema.format = schema.maximum !== undefined && schema.maximum < 2 ** 31 ? 'int32' : 'int64'
}

function notYetRules(properties: Record<string, Described>, path: string): CelRule[] {
  return Object.entries(properties).flatMap(([name, { notYet }]) =>
    notYet === undefined ? [] : [{ rule: `!has(self.${celName(name)})`, message: notYetMessage(`${path}.${name}`, notYet) }],
  )
}

/** What is said about a field that belongs to the kind but that this version does not act on. */
export function notYetMessage(path: string, instead: string): string {
  return `${path} is not acted on by this version of Serin: ${instead}`
}

const reserved = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(' '),
)

/** How a field is named in a rule: CEL's own words are escaped. */
function celName(field: string): string {
  return reserved.has(field) ? `__${field}__` : field
}
