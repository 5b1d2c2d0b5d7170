import { iso } from '../api/fields.ts'
import type { KubeObject } from '../kube/types.ts'
import { argoHash, deploymentName, instanceLabel, managedByAnnotation, routingOf, servicesOf, specOf, statusOf } from './argo.ts'
import { deploymentSpec, isPaused, replicasOf } from './deployment.ts'
import { availableOf, controllerOf, existingOf, hasPods, isOwnedBy, type Observed, servingSet, setSpec, wantedOf } from './observed.ts'
import { isUnreadable, type MigrationRecord, madeLabel, type Remembered, routeKey } from './record.ts'
import { isScalerOf, targetOf } from './scalers.ts'

/** A migration of that Argo Rollout made the object. */
export const isMade = (object: KubeObject, argo: KubeObject): boolean => object.metadata.labels?.[madeLabel] === argo.metadata.uid

/** Everything that makes it unsafe to begin, as sentences that say what to do instead; empty: it may begin. */
export function refusals(o: Observed): string[] {
  const { argo } = o
  const name = argo.metadata.name
  if (argo.metadata.deletionTimestamp) return [`Argo Rollout ${name} is being deleted`]
  if (isUnreadable(argo)) return [`the annotation with the record of a migration is there, but cannot be read: ${madeBy}`]
  return [...unrest(argo), ...setsRefused(o), ...routingRefused(o), ...workloadRefused(o), ...scalersRefused(o), ...serinRefused(o)]
}

const madeBy = 'it is from another version of serin, or was edited; go on with the version that began'

/** A run is under way, or something is wrong already. */
function unrest(argo: KubeObject): string[] {
  const { name, generation } = argo.metadata
  const { phase, message, stableRS, currentPodHash, observedGeneration, abort, pauseConditions } = statusOf(argo)
  if (!stableRS) return [`Argo Rollout ${name} has no stable version yet: wait until its controller has brought it up`]
  if (abort === true)
    return [
      `the last run of Argo Rollout ${name} was aborted: bring back the stable template (kubectl argo rollouts undo ${name}) and wait until it is Healthy`,
    ]
  if (currentPodHash !== stableRS)
    return [
      `a run of Argo Rollout ${name} is under way (${currentPodHash} is to replace ${stableRS}): promote or abort it, and wait until it is Healthy`,
    ]
  if (pauseConditions?.length || specOf(argo).paused === true)
    return [`Argo Rollout ${name} is paused (${pauseConditions?.[0]?.reason ?? 'spec.paused'}): resume it and wait until it is Healthy`]
  if (phase !== 'Healthy')
    return [`Argo Rollout ${name} is ${phase ?? 'without a phase'}${message ? ` (${message})` : ''}: it has to be Healthy`]
  if (/^\d+$/.test(observedGeneration ?? '') && Number(observedGeneration) !== generation)
    return [`the controller of Argo has not seen the newest spec of Rollout ${name}: is it running? It has to be, to be seen letting go`]
  return []
}

function setsRefused(o: Observed): string[] {
  const { argo } = o
  const owned = o.sets.filter((set) => isOwnedBy(set, argo) && hasPods(set))
  const serving = servingSet(o)
  if (!serving) return [`no ReplicaSet of Argo Rollout ${argo.metadata.name} has the stable hash ${statusOf(argo).stableRS ?? '(none)'}`]
  const others = owned.filter((set) => set !== serving)
  if (others.length > 0)
    return [
      `${others.map(({ metadata }) => `ReplicaSet ${metadata.name}`).join(', ')} has pods beside the stable ${serving.metadata.name}: a preview, or an old version that is kept warm; wait until its scale-down delay is over`,
    ]
  const wanted = wantedOf(serving)
  const replicas = specOf(argo).replicas ?? 1
  if (wanted === 0) return [`Argo Rollout ${argo.metadata.name} is scaled to zero: nothing serves; scale it up first`]
  if (wanted !== replicas || existingOf(serving) !== wanted || availableOf(serving) < wanted)
    return [`ReplicaSet ${serving.metadata.name} has ${availableOf(serving)} of ${replicas} pods available: wait until all are`]
  const missing = Object.entries(specOf(argo).selector?.matchLabels ?? {}).find(
    ([key, value]) => setSpec(serving).selector.matchLabels?.[key] !== value,
  )
  return missing ? [`ReplicaSet ${serving.metadata.name} does not select ${missing[0]}=${missing[1]} as the Argo Rollout does`] : []
}

