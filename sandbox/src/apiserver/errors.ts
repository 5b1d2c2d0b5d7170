import { ApiError, type Obj } from '../types.ts'
import { apiVersionOf, type ServedKind } from './kind.ts'

/** Every refusal in the real server's words: kubectl prints them, and people search for them. */

export interface Cause {
  field: string
  reason: string
  message: string
}

/** `deployments.apps`, or the bare plural in the core group. */
export function resourceName(kind: { group: string; plural: string }): string {
  return kind.group ? `${kind.plural}.${kind.group}` : kind.plural
}

function details(kind: { group: string; plural: string }, name?: string): Record<string, unknown> {
  return { ...(name ? { name } : {}), ...(kind.group ? { group: kind.group } : {}), kind: kind.plural }
}

export function notFound(kind: { group: string; plural: string }, name: string): ApiError {
  return new ApiError(404, 'NotFound', `${resourceName(kind)} "${name}" not found`, details(kind, name))
}

export function alreadyExists(kind: ServedKind, name: string, deleting: boolean): ApiError {
  const message = `${deleting ? 'object is being deleted: ' : ''}${resourceName(kind)} "${name}" already exists`
  return new ApiError(409, 'AlreadyExists', message, details(kind, name))
}

export function conflict(kind: ServedKind, name: string, why: string): ApiError {
  return new ApiError(409, 'Conflict', `Operation cannot be fulfilled on ${resourceName(kind)} "${name}": ${why}`, details(kind, name))
}

export const staleObject = 'the object has been modified; please apply your changes to the latest version and try again'

export function forbidden(kind: { group: string; plural: string }, name: string | undefined, why: string, causes?: Cause[]): ApiError {
  const subject = name ? `${resourceName(kind)} "${name}"` : resourceName(kind)
  return new ApiError(403, 'Forbidden', `${subject} is forbidden: ${why}`, { ...details(kind, name), ...(causes ? { causes } : {}) })
}

export function invalid(kind: { group: string; kind: string }, name: string | undefined, causes: readonly Cause[]): ApiError {
  const lines = causes.map((cause) => (cause.field ? `${cause.field}: ${cause.message}` : cause.message))
  const what = kind.group ? `${kind.kind}.${kind.group}` : kind.kind
  // Said once, however often it was found.
  const different = [...new Set(lines)]
  const message = `${what} "${name ?? ''}" is invalid: ${different.length === 1 ? different[0] : `[${different.join(', ')}]`}`
  return new ApiError(422, 'Invalid', message, {
    ...(name ? { name } : {}),
    ...(kind.group ? { group: kind.group } : {}),
    ...(kind.kind ? { kind: kind.kind } : {}),
    causes: causes.map(({ reason, message: text, field }) => ({ reason, message: text, field })),
  })
}

/** Options in the query or body that no object of theirs could have. */
export function invalidOptions(options: string, field: string, reason: string, message: string): ApiError {
  return invalid({ group: 'meta.k8s.io', kind: options }, undefined, [{ field, reason, message }])
}

/** A path below a group that is there. */
export function unknownResource(): ApiError {
  return new ApiError(404, 'NotFound', 'the server could not find the requested resource', {})
}

export function immutableUid(kind: ServedKind, name: string, uid: string): ApiError {
  const cause = { field: 'metadata.uid', reason: 'FieldValueInvalid', message: `Invalid value: "${uid}": field is immutable` }
  // The real server finds it twice: in the metadata, and again in the object.
  return invalid(kind, name, [cause, cause])
}

export function otherUid(kind: ServedKind, live: Obj, uid: string): ApiError {
  const key = ['/registry', ...(kind.custom ? [kind.group] : []), kind.plural, live.metadata.namespace, live.metadata.name]
    .filter(Boolean)
    .join('/')
  const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${live.metadata.uid}`
  return conflict(
    kind,
    live.metadata.name,
    `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${why}`,
  )
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message)
}

/** A body that does not decode into its kind. */
export function undecodable(kind: ServedKind, why: string): ApiError {
  return badRequest(`${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: ${why}`)
}

export function methodNotAllowed(): ApiError {
  return new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {})
}

export function unsupportedMediaType(accepted: readonly string[]): ApiError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`
  return new ApiError(415, 'UnsupportedMediaType', message)
}

export function notAcceptable(): ApiError {
  return new ApiError(406, 'NotAcceptable', 'only the following media types are accepted: application/json')
}

export function unauthorized(): ApiError {
  return new ApiError(401, 'Unauthorized', 'Unauthorized')
}

export function expiredWatch(wanted: number, oldest: number): ApiError {
  return new ApiError(410, 'Expired', `too old resource version: ${wanted} (${oldest})`)
}

export function expiredList(): ApiError {
  return new ApiError(410, 'Expired', 'The resourceVersion for the provided list is too old.')
}

export function futureRevision(wanted: number, current: number): ApiError {
  return new ApiError(504, 'Timeout', `Too large resource version: ${wanted}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  })
}

export function unknownKind(apiVersion: string, kind: string): ApiError {
  return new ApiError(404, 'NotFound', `no matches for kind "${kind}" in version "${apiVersion}"`)
}

/** The metav1.Status that an error becomes on the wire. */
export function statusOf(error: ApiError): Record<string, unknown> {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: 'continue' in error ? { continue: error.continue } : {},
    status: 'Failure',
    message: error.message,
    ...(error.reason ? { reason: error.reason } : {}),
    ...(error.details ? { details: error.details } : {}),
    code: error.code,
  }
}

/** The metav1.Status of a delete that removed the object at once. */
export function deletedStatus(kind: ServedKind, object: Obj): Record<string, unknown> {
  const about = { ...details(kind, object.metadata.name), uid: object.metadata.uid }
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details: about }
}

/** Says which kind was expected when a body carries another one. */
export function wrongKind(kind: ServedKind, given: Partial<Obj>): ApiError {
  const expected = `the object provided is unrecognized (must be of type ${kind.kind})`
  if (!given.kind) return badRequest(`${expected}: Object 'Kind' is missing`)
  if (!given.apiVersion) return badRequest(`${expected}: Object 'apiVersion' is missing`)
  const gv = apiVersionOf(kind)
  const subject = `${given.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}`
  if (given.apiVersion !== gv) {
    return badRequest(
      `${subject}: no kind "${given.kind}" is registered for version "${given.apiVersion}" in scheme "pkg/runtime/scheme.go:111"`,
    )
  }
  const family = kind.group.split('.')[0] || 'core'
  return badRequest(`${subject}: converting (${kind.version}.${given.kind}) to (${family}.${kind.kind}): unknown conversion`)
}
