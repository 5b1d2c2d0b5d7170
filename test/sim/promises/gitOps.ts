import { isDeepStrictEqual } from 'node:util'
import { ApiError, type Obj } from '../../../sandbox/src/types.ts'
import type { Json } from '../../cluster/apiClient.ts'
import { type Sight, statusOf } from '../book.ts'
import type { Watch } from '../promises.ts'
import { managedLabel } from './sights.ts'

/** An object without what every write changes. */
function lasting(object: Obj): unknown {
  const { managedFields: _, resourceVersion: __, generation: ___, ...metadata } = object.metadata
  return { ...object, metadata }
}

const imagesOf = ({ spec }: Json): string[] => spec?.template.spec.containers.map(({ image }: { image: string }) => image)

export const anEmptyDiff: Watch = (shop, sim) => {
  if (shop.by !== 'gitops') return {}
  /** Serin wrote another template, because people said so. */
  let undone = false
  /** The Rollout that guards the Deployment: for a time it may be a second one. */
  const rulingOver = ({ metadata }: Obj) =>
    sim.sandbox.api.get('serin.dev/v1alpha1', 'Rollout', sim.namespaceOf(shop), metadata.labels?.[managedLabel] ?? shop.name)
  return {
    changed(sight, { object, old }) {
      const { kind, spec } = object
      const ruling = kind === 'Deployment' ? rulingOver(old ?? object) : sight.rollout
      const run = ruling?.status?.run
      const reverts = ruling?.spec.rollback?.revertTemplate && run?.stage === 'RollingBack'
      if ((kind === 'RolloutCommand' && spec.action === 'undo') || (kind === 'Rollout' && reverts)) undone = true
      const manifests = sim.repository.of(shop.name)
      if (kind === 'Deployment' && !isDeepStrictEqual(imagesOf((old ?? {}) as Json), imagesOf(object as Json))) {
        // What is being refused, also when it comes again within that: whoever applies it gets the stable template again, as when it is written back.
        const refused = reverts && [run.to, run.from].some(({ images }) => isDeepStrictEqual(imagesOf(object as Json), images))
        // Nor what an undo goes back from, while it is under way: it writes its own template again.
        const undoing = run?.trigger === 'Undo' && run.stage !== 'RollingBack'
        if (refused) undone = true
        else if (isDeepStrictEqual(imagesOf(object as Json), imagesOf(manifests.deployment))) undone = undoing || isUndoAsked(sight)
      }
      const all = [manifests.deployment, manifests.service, ...manifests.routes]
      const manifest = all.find((one) => one.kind === kind)
      if (!manifest || object.metadata.name !== shop.name) return undefined
      // What only its status or the tool's book-keeping says is nothing to a diff.
      if (old && old.metadata.generation === object.metadata.generation && isDeepStrictEqual(old.metadata.labels, object.metadata.labels))
        return undefined
      // Only once the tool has applied what stands in the repository now.
      if (!sim.appliedNow(shop.name) || !sim.guarded(shop) || sim.loose(shop.name)) return undefined
      if (undone && kind === 'Deployment') return undefined
      const key = { apiVersion: manifest.apiVersion, kind: manifest.kind, namespace: sim.namespaceOf(shop), name: shop.name }
      const live = sim.sandbox.api.get(key.apiVersion, key.kind, key.namespace, key.name)
      if (!live) return undefined
      try {
        const after = sim.sandbox.api.patch(
          key,
          { type: 'apply', body: { ...manifest, metadata: { ...manifest.metadata, namespace: key.namespace } }, force: true },
          { dryRun: true, fieldManager: 'gitops', as: { username: 'admin', groups: ['system:masters'] } },
        )
        return isDeepStrictEqual(lasting(after), lasting(live))
          ? undefined
          : `applying ${manifest.kind} ${shop.name} again would change ${difference(lasting(live), lasting(after))}`
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
        return `applying ${manifest.kind} ${shop.name} again is refused: ${error.message}`
      }
    },
    rested(sight) {
      if (!sim.appliedNow(shop.name) || !sight.rollout || sim.loose(shop.name)) return undefined
      const { deployment, service, routes, rollout } = sim.repository.of(shop.name)
      if (undone || statusOf(sight)?.run) return undefined
      for (const manifest of [deployment, service, ...(sight.vanished ? [] : routes), rollout]) {
        const live =
          { Deployment: sight.deployment, Service: sight.service, Rollout: sight.rollout }[manifest.kind as string] ??
          sight.routes.get(`${manifest.kind}/${shop.name}`)
        const found = live && lacking(manifest, live)
        if (found !== undefined) return `the repository and ${manifest.kind} ${shop.name} differ at ${found}`
      }
      return undefined
    },
  }
}

/** Nobody has answered it yet: it may still be obeyed, on what was applied meanwhile. */
const isUndoAsked = ({ commands }: Sight): boolean =>
  [...commands.values()].some(({ spec, status }) => spec.action === 'undo' && status?.phase === undefined)

/** The first place where an object does not say what its manifest says: what a tool that compares on its own side calls drift. */
function lacking(manifest: Json, live: Json, path = ''): string | undefined {
  if (typeof manifest !== 'object' || manifest === null)
    return manifest === live ? undefined : `${path}: ${JSON.stringify(live)} instead of ${JSON.stringify(manifest)}`
  if (Array.isArray(manifest) && manifest.length !== live?.length)
    return `${path}: ${JSON.stringify(live)} instead of ${JSON.stringify(manifest)}`
  for (const key of Object.keys(manifest)) {
    const found = lacking(manifest[key], live?.[key], `${path}.${key}`)
    if (found !== undefined) return found
  }
  return undefined
}

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
