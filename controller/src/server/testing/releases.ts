import type { Release } from '../dto/release.ts'
import type { Releases } from '../parts.ts'

/** Releases that a test changes by hand, for what needs no API server. */
export function heldReleases(first: readonly Release[] = []) {
  const rows = new Map(first.map((release) => [`${release.namespace}/${release.name}`, release]))
  const listeners = new Set<Parameters<Releases['onChange']>[0]>()
  const releases: Releases = {
    get: (namespace, name) => rows.get(`${namespace}/${name}`),
    all: () => rows.values(),
    synced: async () => {},
    isSynced: () => true,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    stop: async () => {},
  }
  return {
    releases,
    put(release: Release) {
      rows.set(`${release.namespace}/${release.name}`, release)
      for (const listener of listeners) listener({ release, gone: false })
    },
    remove(release: Release) {
      rows.delete(`${release.namespace}/${release.name}`)
      for (const listener of listeners) listener({ release, gone: true })
    },
  }
}

/** A release at rest. */
export function releaseNamed(namespace: string, name: string, more: Partial<Release> = {}): Release {
  return {
    namespace,
    name,
    uid: `uid-${name}`,
    version: '1',
    workload: { kind: 'Deployment', name },
    strategy: 'canary',
    phase: 'Healthy',
    message: 'demo:v1 serves',
    since: '2026-01-01T00:00:00.000Z',
    ...more,
  }
}
