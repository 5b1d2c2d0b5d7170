import { ApiError, type ApiRequest, type ApiResponse, type User } from '../types.ts'
import { addressOf } from './address.ts'
import { jsonAnswer, textAnswer } from './answer.ts'
import type { Core } from './core.ts'
import { aggregated, apiGroupList, apiGroupOf, apiResourceList, coreVersions, serverVersion } from './discovery.ts'
import { forbidden, methodNotAllowed, statusOf, unknownResource } from './errors.ts'
import { askedBy } from './impersonation.ts'
import type { LineStream } from './lineStream.ts'
import { openapiDocument, openapiIndex } from './openapi.ts'
import { resourceAnswer } from './resourceRoutes.ts'
import { type Users, userOf } from './users.ts'

/** Serves one request; what goes wrong becomes a metav1.Status. */
export function served(core: Core, users: Users, open: Set<LineStream>, request: ApiRequest): ApiResponse {
  try {
    return routed(core, users, open, request)
  } catch (error) {
    if (error instanceof ApiError) return errorAnswer(error)
    const message = `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`
    return errorAnswer(new ApiError(500, 'InternalError', message, { causes: [{ message: error instanceof Error ? error.stack : '' }] }))
  }
}

export function errorAnswer(error: ApiError): ApiResponse {
  const { retryAfterSeconds } = error.details ?? {}
  const later: Record<string, string> = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }
  return jsonAnswer(error.code, statusOf(error), later)
}

function routed(core: Core, users: Users, open: Set<LineStream>, request: ApiRequest): ApiResponse {
  const every = new Map(Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), [value].flat()]))
  const headers = Object.fromEntries([...every].map(([name, values]) => [name, values.join(', ')]))
  const address = addressOf(request.path)
  const user = userOf(every, users, core.authorize, askedBy(request, address))
  if (address.type === 'other') return other(core, user, request, headers, address.path)
  const kind = core.kinds.byResource(address.group, address.version, address.resource)
  if (!kind) {
    if (!core.authorize(user, { verb: request.method.toLowerCase(), group: address.group, resource: address.resource }).allowed) {
      throw forbidden({ group: address.group, plural: address.resource }, address.name, `User "${user.username}" cannot reach it`)
    }
    // A group of custom kinds is another server's business, which answers in plain text.
    const known = core.kinds.all().some((one) => one.group === address.group && one.version === address.version && !one.custom)
    if (known) throw unknownResource()
    return notFound()
  }
  return resourceAnswer({ core, users, open, user, kind, address, request, headers })
}

function notFound(): ApiResponse {
  return textAnswer(404, '404 page not found\n')
}

/** Everything that is no resource: health, version, discovery, documentation. */
function other(core: Core, user: User, request: ApiRequest, headers: Record<string, string>, path: string): ApiResponse {
  const verb = request.method === 'GET' ? 'get' : request.method.toLowerCase()
  if (!core.authorize(user, { verb, nonResource: path }).allowed) {
    throw new ApiError(403, 'Forbidden', `forbidden: User "${user.username}" cannot ${verb} path "${path}"`, {})
  }
  if (request.method !== 'GET') throw methodNotAllowed()
  const kinds = core.kinds.all()
  const [first, second, third, ...more] = path.split('/').filter((part) => part !== '')
  switch (first) {
    case 'healthz':
    case 'livez':
    case 'readyz':
      return textAnswer(200, 'ok')
    case 'version':
      return jsonAnswer(200, serverVersion)
    case 'api':
      if (second === undefined) return discovered(core, headers, true)
      return found(apiResourceList(kinds, '', second))
    case 'apis':
      if (second === undefined) return discovered(core, headers, false)
      return found(third === undefined ? apiGroupOf(kinds, second) : apiResourceList(kinds, second, third))
    case 'openapi':
      if (second === 'v3')
        return third === undefined ? jsonAnswer(200, openapiIndex(kinds)) : found(openapiDocument(kinds, [third, ...more].join('/')))
      if (second === 'v2')
        return jsonAnswer(200, { swagger: '2.0', info: { title: 'Kubernetes', version: serverVersion.gitVersion }, paths: {} })
      return notFound()
    case undefined:
      return jsonAnswer(200, { paths: ['/api', '/apis', '/healthz', '/livez', '/openapi/v3', '/readyz', '/version'] })
    default:
      return notFound()
  }
}

function found(value: object | undefined): ApiResponse {
  return value ? jsonAnswer(200, value) : notFound()
}

function discovered(core: Core, headers: Record<string, string>, coreGroup: boolean): ApiResponse {
  const kinds = core.kinds.all()
  const wanted = /g=apidiscovery\.k8s\.io;v=(v2beta1|v2)\b/.exec((headers.accept ?? '').replaceAll(' ', ''))
  if (wanted) {
    const [, version = 'v2'] = wanted
    const type = `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`
    return jsonAnswer(200, aggregated(kinds, coreGroup, `apidiscovery.k8s.io/${version}`), { 'content-type': type, vary: 'Accept' })
  }
  return jsonAnswer(200, coreGroup ? coreVersions('127.0.0.1') : apiGroupList(kinds))
}
