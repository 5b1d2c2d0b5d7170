import type { Obj } from '../types.ts'
import { type Context, writeStatus } from './context.ts'
import {
  active,
  cleanUp,
  createdAt,
  deploymentUser,
  type Family,
  limitsOf,
  oldestFirst,
  scaleSet,
  setsOf,
  sizeOf,
  syncRevision,
  withSaid,
} from './deploymentSets.ts'
import { countedStatus, type DeploymentStatus, isComplete, pauseCondition, rolloutStatus, timeOutIn } from './deploymentStatus.ts'
import { equal } from './equal.ts'
import { selects } from './labels.ts'
import { claim, controllerOf } from './owners.ts'
import { isEnded } from './podState.ts'
import { desiredAnnotation, maxAnnotation, numberIn } from './revisions.ts'
import { newSetSize, proportionalSizes, shrinkOldSets, sum } from './rollingUpdate.ts'
import { keyOf } from './store.ts'
import { createWorkSet } from './workSet.ts'

/** Runs the Deployments of the cluster until the returned function is called. */
export function startDeployments(ctx: Context): () => void {
  const queue = createWorkSet(ctx, 'deployment', (key) => sync(ctx, key))
  const ofSet = (set: Obj) => {
    const owner = controllerOf(set)
    if (owner) {
      if (owner.kind === 'Deployment') queue.add(`${set.metadata.namespace}/${owner.name}`)
      return
    }
    for (const deployment of ctx.store.list('Deployment.apps', set.metadata.namespace)) {
      if (selects(deployment.spec.selector, set.metadata.labels)) queue.add(keyOf(deployment))
    }
  }
  const stops = [
    ctx.store.on('Deployment.apps', ({ object }) => queue.add(keyOf(object))),
    ctx.store.on('ReplicaSet.apps', ({ object, old }) => {
      if (old && controllerOf(old)?.uid !== controllerOf(object)?.uid) ofSet(old)
      ofSet(object)
    }),
    ctx.store.on('Pod', ({ type, object }) => {
      const owner = type === 'DELETED' ? controllerOf(object) : undefined
      const set = owner && ctx.store.byUid(owner.uid)
      if (set) ofSet(set)
    }),
  ]
  for (const deployment of ctx.store.list('Deployment.apps')) queue.add(keyOf(deployment))
  return () => {
    for (const stop of stops) stop()
    queue.stop()
  }
}

function sync(ctx: Context, key: string): number | undefined {
  let deployment = ctx.store.get('Deployment.apps', key)
  if (!deployment || selectsEverything(deployment)) return undefined
  const candidates = ctx.store.claimable('ReplicaSet.apps', deployment)
  const sets = claim(ctx, deploymentUser, deployment, deployment.spec.selector, candidates)
  if (deployment.metadata.deletionTimestamp) return writeCounted(ctx, syncRevision(ctx, deployment, sets, false))
  const said = pauseCondition(deployment)
  if (said) deployment = withSaid(ctx, deployment, said)
  const family = syncRevision(ctx, deployment, sets, false)
  if (deployment.spec.paused || isScaling(family)) {
    const scaled = scale(ctx, family)
    if (deployment.spec.paused) cleanUp(ctx, scaled)
    return writeCounted(ctx, scaled)
  }
  return deployment.spec.strategy?.type === 'Recreate' ? recreate(ctx, family, sets) : roll(ctx, family)
}

function selectsEverything({ spec }: Obj): boolean {
  return Object.keys(spec.selector?.matchLabels ?? {}).length === 0 && !spec.selector?.matchExpressions?.length
}

/** An active set remembers another size of the Deployment: spec.replicas was changed. */
function isScaling(family: Family): boolean {
  return active(setsOf(family)).some((set) => {
    const noted = numberIn(set.metadata.annotations, desiredAnnotation)
    return noted !== undefined && noted !== family.deployment.spec.replicas
  })
}

