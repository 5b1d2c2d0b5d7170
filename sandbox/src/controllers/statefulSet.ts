import type { Obj } from '../types.ts'
import { type Context, clusterUser, targetOf, writeStatus } from './context.ts'
import { cleanRevisions, hashOf, type Revisions, revisionLabel, syncRevisions, templateOf } from './controllerRevisions.ts'
import { equal } from './equal.ts'
import { claim, controllerOf, controllerReference } from './owners.ts'
import { availableIn, isEnded, isReady } from './podState.ts'
import { keyOf } from './store.ts'
import { createWorkSet } from './workSet.ts'

const user = clusterUser('statefulset-controller')

/** Runs the StatefulSets of the cluster until the returned function is called. Volumes are not made. */
export function startStatefulSets(ctx: Context): () => void {
  const queue = createWorkSet(ctx, 'statefulSet', (key) => sync(ctx, key))
  const stops = [
    ctx.store.on('StatefulSet.apps', ({ object }) => queue.add(keyOf(object))),
    ctx.store.on('Pod', ({ object }) => {
      const owner = controllerOf(object)
      if (owner?.kind === 'StatefulSet') queue.add(`${object.metadata.namespace}/${owner.name}`)
    }),
  ]
  for (const set of ctx.store.list('StatefulSet.apps')) queue.add(keyOf(set))
  return () => {
    for (const stop of stops) stop()
    queue.stop()
  }
}

interface View {
  set: Obj
  pods: Obj[]
  /** Of the pods that are not updated yet; the update revision once all are. */
  current: Obj
  update: Obj
  start: number
}

function sync(ctx: Context, key: string): number | undefined {
  const set = ctx.store.get('StatefulSet.apps', key)
  if (!set || set.metadata.deletionTimestamp) return undefined
  const candidates = ctx.store.claimable('Pod', set).filter((pod) => ordinalOf(set, pod) !== undefined)
  const pods = claim(ctx, user, set, set.spec.selector, candidates).sort((a, b) => (ordinalOf(set, a) ?? 0) - (ordinalOf(set, b) ?? 0))
  const revisions = syncRevisions(ctx, user, set)
  const current = revisions.all.find(({ metadata }) => metadata.name === set.status?.currentRevision) ?? revisions.update
  const view: View = { set, pods, current, update: revisions.update, start: set.spec.ordinals?.start ?? 0 }
  act(ctx, view)
  return writeCounts(ctx, view, revisions)
}

/** The pod's place in the set, from its name. */
function ordinalOf(set: Obj, pod: Obj): number | undefined {
  const { name } = pod.metadata
  const text = name.startsWith(`${set.metadata.name}-`) ? name.slice(set.metadata.name.length + 1) : ''
  return /^\d+$/.test(text) ? Number(text) : undefined
}

/** Makes, deletes or replaces pods: one at a time and in order, unless pods are managed in parallel. */
function act(ctx: Context, view: View): void {
  const { set, pods, start } = view
  const inOrder = set.spec.podManagementPolicy !== 'Parallel'
  const end = start + set.spec.replicas
  const byOrdinal = new Map(pods.map((pod) => [ordinalOf(set, pod) ?? -1, pod]))
  for (let ordinal = start; ordinal < end; ordinal++) {
    const pod = byOrdinal.get(ordinal)
    if (pod && isEnded(pod) && !pod.metadata.deletionTimestamp) remove(ctx, pod)
    if (!pod) create(ctx, view, ordinal)
    if (inOrder && !(pod && isHealthy(pod))) return
  }
  const surplus = pods.filter((pod) => !inRange(ordinalOf(set, pod), start, end)).reverse()
  for (const pod of surplus) {
    if (!pod.metadata.deletionTimestamp) remove(ctx, pod)
    if (inOrder) return
  }
  if (set.spec.updateStrategy?.type !== 'OnDelete') update(ctx, view, byOrdinal, end)
}

