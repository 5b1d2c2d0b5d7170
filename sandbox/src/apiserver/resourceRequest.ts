import { parse as parseYaml } from 'yaml'
import type { ApiRequest, ApiResponse, Obj, User } from '../types.ts'
import type { ResourceAddress } from './address.ts'
import { answer, warningHeaders } from './answer.ts'
import { attributesOf, type Call, type Core } from './core.ts'
import { parsedJson } from './decode.ts'
import { badRequest, invalidOptions, methodNotAllowed, unsupportedMediaType } from './errors.ts'
import type { ServedKind } from './kind.ts'
import type { LineStream } from './lineStream.ts'
import { acceptedForm, type Rendering, renderingOf } from './rendering.ts'
import type { IncludeObject } from './table/table.ts'
import type { Users } from './users.ts'
import { permitted } from './verbs/access.ts'
import type { Target } from './verbs/update.ts'

/** One request about a resource, with everything that is known of it. */
export interface ResourceRequest {
  core: Core
  users: Users
  open: Set<LineStream>
  user: User
  kind: ServedKind
  address: ResourceAddress
  request: ApiRequest
  headers: Record<string, string>
}

/** Who writes, and how, from the query: dryRun, fieldManager, fieldValidation. Throws ApiError 400. */
export function callOf({ address: { query }, headers, user, request }: ResourceRequest): Call {
  const dryRun = query.getAll('dryRun')
  const options = optionsKinds[request.method]
  if (dryRun.some((value) => value !== 'All')) {
    throw invalidOptions(
      options,
      'dryRun',
      'FieldValueNotSupported',
      `Unsupported value: ${JSON.stringify(dryRun)}: supported values: "All"`,
    )
  }
  const validation = query.get('fieldValidation') || 'Warn'
  if (validation !== 'Strict' && validation !== 'Warn' && validation !== 'Ignore') {
    const message = `Unsupported value: "${validation}": supported values: "", "Ignore", "Strict", "Warn"`
    throw invalidOptions(options, 'fieldValidation', 'FieldValueNotSupported', message)
  }
  // Without a field manager the client's name stands in, as on the real server.
  const manager = query.get('fieldManager') || (headers['user-agent']?.split('/')[0] ?? '') || 'unknown'
  return { user, dryRun: dryRun.length > 0, manager, unknownFields: validation, warnings: [] }
}

const optionsKinds = { GET: 'GetOptions', POST: 'CreateOptions', PUT: 'UpdateOptions', PATCH: 'PatchOptions', DELETE: 'DeleteOptions' }

export function targetOf({ address, kind }: ResourceRequest): Target {
  if (address.name === undefined) throw methodNotAllowed()
  return {
    namespace: kind.namespaced ? address.namespace : undefined,
    name: address.name,
    ...(address.subresource ? { subresource: address.subresource } : {}),
  }
}

export function permit({ core, user, kind, address }: ResourceRequest, verb: string): void {
  const { namespace, subresource } = address
  const name = address.name ?? onlyName(address.query.get('fieldSelector'))
  permitted(
    core,
    user,
    attributesOf(kind, verb, { ...(namespace ? { namespace } : {}), ...(name ? { name } : {}), ...(subresource ? { subresource } : {}) }),
  )
}

/** A list of one name is a right of its own: what may be read by name may be watched by name. */
function onlyName(fieldSelector: string | null): string | undefined {
  return fieldSelector?.split(',').flatMap((term) => /^metadata\.name==?([^=]+)$/.exec(term)?.[1] ?? [])[0]
}

export function rendering({ core, kind, headers, address }: ResourceRequest): Rendering {
  const include = address.query.get('includeObject')
  const known: IncludeObject = include === 'None' || include === 'Object' ? include : 'Metadata'
  return renderingOf(kind, acceptedForm(headers.accept), () => core.clock.now(), known)
}

/** The body of a request: JSON, or YAML where JSON's superset may be sent. */
export function bodyOf({ request, headers }: ResourceRequest): unknown {
  const type = headers['content-type'] ?? ''
  if (/protobuf|cbor/.test(type)) throw unsupportedMediaType(['application/json', 'application/yaml'])
  if (!type.includes('yaml') || request.body?.trimStart().startsWith('{')) return parsedJson(request.body)
  try {
    return parseYaml(request.body ?? '')
  } catch (error) {
    throw badRequest(`error decoding YAML: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** A written object with the warnings that came up on the way. */
export function written(asked: ResourceRequest, status: number, object: Obj, call: Call): ApiResponse {
  return answer(status, rendering(asked).one(object), warningHeaders(call.warnings))
}
