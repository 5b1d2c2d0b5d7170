import { ApiError, type Obj } from '../types.ts'
import { type Context, clusterUser, targetOf, writeStatus } from './context.ts'
import { equal } from './equal.ts'
import { matchesLabels, selects } from './labels.ts'
import { claim, controllerOf, controllerReference } from './owners.ts'
import { availableIn, deletionOrder, isActive, isReady, isTerminating } from './podState.ts'
import { keyOf } from './store.ts'
import { timestamp } from './time.ts'
import { createWorkSet } from './workSet.ts'

const user = clusterUser('replicaset-controller')
const component = 'replicaset-controller'
/** Pods created or deleted in one go. */
const burst = 500

/** Runs the ReplicaSets of the cluster, whoever owns them, until the returned function is called. */
export function startReplicaSets(ctx: Context): () => void {
  const queue = createWorkSet(ctx, 'replicaSet', (key) => sync(ctx, key))
  const ofPod = (pod: Obj) => {
    const owner = controllerOf(pod)
    if (owner) {
      if (owner.kind === 'ReplicaSet') queue.add(`${pod.metadata.namespace}/${owner.name}`)
      return
    }
    for (const set of ctx.store.list('ReplicaSet.apps', pod.metadata.namespace)) {
      if (selects(set.spec.selector, pod.metadata.labels)) queue.add(keyOf(set))
    }
  }
  const stops = [
    ctx.store.on('ReplicaSet.apps', ({ object }) => queue.add(keyOf(object))),
    ctx.store.on('Pod', ({ object, old }) => {
      if (old && controllerOf(old)?.uid !== controllerOf(object)?.uid) ofPod(old)
      ofPod(object)
    }),
  ]
  for (const set of ctx.store.list('ReplicaSet.apps')) queue.add(keyOf(set))
  return () => {
    for (const stop of stops) stop()
    queue.stop()
  }
}

function sync(ctx: Context, key: string): number | undefined {
  const set = ctx.store.get('ReplicaSet.apps', key)
  if (!set) return undefined
  const candidates = ctx.store.claimable('Pod', set).filter(isActive)
  const pods = claim(ctx, user, set, set.spec.selector, candidates)
  const failure = set.metadata.deletionTimestamp ? undefined : manage(ctx, set, pods)
  const recheck = writeCounts(ctx, set, pods, failure)
  if (failure) throw failure.error
  return recheck
}

interface Failure {
  reason: 'FailedCreate' | 'FailedDelete'
  error: unknown
}

function manage(ctx: Context, set: Obj, pods: Obj[]): Failure | undefined {
  const surplus = pods.length - set.spec.replicas
  let reason: Failure['reason'] = 'FailedCreate'
  try {
    for (let missing = Math.min(-surplus, burst); missing > 0; missing--) createPod(ctx, set)
    reason = 'FailedDelete'
    if (surplus > 0) for (const pod of doomed(ctx, set, pods, Math.min(surplus, burst))) deletePod(ctx, set, pod)
    return undefined
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const what = reason === 'FailedCreate' ? 'creating' : 'deleting'
    ctx.events.tell(set, 'Warning', reason, `Error ${what}: ${message}`, component)
    return { reason, error }
  }
}

function createPod(ctx: Context, set: Obj): void {
  const { metadata = {}, spec } = set.spec.template
  const pod = ctx.api.create(
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        generateName: `${set.metadata.name}-`,
        namespace: set.metadata.namespace,
        ...(metadata.labels ? { labels: metadata.labels } : {}),
        ...(metadata.annotations ? { annotations: metadata.annotations } : {}),
        ...(metadata.finalizers ? { finalizers: metadata.finalizers } : {}),
        ownerReferences: [controllerReference(set)],
      } as unknown as Obj['metadata'],
      spec,
    },
    { as: user, fieldManager: 'kube-controller-manager' },
  )
  ctx.events.tell(set, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`, component)
}

function deletePod(ctx: Context, set: Obj, pod: Obj): void {
  try {
    ctx.api.delete(targetOf(pod), { as: user, uid: pod.metadata.uid })
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 404) throw error
  }
  ctx.events.tell(set, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`, component)
}

/** The pods to delete. A node's crowd counts the pods of all sets of the same owner: a rollout should not empty a node. */
function doomed(ctx: Context, set: Obj, pods: Obj[], surplus: number): Obj[] {
  const owner = controllerOf(set)
  const related = owner ? ctx.store.dependents(owner.uid).filter(({ kind }) => kind === 'ReplicaSet') : [set]
  const crowds = new Map<string, number>()
  for (const { metadata } of related) {
    for (const pod of ctx.store.dependents(metadata.uid)) {
      if (pod.kind === 'Pod' && isActive(pod)) crowds.set(pod.spec.nodeName, (crowds.get(pod.spec.nodeName) ?? 0) + 1)
    }
  }
  return [...pods].sort(deletionOrder((pod) => crowds.get(pod.spec.nodeName) ?? 0)).slice(0, surplus)
}

/** Writes the status when it changed; gives the time until the next pod becomes available by its age. */
function writeCounts(ctx: Context, set: Obj, pods: Obj[], failure: Failure | undefined): number | undefined {
  const current = ctx.store.get('ReplicaSet.apps', keyOf(set))
  if (!current || current.metadata.uid !== set.metadata.uid) return undefined
  const waits = pods.map((pod) => availableIn(pod, set.spec.minReadySeconds ?? 0, ctx.clock.now()))
  const templateLabels = set.spec.template.metadata?.labels
  const counts = {
    fullyLabeledReplicas: pods.filter((pod) => matchesLabels(templateLabels, pod.metadata.labels)).length,
    readyReplicas: pods.filter(isReady).length,
    availableReplicas: waits.filter((wait) => wait === 0).length,
  }
  const status = {
    replicas: pods.length,
    ...Object.fromEntries(Object.entries(counts).filter(([, value]) => value > 0)),
    terminatingReplicas: terminatingOf(ctx, set),
    observedGeneration: set.metadata.generation,
    ...failureConditions(ctx, current, failure),
  }
  if (!equal(status, current.status)) writeStatus(ctx, user, current, status)
  const later = waits.filter((wait) => wait !== undefined && wait > 0) as number[]
  return later.length > 0 ? Math.min(...later) : undefined
}

function terminatingOf(ctx: Context, set: Obj): number {
  const own = ctx.store.dependents(set.metadata.uid).filter(({ kind }) => kind === 'Pod')
  return own.filter(
    (pod) => isTerminating(pod) && controllerOf(pod)?.uid === set.metadata.uid && selects(set.spec.selector, pod.metadata.labels),
  ).length
}

function failureConditions(ctx: Context, set: Obj, failure: Failure | undefined): { conditions?: unknown[] } {
  if (!failure) return {}
  const message = failure.error instanceof Error ? failure.error.message : String(failure.error)
  const said = (set.status?.conditions as { reason: string; message: string }[] | undefined)?.[0]
  if (said?.reason === failure.reason) return { conditions: [said] }
  const lastTransitionTime = timestamp(ctx.clock.now())
  return { conditions: [{ type: 'ReplicaFailure', status: 'True', reason: failure.reason, message, lastTransitionTime }] }
}
