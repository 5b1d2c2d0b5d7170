import { readFileSync } from 'node:fs'
import { parseAllDocuments } from 'yaml'
import type { ImageBehaviour } from '../../sandbox/src/controllers/images.ts'
import type { LoadOptions } from '../../sandbox/src/traffic/load.ts'
import type { Obj } from '../../sandbox/src/types.ts'

export const namespace = 'shop'
export const serviceNames = ['checkout', 'search', 'mail'] as const
export type ServiceName = (typeof serviceNames)[number]

/** Where the manifests of the demo are, for people who want to edit and apply them. */
export const manifestFolder = new URL('shop/', import.meta.url)

/** Nothing is without errors: by those of the old version the judge knows what is usual. */
const usualErrors = 0.005

/** What a tag means, for every service alike. A tag with `missing` in it is in no registry. */
const versions: Record<string, Partial<ImageBehaviour>> = {
  v1: { startMs: 1_000, latencyMs: { median: 20 }, errorRate: usualErrors },
  v2: { startMs: 1_000, latencyMs: { median: 18 }, errorRate: usualErrors },
  v3: { startMs: 1_000, latencyMs: { median: 20 }, errorRate: 0.05 },
  v4: { startMs: 1_000, latencyMs: { median: 400 }, errorRate: usualErrors },
}

/** Tags whose own errors are theirs to answer for. */
export const badTags: ReadonlySet<string> = new Set(Object.keys(versions).filter((tag) => (versions[tag]?.errorRate ?? 0) > usualErrors))

/** The image book of the demo. */
export function imageBook(): Record<string, Partial<ImageBehaviour>> {
  return Object.fromEntries(
    serviceNames.flatMap((name) => Object.entries(versions).map(([tag, behaviour]) => [`${name}:${tag}`, behaviour])),
  )
}

/** What the buttons of the dashboard ship, by what it is like. */
export const tagsLike = { good: ['v2', 'v1'], slow: ['v4'], broken: ['v3'] } as const satisfies Record<string, readonly string[]>

/** The requests that each service gets: through the gateway where a route carries its weights, else at its Service. */
export const clients: Record<ServiceName, LoadOptions> = {
  checkout: { name: 'checkout', via: { host: 'checkout.example.com' }, rps: 200 },
  search: { name: 'search', via: { service: 'search', namespace }, rps: 20 },
  mail: { name: 'mail', via: { service: 'mail', namespace }, rps: 20 },
}

/** The objects of one service as its manifest says, those of the gateway, or where metrics are. Fresh ones at each call. */
export function manifest(name: ServiceName | 'gateway' | 'metrics'): Obj[] {
  const text = readFileSync(new URL(`${name}.yaml`, manifestFolder), 'utf8')
  return parseAllDocuments(text).map((document) => document.toJS() as Obj)
}

/** The same objects with that tag in the pod template of every Deployment. */
export function withTag(objects: readonly Obj[], tag: string): Obj[] {
  return objects.map((object) => {
    if (object.kind !== 'Deployment') return object
    const changed = structuredClone(object)
    for (const container of changed.spec.template.spec.containers as { image: string }[]) {
      container.image = `${container.image.split(':')[0]}:${tag}`
    }
    return changed
  })
}
