import { beneath, emptySet, type FieldNode, type FieldSet, fieldKey, has, itemKey, leaf, valueKey } from './fieldSet.ts'
import { equal, isMap, type Json, type JsonMap, put } from './json.ts'
import type { Schema } from './schema.ts'
import { fieldSchema, isAtomicMap, isDeclared, itemKeys, listKind } from './schemaWalk.ts'

/** The path element of a list's item; undefined where the list is atomic or the item lacks its keys. */
export function elementKey(schema: Schema | undefined, item: unknown): string | undefined {
  const kind = listKind(schema)
  if (kind.kind === 'set') return valueKey(item)
  if (kind.kind === 'atomic') return undefined
  const keys = itemKeys(schema, kind.keys, item)
  return keys && itemKey(keys)
}

const isGranularList = (schema: Schema | undefined): boolean => listKind(schema).kind !== 'atomic'

function items(schema: Schema | undefined, list: readonly unknown[]): Map<string, unknown> {
  const out = new Map<string, unknown>()
  for (const item of list) {
    const key = elementKey(schema, item)
    if (key !== undefined && !out.has(key)) out.set(key, item)
  }
  return out
}

/** Every field that a value sets: what a manager that applies it owns. */
export function fieldsOf(schema: Schema | undefined, value: unknown): FieldSet {
  const out = new Map<string, FieldNode>()
  if (isMap(value)) {
    for (const [name, inner] of Object.entries(value)) {
      if (inner === undefined) continue
      const field = fieldSchema(schema, name)
      const opens = descends(field, inner)
      const children = opens ? fieldsOf(field, inner) : emptySet
      const declared = isDeclared(schema, name)
      // Of a list that is owned item by item nothing is owned while there is no item.
      if (declared && opens && Array.isArray(inner) && children.size === 0) continue
      const member = children.size === 0 || !declared
      out.set(fieldKey(name), member && children.size === 0 ? leaf : { member, children })
    }
  } else if (Array.isArray(value)) {
    for (const [key, item] of items(schema, value)) {
      const children = descends(schema?.items, item) ? fieldsOf(schema?.items, item) : emptySet
      out.set(key, { member: true, children })
    }
  }
  return out
}

/** Whether ownership goes into a value, or takes it as one. */
function descends(schema: Schema | undefined, value: unknown): boolean {
  return Array.isArray(value) ? isGranularList(schema) : isMap(value) && !isAtomicMap(schema)
}

/** Items of keyed lists and sets that stand there twice. */
export function duplicates(schema: Schema | undefined, value: unknown, path = ''): { path: string; key: string }[] {
  if (isMap(value)) return Object.entries(value).flatMap(([name, inner]) => duplicates(fieldSchema(schema, name), inner, `${path}.${name}`))
  if (!Array.isArray(value)) return []
  const seen = new Set<string>()
  return value.flatMap((item) => {
    const key = elementKey(schema, item)
    const twice = key !== undefined && seen.has(key)
    if (key !== undefined) seen.add(key)
    return [...(twice ? [{ path, key }] : []), ...duplicates(schema?.items, item, path)]
  })
}

/** `config` laid over `live`: maps merge, lists by their kind, atomic values are replaced. New object; may share parts with both. */
export function merged(schema: Schema | undefined, live: Json, config: Json): Json {
  if (config === undefined || (config === null && descends(schema, live))) return live
  if (isMap(live) && isMap(config) && !isAtomicMap(schema)) {
    const out: JsonMap = { ...live }
    for (const [name, value] of Object.entries(config)) put(out, name, merged(fieldSchema(schema, name), live[name], value))
    return out
  }
  if (Array.isArray(live) && Array.isArray(config) && isGranularList(schema)) return mergedList(schema, live, config)
  return config
}

