import { isDeepStrictEqual } from 'node:util'
import type { Obj } from '../../../sandbox/src/types.ts'
import { controllerOf, type Sight, statusOf } from '../book.ts'
import type { Watch } from '../promises.ts'
import { courseOf, goes, hashOf, imageOf, letGoIn, managedLabel, rollsNatively, sameTemplate } from './sights.ts'

/** A fault may leave a write of a hand-over undone for so long. */
const faultMs = 5_000

export const oneActiveSet: Watch = (shop, sim) => {
  const letGo = letGoIn(shop, sim)
  /** When somebody deleted the set of the new version. */
  let newGoneAt = Number.NEGATIVE_INFINITY
  return {
    changed(sight, change) {
      const { object } = change
      letGo.enter(change)
      if (object.kind !== 'ReplicaSet' && object.kind !== 'Rollout') return undefined
      const run = statusOf(sight)?.run
      if (change.type === 'DELETED' && object.metadata.name === run?.to.set) newGoneAt = sim.now()
      const { deployment } = sight
      // Whoever lets it go by hand lets the native controller roll out.
      if (!run || !deployment?.spec.paused || run.outcome?.released || (run.spec.handOver?.at ?? 100) < 100) return undefined
      // What it finds it puts in order first.
      if (run.stage === 'Starting') return undefined
      // Between the two writes of a hand-over the native controller may scale the newest version of the history (ADR 23), and never so long that a pod gets ready, unless an answer is lost or the new version's set, and has to be made again.
      const between = run.stage === 'Promoting' || run.stage === 'RollingBack'
      if (between && Math.min(sim.undisturbed(), sim.now() - newGoneAt) < faultMs) return undefined
      // A set that wants none is none to the native controller, also while its pods still go: the last promoted one is given back so.
      const counts = ({ spec, status }: Obj) => spec.replicas > 0 && (!between || (status?.readyReplicas ?? 0) > 0)
      const ofRun = ({ metadata: { name } }: Obj) => name === run.from.set || name === run.to.set || !letGo.has(name)
      const active = [...sight.sets.values()].filter(
        (set) => counts(set) && ofRun(set) && controllerOf(set)?.uid === deployment.metadata.uid,
      )
      return active.length < 2
        ? undefined
        : `${active.map(({ metadata, spec }) => `${metadata.name} (${spec.replicas})`).join(' and ')} belong to Deployment ${shop.name}`
    },
  }
}

/** How long the native controllers may take to follow a change of the number of pods. */
const scalingMs = 15_000

export const nothingRestarts: Watch = (shop, sim) => {
  const wished = courseOf(sim.now, Number.POSITIVE_INFINITY)
  /** Pods that steps took from sets of the Rollout: the native controller lets them go a moment later, after a hand-over also. */
  let surplus: { set: string; at: number; left: number }[] = []
  let smallerAt = Number.NEGATIVE_INFINITY
  /** The run that was promoted but for its last note: the version before was let go. A template that comes just then turns it round. */
  let promoted: number | undefined
  return {
    changed(sight, change) {
      const { type, object, old } = change
      if (object.kind === 'ReplicaSet' && type === 'MODIFIED' && controllerOf(object)?.kind === 'Rollout') {
        const left = (old?.spec.replicas ?? 0) - object.spec.replicas
        if (left > 0) surplus = [...surplus.filter(({ at }) => at > sim.now() - scalingMs), { set: hashOf(object), at: sim.now(), left }]
      }
      const { stage, from, id } = statusOf(sight)?.run ?? {}
      if (object.kind === 'ReplicaSet' && stage === 'Promoting' && object.metadata.name === from?.set && object.spec.replicas === 0)
        promoted = id
      if (object.kind === 'Deployment') {
        wished.enter(type === 'DELETED' ? 0 : object.spec.replicas)
        if (old && old.spec.replicas > object.spec.replicas) smallerAt = sim.now()
      }
      if (object.kind !== 'Pod' || type === 'ADDED' || !goes(change)) return undefined
      const taken = surplus.find(({ set, at, left }) => set === hashOf(object) && left > 0 && sim.now() - at <= scalingMs)
      if (taken) taken.left--
      const run = statusOf(sight)?.run
      if (!run || run.outcome?.released || sim.loose(shop.name) || !sight.deployment || sight.deployment.metadata.deletionTimestamp)
        return undefined
      const hash = hashOf(object)
      const { name } = object.metadata
      const others = [...sight.pods.values()].filter(
        (pod) => pod !== object && hashOf(pod) === hash && pod.metadata.deletionTimestamp === undefined,
      )
      // Killed in this very instant, or more than somebody wished for just now, even if for a moment only.
      if (sim.excused(shop.name, 0).size > 0 || others.length >= wished.least(scalingMs)) return undefined
      if (hash === run.from.hash && run.stage !== 'Promoting' && run.id !== promoted)
        return `pod ${name} of the stable version goes while run ${run.id} is ${run.stage}`
      if (hash !== run.to.hash || run.stage !== 'Promoting' || taken) return undefined
      // Amid its rolling update the native controller takes what is too many from all sets, those of the new version too; and before, when the answer to a cheap hand-over is lost.
      const cheaply = (run.spec.handOver?.at ?? 100) < 100 && sight.deployment.spec.paused
      if ((rollsNatively(sight) || (cheaply && sim.undisturbed() < faultMs)) && sim.now() - smallerAt <= scalingMs) return undefined
      const set = [...sight.sets.values()].find((one) => hashOf(one) === hash)
      // It also does where a newer template stops that update.
      if (!set || (cheaply && !sameTemplate(sight.deployment, set))) return undefined
      return controllerOf(set)?.kind === 'Deployment'
        ? `pod ${name} of the new version goes after it was handed over in run ${run.id}`
        : undefined
    },
  }
}

