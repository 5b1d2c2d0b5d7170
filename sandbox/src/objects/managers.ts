import { ApiError } from '../types.ts'
import { decoded, encoded, type FieldSet, members, printed, sameSet } from './fieldSet.ts'
import { isMap, type JsonMap } from './json.ts'

/** One line of metadata.managedFields, decoded. */
export interface Manager {
  manager: string
  operation: 'Apply' | 'Update'
  apiVersion: string
  subresource: string
  time: string | undefined
  fields: FieldSet
}

/** An applier is the same manager whatever version it applied; an updater is another one per version. */
export const managerId = ({ manager, operation, apiVersion, subresource }: Omit<Manager, 'time' | 'fields'>): string =>
  JSON.stringify([manager, operation, operation === 'Apply' ? '' : apiVersion, subresource])

export type Managers = Map<string, Manager>

// Most writes touch one manager of several: what was read of the others is written back as it was.
const read = new WeakMap<object, FieldSet>()
const written = new WeakMap<FieldSet, JsonMap>()

function fieldsOf(document: JsonMap): FieldSet {
  const known = isMap(document) ? read.get(document) : undefined
  if (known) return known
  const fields = decoded(document)
  if (Object.isFrozen(document)) {
    read.set(document, fields)
    written.set(fields, document)
  }
  return fields
}

const documentOf = (fields: FieldSet): JsonMap => written.get(fields) ?? encoded(fields)

/** Entries that cannot be read make the whole list count as empty, as on the real server. */
export function decodeManagers(entries: unknown): Managers {
  const out: Managers = new Map()
  if (!Array.isArray(entries)) return out
  for (const entry of entries) {
    if (
      !isMap(entry) ||
      (entry.operation !== 'Apply' && entry.operation !== 'Update') ||
      !entry.apiVersion ||
      entry.fieldsType !== 'FieldsV1'
    ) {
      return new Map()
    }
    const one: Manager = {
      manager: String(entry.manager ?? ''),
      operation: entry.operation,
      apiVersion: String(entry.apiVersion),
      subresource: String(entry.subresource ?? ''),
      time: entry.time,
      fields: fieldsOf(entry.fieldsV1),
    }
    out.set(managerId(one), one)
  }
  return out
}

/** Sorted as the real server does: appliers first, then by time and name. Managers that own nothing are left out. */
export function encodeManagers(managers: Managers): JsonMap[] {
  return [...managers.values()]
    .filter(({ fields }) => fields.size > 0)
    .sort(
      (a, b) =>
        order(a.operation, b.operation) ||
        order(a.time ?? '', b.time ?? '') ||
        order(a.manager, b.manager) ||
        order(a.apiVersion, b.apiVersion) ||
        order(a.subresource, b.subresource),
    )
    .map(({ manager, operation, apiVersion, subresource, time, fields }) => ({
      apiVersion,
      fieldsType: 'FieldsV1',
      fieldsV1: documentOf(fields),
      ...(manager && { manager }),
      operation,
      ...(subresource && { subresource }),
      ...(time && { time }),
    }))
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

export function sameManagers(a: Managers, b: Managers): boolean {
  if (a.size !== b.size) return false
  for (const [id, one] of a) {
    const other = b.get(id)
    if (!other || other.apiVersion !== one.apiVersion || !sameSet(one.fields, other.fields)) return false
  }
  return true
}

/** The 409 that lists which fields belong to whom. */
export function conflictError(conflicts: readonly { with: Manager; fields: FieldSet }[]): ApiError {
  const found = conflicts
    .flatMap(({ with: manager, fields }) => [...members(fields)].map((path) => ({ who: shown(manager), path: printed(path) })))
    .sort((a, b) => order(a.who, b.who) || order(a.path, b.path))
  const causes = found.map(({ who, path }) => ({ reason: 'FieldManagerConflict', message: `conflict with ${who}`, field: path }))
  const [only] = found
  if (found.length === 1 && only) {
    return new ApiError(409, 'Conflict', `Apply failed with 1 conflict: conflict with ${only.who}: ${only.path}`, { causes })
  }
  const lines: string[] = []
  for (const who of new Set(found.map((one) => one.who))) {
    lines.push(`conflicts with ${who}:`, ...found.filter((one) => one.who === who).map(({ path }) => `- ${path}`))
  }
  return new ApiError(409, 'Conflict', `Apply failed with ${found.length} conflicts: ${lines.join('\n')}`, { causes })
}

function shown({ manager, operation, apiVersion, subresource }: Manager): string {
  const name = `"${manager}"${subresource ? ` with subresource "${subresource}"` : ''}`
  return operation === 'Update' ? `${name} using ${apiVersion}` : name
}
