import { differences, pods } from '../workload/deployment.ts'
import { type Arm, armAvailable, armNotLarger } from './arm.ts'
import { ownerOf } from './observed.ts'
import { canaryReplicas, proportion } from './replicas.ts'
import { canarySet, fails, inOrder, type Part, type Scene, satisfied, waits } from './scene.ts'

/** Pods the canary needs to carry `weight` percent, or as a scale step ordered; at least one for any traffic. */
export function canarySize({ run, spec, view }: Scene, weight: number): number {
  if (view.replicas === 0) return 0
  if (run.size?.replicas !== undefined) return Math.max(run.size.replicas, weight > 0 ? 1 : 0)
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
        // One of the history that somebody deleted meanwhile is made anew.
        set || (run.reuse && !o.setsComplete)
          ? o.kind.take(view, run.to.set, ownerOf(o.rollout), 'its template was released before: its set is used again', {
              from: set?.wanted ?? 0,
              to: size,
            })
          : o.kind.create(view, {
              name: run.to.set,
              hash: run.to.hash,
              replicas: size,
              rollout: ownerOf(o.rollout),
              because: `the new version starts with ${pods(size)}`,
            })
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

export const canary: Arm = {
  set: canarySet,
  name: 'the new version',
  remark: '',
  counted: (run) => run.canary,
  count: (run, canary) => ({ ...run, canary }),
}

/** The new version has these pods, no fewer and no more. */
export function canaryOfSize(replicas: (scene: Scene) => number): Part {
  return inOrder([canaryExists(replicas), armAvailable(canary, replicas), armNotLarger(canary, replicas)])
}
