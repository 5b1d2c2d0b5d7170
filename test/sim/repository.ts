import type { Json } from '../cluster/apiClient.ts'
import { type Manifests, manifestsOf, type Shop, withVersion } from './shop.ts'

/** What stands in Git, or in the files on somebody's laptop, of every shop; with all that stood there before. */
export interface Repository {
  of(shop: string): Manifests
  /** A commit with another version. */
  release(shop: string, version: string): void
  /** A commit that takes the last one back; the version that it goes back to. */
  revert(shop: string): string | undefined
  /** A commit that changes the Rollout. */
  edit(shop: string, change: (spec: Json) => Json): void
  scale(shop: string, replicas: number): void
  versionsOf(shop: string): readonly string[]
}

export function repositoryOf(shops: readonly Shop[], first: string): Repository {
  const files = new Map(shops.map((shop) => [shop.name, manifestsOf(shop, first)]))
  const versions = new Map(shops.map(({ name }) => [name, [first]]))
  const at = (shop: string): Manifests => {
    const manifests = files.get(shop)
    if (!manifests) throw new Error(`no shop ${shop}`)
    return manifests
  }
  const put = (shop: string, version: string) => files.set(shop, { ...at(shop), deployment: withVersion(at(shop).deployment, version) })
  return {
    of: at,
    release(shop, version) {
      versions.get(shop)?.push(version)
      put(shop, version)
    },
    revert(shop) {
      const known = versions.get(shop) ?? []
      if (known.length < 2) return undefined
      known.pop()
      const back = known.at(-1)
      if (back !== undefined) put(shop, back)
      return back
    },
    edit(shop, change) {
      const { rollout, ...rest } = at(shop)
      files.set(shop, { ...rest, rollout: { ...rollout, spec: change(rollout.spec) } })
    },
    scale(shop, replicas) {
      const { deployment, ...rest } = at(shop)
      files.set(shop, { ...rest, deployment: { ...deployment, spec: { ...deployment.spec, replicas } } })
    },
    versionsOf: (shop) => versions.get(shop) ?? [],
  }
}
