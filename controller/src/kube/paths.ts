import { apiVersionOf } from './resources.ts'
import type { HttpRequest, ResourceType } from './types.ts'

/** The path of a collection, or of one object when a name is given. The namespace is left out for cluster-scoped kinds. */
export function resourcePath(type: ResourceType, at: { namespace?: string; name?: string; subresource?: string } = {}): string {
  const root = type.group === '' ? '/api' : '/apis'
  const parts = [root, ...apiVersionOf(type).split('/')]
  if (type.namespaced && at.namespace) parts.push('namespaces', encodeURIComponent(at.namespace))
  parts.push(type.plural)
  if (at.name) parts.push(encodeURIComponent(at.name))
  if (at.subresource) parts.push(at.subresource)
  return parts.join('/')
}

/** A query string with its question mark; '' when every value is left out. */
export function queryString(values: Record<string, string | number | boolean | undefined>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== '' && value !== false) query.set(name, String(value))
  }
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}

/** How a request reads in metrics: a verb as in RBAC, and the plural (with '/status' and the like), never a name. */
export function describeRequest(request: Pick<HttpRequest, 'method' | 'path' | 'watch'>): { verb: string; resource: string } {
  const parts = (request.path.split('?')[0] ?? '').split('/').filter(Boolean)
  let rest = parts[0] === 'api' ? parts.slice(2) : parts[0] === 'apis' ? parts.slice(3) : []
  if (rest[0] === 'namespaces' && rest.length > 2) rest = rest.slice(2)
  const [plural, name, subresource] = rest
  const resource = plural === undefined ? 'nonresource' : subresource ? `${plural}/${subresource}` : plural
  return { verb: verbOf(request, name !== undefined || plural === undefined), resource }
}

function verbOf(request: Pick<HttpRequest, 'method' | 'watch'>, one: boolean): string {
  switch (request.method) {
    case 'GET':
      return request.watch ? 'watch' : one ? 'get' : 'list'
    case 'POST':
      return 'create'
    case 'PUT':
      return 'update'
    case 'PATCH':
      return 'patch'
    case 'DELETE':
      return one ? 'delete' : 'deletecollection'
  }
}