/** Shared items stand in the applied order; items of live alone keep their place before the next shared one. */
function mergedList(schema: Schema | undefined, live: readonly Json[], config: readonly Json[]): Json[] {
  const left = items(schema, live)
  const right = items(schema, config)
  const liveKeys = [...left.keys()]
  const shared = [...right.keys()].filter((key) => left.has(key))
  const out: Json[] = []
  let at = 0
  const takeLiveOnly = (until: string | undefined) => {
    for (; at < liveKeys.length; at++) {
      const key = liveKeys[at] ?? ''
      if (key === until || (right.has(key) && key === shared[0])) return
      if (!right.has(key)) out.push(left.get(key))
    }
  }
  for (const [key, item] of right) {
    takeLiveOnly(key)
    if (liveKeys[at] === key) at++
    if (shared[0] === key) shared.shift()
    out.push(merged(schema?.items, left.get(key), item))
  }
  takeLiveOnly(undefined)
  return out
}

export interface Comparison {
  added: FieldSet
  modified: FieldSet
  removed: FieldSet
}

export const isSame = ({ added, modified, removed }: Comparison): boolean => added.size + modified.size + removed.size === 0

interface Change {
  added?: true
  modified?: true
  removed?: true
  inner?: Comparison
}

/** Which fields `next` added to `live`, changed and removed. A container that came or went counts as well as what is in it. */
export function compared(schema: Schema | undefined, live: unknown, next: unknown): Comparison {
  const added = new Map<string, FieldNode>()
  const modified = new Map<string, FieldNode>()
  const removed = new Map<string, FieldNode>()
  const note = (key: string, change: Change) => {
    const { inner } = change
    const set = (into: Map<string, FieldNode>, member: true | undefined, children: FieldSet = emptySet) => {
      if (member || children.size > 0) into.set(key, { member: member === true, children })
    }
    set(added, change.added, inner?.added)
    set(modified, change.modified, inner?.modified)
    set(removed, change.removed, inner?.removed)
  }
  if (isMap(live) || isMap(next)) {
    const left: JsonMap = isMap(live) ? live : {}
    const right: JsonMap = isMap(next) ? next : {}
    for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
      note(fieldKey(name), change(fieldSchema(schema, name), left[name], right[name]))
    }
  } else if (Array.isArray(live) || Array.isArray(next)) {
    const left = items(schema, Array.isArray(live) ? live : [])
    const right = items(schema, Array.isArray(next) ? next : [])
    for (const key of new Set([...left.keys(), ...right.keys()])) note(key, change(schema?.items, left.get(key), right.get(key)))
  }
  return { added, modified, removed }
}

const isHollow = (value: unknown): boolean =>
  value === undefined || value === null || (Array.isArray(value) ? value.length === 0 : isMap(value) && Object.keys(value).length === 0)

function change(schema: Schema | undefined, live: unknown, next: unknown): Change {
  if (live === next) return {}
  const here: Change = live === undefined ? (next === undefined ? {} : { added: true }) : next === undefined ? { removed: true } : {}
  const sameShape =
    live === undefined || next === undefined || live === null || next === null || Array.isArray(live) === Array.isArray(next)
  const opens = (descends(schema, live) || descends(schema, next)) && !(isHollow(live) && isHollow(next)) && sameShape
  if (opens) return { ...here, inner: compared(schema, live ?? undefined, next ?? undefined) }
  if (live !== undefined && next !== undefined && !equal(live, next)) return { modified: true }
  return here
}

/** The value without the paths of `gone`; undefined when nothing of it is left. */
export function without(schema: Schema | undefined, value: Json, gone: FieldSet): Json {
  if (gone.size === 0) return value
  if (isMap(value)) {
    if (isAtomicMap(schema)) return undefined
    const out: JsonMap = {}
    for (const [name, inner] of Object.entries(value)) {
      const key = fieldKey(name)
      if (has(gone, key)) continue
      const rest = without(fieldSchema(schema, name), inner, beneath(gone, key))
      if (rest !== undefined) put(out, name, rest)
    }
    return Object.keys(out).length > 0 ? out : undefined
  }
  if (Array.isArray(value)) {
    const out: Json[] = []
    for (const item of value) {
      const key = elementKey(schema, item) ?? ''
      if (has(gone, key)) continue
      const rest = without(schema?.items, item, beneath(gone, key))
      if (rest !== undefined) out.push(rest)
    }
    return out.length > 0 ? out : undefined
  }
  return value
}
