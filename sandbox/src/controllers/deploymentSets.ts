import { ApiError, type Obj } from '../types.ts'
import { type Context, clusterUser, targetOf, writeStatus } from './context.ts'
import { type DeploymentCondition, progressDeadline, withCondition } from './deploymentStatus.ts'
import { equal } from './equal.ts'
import { controllerOf, controllerReference } from './owners.ts'
import { conditionOf } from './podState.ts'
import { hashLabel, sameTemplate, templateHash } from './podTemplate.ts'
import {
  desiredAnnotation,
  maxAnnotation,
  newSetAnnotations,
  numberIn,
  revisionAnnotation,
  revisionOf,
  sizeAnnotations,
} from './revisions.ts'
import { type Limits, limits, newSetSize, sum } from './rollingUpdate.ts'
import { instant } from './time.ts'

export const deploymentUser = clusterUser('deployment-controller')
const component = 'deployment-controller'

/** A Deployment and its ReplicaSets, as one reconciliation sees and changes them. */
export interface Family {
  deployment: Obj
  newSet: Obj | undefined
  oldSets: Obj[]
}

export const sizeOf = (set: Obj): number => set.spec.replicas ?? 0
export const createdAt = (set: Obj): number => instant(set.metadata.creationTimestamp)
export const limitsOf = (deployment: Obj): Limits => limits(deployment.spec.replicas, deployment.spec.strategy ?? {})
export const setsOf = (family: Family): Obj[] => (family.newSet ? [...family.oldSets, family.newSet] : family.oldSets)
export const active = (sets: Obj[]): Obj[] => sets.filter((set) => sizeOf(set) > 0)

export const oldestFirst = (a: Obj, b: Obj): number => createdAt(a) - createdAt(b) || (a.metadata.name < b.metadata.name ? -1 : 1)

/** The oldest owned set with the Deployment's template; every other one is old, also a younger equal one. */
function sorted(deployment: Obj, sets: Obj[]): Family {
  const newSet = [...sets].sort(oldestFirst).find((set) => sameTemplate(set.spec.template, deployment.spec.template))
  return { deployment, newSet, oldSets: sets.filter((set) => set !== newSet) }
}

/** Brings the new set's annotations and the Deployment's revision up to date; makes the set when asked to. */
export function syncRevision(ctx: Context, deployment: Obj, sets: Obj[], create: boolean): Family {
  const family = sorted(deployment, sets)
  const revision = Math.max(0, ...family.oldSets.map(revisionOf)) + 1
  if (family.newSet) return keepNewSet(ctx, family, family.newSet, revision)
  return create ? createNewSet(ctx, family, revision) : family
}

function keepNewSet(ctx: Context, family: Family, set: Obj, revision: number): Family {
  const { deployment } = family
  const annotations = newSetAnnotations(deployment, set.metadata.annotations, revision)
  const minReadySeconds = deployment.spec.minReadySeconds ?? 0
  if (!equal(annotations, set.metadata.annotations ?? {}) || (set.spec.minReadySeconds ?? 0) !== minReadySeconds) {
    const spec = { ...set.spec, minReadySeconds }
    set = writeSet(ctx, { ...set, metadata: { ...set.metadata, annotations }, spec })
  }
  const owner = withRevision(ctx, deployment, set.metadata.annotations?.[revisionAnnotation])
  const said = {
    type: 'Progressing',
    status: 'True',
    reason: 'FoundNewReplicaSet',
    message: `Found new replica set "${set.metadata.name}"`,
  } as const
  const unsaid = progressDeadline(owner) !== undefined && !conditionOf(owner, 'Progressing')
  return { ...family, newSet: set, deployment: unsaid ? withSaid(ctx, owner, said) : owner }
}

function createNewSet(ctx: Context, family: Family, revision: number): Family {
  const { deployment, oldSets } = family
  const hash = templateHash(deployment.spec.template, deployment.status?.collisionCount)
  const name = `${deployment.metadata.name}-${hash}`
  const bounds = limitsOf(deployment)
  const replicas = newSetSize(bounds, 0, sum(oldSets, sizeOf))
  const template = deployment.spec.template
  const labels = { ...template.metadata?.labels, [hashLabel]: hash }
  const selector = deployment.spec.selector
  const wanted = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name,
      namespace: deployment.metadata.namespace,
      labels,
      annotations: { ...newSetAnnotations(deployment, undefined, revision), ...sizeAnnotations(bounds.replicas, bounds.surge) },
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas,
      minReadySeconds: deployment.spec.minReadySeconds ?? 0,
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [hashLabel]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  } as unknown as Obj
  let newSet: Obj
  try {
    newSet = ctx.api.create(wanted, { as: deploymentUser, fieldManager: 'kube-controller-manager' })
  } catch (error) {
    return cannotCreate(ctx, family, name, error)
  }
  if (replicas > 0) tellScaled(ctx, deployment, newSet, 0, replicas)
  const owner = withRevision(ctx, deployment, String(revision))
  const said = {
    type: 'Progressing',
    status: 'True',
    reason: 'NewReplicaSetCreated',
    message: `Created new replica set "${name}"`,
  } as const
  return { ...family, newSet, deployment: progressDeadline(owner) === undefined ? owner : withSaid(ctx, owner, said) }
}

