import { isDeepStrictEqual } from 'node:util'
import { ApiError, type Obj } from '../../../sandbox/src/types.ts'
import type { Pledge } from '../promises.ts'

/** An object without what every write changes. */
function lasting(object: Obj): unknown {
  const { managedFields: _, resourceVersion: __, generation: ___, ...metadata } = object.metadata
  return { ...object, metadata }
}

export const gitOps: readonly Pledge[] = [
  {
    name: 'an empty diff',
    says: 'Whoever applies the manifests again, at any instant, changes nothing: a server-side diff is empty.',
    watch(shop, sim) {
      if (shop.by !== 'gitops') return {}
      let applied: string | undefined
      let looks = 0
      return {
        changed(sight, { object, old }) {
          const manifests = sim.repository.of(shop.name)
          const all = [manifests.deployment, manifests.service, ...manifests.routes]
          if (!all.some(({ kind }) => kind === object.kind) || object.metadata.name !== shop.name) return undefined
          // Only once the tool has applied what stands in the repository now.
          const wanted = JSON.stringify(all)
          if (sim.appliedNow(shop.name)) applied = wanted
          if (applied !== wanted || !sight.deployment || looks++ % 4 !== 0 || !sim.guarded(shop) || sim.loose(shop.name)) return undefined
          void old
          for (const manifest of all) {
            const key = { apiVersion: manifest.apiVersion, kind: manifest.kind, namespace: sim.namespaceOf(shop), name: shop.name }
            const live = sim.sandbox.api.get(key.apiVersion, key.kind, key.namespace, key.name)
            if (!live) continue
            try {
              const after = sim.sandbox.api.patch(
                key,
                { type: 'apply', body: { ...manifest, metadata: { ...manifest.metadata, namespace: key.namespace } }, force: true },
                { dryRun: true, fieldManager: 'gitops', as: { username: 'admin', groups: ['system:masters'] } },
              )
              if (!isDeepStrictEqual(lasting(after), lasting(live)))
                return `applying ${manifest.kind} ${shop.name} again would change ${difference(lasting(live), lasting(after))}`
            } catch (error) {
              if (!(error instanceof ApiError)) throw error
              return `applying ${manifest.kind} ${shop.name} again is refused: ${error.message}`
            }
          }
          return undefined
        },
      }
    },
  },
]

/** The first place where two differ. */
function difference(a: unknown, b: unknown, path = ''): string {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null)
    return `${path} from ${JSON.stringify(a)} to ${JSON.stringify(b)}`
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const [x, y] = [(a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]]
    if (!isDeepStrictEqual(x, y)) return difference(x, y, `${path}.${key}`)
  }
  return path
}