function routingRefused(o: Observed): string[] {
  const { argo } = o
  const { canary } = specOf(argo).strategy ?? {}
  if (canary?.pingPong)
    return [
      'spec.strategy.canary.pingPong: its two Services take turns, so none is the one that stays; use stableService and canaryService',
    ]
  const { routes, foreign } = routingOf(argo)
  if (foreign.length > 0)
    return [
      `traffic is steered by ${foreign.join(', ')}: Serin moves routes of the Gateway API only; put an HTTPRoute in front and steer that by Argo's plugin for the Gateway API first, or take trafficRouting out of the Rollout`,
    ]
  const { root, others } = servicesOf(argo)
  if (routes.length > 0 && root === undefined)
    return ['spec.strategy.canary.stableService is missing: Serin needs the Service that the routes go on naming']
  const all = [root, ...others].filter((name) => name !== undefined)
  const absent = all.filter((name) => o.services[name] === undefined).map((name) => `Service ${name} does not exist`)
  const unrouted = routes
    .filter((route) => o.routes[routeKey(route)] === undefined)
    .map(({ kind, name }) => `${kind} ${name} does not exist`)
  return [...absent, ...unrouted, ...Object.values(o.routes).flatMap((route) => weightsRefused(route, root, others)), ...pinsRefused(o)]
}

function weightsRefused(route: KubeObject, root: string | undefined, others: string[]): string[] {
  const { rules = [] } = route.spec as { rules?: { name?: string; backendRefs?: { name: string; weight?: number }[] }[] }
  const me = `${route.kind} ${route.metadata.name}`
  const named = rules.some(({ backendRefs = [] }) => backendRefs.some(({ name }) => name === root))
  if (!named) return [`no rule of ${me} names Service ${root}`]
  return rules.flatMap(({ name, backendRefs = [] }, index) => {
    const astray = backendRefs.find((ref) => others.includes(ref.name) && (ref.weight ?? 1) > 0)
    const where = `rule ${name ?? index} of ${me}`
    return astray ? [`${where} still sends to Service ${astray.name} (weight ${astray.weight ?? 1}): it has to be 0`] : []
  })
}

function pinsRefused(o: Observed): string[] {
  const { stableRS } = statusOf(o.argo)
  return Object.values(o.services).flatMap((service) => {
    const pin = (service.spec as { selector?: Record<string, string> }).selector?.[argoHash]
    return pin === undefined || pin === stableRS
      ? []
      : [`Service ${service.metadata.name} is pinned to ${pin}, not to the stable ${stableRS}: Argo's controller is not done with it`]
  })
}

function workloadRefused(o: Observed): string[] {
  const { argo, deployment } = o
  const { workloadRef } = specOf(argo)
  const name = deploymentName(argo)
  if (workloadRef && workloadRef.kind !== 'Deployment')
    return [
      `spec.workloadRef names a ${workloadRef.kind}: only a Deployment can take the pods over; move the template into the Rollout first`,
    ]
  if (!workloadRef)
    return deployment && !isMade(deployment, argo)
      ? [`there is a Deployment ${name} already that has nothing to do with this Rollout: rename or delete it`]
      : []
  if (!deployment) return [`Deployment ${name}, which spec.workloadRef names, does not exist`]
  const running = o.sets.filter((set) => isOwnedBy(set, deployment) && hasPods(set))
  if (replicasOf(deployment) > 0 || running.length > 0)
    return [
      `Deployment ${name} runs pods of its own beside those of the Rollout: kubectl scale deployment ${name} --replicas=0, and look whether all is well`,
    ]
  const labels = servingSet(o)?.metadata.labels ?? {}
  const { selector } = deployment.spec as { selector?: { matchLabels?: Record<string, string>; matchExpressions?: unknown[] } }
  const missing = Object.entries(selector?.matchLabels ?? {}).find(([key, value]) => labels[key] !== value)
  return missing ? [`Deployment ${name} selects ${missing[0]}=${missing[1]}, which the Rollout's pods do not have`] : []
}

