import { equal, shared } from '../objects/json.ts'
import type { Schema } from '../objects/schema.ts'
import { pruned } from '../objects/structural.ts'
import { ApiError, type Obj } from '../types.ts'
import type { Call } from './core.ts'
import { badRequest, invalid, undecodable, wrongKind } from './errors.ts'
import { goValue } from './goValues.ts'
import { copied, isRecord } from './json.ts'
import { apiVersionOf, type ServedKind } from './kind.ts'

// In these a null means something (a schema's default, an opaque payload), elsewhere it is the same as absent.
const keepsNulls = new Set(['CustomResourceDefinition', 'ControllerRevision'])

/**
 * What a client sent, as an object of the kind: the caller's own copy, without fields the schema does not know.
 * What did not change since `live` is shared with it. Throws ApiError 400 for another kind, a wrong JSON type in a built-in kind, or
 * unknown fields under Strict.
 */
export function decoded(kind: ServedKind, body: unknown, call: Call, live?: Obj): Obj {
  if (!isRecord(body)) throw badRequest(`the object provided is unrecognized (must be of type ${kind.kind}): it is not a JSON object`)
  if (body.apiVersion !== apiVersionOf(kind) || body.kind !== kind.kind) throw wrongKind(kind, body)
  const { apiVersion, kind: name, metadata, ...rest } = shared(live, copied(body, !kind.custom && !keepsNulls.has(kind.kind)))
  // Nulls in frozen objects of our own come back with them.
  for (const key of Object.keys(rest)) if (rest[key] === null && !kind.custom) delete rest[key]
  if (metadata !== undefined && !isRecord(metadata)) throw undecodable(kind, 'metadata is not an object')
  const object = { kind: name, apiVersion, metadata: withoutTwins(metadata ?? {}, call), ...rest } as Obj
  return reported(kind, object, call, live && settledFor(kind, live))
}

/** Owners named twice count once; the client is told. */
function withoutTwins(metadata: Record<string, unknown>, call: Call): Record<string, unknown> {
  const owners = metadata.ownerReferences
  if (!Array.isArray(owners) || owners.length < 2) return metadata
  const twins = owners.filter((owner, index) => owners.findIndex((other) => equal(other, owner)) < index)
  if (twins.length === 0) return metadata
  const uids = [...new Set(twins.map((owner) => owner.uid))].join(', ')
  call.warnings.push(
    `.metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: ${uids}`,
  )
  return { ...metadata, ownerReferences: owners.filter((owner, index) => owners.findIndex((other) => equal(other, owner)) === index) }
}

function reported(kind: ServedKind, object: Obj, call: Call, live: Obj | undefined): Obj {
  const schema = kind.schema()
  if (!schema) return object
  const { passed, rest } = split(schema, object)
  const { object: known, unknown } = pruned(schema, rest, live)
  if (unknown.length > 0 && call.unknownFields !== 'Ignore') {
    const problems = [...unknown].sort().map((path) => `unknown field "${path}"`)
    if (call.unknownFields === 'Strict') throw undecodable(kind, `strict decoding error: ${problems.join(', ')}`)
    call.warnings.push(...problems)
  }
  const { object: next, problem } = kind.custom ? { object: known, problem: undefined } : goValue(kind, known, live)
  if (problem !== undefined) throw undecodable(kind, problem)
  for (const [key, value] of Object.entries(next)) if (Object.isFrozen(value) && value === object[key]) remember(schema, key, value)
  return passed.length === 0 ? next : joined(object, passed, next)
}

/** Parts that went through unchanged and cannot have changed since, with where they stood: most writes bring them again. */
const through = new WeakMap<object, { schema: Schema; key: string }>()

function remember(schema: Schema, key: string, value: unknown): void {
  if (typeof value === 'object' && value !== null) through.set(value, { schema, key })
}

function split(schema: Schema, object: Obj): { passed: string[]; rest: Obj } {
  const passed = Object.keys(object).filter((key) => {
    const value: unknown = object[key]
    const known = typeof value === 'object' && value !== null ? through.get(value) : undefined
    return known?.schema === schema && known.key === key
  })
  if (passed.length === 0) return { passed, rest: object }
  return { passed, rest: Object.fromEntries(Object.entries(object).filter(([key]) => !passed.includes(key))) as Obj }
}

const settled = new WeakMap<Obj, Schema>()

/** Says that the object has been through everything that its kind's schema asks for. */
export function settle(kind: ServedKind, object: Obj): Obj {
  const schema = kind.schema()
  if (schema) settled.set(object, schema)
  return object
}

/** The live object, if it is all that its kind's schema asks for today: then so is each part of it that a write leaves as it was. */
export function settledFor(kind: ServedKind, live: Obj): Obj | undefined {
  return settled.get(live) === kind.schema() ? live : undefined
}

/** In the order that the client sent. */
function joined(object: Obj, passed: readonly string[], next: Obj): Obj {
  const keys = Object.keys(object).filter((key) => key in next || passed.includes(key))
  return Object.fromEntries(keys.map((key) => [key, passed.includes(key) ? object[key] : next[key]])) as Obj
}

/** Checks the name and namespace of a body against the address it was sent to, and fills the namespace in. */
export function placed(kind: ServedKind, object: Obj, namespace: string | undefined, name?: string): Obj {
  const given = object.metadata.namespace
  if (kind.namespaced) {
    if (given !== undefined && given !== '' && given !== namespace) {
      throw badRequest(`the namespace of the provided object does not match the namespace sent on the request`)
    }
    if (!namespace) throw badRequest('an empty namespace may not be set during creation')
  } else if (given) {
    throw invalid(kind, object.metadata.name, [
      { field: 'metadata.namespace', reason: 'FieldValueForbidden', message: 'Forbidden: not allowed on this type' },
    ])
  }
  if (name !== undefined && object.metadata.name !== undefined && object.metadata.name !== name) {
    throw badRequest(`the name of the object (${object.metadata.name}) does not match the name on the URL (${name})`)
  }
  const { name: own, namespace: _, ...rest } = object.metadata
  const metadata = { ...((name ?? own) ? { name: name ?? own } : {}), ...(kind.namespaced ? { namespace } : {}), ...rest }
  return { ...object, metadata: metadata as Obj['metadata'] }
}

/** Reads a request's JSON. Throws ApiError 400. */
export function parsedJson(text: string | undefined): unknown {
  if (text === undefined || text.trim() === '') throw badRequest('the request has no body')
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new ApiError(400, 'BadRequest', `error decoding the body: ${error instanceof Error ? error.message : String(error)}`)
  }
}
