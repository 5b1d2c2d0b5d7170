import { apiVersionOf, type ServedKind, subresourceVerbs, verbsOf } from './kind.ts'

/** What is served, as clients ask: legacy lists and the aggregated form. */

export const serverVersion = {
  major: '1',
  minor: '36',
  emulationMajor: '1',
  emulationMinor: '36',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '35',
  gitVersion: 'v1.36.3',
  gitCommit: '0000000000000000000000000000000000000000',
  gitTreeState: 'clean',
  buildDate: '2026-01-01T00:00:00Z',
  goVersion: 'none',
  compiler: 'none',
  platform: 'linux/amd64',
}

/** Versions by falling age of trust: v2 before v1 before v1beta1. */
function compareVersions(a: string, b: string): number {
  const rank = (version: string): number[] => {
    const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version)
    if (!match) return [0, 0, 0]
    const stage = match[2] === 'alpha' ? 1 : match[2] === 'beta' ? 2 : 3
    return [stage, Number(match[1]), Number(match[3] ?? 0)]
  }
  const left = rank(a)
  const right = rank(b)
  for (let index = 0; index < left.length; index++) {
    const difference = (right[index] ?? 0) - (left[index] ?? 0)
    if (difference !== 0) return difference
  }
  return a < b ? -1 : 1
}

function groups(kinds: readonly ServedKind[]): Map<string, string[]> {
  const result = new Map<string, string[]>()
  for (const { group, version } of kinds) {
    const versions = result.get(group) ?? []
    if (!versions.includes(version)) versions.push(version)
    result.set(group, versions.sort(compareVersions))
  }
  return result
}

function apiGroup(group: string, versions: readonly string[]): object {
  const named = versions.map((version) => ({ groupVersion: `${group}/${version}`, version }))
  return { name: group, versions: named, preferredVersion: named[0] }
}

export function apiGroupList(kinds: readonly ServedKind[]): object {
  const named = [...groups(kinds)].filter(([group]) => group !== '')
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: named.map(([group, versions]) => apiGroup(group, versions)) }
}

/** One group, or undefined when it is not served. */
export function apiGroupOf(kinds: readonly ServedKind[], group: string): object | undefined {
  const versions = groups(kinds).get(group)
  return versions && group !== '' ? { kind: 'APIGroup', apiVersion: 'v1', ...apiGroup(group, versions) } : undefined
}

export function coreVersions(address: string): object {
  return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: address }] }
}

/** The kind that a subresource's requests and answers carry. */
function subresourceKind(kind: ServedKind, subresource: string): { group: string; version: string; kind: string } {
  switch (subresource) {
    case 'scale':
      return { group: 'autoscaling', version: 'v1', kind: 'Scale' }
    case 'eviction':
      return { group: 'policy', version: 'v1', kind: 'Eviction' }
    case 'binding':
      return { group: '', version: 'v1', kind: 'Binding' }
    case 'token':
      return { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' }
    default:
      return { group: kind.group, version: kind.version, kind: kind.kind }
  }
}

/** The resources of a group version, or undefined when it is not served. */
export function apiResourceList(kinds: readonly ServedKind[], group: string, version: string): object | undefined {
  const served = kinds.filter((kind) => kind.group === group && kind.version === version)
  if (served.length === 0) return undefined
  const resources = served.flatMap((kind) => [
    {
      name: kind.plural,
      singularName: kind.singular,
      namespaced: kind.namespaced,
      kind: kind.kind,
      verbs: verbsOf(kind),
      ...(kind.shortNames.length > 0 ? { shortNames: kind.shortNames } : {}),
      ...(kind.categories.length > 0 ? { categories: kind.categories } : {}),
    },
    ...kind.subresources.map((subresource) => {
      const own = subresourceKind(kind, subresource)
      const foreign = own.kind === kind.kind ? {} : { group: own.group, version: own.version }
      return {
        name: `${kind.plural}/${subresource}`,
        singularName: '',
        namespaced: kind.namespaced,
        ...foreign,
        kind: own.kind,
        verbs: subresourceVerbs(subresource),
      }
    }),
  ])
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: group ? `${group}/${version}` : version, resources }
}

/** apidiscovery.k8s.io APIGroupDiscoveryList: everything under /api or /apis in one answer. */
export function aggregated(kinds: readonly ServedKind[], core: boolean, apiVersion: string): object {
  const items = [...groups(kinds)]
    .filter(([group]) => (group === '') === core)
    .map(([group, versions]) => ({
      metadata: { ...(group ? { name: group } : {}), creationTimestamp: null },
      versions: versions.map((version) => ({
        version,
        resources: kinds.filter((kind) => kind.group === group && kind.version === version).map(discoveredResource),
        freshness: 'Current',
      })),
    }))
  return { kind: 'APIGroupDiscoveryList', apiVersion, metadata: {}, items }
}

function discoveredResource(kind: ServedKind): object {
  const scope = kind.namespaced ? 'Namespaced' : 'Cluster'
  return {
    resource: kind.plural,
    responseKind: { group: kind.group, version: kind.version, kind: kind.kind },
    scope,
    singularResource: kind.singular,
    verbs: verbsOf(kind),
    ...(kind.shortNames.length > 0 ? { shortNames: kind.shortNames } : {}),
    ...(kind.categories.length > 0 ? { categories: kind.categories } : {}),
    ...(kind.subresources.length > 0
      ? {
          subresources: kind.subresources.map((subresource) => ({
            subresource,
            responseKind: subresourceKind(kind, subresource),
            verbs: subresourceVerbs(subresource),
          })),
        }
      : {}),
  }
}

/** The paths under which group versions live: `api/v1`, `apis/apps/v1`. */
export function groupVersionPaths(kinds: readonly ServedKind[]): string[] {
  return [...new Set(kinds.map((kind) => `${kind.group ? 'apis' : 'api'}/${apiVersionOf(kind)}`))]
}
