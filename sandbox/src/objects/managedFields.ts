import { ApiError, type Obj } from '../types.ts'
import { difference, emptySet, type FieldSet, intersection, isEmpty, printed, setOf, union, withNamedFields } from './fieldSet.ts'
import { isMap, type Json, type JsonMap } from './json.ts'
import { conflictError, decodeManagers, encodeManagers, type Manager, type Managers, managerId, sameManagers } from './managers.ts'
import { pruned } from './prune.ts'
import type { Schema } from './schema.ts'
import { objectSchema, zeroOf } from './schemaWalk.ts'
import { type Comparison, compared, duplicates, fieldsOf, isSame, merged, without } from './typedValue.ts'

/** What the server writes itself belongs to nobody. */
const untracked = setOf([
  ['f:apiVersion'],
  ['f:kind'],
  ['f:metadata'],
  ...['name', 'namespace', 'creationTimestamp', 'selfLink', 'uid', 'clusterName', 'generation', 'managedFields', 'resourceVersion'].map(
    (name) => ['f:metadata', `f:${name}`],
  ),
])

export interface ApplyInput {
  live?: Obj | undefined
  /** The applied configuration. A status subresource takes only its status. */
  config: JsonMap
  manager: string
  force: boolean
  schema: Schema
  subresource?: string | undefined
  /** Top-level fields that this request may not write, such as 'status' on the main resource of a kind with a status subresource. */
  ignore?: readonly string[]
  /** RFC 3339, for the manager's entry. */
  now: string
}

/**
 * Server-side apply: `config` laid over `live`, fields that this manager applied before and no longer does taken away unless
 * somebody else owns them, and metadata.managedFields brought up to date. When nothing changes the result deep-equals `live`.
 * Throws ApiError 409 Conflict naming fields that others own with another value (unless forced), 400 or 500 for a malformed configuration.
 */
export function applied(input: ApplyInput): Obj {
  const { live, manager, subresource = '', now } = input
  const schema = objectSchema(input.schema)
  const config = checkedConfig(input, schema)
  const apiVersion = String(input.config.apiVersion)
  const before = decodeManagers(live?.metadata.managedFields)
  const managers: Managers = new Map(before)
  if (live && managers.size === 0) adoptExisting(managers, live, schema, apiVersion)

  const base = unmanaged(live) ?? {}
  const own: Omit<Manager, 'fields' | 'time'> = { manager, operation: 'Apply', apiVersion, subresource }
  const id = managerId(own)
  const last = managers.get(id)
  managers.set(id, { ...own, time: last?.time, fields: fieldsOf(schema, config) })
  const laid = merged(schema, base, config)
  const object = last ? prunedOf(schema, laid, last.fields, managers) : laid

  const comparison = compared(schema, live ? base : skeleton(schema), object)
  settle(managers, id, comparison, input.force)
  strip(managers, id)
  const unchanged = live !== undefined && isSame(comparison)
  if (unchanged && sameManagers(before, managers)) return live
  const entry = managers.get(id)
  if (entry && !unchanged) managers.set(id, { ...entry, time: now })
  return managedBy(object, managers)
}

/** The part of the configuration that may be written; refuses what the schema does not know. */
function checkedConfig({ config, subresource, ignore = [] }: ApplyInput, schema: Schema): JsonMap {
  if (config.metadata?.managedFields) throw new ApiError(400, 'BadRequest', 'metadata.managedFields must be nil')
  const lines = pruned(schema, config).unknown.map((path) => `.${path}: field not declared in schema`)
  lines.push(...duplicates(schema, config).map(({ path, key }) => `${path}: duplicate entries for key ${printed([key])}`))
  if (lines.length > 0) {
    const { namespace = '', name = '' } = config.metadata ?? {}
    const text = lines.length === 1 ? lines[0] : `errors:\n  ${lines.join('\n  ')}`
    const gvk = `${String(config.apiVersion).includes('/') ? '' : '/'}${config.apiVersion}, Kind=${config.kind}`
    throw new ApiError(500, '', `failed to create typed patch object (${namespace}/${name}; ${gvk}): ${text}`)
  }
  const out: JsonMap = {}
  for (const [name, value] of Object.entries(config)) {
    const identity = name === 'apiVersion' || name === 'kind' || name === 'metadata'
    const written = subresource === 'status' ? identity || name === 'status' : !ignore.includes(name)
    if (written && value !== undefined) out[name] = value
  }
  if (subresource === 'status' && isMap(out.metadata)) out.metadata = identityOf(out.metadata)
  return out
}

const identityOf = ({ name, namespace, uid, resourceVersion }: JsonMap): JsonMap =>
  Object.fromEntries(Object.entries({ name, namespace, uid, resourceVersion }).filter(([, value]) => value !== undefined))

