import type { Obj } from '../../../sandbox/src/types.ts'
import { controllerOf, type Sight, statusOf } from '../book.ts'
import type { Watch } from '../promises.ts'
import { courseOf, hashLabel, hashOf, imageOf, isReady, isRoute, isSteady, mostOf, podsFor, readyFor } from './sights.ts'

/** Pods that a change of the wish may take to come, and those that were killed to come back. */
const comingMs = 15_000

export const enoughPods: Watch = (shop, sim) => {
  const replicas = courseOf(sim.now)
  const mayHave = courseOf(sim.now)
  const refused = { Deployment: courseOf(sim.now), Rollout: courseOf(sim.now) }
  /** When the share of a Service last grew. */
  const grown = new Map<string, number>()
  let native = Number.NEGATIVE_INFINITY
  /** When a set was last emptied whose pods are ready only now and then: at that moment none was. */
  let unsteady = Number.NEGATIVE_INFINITY
  return {
    changed(sight, { type, object, old }) {
      const { kind } = object
      if (kind === 'Deployment') {
        replicas.enter(type === 'DELETED' ? 0 : object.spec.replicas)
        // A template that is held stops it where it is, and that may be one pod too few.
        if (updatesNatively(object) || (old && updatesNatively(old))) native = sim.now()
      }
      if (kind === 'Rollout') mayHave.enter(asked(sight))
      if (kind === 'ReplicaSet') for (const owner of ['Deployment', 'Rollout'] as const) refused[owner].enter(refusedOf(sight, owner))
      if (kind === 'ReplicaSet' && old?.spec.replicas > object.spec.replicas && !isSteady(imageOf(object))) unsteady = sim.now()
      if (isRoute(object)) {
        const before = mostOf(old)
        for (const [service, percent] of mostOf(object)) if (percent > (before.get(service) ?? 0)) grown.set(service, sim.now())
      }
      if (kind !== 'Pod' && kind !== 'Service' && !isRoute(object)) return undefined
      const { deployment } = sight
      if (!deployment || sim.loose(shop.name)) return undefined
      const total = replicas.least(comingMs)
      if (total === 0) return undefined
      // What the native controller rolls out by itself it may lack a quarter of, and all of it with Recreate; no run leads to that.
      const lacks = deployment.spec.strategy?.type === 'Recreate' && !statusOf(sight)?.run ? total : Math.floor(total / 4) + 1
      const rolling = sim.now() - native < comingMs ? lacks : 0
      const killed = sim.excused(shop.name, comingMs)
      const most = new Map<string, number>(sight.routes.size === 0 && sight.service ? [[shop.name, 100]] : [])
      for (const route of sight.routes.values())
        for (const [service, percent] of mostOf(route)) most.set(service, Math.max(percent, most.get(service) ?? 0))
      for (const [service, percent] of most) {
        // Whoever deletes a Service takes its traffic away; that none is deleted by a controller is another promise.
        if (percent === 0 || !sight.services.has(service)) continue
        const ready = readyFor(sight, service)
        const lost = new Set([...killed, ...startedAgain(sight, service)]).size + rolling
        // Traffic never waits for pods of the Deployment's own that a full quota keeps away; their set tries again ever less often.
        const missing = lost + (service === shop.name ? refused.Deployment.most(comingMs) : 0)
        // A share grows when its pods are there; those that a growing workload asks for under it may be kept away just so.
        const sinceGrown = refused.Rollout.most(comingMs) > 0 ? sim.now() - (grown.get(service) ?? 0) : 0
        const of = service === shop.name ? total : replicas.least(Math.max(comingMs, sinceGrown))
        const need = Math.min(Math.ceil((of * percent) / 100), service === shop.name ? total : mayHave.least(comingMs))
        if (ready.length >= need - missing) continue
        if (sim.now() - unsteady < comingMs || !servesSteadily(sight, service)) continue
        return `Service ${service} has ${percent} % of the traffic and ${ready.length} ready pods; of ${of} it needs ${need}${missing > 0 ? `, less ${missing}` : ''}`
      }
      return undefined
    },
  }
}

/** Killed more than once: their kubelet waits ever longer until it starts them again. */
function startedAgain(sight: Sight, service: string): string[] {
  const restartsOf = ({ status }: Obj): number => status?.containerStatuses?.[0]?.restartCount ?? 0
  return podsFor(sight, service)
    .filter((pod) => pod.metadata.deletionTimestamp === undefined && !isReady(pod) && restartsOf(pod) > 0)
    .map(({ metadata }) => metadata.uid)
}

/** Not all pods of the present template are there, or some of another one still. */
function updatesNatively({ spec, status }: Obj): boolean {
  const { replicas = 0, updatedReplicas = 0 } = status ?? {}
  return !spec.paused && (updatedReplicas < spec.replicas || updatedReplicas < replicas)
}

/** Pods that the API server does not let in, as the sets of the Deployment, or of the Rollout, say. */
function refusedOf({ sets }: Sight, owner: 'Deployment' | 'Rollout'): number {
  return [...sets.values()]
    .filter((set) => controllerOf(set)?.kind === owner && failing(set))
    .reduce((sum, { spec, status }) => sum + spec.replicas - status.replicas, 0)
}

const failing = ({ status }: Obj): boolean => (status?.conditions ?? []).some(({ type }: { type: string }) => type === 'ReplicaFailure')

/** What people said the new version may have, whatever its share; also by the steps that come next, whose pods go before the status says so: of several that have nothing to wait for it says the last only. */
function asked(sight: Sight): number {
  const run = statusOf(sight)?.run
  const total = sight.deployment?.spec.replicas ?? 0
  const ahead: Obj['spec'][] = run?.spec.canary?.steps?.slice((run.step?.index ?? -1) + 1) ?? []
  const moving = ahead.findIndex(({ scale, weight }) => scale === undefined && weight !== run?.weight.wanted)
  const sizes = ahead.slice(0, moving < 0 ? undefined : moving).flatMap(({ scale: { replicas, percent } = {} }): number[] => {
    if (replicas !== undefined) return [replicas]
    return percent === undefined ? [] : [Math.max(1, Math.ceil((total * percent) / 100))]
  })
  const next = Math.min(...sizes)
  if (run?.size === undefined) return next
  return Math.min(next, run.size.replicas ?? run.canary?.replicas ?? 0)
}

/** Versions that crash or never come up take their pods away by themselves. */
function servesSteadily(sight: Sight, service: string): boolean {
  const pinned = sight.services.get(service)?.spec.selector?.[hashLabel]
  const images = [...sight.sets.values()]
    .filter((set) => (pinned === undefined ? set.spec.replicas > 0 : hashOf(set) === pinned))
    .map(imageOf)
  return images.every(isSteady)
}