/** A taken name is a hash collision unless it is our own set; anything else is told on the Deployment. Throws to try again. */
function cannotCreate(ctx: Context, family: Family, name: string, error: unknown): Family {
  if (!(error instanceof ApiError)) throw error
  const { deployment } = family
  if (error.reason === 'AlreadyExists') {
    const taken = ctx.store.get('ReplicaSet.apps', `${deployment.metadata.namespace}/${name}`)
    const ours = taken && controllerOf(taken)?.uid === deployment.metadata.uid
    if (ours && sameTemplate(taken.spec.template, deployment.spec.template)) return { ...family, newSet: taken }
    writeStatus(ctx, deploymentUser, deployment, { ...deployment.status, collisionCount: (deployment.status?.collisionCount ?? 0) + 1 })
  } else if (progressDeadline(deployment) !== undefined && error.code !== 403) {
    const message = `Failed to create new replica set "${name}": ${error.message}`
    withSaid(ctx, deployment, { type: 'Progressing', status: 'False', reason: 'ReplicaSetCreateError', message })
  }
  throw error
}

/** The Deployment with that condition, written when it was not there. */
export function withSaid(ctx: Context, deployment: Obj, said: Parameters<typeof withCondition>[1]): Obj {
  const before = (deployment.status?.conditions ?? []) as DeploymentCondition[]
  const conditions = withCondition(before, said, ctx.clock.now())
  return conditions === before ? deployment : writeStatus(ctx, deploymentUser, deployment, { ...deployment.status, conditions })
}

function withRevision(ctx: Context, deployment: Obj, revision: string | undefined): Obj {
  if (revision === undefined || deployment.metadata.annotations?.[revisionAnnotation] === revision) return deployment
  // by the status: a plain write of an annotation would count as a new generation
  const annotations = { ...deployment.metadata.annotations, [revisionAnnotation]: revision }
  return writeStatus(ctx, deploymentUser, { ...deployment, metadata: { ...deployment.metadata, annotations } }, deployment.status)
}

function writeSet(ctx: Context, set: Obj): Obj {
  return ctx.api.update(set, { as: deploymentUser, fieldManager: 'kube-controller-manager' })
}

/** Scales a set and notes the Deployment's size on it. Gives the set as it is afterwards and whether its size changed. */
export function scaleSet(ctx: Context, deployment: Obj, set: Obj, size: number): { set: Obj; scaled: boolean } {
  const bounds = limitsOf(deployment)
  const annotations = set.metadata.annotations
  const noted =
    numberIn(annotations, desiredAnnotation) === bounds.replicas && numberIn(annotations, maxAnnotation) === bounds.replicas + bounds.surge
  const from = sizeOf(set)
  if (from === size && noted) return { set, scaled: false }
  const metadata = { ...set.metadata, annotations: { ...annotations, ...sizeAnnotations(bounds.replicas, bounds.surge) } }
  const written = writeSet(ctx, { ...set, metadata, spec: { ...set.spec, replicas: size } })
  if (from !== size) tellScaled(ctx, deployment, set, from, size)
  return { set: written, scaled: from !== size }
}

function tellScaled(ctx: Context, deployment: Obj, set: Obj, from: number, to: number): void {
  const message = `Scaled ${to > from ? 'up' : 'down'} replica set ${set.metadata.name} from ${from} to ${to}`
  ctx.events.tell(deployment, 'Normal', 'ScalingReplicaSet', message, component)
}

/** Deletes the oldest unused sets beyond revisionHistoryLimit. */
export function cleanUp(ctx: Context, family: Family): void {
  const limit = family.deployment.spec.revisionHistoryLimit
  if (typeof limit !== 'number' || limit === 2 ** 31 - 1) return
  const alive = family.oldSets.filter((set) => !set.metadata.deletionTimestamp)
  const surplus = [...alive].sort((a, b) => revisionOf(a) - revisionOf(b)).slice(0, Math.max(0, alive.length - limit))
  for (const set of surplus) {
    const seen = (set.metadata.generation ?? 0) <= (set.status?.observedGeneration ?? 0)
    if (sizeOf(set) === 0 && !set.status?.replicas && seen) {
      ctx.api.delete(targetOf(set), { as: deploymentUser, uid: set.metadata.uid, propagation: 'Background' })
    }
  }
}
