import { ApiError } from '../types.ts'
import { canonical, copy, equal, isMap, type Json, type JsonMap, put } from './json.ts'
import type { Schema } from './schema.ts'
import { fieldSchema } from './schemaWalk.ts'

const orderPrefix = '$setElementOrder/'
const deletePrefix = '$deleteFromPrimitiveList/'

/**
 * Strategic merge patch: maps merge, lists merge by the schema's patch merge key, and the directives $patch, $retainKeys,
 * $setElementOrder/… and $deleteFromPrimitiveList/… are obeyed. A changed copy; `doc` stays as it is.
 * Throws ApiError 400 for a patch that makes no sense.
 */
export function strategicPatch(doc: unknown, patch: unknown, schema: Schema | undefined): Json {
  if (!isMap(patch)) throw malformed('a patch must be an object')
  return mergeMap(isMap(doc) ? copy(doc) : {}, patch, schema)
}

const malformed = (why: string) => new ApiError(400, 'BadRequest', `invalid strategic merge patch: ${why}`)

interface Strategy {
  merges: boolean
  mergeKey: string | undefined
}

function strategyOf(schema: Schema | undefined): Strategy {
  const words = schema?.['x-kubernetes-patch-strategy']?.split(',') ?? []
  return { merges: words.includes('merge'), mergeKey: schema?.['x-kubernetes-patch-merge-key'] }
}

function mergeMap(doc: JsonMap, patch: JsonMap, schema: Schema | undefined): JsonMap {
  const directive = patch.$patch
  if (directive === 'replace') return withoutDirectives(patch) as JsonMap
  if (directive === 'delete') return {}
  if (directive !== undefined && directive !== 'merge') throw malformed(`unknown directive $patch: ${directive}`)

  const before = { ...doc }
  const out = retained(doc, patch.$retainKeys)
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$')) continue
    const field = fieldSchema(schema, key)
    if (value === null) delete out[key]
    else if (isMap(value)) put(out, key, mergeMap(isMap(out[key]) ? out[key] : {}, value, field))
    else if (Array.isArray(value)) put(out, key, mergeList(out[key], value, field))
    else put(out, key, value)
  }
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith(deletePrefix)) deletePrimitives(out, key.slice(deletePrefix.length), value)
    if (key.startsWith(orderPrefix)) setOrder(out, key.slice(orderPrefix.length), value, before, schema)
  }
  return out
}

function retained(doc: JsonMap, keys: unknown): JsonMap {
  if (keys === undefined) return doc
  if (!Array.isArray(keys)) throw malformed('$retainKeys must be a list of names')
  return Object.fromEntries(Object.entries(doc).filter(([key]) => keys.includes(key)))
}

function mergeList(doc: unknown, patch: Json[], schema: Schema | undefined): Json[] {
  const replaces = patch.some((item) => isMap(item) && item.$patch === 'replace')
  const { merges, mergeKey } = strategyOf(schema)
  if (replaces || !merges) return patch.filter((item) => !(isMap(item) && item.$patch === 'replace')).map(withoutDirectives)
  const live = Array.isArray(doc) ? doc : []
  const identity = identityOf(mergeKey)
  const all =
    mergeKey === undefined
      ? [...new Map([...live, ...patch].map((item) => [identity(item), item])).values()]
      : mergeByKey(live, patch, mergeKey, schema?.items)
  // A list that is new stays as the patch has it.
  return Array.isArray(doc) ? ordered(all, patch.map(identity), live.map(identity), identity) : all
}

type Identity = (item: Json) => string

const identityOf =
  (mergeKey: string | undefined): Identity =>
  (item) =>
    canonical(mergeKey !== undefined && isMap(item) ? item[mergeKey] : item)

/**
 * Items that the patch names come in its order. The others keep theirs, each before the first named one that it stood
 * before; a named item that is new gives way to none of them.
 */
function ordered(list: readonly Json[], order: readonly string[], former: readonly string[], identity: Identity): Json[] {
  const [rank, place] = [order, former].map((names) => new Map([...names.entries()].reverse().map(([at, name]) => [name, at])))
  const rankOf = (item: Json): number => rank?.get(identity(item)) ?? -1
  const placeOf = (item: Json): number => place?.get(identity(item)) ?? -1
  const named = list.filter((item) => rankOf(item) >= 0).sort((a, b) => rankOf(a) - rankOf(b))
  const others = list.filter((item) => rankOf(item) < 0)
  const out: Json[] = []
  for (const item of named) {
    while (others.length > 0 && placeOf(others[0]) < placeOf(item)) out.push(others.shift())
    out.push(item)
  }
  return [...out, ...others]
}

function mergeByKey(live: readonly Json[], patch: readonly Json[], key: string, items: Schema | undefined): Json[] {
  let out = [...live]
  for (const item of patch) {
    if (!isMap(item)) throw malformed(`an item of a list merged by ${key} must be an object`)
    if (item[key] === undefined) throw malformed(`map: ${canonical(item)} does not contain declared merge key: ${key}`)
    const same = (other: unknown) => isMap(other) && equal(other[key], item[key])
    if (item.$patch === 'delete') {
      out = out.filter((other) => !same(other))
      continue
    }
    const at = out.findIndex(same)
    if (at < 0) out.push(mergeMap({}, item, items))
    else out[at] = mergeMap(out[at], item, items)
  }
  return out
}

function deletePrimitives(out: JsonMap, key: string, values: unknown): void {
  if (!Array.isArray(values)) throw malformed(`${deletePrefix}${key} must be a list`)
  if (Array.isArray(out[key])) out[key] = out[key].filter((item: unknown) => !values.some((value) => equal(value, item)))
}

/** Sorts by what $setElementOrder/… names; `before` is the map before the patch. */
function setOrder(out: JsonMap, key: string, order: unknown, before: JsonMap, schema: Schema | undefined): void {
  if (!Array.isArray(order)) throw malformed(`${orderPrefix}${key} must be a list`)
  const list: unknown = out[key]
  if (!Array.isArray(list)) return
  const identity = identityOf(strategyOf(fieldSchema(schema, key)).mergeKey)
  const former: Json[] = Array.isArray(before[key]) ? before[key] : list
  out[key] = ordered(list, order.map(identity), former.map(identity), identity)
}

/** Directives mean nothing where there is nothing to merge with, and never reach the object. */
function withoutDirectives(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutDirectives)
  if (!isMap(value)) return copy(value)
  const out: JsonMap = {}
  for (const [key, inner] of Object.entries(value)) if (!key.startsWith('$')) put(out, key, withoutDirectives(inner))
  return out
}
