import { canonical } from '../../objects/json.ts'
import { applied } from '../../objects/managedFields.ts'
import { jsonPatch, mergePatch, strategicPatch } from '../../objects/patch.ts'
import type { Schema } from '../../objects/schema.ts'
import { ApiError, type Obj } from '../../types.ts'
import { timestamp } from '../clock.ts'
import type { Call, Core } from '../core.ts'
import { decoded, placed } from '../decode.ts'
import { badRequest, conflict, invalid, invalidOptions, notFound, staleObject, unsupportedMediaType } from '../errors.ts'
import { copied, isRecord } from '../json.ts'
import { apiVersionOf, type ServedKind } from '../kind.ts'
import { hasStatus } from '../strategy.ts'
import { viewed } from '../views.ts'
import { stored } from './access.ts'
import { createdFrom } from './create.ts'
import { replaced, type Target } from './update.ts'

export interface Patch {
  type: 'json' | 'merge' | 'strategic' | 'apply'
  body: unknown
  force?: boolean
}

const mediaTypes: Record<string, Patch['type']> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
}

/** The patch type a Content-Type names. Throws ApiError 415; custom kinds have no strategic merge. */
export function patchType(contentType: string, kind: ServedKind): Patch['type'] {
  const type = mediaTypes[contentType.split(';')[0]?.trim() ?? '']
  if (type && !(kind.custom && type === 'strategic')) return type
  if (!type) throw new ApiError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {})
  throw unsupportedMediaType(Object.keys(mediaTypes).filter((name) => !(kind.custom && mediaTypes[name] === 'strategic')))
}

/** Applies a patch; `isNew` tells that server-side apply created the object. Throws ApiError. */
export function patched(core: Core, kind: ServedKind, target: Target, patch: Patch, call: Call): { object: Obj; isNew: boolean } {
  if (patch.type === 'apply') return appliedTo(core, kind, target, patch, call)
  const live = viewed(kind, stored(core, kind, target.namespace, target.name))
  const next = readBack(kind, patchedJson(kind, live, patch), call, live)
  return { object: replaced(core, kind, live, moved(kind, next, target), call, target.subresource, 'Update'), isNew: false }
}

/** The patch's effect on any document; for objects and for Scale. */
export function patchedJson(kind: Pick<ServedKind, 'schema'>, document: unknown, patch: Patch): unknown {
  switch (patch.type) {
    case 'json':
      return jsonPatch(document, patch.body as Parameters<typeof jsonPatch>[1])
    case 'strategic':
      return strategicPatch(document, patch.body, kind.schema() ?? {})
    default:
      return mergePatch(document, patch.body)
  }
}

/** Under Strict, an unknown field makes the patch invalid, with the whole result as evidence. */
function readBack(kind: ServedKind, result: unknown, call: Call, live: Obj): Obj {
  const strict = call.unknownFields === 'Strict'
  const lenient: Call = strict ? { ...call, unknownFields: 'Warn', warnings: [] } : call
  const object = decoded(kind, result, lenient, live)
  if (!strict || lenient.warnings.length === 0) return object
  const message = `Invalid value: ${JSON.stringify(canonical(result))}: strict decoding error: ${lenient.warnings.join(', ')}`
  throw invalid({ group: '', kind: '' }, undefined, [{ field: 'patch', reason: 'FieldValueInvalid', message }])
}

function moved(kind: ServedKind, object: Obj, target: Target): Obj {
  return placed(kind, object, target.namespace, target.name)
}

function appliedTo(core: Core, kind: ServedKind, target: Target, patch: Patch, call: Call): { object: Obj; isNew: boolean } {
  if (!call.manager)
    throw invalidOptions('PatchOptions', 'fieldManager', 'FieldValueRequired', 'Required value: is required for apply patch')
  const schema: Schema = kind.schema() ?? { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
  const config = configuration(kind, target, patch.body)
  const known = core.store.get(kind.bucket, kind.namespaced ? target.namespace : undefined, target.name)
  const { uid, resourceVersion } = config.metadata
  if (!known) {
    if (target.subresource || uid) throw absent(kind, target, uid)
    if (resourceVersion) throw conflict(kind, target.name, staleObject)
  }
  const live = known && viewed(kind, known)
  const scope = target.subresource ? { subresource: target.subresource } : {}
  const laid = applied({
    ...(live ? { live } : {}),
    config,
    manager: call.manager,
    force: patch.force ?? false,
    schema,
    ...scope,
    now: timestamp(core.clock.now()),
  })
  const merged = moved(kind, decoded(kind, laid, { ...call, unknownFields: 'Ignore' }, live), target)
  if (!live) return { object: createdFrom(core, kind, merged, call, 'Apply'), isNew: true }
  const next = { ...merged, metadata: { ...merged.metadata, resourceVersion: resourceVersion ?? '' } }
  return { object: replaced(core, kind, live, next, call, target.subresource, 'Apply'), isNew: false }
}

function absent(kind: ServedKind, target: Target, uid: string | undefined): ApiError {
  if (!uid) return notFound(kind, target.name)
  return conflict(kind, target.name, `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`)
}

/** The applied configuration, checked to be of the kind and to speak of nothing that is not its own. */
function configuration(kind: ServedKind, target: Target, body: unknown): Obj {
  if (!isRecord(body)) throw badRequest('error decoding YAML: the applied configuration is not an object')
  if (isRecord(body.metadata) && body.metadata.managedFields !== undefined && body.metadata.managedFields !== null) {
    throw badRequest('metadata.managedFields must be nil')
  }
  if (!body.apiVersion || !body.kind)
    throw badRequest(`invalid object type: /${String(body.apiVersion ?? '')}, Kind=${String(body.kind ?? '')}`)
  if (body.apiVersion !== apiVersionOf(kind)) {
    throw badRequest(
      `Incorrect version specified in apply patch. Specified patch version: ${body.apiVersion}, expected: ${apiVersionOf(kind)}`,
    )
  }
  // Unknown fields are told by the merge itself.
  const given = copied(body) as Obj
  const { name } = moved(kind, { ...given, metadata: given.metadata ?? {} }, target).metadata
  return onlyOwn(kind, target.subresource, { ...given, metadata: { ...given.metadata, name } })
}

/** Applying to the object owns nothing of its status, applying to the status nothing else. */
function onlyOwn(kind: ServedKind, subresource: string | undefined, config: Obj): Obj {
  if (!hasStatus(kind)) return config
  const { status, ...rest } = config
  if (subresource !== 'status') return rest as Obj
  const { apiVersion, kind: name, metadata } = config
  const { labels: _, annotations: __, ownerReferences: ___, finalizers: ____, ...address } = metadata
  return { kind: name, apiVersion, metadata: address, ...(status === undefined ? {} : { status }) }
}