/** What of a Deployment only its people change. */
function frame({ spec }: Obj): unknown {
  const { replicas: _, template: __, paused: ___, ...rest } = spec
  return rest
}

const revisionOf = ({ metadata }: Obj): string => metadata.annotations?.['deployment.kubernetes.io/revision'] ?? '0'

export const anOrdinaryDeployment: Watch = (shop) => {
  let first: unknown
  /** Revisions that the native controller gave in an update of its own while a set that had them was with the Rollout: it numbers what it sees. */
  const givenTwice = new Set<string>()
  const numbered = (sight: Sight, set: Obj) => {
    if (sight.deployment?.spec.paused || controllerOf(set)?.kind !== 'Deployment') return
    const twin = [...sight.sets.values()].some((one) => controllerOf(one)?.kind === 'Rollout' && revisionOf(one) === revisionOf(set))
    if (twin) givenTwice.add(revisionOf(set))
  }
  return {
    changed(sight, { type, object, old }) {
      if (object.kind === 'ReplicaSet' && (!old || revisionOf(old) !== revisionOf(object))) numbered(sight, object)
      if (object.kind !== 'Deployment' || object.metadata.name !== shop.name) return undefined
      if (type === 'ADDED') first = frame(object)
      return type === 'DELETED' || isDeepStrictEqual(frame(object), first)
        ? undefined
        : `Deployment ${shop.name} has ${JSON.stringify(frame(object))}, and was made with ${JSON.stringify(first)}`
    },
    rested(sight) {
      const { deployment, rollout } = sight
      if (!deployment || statusOf(sight)?.run || rollsNatively(sight)) return undefined
      const { uid } = deployment.metadata
      const revisions = new Set<string>()
      for (const set of sight.sets.values()) {
        const owners = (set.metadata.ownerReferences ?? []).filter((owner) => owner.kind === 'Deployment')
        if (owners.length !== 1 || owners[0]?.uid !== uid || !owners[0]?.controller || set.metadata.ownerReferences?.length !== 1)
          return `ReplicaSet ${set.metadata.name} is owned by ${JSON.stringify(set.metadata.ownerReferences)}`
        // Let go between the two writes of a hand-over, the native controller makes a second set, and numbers it while the one before is away.
        if (set.spec.replicas === 0 && [...sight.sets.values()].some((other) => other !== set && sameTemplate(other, set))) continue
        // What never served has none.
        if (revisionOf(set) !== '0' && revisions.has(revisionOf(set)) && !givenTwice.has(revisionOf(set)))
          return `two ReplicaSets are revision ${revisionOf(set)}`
        revisions.add(revisionOf(set))
      }
      const active = [...sight.sets.values()].filter(({ spec }) => spec.replicas > 0)
      if (active.length > 1) return `${active.map(({ metadata }) => metadata.name).join(' and ')} both have pods`
      const [set] = active
      if (!deployment.spec.paused && set) {
        if (revisionOf(set) !== revisionOf(deployment))
          return `Deployment ${shop.name} is at revision ${revisionOf(deployment)}, its pods at ${revisionOf(set)}`
        if (Math.max(...[...revisions].map(Number)) !== Number(revisionOf(set)))
          return `revision ${revisionOf(set)} serves, and ${[...revisions].join(', ')} exist`
        if (imageOf(set) !== imageOf(deployment)) return `Deployment ${shop.name} wants ${imageOf(deployment)}, and ${imageOf(set)} serves`
      }
      const managed = deployment.metadata.labels?.[managedLabel]
      if (managed !== (rollout ? rollout.metadata.name : undefined))
        return `Deployment ${shop.name} has the label ${managedLabel}=${managed}`
      return undefined
    },
  }
}

