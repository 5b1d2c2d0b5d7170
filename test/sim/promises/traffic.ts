import { canonical } from '../../../controller/src/workload/hash.ts'
import type { Obj } from '../../../sandbox/src/types.ts'
import { controllerOf, type Sight, statusOf } from '../book.ts'
import type { Watch } from '../promises.ts'
import {
  awayFromRoot,
  blindMs,
  courseOf,
  hashLabel,
  hashOf,
  isReady,
  isRoute,
  isSteady,
  mostOf,
  onTheWayMs,
  readyFor,
  rolloutLabel,
  rollsNatively,
  runLabel,
  secondsOf,
} from './sights.ts'

export const noTrafficToNobody: Watch = (shop, sim) => {
  /** When a Service was deleted, and what it selected. */
  const gone = new Map<string, { at: number; pinned: string | undefined }>()
  /** When the pods of a template were last seen ready; for ever while one is. */
  const readyAt = new Map<string, number>()
  const replicas = courseOf(sim.now)
  const couldKnow = (sight: Sight, service: string): boolean => {
    const found = sight.services.get(service)
    const lost = gone.get(service)
    // A stable version that crashes by itself is where what a step takes from the new one goes.
    const stable = statusOf(sight)?.stable?.images[0]
    if (service === shop.name && stable && !isSteady(stable)) return true
    // The routes of its people send to the Service that they deleted, and get their own rules back.
    if (!found && lost && service === shop.name) return true
    if (!found && (!lost || lost.at < sim.now() - blindMs(sim))) return false
    const pinned: string | undefined = found ? found.spec.selector?.[hashLabel] : lost?.pinned
    const times = pinned === undefined ? [...readyAt.values()] : [readyAt.get(pinned) ?? Number.NEGATIVE_INFINITY]
    return Math.max(...times) >= sim.now() - blindMs(sim) || replicas.least(blindMs(sim)) === 0
  }
  return {
    changed(sight, { type, object, old }) {
      if (object.kind === 'Pod') {
        const hash = hashOf(object)
        const there = [...sight.pods.values()].some((pod) => hashOf(pod) === hash && isReady(pod))
        if (there) readyAt.set(hash, Number.POSITIVE_INFINITY)
        else if (readyAt.get(hash) === Number.POSITIVE_INFINITY) readyAt.set(hash, sim.now())
      }
      if (object.kind === 'Deployment') replicas.enter(type === 'DELETED' ? 0 : object.spec.replicas)
      if (object.kind === 'Service' && type === 'DELETED')
        gone.set(object.metadata.name, { at: sim.now(), pinned: object.spec.selector?.[hashLabel] })
      if (isRoute(object) && type === 'MODIFIED') {
        const before = mostOf(old)
        for (const [service, percent] of mostOf(object))
          if (percent > (before.get(service) ?? 0) && !couldKnow(sight, service))
            return `${object.kind} ${object.metadata.name} gives Service ${service} ${percent} % after ${before.get(service) ?? 0} %, and no pod of it is ready`
      }
      if (object.kind === 'Service' && object.metadata.name === shop.name && type === 'MODIFIED') {
        const [was, is] = [old?.spec.selector?.[hashLabel], object.spec.selector?.[hashLabel]]
        // Its own selector takes every pod in; and a pin on stable takes from nobody when no other pod is ready.
        const nobodyLoses = is === undefined || (was === undefined && ![...sight.pods.values()].some(isReady))
        if (was !== is && !nobodyLoses && !couldKnow(sight, shop.name))
          return `Service ${shop.name} selects ${is} after ${was ?? 'its own'}, and no pod of it is ready`
      }
      return undefined
    },
  }
}

export const nothingEmptiedUnderTraffic: Watch = (shop, sim) => {
  /** What was deleted last, and what is wrong with it if a controller did so: people may delete anything at any time. */
  let deleted: { name: string; wrong: string | undefined } | undefined
  const serviceSentTo = ({ routes }: Sight, service: string): string | undefined => {
    const route = [...routes.values()].find((one) => (mostOf(one).get(service) ?? 0) > 0)
    return route && `Service ${service} is deleted while ${route.kind} ${shop.name} sends to it`
  }
  const setSentTo = (sight: Sight, set: Obj): string | undefined => {
    const pinned = (service: string) => sight.services.get(service)?.spec.selector?.[hashLabel] === hashOf(set)
    for (const route of sight.routes.values())
      for (const [service, percent] of mostOf(route))
        if (percent > 0 && pinned(service))
          return `ReplicaSet ${set.metadata.name} is emptied while ${route.kind} ${shop.name} gives Service ${service} ${percent} %`
    return pinned(shop.name) ? `ReplicaSet ${set.metadata.name} is emptied while Service ${shop.name} selects its pods only` : undefined
  }
  return {
    asked({ method, name, changed }) {
      return method === 'DELETE' && changed && name === deleted?.name ? deleted?.wrong : undefined
    },
    changed(sight, { type, object, old }) {
      const { kind, metadata } = object
      if (type === 'DELETED') deleted = undefined
      if (sight.deployment === undefined || sight.deployment.spec.replicas === 0) return undefined
      if (kind !== 'Service' && (kind !== 'ReplicaSet' || sim.loose(shop.name))) return undefined
      if (type === 'DELETED') {
        const wrong =
          kind === 'Service' ? serviceSentTo(sight, metadata.name) : object.spec.replicas > 0 ? setSentTo(sight, object) : undefined
        deleted = { name: metadata.name, wrong }
        // Without its Rollout what a run made is collected as garbage.
        return sight.rollout === undefined && metadata.name !== shop.name && !sim.loose(shop.name) ? wrong : undefined
      }
      const emptied = kind === 'ReplicaSet' && (old?.spec.replicas ?? 0) > 0 && object.spec.replicas === 0
      return emptied ? setSentTo(sight, object) : undefined
    },
  }
}

