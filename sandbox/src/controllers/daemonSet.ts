import type { Obj } from '../types.ts'
import { type Context, clusterUser, targetOf, writeStatus } from './context.ts'
import { cleanRevisions, hashOf, revisionLabel, syncRevisions } from './controllerRevisions.ts'
import { equal } from './equal.ts'
import { matchesLabels } from './labels.ts'
import { claim, controllerOf, controllerReference } from './owners.ts'
import { availableIn, isEnded, isReady } from './podState.ts'
import { keyOf } from './store.ts'
import { createWorkSet } from './workSet.ts'

const user = clusterUser('daemon-set-controller')

/** Runs the DaemonSets of the cluster until the returned function is called. Of a node only its labels count, for the template's nodeSelector. */
export function startDaemonSets(ctx: Context): () => void {
  const queue = createWorkSet(ctx, 'daemonSet', (key) => sync(ctx, key))
  const stops = [
    ctx.store.on('DaemonSet.apps', ({ object }) => queue.add(keyOf(object))),
    ctx.store.on('Node', () => {
      for (const set of ctx.store.list('DaemonSet.apps')) queue.add(keyOf(set))
    }),
    ctx.store.on('Pod', ({ object }) => {
      const owner = controllerOf(object)
      if (owner?.kind === 'DaemonSet') queue.add(`${object.metadata.namespace}/${owner.name}`)
    }),
  ]
  for (const set of ctx.store.list('DaemonSet.apps')) queue.add(keyOf(set))
  return () => {
    for (const stop of stops) stop()
    queue.stop()
  }
}

function sync(ctx: Context, key: string): number | undefined {
  const set = ctx.store.get('DaemonSet.apps', key)
  if (!set || set.metadata.deletionTimestamp) return undefined
  const pods = claim(ctx, user, set, set.spec.selector, ctx.store.claimable('Pod', set))
  const revisions = syncRevisions(ctx, user, set)
  const hash = hashOf(revisions.update)
  const nodes = ctx.store.list('Node').filter((node) => matchesLabels(set.spec.template.spec.nodeSelector, node.metadata.labels))
  const names = new Set(nodes.map(({ metadata }) => metadata.name))
  const placed = new Map(pods.filter((pod) => !isEnded(pod)).map((pod) => [pod.spec.nodeName as string, pod]))
  for (const name of names) if (!placed.has(name)) create(ctx, set, name, hash)
  for (const pod of pods) if (!pod.metadata.deletionTimestamp && (isEnded(pod) || !names.has(pod.spec.nodeName))) remove(ctx, pod)
  if (set.spec.updateStrategy?.type !== 'OnDelete') replace(ctx, set, [...placed.values()], hash, names.size)
  const used = new Set(pods.map((pod) => pod.metadata.labels?.[revisionLabel] ?? ''))
  cleanRevisions(ctx, user, set, revisions, used)
  return writeCounts(ctx, set, names, hash)
}

/** Deletes outdated pods: those that are not available at once, others as far as maxUnavailable allows. maxSurge is not kept. */
function replace(ctx: Context, set: Obj, pods: Obj[], hash: string, wanted: number): void {
  const amount = set.spec.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1
  const allowed = typeof amount === 'number' ? amount : Math.ceil((Number.parseInt(amount, 10) * wanted) / 100)
  const isAvailable = (pod: Obj) =>
    !pod.metadata.deletionTimestamp && availableIn(pod, set.spec.minReadySeconds ?? 0, ctx.clock.now()) === 0
  let room = Math.max(1, allowed) - (wanted - pods.filter(isAvailable).length)
  for (const pod of pods) {
    if (pod.metadata.deletionTimestamp || pod.metadata.labels?.[revisionLabel] === hash) continue
    if (isAvailable(pod)) {
      if (room <= 0) continue
      room--
    }
    remove(ctx, pod)
  }
}

function create(ctx: Context, set: Obj, nodeName: string, hash: string): void {
  const { metadata, spec } = set.spec.template
  const labels = { ...metadata?.labels, [revisionLabel]: hash, 'pod-template-generation': String(set.metadata.generation) }
  const owned = {
    ...metadata,
    generateName: `${set.metadata.name}-`,
    namespace: set.metadata.namespace,
    labels,
    ownerReferences: [controllerReference(set)],
  }
  ctx.api.create({ apiVersion: 'v1', kind: 'Pod', metadata: owned, spec: { ...spec, nodeName } }, { as: user })
}

function remove(ctx: Context, pod: Obj): void {
  ctx.api.delete(targetOf(pod), { as: user, uid: pod.metadata.uid })
}

function writeCounts(ctx: Context, set: Obj, nodes: ReadonlySet<string>, hash: string): number | undefined {
  const owned = ctx.store
    .dependents(set.metadata.uid)
    .filter((object) => object.kind === 'Pod' && controllerOf(object)?.uid === set.metadata.uid)
  const live = owned.filter(({ metadata }) => !metadata.deletionTimestamp)
  const right = live.filter(({ spec }) => nodes.has(spec.nodeName))
  const waits = right.map((pod) => availableIn(pod, set.spec.minReadySeconds ?? 0, ctx.clock.now()))
  const available = waits.filter((wait) => wait === 0).length
  const optional = {
    updatedNumberScheduled: right.filter(({ metadata }) => metadata.labels?.[revisionLabel] === hash).length,
    numberAvailable: available,
    numberUnavailable: nodes.size - available,
  }
  const status = {
    observedGeneration: set.metadata.generation,
    currentNumberScheduled: right.length,
    numberMisscheduled: live.length - right.length,
    desiredNumberScheduled: nodes.size,
    numberReady: right.filter(isReady).length,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value > 0)),
  }
  if (!equal(status, set.status)) writeStatus(ctx, user, set, status)
  const later = waits.filter((wait) => wait !== undefined && wait > 0) as number[]
  return later.length > 0 ? Math.min(...later) : undefined
}
