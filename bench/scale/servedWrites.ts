import { type ApiClient, succeed } from '../../test/cluster/apiClient.ts'
import type { Requests } from '../control/process.ts'

const verbs = new Set(['POST', 'PUT', 'PATCH', 'DELETE', 'APPLY'])

/**
 * Writes that the API server has served so far, by its own count: those of all controllers and of whoever changes templates, not those of the kubelet
 * that the bench pretends to be, leases, reviews, and Serin's Events.
 */
export async function servedWrites(client: ApiClient): Promise<Requests> {
  const page = String(await succeed(client, { method: 'GET', path: '/metrics' }))
  const counts: Requests = new Map()
  for (const [, labels = '', value = '0'] of page.matchAll(/^apiserver_request_total\{([^}]*)\} (\S+)$/gm)) {
    const label = (name: string) => new RegExp(`(?:^|,)${name}="([^"]*)"`).exec(labels)?.[1] ?? ''
    const [verb, resource, subresource] = [label('verb'), label('resource'), label('subresource')]
    if (!verbs.has(verb) || label('dry_run') !== '') continue
    if (resource === 'leases' || resource.endsWith('reviews')) continue
    if (resource === 'pods' && (subresource === 'status' || subresource === 'binding')) continue
    // Serin writes events.k8s.io/v1, the native controllers core Events.
    if (resource === 'events' && label('group') === 'events.k8s.io') continue
    const key = `${verb.toLowerCase()} ${resource}${subresource ? `/${subresource}` : ''}`
    // Of two deletions of a pod the second is the kubelet's.
    const ours = resource === 'pods' && verb === 'DELETE' ? Number(value) / 2 : Number(value)
    counts.set(key, (counts.get(key) ?? 0) + ours)
  }
  return counts
}
