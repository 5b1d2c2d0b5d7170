import type { HttpRequest } from '../../controller/src/kube/types.ts'

/** A request of a controller that the API server got, and what came of it. */
export interface Asked {
  method: string
  /** Plural of the kind: "rollouts". */
  resource: string
  /** Of the object; absent of lists, watches and creations. */
  name: string | undefined
  subresource: string | undefined
  watch: boolean
  status: number
  /** Something in the API server is other than it was. */
  changed: boolean
}

/** What controllers ask about themselves. */
const aside = /\/(leases|selfsubjectreviews|selfsubjectaccessreviews|subjectaccessreviews)(\/|\?|$)/

export const isAside = ({ path }: Pick<HttpRequest, 'path'>): boolean => aside.test(path)

export const isWrite = ({ method }: Pick<Asked, 'method'>): boolean => method !== 'GET'

/** What a request is about. */
export function requestOf({ method, path, watch }: Pick<HttpRequest, 'method' | 'path' | 'watch'>): Omit<Asked, 'status' | 'changed'> {
  const parts = path.replace(/\?.*/, '').split('/').slice(1)
  // /api/v1/... or /apis/GROUP/v1/..., and then perhaps namespaces/NAME/.
  let at = parts[0] === 'api' ? 2 : 3
  if (parts[at] === 'namespaces' && parts.length > at + 2) at += 2
  const [resource = '', name, subresource] = parts.slice(at)
  return { method, resource, name, subresource, watch: watch === true }
}
