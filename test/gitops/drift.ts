import type { Json } from '../cluster/apiClient.ts'

/** One entry of `ignoreDifferences` of an Application. */
export interface Ignored {
  group?: string
  kind: string
  jsonPointers?: readonly string[]
  managedFieldsManagers?: readonly string[]
}

/**
 * Where an object and the repository differ, as Argo CD sees it when it compares on its own side: pointers, empty if it is in sync.
 * Both sides lose what is ignored; then what the repository says, and the removal of what it said before, is merged over the live object.
 */
export function drift({ live, wanted, ignored }: { live: Json; wanted: Json; ignored: readonly Ignored[] }): string[] {
  const applied = lastApplied(live)
  const mine = ignored.filter(({ group = '', kind }) => kind === live.kind && group === groupOf(live))
  const bare = (object: Json): Json => {
    const copy = structuredClone(object)
    for (const pointer of pointersOf(mine, live)) removeAt(copy, pointer)
    return copy
  }
  const seen = bare(live)
  const predicted = merged(seen, bare(wanted), applied === undefined ? undefined : bare(applied))
  return differences(compared(seen), compared(predicted), '')
}

const groupOf = ({ apiVersion }: Json): string => (apiVersion.includes('/') ? apiVersion.split('/')[0] : '')
const annotation = 'kubectl.kubernetes.io/last-applied-configuration'

function lastApplied({ metadata }: Json): Json | undefined {
  const text = metadata.annotations?.[annotation]
  return text === undefined ? undefined : JSON.parse(text)
}

function pointersOf(ignored: readonly Ignored[], live: Json): string[] {
  const managers = ignored.flatMap(({ managedFieldsManagers = [] }) => managedFieldsManagers)
  const owned = (live.metadata.managedFields ?? [])
    .filter(({ manager }: Json) => managers.includes(manager))
    .flatMap(({ fieldsV1 }: Json) => leaves(fieldsV1, ''))
  return [...ignored.flatMap(({ jsonPointers = [] }) => jsonPointers), ...owned]
}

/** Fields that a manager owns; those inside lists are left out: none of ours is in one that is not owned whole. */
function leaves(fields: Json, at: string): string[] {
  const names = Object.keys(fields).filter((name) => name.startsWith('f:'))
  if (names.length === 0) return at === '' ? [] : [at]
  return names.flatMap((name) => leaves(fields[name], `${at}/${name.slice(2).replaceAll('~', '~0').replaceAll('/', '~1')}`))
}

function removeAt(object: Json, pointer: string): void {
  const path = pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  const last = path.pop() ?? ''
  const parent = path.reduce((inside, part) => inside?.[part], object)
  if (parent !== undefined) delete parent[last]
}

const isObject = (value: Json): boolean => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Three ways: what is wanted wins, what was wanted before and is not now goes, everything else stays as it lives. */
function merged(live: Json, wanted: Json, before: Json): Json {
  if (isObject(wanted) && isObject(live)) {
    const result = { ...live }
    for (const key of Object.keys(before ?? {})) if (!(key in wanted)) delete result[key]
    for (const [key, value] of Object.entries(wanted)) result[key] = merged(live[key], value, isObject(before) ? before[key] : undefined)
    return result
  }
  if (Array.isArray(wanted) && Array.isArray(live) && wanted.every(isObject)) {
    // Lists with keys are merged by them; others of equal length item by item, which leaves defaults of the server alone.
    const keyOf = (item: Json): string | undefined => item.name ?? item.port ?? item.containerPort
    if (wanted.length !== live.length) return wanted
    return wanted.map((item, at) => {
      const same = keyOf(item) === undefined ? live[at] : live.find((other: Json) => keyOf(other) === keyOf(item))
      return same === undefined ? item : merged(same, item, undefined)
    })
  }
  return structuredClone(wanted)
}

/** Without what no repository speaks of. */
function compared({ metadata, status: _, ...rest }: Json): Json {
  const { labels = {}, annotations = {} } = metadata
  const { [annotation]: __, ...others } = annotations
  return { ...rest, metadata: { labels, annotations: others } }
}

function differences(a: Json, b: Json, at: string): string[] {
  if (isObject(a) && isObject(b)) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)])
    return [...keys].flatMap((key) => differences(a[key], b[key], `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`))
  }
  if (Array.isArray(a) && Array.isArray(b) && a.length === b.length)
    return a.flatMap((item, index) => differences(item, b[index], `${at}/${index}`))
  return JSON.stringify(a) === JSON.stringify(b) ? [] : [at]
}
