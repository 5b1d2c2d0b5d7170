import { iso } from '../api/fields.ts'
import type { Run } from '../api/rolloutStatus.ts'
import { differences, pods } from '../workload/deployment.ts'
import type { SetView } from '../workload/view.ts'
import { freshSetOf } from './analyses.ts'
import { type Arm, armAvailable, armNotLarger } from './arm.ts'
import { canary, canaryExists, canarySize } from './canary.ts'
import { ownerOf } from './observed.ts'
import { endpointsIn } from './routing.ts'
import { fails, inOrder, type Part, type Scene, satisfied, stableSet, together, waits } from './scene.ts'

/**
 * The fresh baseline: pods of the old version that are as many, as old and get as much traffic as the canary's, so that the two differ in nothing but the version.
 * Their set belongs to the Rollout from its first to its last day, and to no workload ever.
 */

/**
 * What a run notes at its start of the fresh baseline it will have; an edit of the spec in mid-run changes nothing of it. None of a version of which
 * no pod is available: fresh ones would hardly do better, and what replaces a dead version does not wait for them.
 */
export function baselineFor(run: Pick<Run, 'id' | 'from' | 'to' | 'mode' | 'fast' | 'spec'>, sets: readonly SetView[]): Run['baseline'] {
  const { canary, blueGreen } = run.spec as { canary?: { baseline?: string }; blueGreen?: unknown }
  if (run.mode !== 'Routes' || run.fast || blueGreen || canary?.baseline !== 'fresh') return undefined
  if (sets.find((set) => set.name === run.from.set)?.available === 0) return undefined
  const { name, hash } = freshSetOf(run)
  return { set: name, hash, replicas: 0, available: 0 }
}

export function freshSet({ view, run }: Scene): SetView | undefined {
  return run.baseline && view.sets.find((set) => set.name === run.baseline?.set)
}

/** Steps that are skipped compare nothing. */
const wanted = ({ baseline, fast }: Run) => (fast ? undefined : baseline)

const baseline: Arm = {
  set: freshSet,
  name: 'the fresh baseline',
  remark: ': these are of the old version, so it says nothing against the new one',
  counted: ({ baseline }) => (baseline?.progressAt === undefined ? undefined : { ...baseline, progressAt: baseline.progressAt }),
  count: (run, counted) => (run.baseline ? { ...run, baseline: { ...run.baseline, most: undefined, ...counted } } : run),
}

/** Its set is there, of the template of the stable one. */
function baselineExists(replicas: (scene: Scene) => number): Part {
  return (scene) => {
    const { o, view, run } = scene
    const noted = wanted(run)
    if (!noted) return satisfied(scene)
    const set = freshSet(scene)
    const stable = stableSet(scene)
    if (set && set.owner !== 'rollout')
      return waits(scene, { for: `ReplicaSet ${set.name} to be free`, because: 'it belongs to another controller' })
    if (set && set.template !== run.from.template)
      return fails(
        scene,
        `something (an admission webhook?) changed the pod template of ReplicaSet ${set.name} when it was made${stable ? `, at ${differences(stable, set)}` : ''}: it is not the old version any more, so there is nothing to compare the new one with`,
      )
    if (set) return satisfied(scene)
    if (!stable && o.setsComplete)
      return fails(scene, `ReplicaSet ${run.from.set} of the old version is gone: no fresh baseline can be made of it`)
    if (!stable) return waits(scene, { for: 'the stable version to be read', because: 'its template makes the fresh baseline' })
    const size = replicas(scene)
    return waits(
      scene,
      {
        for: `${pods(size)} of the fresh baseline to become available`,
        because: 'the new version is compared with pods as fresh as its own',
      },
      o.kind.create(view, {
        name: noted.set,
        hash: noted.hash,
        replicas: size,
        rollout: ownerOf(o.rollout),
        like: stable,
        because: `fresh pods of the old version start beside the new one: ${pods(size)}`,
      }),
    )
  }
}

const forBaseline =
  (part: Part): Part =>
  (scene) =>
    wanted(scene.run) ? part(scene) : satisfied(scene)

/** The new version and the fresh baseline, if there is one, have sets of their own, made together. */
export function armsExist(replicas: (scene: Scene) => number): Part {
  return together([canaryExists(replicas), baselineExists(replicas)])
}

/** Neither has more pods than it needs. */
export function armsNotLarger(replicas: (scene: Scene) => number): Part {
  return together([armNotLarger(canary, replicas), forBaseline(armNotLarger(baseline, replicas))])
}

/** Both have these pods, no fewer and no more. They are resized together, so they are of an age. */
export function armsOfSize(replicas: (scene: Scene) => number): Part {
  return inOrder([armsExist(replicas), armsAvailable(replicas), armsNotLarger(replicas)])
}

/**
 * Under traffic the pods that were there stay, and more come where the workload grew: a step does not go on while some are missing, and the time
 * without them is counted.
 */
export const armsStay: Part = (scene) => {
  const { run } = scene
  if (run.weight.wanted === 0) return satisfied(scene)
  const there = (arm: Arm) => armAvailable(arm, (at) => Math.max(arm.set(at)?.wanted ?? 0, canarySize(at, at.run.weight.wanted)))
  return together([there(canary), forBaseline(there(baseline))])(scene)
}

/** What keeps pods of both versions from coming up is no fault of the new one. */
function armsAvailable(replicas: (scene: Scene) => number): Part {
  const available = together([armAvailable(canary, replicas), forBaseline(armAvailable(baseline, replicas))])
  return (scene) => {
    const move = available(scene)
    const size = replicas(scene)
    const short = (set: SetView | undefined) => set !== undefined && set.available < size
    if (move.failed === undefined || !short(canary.set(scene)) || !short(freshSet(scene))) return move
    return fails(
      { ...scene, run: move.run },
      `neither the new version nor the fresh baseline of the old one had its ${pods(size)} available within ${scene.spec.progressDeadline}: it may be the cluster, not the new version`,
    )
  }
}

/** Its pods and then its set are gone. To be asked when traffic has left them, and before the root Service is unpinned, whose own selector they match. */
export const baselineGone: Part = (scene) => {
  const { o, view, run } = scene
  const set = freshSet(scene)
  if (set?.owner !== 'rollout') return satisfied(scene)
  const { ready, terminating } = endpointsIn(set.name, o.slices.baseline)
  if (set.wanted > 0 || set.existing > 0 || ready + terminating > 0)
    return waits(
      scene,
      { for: 'the pods of the fresh baseline to be gone', because: 'nothing is compared any more, and traffic has left them' },
      o.kind.resize(view, set, 0, 'the fresh baseline has served its purpose'),
    )
  const none = { replicas: 0, available: 0, progressAt: iso(scene.now) }
  return satisfied({ ...scene, run: baseline.count(run, none) }, o.kind.remove(view, set, 'it was made for this run only'))
}

/** Its set is gone at once, pods and all: where they are as good as any other pod of the old version. */
export const baselineRemoved: Part = (scene) => {
  const set = freshSet(scene)
  if (set?.owner !== 'rollout') return satisfied(scene)
  return satisfied(scene, scene.o.kind.remove(scene.view, set, 'it was made for this run only'))
}

/** Does what belongs before its end only where there is one. */
export const ifBaseline =
  (part: Part): Part =>
  (scene) =>
    freshSet(scene) ? part(scene) : satisfied(scene)