export const nothingIsOrphaned: Watch = (shop) => {
  const left = (sight: Sight, going = false): string | undefined => {
    const kept = statusOf(sight)?.kept?.version.set
    // Those of a Deployment that was deleted wait for garbage collection only, also while another one of its name is there.
    const sets = [...sight.sets.values()].filter((set) => {
      const owner = controllerOf(set)
      // Those that it left behind are adopted by the one after it, as soon as its native controller has seen that.
      if (owner === undefined) return sight.deployment?.status?.observedGeneration !== undefined
      return owner.kind !== 'Deployment' || owner.uid === sight.deployment?.metadata.uid
    })
    for (const suffix of ['canary', 'baseline'])
      if (sight.services.has(`${shop.name}-${suffix}`)) return `Service ${shop.name}-${suffix} is left`
    for (const set of sets) {
      const owner = controllerOf(set)
      if (owner?.kind === 'Rollout' && set.metadata.name !== kept) return `ReplicaSet ${set.metadata.name} still belongs to the Rollout`
      if (owner === undefined) return `ReplicaSet ${set.metadata.name} belongs to nobody`
    }
    // Slices follow their Service a moment later.
    for (const { kind, metadata, spec } of [...sets, ...sight.services.values(), ...(going ? [] : sight.slices.values())]) {
      // The set of the last version keeps the name of its Rollout as long as there is one; who sees that it is gone takes it off. Those of the history lose it.
      const history = kind === 'ReplicaSet' && spec.replicas === 0 && metadata.name !== statusOf(sight)?.stable?.set
      const named = (sight.rollout !== undefined && !history) || (going && kind === 'ReplicaSet')
      const label = Object.keys(metadata.labels ?? {}).find(
        (key) => key.startsWith('serin.dev/') && (key !== 'serin.dev/rollout' || !named),
      )
      if (label !== undefined && kept === undefined) return `${kind} ${metadata.name} has the label ${label}`
    }
    return undefined
  }
  return {
    changed(sight, { type, object }) {
      // Without its finalizer it vanishes before anybody can do anything: what it had goes with it, or later.
      if (object.kind !== 'Rollout' || type !== 'DELETED' || !sight.deployment || sight.bare) return undefined
      if (sight.deployment.metadata.labels?.[managedLabel] !== undefined) return undefined
      // A leader that has not heard of every set yet leaves those of a workload that is gone to garbage collection.
      const anew = object.status?.stable && object.status.stable.workload !== sight.deployment.metadata.uid
      const sets = [...sight.sets].filter(([, set]) => !anew || controllerOf(set)?.uid !== object.metadata.uid)
      return left({ ...sight, sets: new Map(sets), rollout: undefined }, true)
    },
    rested(sight) {
      if (statusOf(sight)?.run) return undefined
      if (sight.rollout?.metadata.finalizers?.length && !statusOf(sight)?.kept)
        return `Rollout ${shop.name} has the finalizers ${sight.rollout.metadata.finalizers.join(', ')}`
      const kept = statusOf(sight)?.kept !== undefined
      const serving = [...sight.pods.values()].filter(({ metadata }) => metadata.deletionTimestamp === undefined).length
      const wanted = sight.deployment?.spec.replicas ?? 0
      if (!kept && sight.deployment && !rollsNatively(sight) && serving !== wanted)
        return `${serving} pods are there, and ${wanted} were wanted`
      for (const { metadata, spec, status } of sight.analyses.values())
        if (spec.for && status?.endedAt === undefined && sight.rollout)
          return `AnalysisRun ${metadata.name} goes on, and run ${spec.for.run} is over`
      return left(sight)
    },
  }
}
