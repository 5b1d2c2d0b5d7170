import type { JsonPatchOp, KubeObject, Ref } from '../kube/types.ts'
import { pointer } from '../traffic/patch.ts'
import { routerFor } from '../traffic/registry.ts'
import { heldBy } from '../traffic/runLabels.ts'
import { pinnedTo, unpin } from '../traffic/services.ts'
import { hashLabel, releaseAnnotation } from '../workload/view.ts'
import type { Cluster } from './cluster.ts'
import { isHeld, presentTemplate, type RolloutSeen } from './read.ts'

/** What a release is about, as it is at one moment. */
export interface Glass {
  rollout: RolloutSeen
  workload: KubeObject
  /** The root Service, while a run or its end pins it. */
  service?: KubeObject
  routes: { object: KubeObject; original: unknown }[]
}

/** One object to be let go. Its patch fails when the object changed since it was read. */
export interface Letting {
  target: Ref
  ops: JsonPatchOp[]
  /** Whether the API server really lets it go: without the verb it takes the patch and keeps what it holds. */
  isFree(answer: KubeObject): boolean
}

/** The Service and the routes that a run of the Rollout changed. What is gone is left out; a failed read is a KubeError wrapped by `reading`. */
export async function readGlass(
  { client }: Pick<Cluster, 'client'>,
  rollout: RolloutSeen,
  workload: KubeObject,
  reading: <T>(ref: Ref, read: Promise<T>) => Promise<T>,
): Promise<Glass> {
  const { run, kept } = rollout.status ?? {}
  const { namespace } = rollout.metadata
  const read = (ref: Ref) => reading(ref, client.get(ref))
  const root = rollout.spec.service
  const service = (run || kept) && root !== undefined ? await read({ apiVersion: 'v1', kind: 'Service', namespace, name: root }) : undefined
  const routes: Glass['routes'] = []
  for (const { original, ...ref } of run?.originals.routes ?? []) {
    const object = await read({ ...ref, namespace })
    if (object) routes.push({ object, original })
  }
  return { rollout, workload, ...(service ? { service } : {}), routes }
}

/**
 * The patches of a release, in the order in which they must be sent: the Service and the routes before the workload, or the native
 * rolling update would take the pods from under a Service that is pinned to them. Empty when nothing is held. Sent again after a part
 * of them went through, what is left.
 */
export function lettings({ rollout, workload, service, routes }: Glass, reason: string): Letting[] {
  // Not held and not released: a run that holds the Service is at its ordinary end.
  if (!isHeld(workload) && workload.metadata.annotations?.[releaseAnnotation] === undefined) return []
  const ours = (object: KubeObject) => heldBy(object) === rollout.metadata.name
  const all: Letting[] = []
  const letGo = (object: KubeObject, ops: JsonPatchOp[], isFree: Letting['isFree']) => {
    const { apiVersion, kind, metadata } = object
    const unchanged: JsonPatchOp = { op: 'test', path: '/metadata/resourceVersion', value: metadata.resourceVersion }
    const target = { apiVersion, kind, namespace: rollout.metadata.namespace, name: metadata.name }
    all.push({ target, ops: [unchanged, ...ops, ...annotated(object, reason)], isFree })
  }
  const unheld = (answer: KubeObject) => heldBy(answer) === undefined
  if (service && ours(service)) {
    if (rollout.status?.run) letGo(service, unpin(service), unheld)
    // Between runs a controller that comes back finds the Service, and takes the annotation off, by our labels only.
    else if (pinnedTo(service) !== undefined)
      letGo(service, [{ op: 'remove', path: pointer('spec', 'selector', hashLabel) }], (answer) => pinnedTo(answer) === undefined)
  }
  for (const { object, original } of routes) {
    const router = routerFor(object.apiVersion, object.kind)
    if (router && ours(object)) letGo(object, [...router.restore(object, original), ...router.release(object)], unheld)
  }
  if (isHeld(workload)) letGo(workload, [{ op: 'replace', path: '/spec/paused', value: false }], (answer) => !isHeld(answer))
  return all
}

/** Versions other than the one let go whose pods the unpinned Service selects too, as long as no controller takes them away. */
export function strangersOf({ rollout: { status }, workload, service }: Glass): { set: string; hash: string }[] {
  if (!service) return []
  const present = presentTemplate(workload)
  const others = status?.run ? [status.run.to] : status?.kept ? [status.kept.version] : []
  return others.filter(({ template }) => template !== present)
}

function annotated({ metadata }: KubeObject, reason: string): JsonPatchOp[] {
  const path = pointer('metadata', 'annotations', releaseAnnotation)
  const map: JsonPatchOp[] = metadata.annotations ? [] : [{ op: 'add', path: '/metadata/annotations', value: {} }]
  return [...map, { op: 'add', path, value: reason }]
}
