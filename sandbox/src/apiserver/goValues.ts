import { builtinDefinitions } from '../objects/builtin.ts'
import { canonicalQuantity } from '../objects/quantity.ts'
import { droppedZeros } from './goZeros.ts'
import { isRecord } from './json.ts'
import { apiVersionOf, type ServedKind } from './kind.ts'

/**
 * Built-in kinds are Go structs on the real server. Three things of that show: a value of the wrong JSON type does not
 * decode, zeros, empty lists and empty maps are mostly not written again, and quantities are written in one way only.
 */

interface Definition {
  type?: string
  format?: string
  $ref?: string
  properties?: Record<string, Definition>
  items?: Definition
  additionalProperties?: Definition | boolean
  'x-always-present'?: boolean
  'x-kubernetes-int-or-string'?: boolean
}

/** The struct and the members down to a value, as Go's decoder names them. A list, because it is rarely printed. */
interface Place {
  struct: string
  above?: Place
  key?: string
}

const pathOf = ({ above, key }: Place): string => (above ? pathOf(above) + (key === undefined ? '' : `.${key}`) : '')

/**
 * The object without what Go would leave out, and Go's complaint about the first value it could not take. Parts that are those
 * of `live`, which has been through this, are not looked at.
 */
export function goValue<T extends object>(kind: ServedKind, object: T, live?: T): { object: T; problem?: string } {
  const name = builtinDefinitions().kinds[`${apiVersionOf(kind)}/${kind.kind}`]
  const definition = name === undefined ? undefined : builtinDefinitions().schemas[name]
  if (!definition) return { object }
  const problems: string[] = []
  const result = walked(definition as Definition, object, live, { struct: kind.kind }, problems)
  const [problem] = problems
  return { object: result as T, ...(problem ? { problem } : {}) }
}

function walked(written: Definition, value: unknown, live: unknown, place: Place, problems: string[]): unknown {
  if (value === live) return value
  const { definition, struct, zeros } = followed(written)
  // Go names the struct that holds the field, and the path from the root.
  const here = struct === undefined ? place : { struct, above: place }
  if (definition.format === 'quantity') return quantity(value, problems)
  if (value === null || definition['x-kubernetes-int-or-string'] || special(definition)) return value
  const complaint = mismatch(definition, value, struct)
  if (complaint !== undefined) {
    problems.push(
      `json: cannot unmarshal ${complaint.given} into Go struct field ${place.struct}${pathOf(place)} of type ${complaint.type}`,
    )
    return value
  }
  if (Array.isArray(value)) {
    const before: readonly unknown[] = Array.isArray(live) ? live : []
    return definition.items ? mapped(value, (item, at) => walked(definition.items ?? {}, item, before[at], here, problems)) : value
  }
  if (!isRecord(value)) return value
  return members(definition, value, isRecord(live) ? live : {}, here, problems, zeros)
}

function quantity(value: unknown, problems: string[]): unknown {
  const known = typeof value === 'string' || typeof value === 'number' ? canonicalQuantity(String(value)) : undefined
  if (known === undefined && value !== null) {
    problems.push("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")
  }
  return known ?? value
}

function members(
  definition: Definition,
  value: Record<string, unknown>,
  live: Record<string, unknown>,
  place: Place,
  problems: string[],
  zeros: ReadonlySet<string>,
): Record<string, unknown> {
  let result = value
  const change = (): Record<string, unknown> => {
    if (result === value) result = { ...value }
    return result
  }
  for (const [key, member] of Object.entries(value)) {
    const field = definition.properties?.[key]
    const other = typeof definition.additionalProperties === 'object' ? definition.additionalProperties : undefined
    const shape = field ?? other
    if (!shape) continue
    const next = walked(shape, member, live[key], field ? { struct: place.struct, above: place, key } : place, problems)
    if (field && (isEmpty(field, next) || (isZero(next) && zeros.has(key)))) delete change()[key]
    else if (next !== member) change()[key] = next
  }
  return result
}

/** Empty lists and maps are left out, but not empty structs, nor what is free JSON (a default): those mean something. */
function isEmpty(field: Definition, value: unknown): boolean {
  if (field['x-always-present']) return false
  const { definition } = followed(field)
  if (Array.isArray(value)) return value.length === 0 && definition.type === 'array'
  const isMap = definition.additionalProperties !== undefined && definition.properties === undefined
  return isMap && isRecord(value) && Object.keys(value).length === 0
}

const noZeros: ReadonlySet<string> = new Set()

function isZero(value: unknown): boolean {
  return value === 0 || value === false || value === ''
}

const known = new WeakMap<Definition, Followed>()

function followed(definition: Definition): Followed {
  let found = known.get(definition)
  if (!found) {
    found = resolved(definition)
    known.set(definition, found)
  }
  return found
}

interface Followed {
  definition: Definition
  struct?: string
  zeros: ReadonlySet<string>
}

function resolved(definition: Definition): Followed {
  if (definition.$ref === undefined) return { definition, zeros: noZeros }
  const target = builtinDefinitions().schemas[definition.$ref] as Definition | undefined
  return {
    definition: target ?? {},
    struct: definition.$ref.slice(definition.$ref.lastIndexOf('.') + 1),
    zeros: droppedZeros(definition.$ref),
  }
}

/** Times and other scalars that read themselves. */
function special({ type, format, properties, items, additionalProperties }: Definition): boolean {
  if (type === 'string') return format !== undefined && format !== ''
  return type === undefined || (type === 'object' && !properties && !items && additionalProperties === undefined)
}

function mismatch(definition: Definition, value: unknown, struct: string | undefined): { given: string; type: string } | undefined {
  const given = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value
  const { type = '', format } = definition
  const fits: Record<string, boolean> = {
    string: given === 'string',
    boolean: given === 'bool',
    integer: given === 'number' && Number.isInteger(value),
    number: given === 'number',
    array: given === 'array',
    object: given === 'object',
  }
  if (fits[type] ?? true) return undefined
  const shown = type === 'integer' && given === 'number' ? `number ${String(value)}` : given
  return { given: shown, type: goType(definition, struct ?? '', format) }
}

function goType(definition: Definition, struct: string, format: string | undefined): string {
  switch (definition.type) {
    case 'boolean':
      return 'bool'
    case 'integer':
      return format ?? 'int32'
    case 'number':
      return 'float64'
    case 'array': {
      const item = followed(definition.items ?? {})
      return `[]${item.struct ? `v1.${item.struct}` : goType(item.definition, '', item.definition.format)}`
    }
    case 'object':
      return struct ? `v1.${struct}` : 'map[string]string'
    default:
      return 'string'
  }
}

function mapped(list: readonly unknown[], fn: (item: unknown, at: number) => unknown): readonly unknown[] {
  const next = list.map(fn)
  return next.some((item, index) => item !== list[index]) ? next : list
}