export const callersStayOnStable: Watch = (shop, sim) => {
  /** Sets that were taken out of the Deployment between runs. */
  const gaveWay = new Set<string>()
  /** Without a run: the version before the promoted one gets nothing while it is still warm. */
  const between = (sight: Sight): string | undefined => {
    const { stable, history: [last] = [] } = statusOf(sight) ?? {}
    if (last?.result !== 'Promoted' || last.to.hash !== stable?.hash || shop.mode === 'Pods' || sim.loose(shop.name)) return undefined
    // The native controller goes on with what was promoted, and is slow about a version that crashes. While the set of that one is gone, what is warm serves.
    const before = sight.sets.get(last.from.set)
    if (rollsNatively(sight) || !before || !sight.sets.has(stable.set)) return undefined
    // Held amid the native update by a newer template, it has both: what serves is put in order then.
    const among = controllerOf(before)?.kind === 'Deployment' || gaveWay.has(before.metadata.name)
    if (sight.deployment?.spec.paused && among) return undefined
    const other = readyFor(sight, shop.name).find((pod) => hashOf(pod) === last.from.hash)
    return other && `no run is under way, and Service ${shop.name} sends to pod ${other.metadata.name}, which is not of ${stable.hash}`
  }
  const look = (sight: Sight): string | undefined => {
    const run = statusOf(sight)?.run
    if (!run) return between(sight)
    if (run.mode === 'Pods' || run.stage !== 'Stepping' || run.outcome || sim.loose(shop.name)) return undefined
    const pinned = sight.service?.spec.selector?.[hashLabel]
    // Its pods come after the pin, also where its set is there already.
    const comes = [...sight.pods.values()].some((pod) => hashOf(pod) === run.to.hash && pod.metadata.deletionTimestamp === undefined)
    return sight.service === undefined || pinned === run.from.hash || !comes
      ? undefined
      : `run ${run.id} takes its steps, and Service ${shop.name} selects ${pinned ?? 'pods of any version'}, not ${run.from.hash}`
  }
  /** A run that goes back: whoever comes by the Service does not get what was refused. Where nothing is left of the stable version, he gets what there is. */
  const back = (sight: Sight): string | undefined => {
    const run = statusOf(sight)?.run
    if (run?.stage !== 'RollingBack' || run.mode === 'Pods' || run.outcome?.released || sim.loose(shop.name)) return undefined
    if (!readyFor(sight, shop.name).some((pod) => hashOf(pod) === run.from.hash)) return undefined
    const other = readyFor(sight, shop.name).find((pod) => hashOf(pod) === run.to.hash)
    return other && `run ${run.id} goes back, and Service ${shop.name} sends to pod ${other.metadata.name} of what it goes back from`
  }
  /** Somebody deleted it: what is made in its place is pinned a moment later. */
  let madeAnew = false
  return {
    changed(sight, { type, object, old }) {
      const taken = old && controllerOf(old)?.kind === 'Deployment' && controllerOf(object)?.kind === 'Rollout'
      if (object.kind === 'ReplicaSet' && taken && !statusOf(sight)?.run) gaveWay.add(object.metadata.name)
      if (object.kind === 'Service' && object.metadata.name === shop.name)
        madeAnew = type === 'DELETED' || (madeAnew && object.metadata.labels?.[runLabel] === undefined)
      // Where no policy guards, somebody may take the pin off; it comes back.
      return !madeAnew && sim.guarded(shop) && ['Rollout', 'Service'].includes(object.kind) ? look(sight) : undefined
    },
    still: (sight) => look(sight) ?? back(sight),
  }
}

