import type { Run } from '../api/rolloutStatus.ts'
import { differences, pods } from '../workload/deployment.ts'
import { ownerOf } from './observed.ts'
import { canaryReplicas, proportion } from './replicas.ts'
import { after, canarySet, fails, inOrder, instant, iso, type Part, type Scene, satisfied, waits } from './scene.ts'

/** Pods the canary needs to carry `weight` percent, or as a scale step ordered. */
export function canarySize({ run, spec, view }: Scene, weight: number): number {
  if (view.replicas === 0) return 0
  if (run.size?.replicas !== undefined) return run.size.replicas
  if (run.size?.percent !== undefined) return Math.max(1, Math.ceil((view.replicas * run.size.percent) / 100))
  if (run.mode === 'Pods') return proportion({ total: view.replicas, weight }).replicas
  return canaryReplicas({
    total: view.replicas,
    weight,
    minPods: spec.canary?.scale.minPods ?? 1,
    match: spec.canary?.scale.match ?? 'traffic',
  })
}

/** The new version has a set of its own: made, or taken back out of the history. */
export function canaryExists(replicas: (scene: Scene) => number): Part {
  return (scene) => {
    const { o, view, run } = scene
    const set = canarySet(scene)
    if (set?.owner === 'another')
      return waits(scene, { for: `ReplicaSet ${set.name} to be free`, because: 'it belongs to another controller' })
    if (!set || set.owner === 'workload') {
      const size = replicas(scene)
      const actions =
        run.reuse || set
          ? o.kind.take(view, run.to.set, ownerOf(o.rollout), 'its template was released before: its set is used again', size)
          : o.kind.create(view, { name: run.to.set, hash: run.to.hash, replicas: size, rollout: ownerOf(o.rollout) })
      return waits(
        scene,
        { for: `${pods(size)} of the new version to become available`, because: 'the new version starts beside the old one' },
        actions,
      )
    }
    if (set.template !== run.to.template && view.template === run.to.template)
      return fails(
        scene,
        `something (an admission webhook?) changed the pod template of ReplicaSet ${set.name} when it was made, at ${differences(view, set)}: at the hand-over all its pods would be replaced`,
      )
    return satisfied(scene)
  }
}

/** Pods that come one by one are counted in the status once a second, not one write each. */
const countEveryMs = 1_000

/** How far the set is, and since when it is no further. */
function progress(known: Run['canary'], seen: { replicas: number; available: number }, now: number): NonNullable<Run['canary']> {
  if (!known || known.replicas !== seen.replicas) return { ...seen, progressAt: iso(now) }
  if (seen.available <= known.available) return { ...seen, progressAt: known.progressAt }
  if (seen.available < seen.replicas && now < instant(known.progressAt) + countEveryMs) return known
  return { ...seen, progressAt: iso(now) }
}

/** The new version has at least so many available pods. Counts the time without progress against the deadline. */
function canaryAvailable(replicas: (scene: Scene) => number): Part {
  return (scene) => {
    const { o, view, run, now, spec } = scene
    const set = canarySet(scene)
    if (!set) return waits(scene, { for: 'the new version to be seen', because: 'its ReplicaSet was just made' })
    const size = replicas(scene)
    const known = run.canary
    const canary = progress(known, { replicas: size, available: set.available }, now)
    const next = { ...scene, run: { ...run, canary } }
    const actions = set.wanted < size ? o.kind.resize(view, set, size, `the new version needs ${pods(size)}`) : []
    if (set.available >= size) return satisfied(next, actions)
    const until = after(canary.progressAt, spec.progressDeadline)
    if (now >= until)
      return fails(next, `${set.available} of ${pods(size)} of the new version became available within ${spec.progressDeadline}`)
    return waits(
      next,
      {
        for: `${pods(size)} of the new version to become available (${canary.available} are)`,
        because: 'traffic goes only to pods that are there',
        until: canary.available === set.available ? until : instant(canary.progressAt) + countEveryMs,
      },
      actions,
    )
  }
}

/** The new version has no more pods than it needs. */
export function canaryNotLarger(replicas: (scene: Scene) => number): Part {
  return (scene) => {
    const set = canarySet(scene)
    const size = replicas(scene)
    if (!set || set.wanted <= size) return satisfied(scene)
    return satisfied(scene, scene.o.kind.resize(scene.view, set, size, `the new version needs ${pods(size)} only`))
  }
}

/** The new version has these pods, no fewer and no more. */
export function canaryOfSize(replicas: (scene: Scene) => number): Part {
  return inOrder([canaryExists(replicas), canaryAvailable(replicas), canaryNotLarger(replicas)])
}
