import type { Obj } from '../types.ts'
import { type Context, clusterUser, writeStatus } from './context.ts'
import { equal } from './equal.ts'
import { selects } from './labels.ts'
import { controllerOf } from './owners.ts'
import { isEnded, isReady } from './podState.ts'
import { keyOf } from './store.ts'
import { timestamp } from './time.ts'
import { createWorkSet } from './workSet.ts'

const user = clusterUser('disruption-controller')

/** Says in the status of PodDisruptionBudgets how many pods may be evicted, until the returned function is called. */
export function startDisruptionBudgets(ctx: Context): () => void {
  const queue = createWorkSet(ctx, 'disruption', (key) => sync(ctx, key))
  const inNamespace = ({ metadata }: Obj) => {
    for (const budget of ctx.store.list('PodDisruptionBudget.policy', metadata.namespace)) queue.add(keyOf(budget))
  }
  const stops = [
    ctx.store.on('PodDisruptionBudget.policy', ({ object }) => queue.add(keyOf(object))),
    ...['Pod', 'ReplicaSet.apps', 'Deployment.apps', 'StatefulSet.apps'].map((kind) =>
      ctx.store.on(kind, ({ object }) => inNamespace(object)),
    ),
  ]
  return () => {
    for (const stop of stops) stop()
    queue.stop()
  }
}

function sync(ctx: Context, key: string): undefined {
  const budget = ctx.store.get('PodDisruptionBudget.policy', key)
  if (!budget) return
  const pods = ctx.store
    .list('Pod', budget.metadata.namespace)
    .filter((pod) => selects(budget.spec.selector, pod.metadata.labels) && !isEnded(pod))
  const { expected, desired } = goal(budget, pods, () => scaleOf(ctx, pods))
  const healthy = pods.filter((pod) => isReady(pod) && !pod.metadata.deletionTimestamp).length
  const allowed = expected > 0 ? Math.max(0, healthy - desired) : 0
  const before = (budget.status?.conditions as { status: string; lastTransitionTime: string }[] | undefined)?.[0]
  const verdict = allowed > 0 ? 'True' : 'False'
  const condition = {
    type: 'DisruptionAllowed',
    status: verdict,
    reason: allowed > 0 ? 'SufficientPods' : 'InsufficientPods',
    message: '',
    observedGeneration: budget.metadata.generation,
    lastTransitionTime: before?.status === verdict ? before.lastTransitionTime : timestamp(ctx.clock.now()),
  }
  const status = {
    observedGeneration: budget.metadata.generation,
    expectedPods: expected,
    currentHealthy: healthy,
    desiredHealthy: desired,
    disruptionsAllowed: allowed,
    conditions: [condition],
  }
  if (!equal(status, budget.status)) writeStatus(ctx, user, budget, status)
}

/** A number of available pods is taken as it is; everything else is reckoned from what the pods' controllers want. */
function goal(budget: Obj, pods: Obj[], scale: () => number): { expected: number; desired: number } {
  const { minAvailable, maxUnavailable } = budget.spec
  const part = (amount: number | string, of: number) =>
    typeof amount === 'number' ? amount : Math.ceil((Number.parseInt(amount, 10) * of) / 100)
  if (maxUnavailable !== undefined) {
    const expected = scale()
    return { expected, desired: Math.max(0, expected - part(maxUnavailable, expected)) }
  }
  if (typeof minAvailable === 'number') return { expected: pods.length, desired: minAvailable }
  const expected = scale()
  return { expected, desired: part(minAvailable ?? 0, expected) }
}

/** Pods that the controllers of these pods want, each once: a Deployment counts for its sets, a set of another owner for itself. */
function scaleOf(ctx: Context, pods: Obj[]): number {
  const controllers = new Map<string, Obj>()
  for (const pod of pods) {
    const set = ctx.store.byUid(controllerOf(pod)?.uid ?? '')
    if (!set) continue
    const above = ctx.store.byUid(controllerOf(set)?.uid ?? '')
    const scaled = above?.kind === 'Deployment' ? above : set
    controllers.set(scaled.metadata.uid, scaled)
  }
  return [...controllers.values()].reduce((sum, { spec }) => sum + (spec.replicas ?? 0), 0)
}
