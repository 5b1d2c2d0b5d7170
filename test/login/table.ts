import type { Route } from './bench.ts'

/** Values for the parameters of addresses. A route with a parameter that is not here fails: add what it means. */
const samples: Record<string, string> = {
  namespace: 'shop',
  name: 'web',
  run: '1',
  command: 'web-abc12',
  scope: 'Namespace',
}

/** What is asked besides, where an address is refused without it. */
const queries: Record<string, string> = {
  '/api/v1/analyses/:namespace/:name/series': '?metric=errors',
  '/api/v1/login/kubeconfig': '?code=guess',
}

/** Bodies that are well-formed: what is refused is then refused for the want of a right. */
const bodies: Record<string, object> = {
  '/api/v1/login/token': { token: 'nobody' },
  '/api/v1/login/demo': { name: 'nobody' },
  '/api/v1/releases/:namespace/:name/commands': { action: 'undo', reason: 'to see' },
  '/api/v1/templates/check': { yaml: 'kind: AnalysisTemplate' },
  '/api/v1/templates/try': { namespace: 'shop', rollout: 'web', template: { scope: 'Namespace', name: 'web' }, since: '30m' },
}

/** A route of the API; HEAD goes with its GET. */
export const isOurs = ({ url, method }: Route): boolean => url.startsWith('/api/') && method !== 'HEAD' && method !== 'OPTIONS'

/** Its answer does not end: asked only where it is refused. */
export const isEndless = ({ url }: Route): boolean => url.endsWith('/stream')

export const isWrite = ({ method }: Route): boolean => method !== 'GET'

export function addressOf({ url }: Route): string {
  const missing = [...url.matchAll(/:(\w+)/g)].map(([, name = '']) => name).filter((name) => !(name in samples))
  if (missing.length > 0) throw new Error(`${url}: say in samples what ${missing.join(', ')} may be`)
  return url.replaceAll(/:(\w+)/g, (_, name: string) => samples[name] ?? '') + (queries[url] ?? '')
}

/** The same, also where it names what belongs to the cluster. */
export const addressesOf = (route: Route): string[] => [
  addressOf(route),
  ...(route.url.includes(':scope')
    ? [addressOf({ ...route, url: route.url.replace(':scope', 'Cluster').replace(':namespace', '-') })]
    : []),
]

export const bodyOf = (route: Route): { body?: object } => (isWrite(route) ? { body: bodies[route.url] ?? {} } : {})