export const drainedBeforeItGoes: Watch = (shop, sim) => {
  /** When something last sent to the pods of a hash; for ever while it does. */
  const served = new Map<string, number>()
  return {
    changed(sight, { type, object, old }) {
      if (isRoute(object) || object.kind === 'Service') {
        const now = new Set<string>()
        for (const route of sight.routes.values())
          for (const [service, percent] of mostOf(route)) {
            const hash = percent > 0 ? sight.services.get(service)?.spec.selector?.[hashLabel] : undefined
            if (hash !== undefined) now.add(hash)
          }
        for (const hash of now) served.set(hash, Number.POSITIVE_INFINITY)
        for (const [hash, until] of served) if (until === Number.POSITIVE_INFINITY && !now.has(hash)) served.set(hash, sim.now())
      }
      const run = statusOf(sight)?.run
      if (object.kind !== 'ReplicaSet' || type !== 'MODIFIED' || run?.stage !== 'RollingBack' || run.outcome?.released) return undefined
      if (object.metadata.name !== run.to.set || object.spec.replicas > 0 || (old?.spec.replicas ?? 0) === 0) return undefined
      const drain = secondsOf(run.spec.traffic.drain)
      const since = sim.now() - (served.get(hashOf(object)) ?? Number.NEGATIVE_INFINITY)
      if (since >= drain - onTheWayMs || sim.undisturbed() < 20_000 || sim.loose(shop.name) || sight.rollout?.metadata.deletionTimestamp)
        return undefined
      return `ReplicaSet ${object.metadata.name} is emptied ${since} ms after its last traffic, and drains for ${drain} ms`
    },
  }
}

/** What belongs to its people of a route or Service. */
const owned = ({ metadata: { labels = {}, annotations = {}, finalizers = [], ownerReferences = [] }, spec }: Obj): string =>
  canonical({ labels: sorted(labels), annotations: sorted(annotations), finalizers, ownerReferences, spec })

/** kubectl writes down what somebody applied, and the policy whose rules it discarded, at any time: the moment that it is let go as well, and then it goes a moment later. */
const notes = ['kubectl.kubernetes.io/last-applied-configuration', 'serin.dev/rules-refused-by']

const sorted = (map: Record<string, string>) =>
  Object.entries(map)
    .filter(([key]) => !notes.includes(key))
    .sort(([a], [b]) => (a < b ? -1 : 1))

export const theWayBack: Watch = (shop, sim) => {
  const own = new Map<string, string>()
  const isHeld = (object: Obj | undefined) => object?.metadata.labels?.[runLabel] !== undefined
  /** Another Rollout of the same workload may have it. */
  const heldByShop = (labels: Record<string, string> = {}) => (labels[rolloutLabel] ?? shop.name) === shop.name
  const left = (sight: Sight, of: (object: Obj) => boolean = () => true): string | undefined => {
    const run = statusOf(sight)?.run
    if (run || statusOf(sight)?.kept) return undefined
    for (const object of [sight.service, ...sight.routes.values()]) {
      if (!object || !of(object)) continue
      const ours = [...Object.keys(object.metadata.labels ?? {}), ...Object.keys(object.metadata.annotations ?? {})].find((key) =>
        key.startsWith('serin.dev/'),
      )
      if (ours !== undefined) return `${object.kind} ${shop.name} still has ${ours}`
      if (object.kind === 'Service' && object.spec.selector?.[hashLabel])
        return `Service ${shop.name} is still pinned to ${object.spec.selector[hashLabel]}`
    }
    return [...sight.routes.values()].every(of) && awayFromRoot(sight, shop.name) > 0
      ? `the routes still give the new version ${awayFromRoot(sight, shop.name)} %`
      : undefined
  }
  return {
    changed(sight, { type, object, old }) {
      // Without its finalizer it vanishes before anybody can do anything: what it held is let go later, and what its routes had before nobody knows.
      if (object.kind === 'Rollout' && type === 'DELETED') {
        if (!sight.bare) return sight.deployment && left({ ...sight, rollout: undefined }, ({ metadata }) => heldByShop(metadata.labels))
        for (const route of sight.routes.values()) if (isHeld(route)) own.delete(route.kind)
        return undefined
      }
      if (!(isRoute(object) || (object.kind === 'Service' && object.metadata.name === shop.name))) return undefined
      // Nobody but its people writes it now: that is what is to be put back.
      if (!isHeld(object) && !isHeld(old)) own.set(object.kind, owned(object))
      if (isHeld(object) || !isHeld(old) || type === 'DELETED') return undefined
      const now = owned(object)
      const before = own.get(object.kind) ?? now
      own.set(object.kind, before)
      // Where no policy guards, people may change in mid-run what no run restores.
      if (now === before || (!sim.guarded(shop) && JSON.parse(now).spec?.rules === undefined)) return undefined
      return `${object.kind} ${shop.name} was ${before} and is left as ${now}`
    },
    rested: left,
  }
}