function scalersRefused({ scalers, argo }: Observed): string[] {
  return scalers.flatMap((scaler) => {
    const owner = controllerOf(scaler)
    return isScalerOf(scaler, argo) && owner
      ? [
          `HorizontalPodAutoscaler ${scaler.metadata.name} belongs to ${owner.kind} ${owner.name}, which would point it back at the Rollout: pause the ${owner.kind}, or let it scale Deployment ${deploymentName(argo)}, first`,
        ]
      : []
  })
}

function serinRefused({ serin, argo, translation }: Observed): string[] {
  const taken = serin && !isMade(serin, argo) ? [serin] : []
  const none = translation.rollout.spec === undefined ? [`its strategy cannot be converted: ${translation.findings.join('; ')}`] : []
  return [
    ...none,
    ...taken.map(
      ({ kind, metadata }) =>
        `there is a ${kind} ${metadata.name} of Serin already that no migration of this Rollout made: rename or delete it`,
    ),
  ]
}

/** How everything is that a migration will change. */
export function newRecord(o: Observed): MigrationRecord {
  const { argo, deployment } = o
  const { paused, workloadRef } = specOf(argo)
  const { observedGeneration = '', stableRS = '' } = statusOf(argo)
  const instance = argo.metadata.labels?.[instanceLabel]
  const { others } = servicesOf(argo)
  return {
    version: 1,
    at: iso(o.now),
    observed: observedGeneration,
    ...(instance === undefined ? {} : { instance }),
    ...(paused === undefined ? {} : { paused }),
    set: servingSet(o, undefined)?.metadata.name ?? '',
    hash: stableRS,
    services: Object.fromEntries(Object.entries(o.services).map(([name, service]) => [name, remembered(service, others.includes(name))])),
    routes: Object.fromEntries(Object.entries(o.routes).map(([key, route]) => [key, (route.spec as { rules?: unknown }).rules])),
    scalers: Object.fromEntries(o.scalers.filter((each) => isScalerOf(each, argo)).map((each) => [each.metadata.name, targetOf(each)])),
    ...(workloadRef && deployment
      ? {
          referenced: {
            replicas: replicasOf(deployment),
            paused: isPaused(deployment),
            template: deploymentSpec(deployment).template,
            sets: o.sets.filter((set) => isOwnedBy(set, deployment)).map(({ metadata }) => metadata.name),
          },
        }
      : {}),
  }
}

function remembered({ metadata, spec }: KubeObject, mayGo: boolean): Remembered {
  const {
    selector = {},
    clusterIP,
    clusterIPs: _,
    ...rest
  } = spec as { selector?: Record<string, string>; clusterIP?: string; clusterIPs?: unknown }
  const managedBy = metadata.annotations?.[managedByAnnotation]
  const { name, labels, annotations, ownerReferences } = metadata
  const kept = {
    name,
    ...(labels ? { labels } : {}),
    ...(annotations ? { annotations } : {}),
    ...(ownerReferences ? { ownerReferences } : {}),
  }
  // A new address is given out for the old one, which may be another's by then; headless stays headless.
  const removed = { metadata: kept, spec: { ...rest, selector, ...(clusterIP === 'None' ? { clusterIP } : {}) } }
  return { selector, ...(managedBy === undefined ? {} : { managedBy }), ...(mayGo ? { removed } : {}) }
}