/** Replaces the highest outdated pod at or above the partition, once all above it are healthy. */
function update(ctx: Context, { set, update, start }: View, byOrdinal: Map<number, Obj>, end: number): void {
  const { partition = 0 } = set.spec.updateStrategy?.rollingUpdate ?? {}
  for (let ordinal = end - 1; ordinal >= start + partition; ordinal--) {
    const pod = byOrdinal.get(ordinal)
    if (!pod) return
    if (revisionOf(pod) !== hashOf(update) && !pod.metadata.deletionTimestamp) {
      remove(ctx, pod)
      return
    }
    if (!isHealthy(pod)) return
  }
}

const inRange = (ordinal: number | undefined, start: number, end: number) => ordinal !== undefined && ordinal >= start && ordinal < end
const isHealthy = (pod: Obj) => isReady(pod) && !pod.metadata.deletionTimestamp
const revisionOf = (pod: Obj) => pod.metadata.labels?.[revisionLabel]

function create(ctx: Context, { set, current, update, start }: View, ordinal: number): void {
  const { type, rollingUpdate } = set.spec.updateStrategy ?? {}
  // below the partition the old version is kept, also for ordinals that are new
  const held = type !== 'OnDelete' && ordinal < start + (rollingUpdate?.partition ?? 0)
  const revision = held ? current : update
  const { metadata, spec } = templateOf(revision)
  const name = `${set.metadata.name}-${ordinal}`
  const labels = {
    ...metadata?.labels,
    [revisionLabel]: hashOf(revision),
    'statefulset.kubernetes.io/pod-name': name,
    'apps.kubernetes.io/pod-index': String(ordinal),
  }
  const owned = { ...metadata, name, namespace: set.metadata.namespace, labels, ownerReferences: [controllerReference(set)] }
  const placed = { ...spec, hostname: name, ...(set.spec.serviceName ? { subdomain: set.spec.serviceName } : {}) }
  ctx.api.create({ apiVersion: 'v1', kind: 'Pod', metadata: owned, spec: placed }, { as: user })
  ctx.events.tell(
    set,
    'Normal',
    'SuccessfulCreate',
    `create Pod ${name} in StatefulSet ${set.metadata.name} successful`,
    'statefulset-controller',
  )
}

function remove(ctx: Context, pod: Obj): void {
  ctx.api.delete(targetOf(pod), { as: user, uid: pod.metadata.uid })
}

function writeCounts(ctx: Context, { set, current, update }: View, revisions: Revisions): number | undefined {
  const owned = ctx.store
    .dependents(set.metadata.uid)
    .filter((object) => object.kind === 'Pod' && controllerOf(object)?.uid === set.metadata.uid)
  const live = owned.filter(({ metadata }) => !metadata.deletionTimestamp)
  const waits = live.map((pod) => availableIn(pod, set.spec.minReadySeconds ?? 0, ctx.clock.now()))
  const of = (revision: Obj) => live.filter((pod) => revisionOf(pod) === hashOf(revision)).length
  const ready = live.filter(isReady).length
  const updated = of(update)
  const done = updated === owned.length && ready === owned.length && owned.length === set.spec.replicas && !isOnDelete(set)
  const counts = {
    readyReplicas: ready,
    currentReplicas: done ? updated : of(current),
    updatedReplicas: updated,
  }
  const status = {
    observedGeneration: set.metadata.generation,
    replicas: owned.length,
    ...Object.fromEntries(Object.entries(counts).filter(([, value]) => value > 0)),
    availableReplicas: waits.filter((wait) => wait === 0).length,
    currentRevision: (done ? update : current).metadata.name,
    updateRevision: update.metadata.name,
    collisionCount: set.status?.collisionCount ?? 0,
  }
  if (!equal(status, set.status)) writeStatus(ctx, user, set, status)
  const inUse = new Set([status.currentRevision, ...owned.map((pod) => revisionOf(pod) ?? '')])
  cleanRevisions(ctx, user, set, revisions, inUse)
  const later = waits.filter((wait) => wait !== undefined && wait > 0) as number[]
  return later.length > 0 ? Math.min(...later) : undefined
}

const isOnDelete = (set: Obj) => set.spec.updateStrategy?.type === 'OnDelete'