/** An object that nobody tracked so far: what is there belongs to "before-first-apply", so that an apply may conflict with it. */
function adoptExisting(managers: Managers, live: Obj, schema: Schema, apiVersion: string): void {
  const own = { manager: 'before-first-apply', operation: 'Update', apiVersion, subresource: '' } as const
  const { added, modified } = compared(schema, skeleton(schema), unmanaged(live))
  managers.set(managerId(own), { ...own, time: undefined, fields: difference(union(added, modified), untracked) })
}

/** Takes away what this manager applied last time and nobody, itself included, owns now. */
function prunedOf(schema: Schema, laid: Json, last: FieldSet, managers: Managers): Json {
  const named = (set: FieldSet) => withNamedFields(set, schema)
  const gone = named(last)
  const rest = without(schema, laid, gone) ?? {}
  let owned: FieldSet = emptySet
  for (const { fields } of managers.values()) owned = union(owned, fields)
  const lost = difference(named(fieldsOf(schema, laid)), named(fieldsOf(schema, rest)))
  // Only what was applied before goes; a neighbour inside a removed item that nobody owns goes with it only if it was ours as well.
  const doomed = intersection(difference(lost, named(owned)), gone)
  return without(schema, laid, doomed) ?? {}
}

/** Others lose what this write changed or removed; without force a change of theirs is a conflict. */
function settle(managers: Managers, id: string, { added, modified, removed }: Comparison, force: boolean): void {
  const changed = union(modified, added)
  const conflicts: { with: Manager; fields: FieldSet }[] = []
  for (const [other, one] of managers) {
    if (other === id) continue
    const fields = intersection(one.fields, changed)
    if (!isEmpty(fields)) conflicts.push({ with: one, fields })
    managers.set(other, { ...one, fields: difference(difference(one.fields, changed), removed) })
  }
  if (!force && conflicts.length > 0) throw conflictError(conflicts)
  dropEmpty(managers)
}

function strip(managers: Managers, id: string): void {
  const entry = managers.get(id)
  if (entry) managers.set(id, { ...entry, fields: difference(entry.fields, untracked) })
  dropEmpty(managers)
}

function dropEmpty(managers: Managers): void {
  for (const [id, { fields }] of managers) if (isEmpty(fields)) managers.delete(id)
}

function unmanaged(object: Obj | undefined): JsonMap | undefined {
  if (!object) return undefined
  const { managedFields: _, ...metadata } = object.metadata
  return { ...object, metadata }
}

function managedBy(object: JsonMap, managers: Managers): Obj {
  const { managedFields: _, ...metadata } = object.metadata ?? {}
  const entries = encodeManagers(managers)
  return { ...object, metadata: { ...metadata, ...(entries.length > 0 && { managedFields: entries }) } } as Obj
}

const skeletons = new WeakMap<Schema, JsonMap>()

/** What an object has before anybody wrote a field: metadata, and what a built-in kind always carries. Only more than that is owned. */
function skeleton(schema: Schema): JsonMap {
  let out = skeletons.get(schema)
  if (!out) {
    out = { metadata: {}, ...alwaysPresent(schema) }
    skeletons.set(schema, out)
  }
  return out
}

function alwaysPresent(schema: Schema): JsonMap {
  const out: JsonMap = {}
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    if (field['x-always-present']) out[name] = field.properties ? alwaysPresent(field) : zeroOf(field)
    if (field['x-null-when-unset']) out[name] = null
  }
  return out
}

export interface TrackInput {
  live?: Obj | undefined
  /** The object as it will be stored. Its own metadata.managedFields, where present, replace those of live; an empty list resets them. */
  next: Obj
  manager: string
  operation: 'Update' | 'Apply'
  schema: Schema
  subresource?: string | undefined
  /** RFC 3339, for the manager's entry. */
  now: string
}

/**
 * `next` with metadata.managedFields brought up to date after a plain write: the manager takes over the fields it changed or
 * added, whoever owned them, and fields it removed belong to nobody. A write that changes nothing leaves the entries as they are.
 */
export function tracked({ live, next, manager, operation, schema: given, subresource = '', now }: TrackInput): Obj {
  const schema = objectSchema(given)
  const managers = startingManagers(live, next, subresource)
  const comparison = compared(schema, unmanaged(live) ?? skeleton(schema), unmanaged(next))
  settle(managers, '', comparison, true)
  const own = { manager, operation, apiVersion: next.apiVersion, subresource }
  const id = managerId(own)
  const changed = difference(union(comparison.modified, comparison.added), untracked)
  if (!isEmpty(changed)) {
    managers.set(id, { ...own, time: now, fields: union(managers.get(id)?.fields ?? emptySet, changed) })
  }
  return managedBy(next, managers)
}

function startingManagers(live: Obj | undefined, next: Obj, subresource: string): Managers {
  const fromLive = () => decodeManagers(live?.metadata.managedFields)
  const entries: unknown = next.metadata.managedFields
  if (subresource !== '' || !Array.isArray(entries)) return fromLive()
  if (entries.length === 0 || (entries.length === 1 && isMap(entries[0]) && Object.keys(entries[0]).length === 0)) return new Map()
  const given = decodeManagers(entries)
  return given.size > 0 ? given : fromLive()
}