/** Follows spec.replicas: one active set alone gets all, several keep their proportions unless the new one is complete. */
function scale(ctx: Context, family: Family): Family {
  const { deployment, newSet, oldSets } = family
  const sizes = new Map<string, number>()
  const running = active(setsOf(family))
  const newestOld = [...oldSets].sort(oldestFirst).at(-1)
  const only = running.length === 0 ? (newSet ?? newestOld) : running.length === 1 ? running[0] : undefined
  if (only) {
    // at the right size already it is left alone, annotations and all
    if (sizeOf(only) !== deployment.spec.replicas) sizes.set(only.metadata.name, deployment.spec.replicas)
  } else if (newSet && isSaturated(deployment, newSet)) {
    for (const set of active(oldSets)) sizes.set(set.metadata.name, 0)
  } else if (running.length > 1 && deployment.spec.strategy?.type !== 'Recreate') {
    const shares = running.map((set) => ({
      name: set.metadata.name,
      size: sizeOf(set),
      created: createdAt(set),
      maxReplicas: numberIn(set.metadata.annotations, maxAnnotation),
    }))
    for (const [name, size] of proportionalSizes(limitsOf(deployment), shares, deployment.status?.replicas ?? 0)) sizes.set(name, size)
  }
  return resized(ctx, family, sizes)
}

function isSaturated(deployment: Obj, set: Obj): boolean {
  const wanted = deployment.spec.replicas
  const noted = numberIn(set.metadata.annotations, desiredAnnotation)
  return sizeOf(set) === wanted && noted === wanted && (set.status?.availableReplicas ?? 0) === wanted
}

function resized(ctx: Context, family: Family, sizes: ReadonlyMap<string, number>): Family {
  const resize = (set: Obj) => {
    const size = sizes.get(set.metadata.name)
    return size === undefined ? set : scaleSet(ctx, family.deployment, set, size).set
  }
  return { ...family, oldSets: family.oldSets.map(resize), newSet: family.newSet && resize(family.newSet) }
}

/** One step of a rolling update: grow the new set, else shrink the old ones, else be done. */
function roll(ctx: Context, before: Family): number | undefined {
  const family = syncRevision(ctx, before.deployment, setsOf(before), true)
  const { deployment, newSet, oldSets } = family
  if (!newSet) return writeRollout(ctx, family)
  const bounds = limitsOf(deployment)
  const size = sizeOf(newSet)
  const wanted = size > bounds.replicas ? bounds.replicas : newSetSize(bounds, size, sum(setsOf(family), sizeOf))
  if (wanted !== size) return writeRollout(ctx, resized(ctx, family, new Map([[newSet.metadata.name, wanted]])))
  const old = oldSets.map((set) => ({
    name: set.metadata.name,
    size: sizeOf(set),
    created: createdAt(set),
    available: set.status?.availableReplicas ?? 0,
  }))
  const shrunk = shrinkOldSets(bounds, old, { size, available: newSet.status?.availableReplicas ?? 0 })
  if (shrunk.size > 0) return writeRollout(ctx, resized(ctx, family, shrunk))
  if (isComplete(deployment, (deployment.status ?? {}) as DeploymentStatus)) cleanUp(ctx, family)
  return writeRollout(ctx, family)
}

/** One step of Recreate: all old pods gone, also those still ending, before the first new one. */
function recreate(ctx: Context, family: Family, sets: Obj[]): number | undefined {
  const zero = new Map(active(family.oldSets).map((set) => [set.metadata.name, 0]))
  if (zero.size > 0) return writeRollout(ctx, resized(ctx, family, zero))
  const oldRunning = family.oldSets.some(
    (set) => (set.status?.replicas ?? 0) > 0 || ctx.store.dependents(set.metadata.uid).some((pod) => pod.kind === 'Pod' && !isEnded(pod)),
  )
  if (oldRunning) return writeRollout(ctx, family)
  const made = family.newSet ? family : syncRevision(ctx, family.deployment, sets, true)
  const grown = made.newSet ? resized(ctx, made, new Map([[made.newSet.metadata.name, made.deployment.spec.replicas]])) : made
  if (isComplete(grown.deployment, (grown.deployment.status ?? {}) as DeploymentStatus)) cleanUp(ctx, grown)
  return writeRollout(ctx, grown)
}

function writeCounted(ctx: Context, family: Family): undefined {
  const { deployment, newSet } = family
  const status = countedStatus(deployment, setsOf(family), newSet, limitsOf(deployment), ctx.clock.now())
  if (!equal(status, deployment.status)) writeStatus(ctx, deploymentUser, deployment, status)
}

function writeRollout(ctx: Context, family: Family): number | undefined {
  const { deployment, newSet } = family
  const now = ctx.clock.now()
  const status = rolloutStatus(deployment, setsOf(family), newSet, limitsOf(deployment), now)
  if (equal(status, deployment.status)) return timeOutIn(deployment, status, now)
  writeStatus(ctx, deploymentUser, deployment, status)
  return undefined
}
