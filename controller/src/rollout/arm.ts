import { iso } from '../api/fields.ts'
import type { Run } from '../api/rolloutStatus.ts'
import { pods } from '../workload/deployment.ts'
import type { SetView } from '../workload/view.ts'
import { after, fails, instant, type Part, type Scene, satisfied, waits } from './scene.ts'

/** How many pods a set has, and since when it has no more. */
type Counted = NonNullable<Run['canary']>

/** One of the sets that a run makes pods in. */
export interface Arm {
  set(scene: Scene): SetView | undefined
  /** What its pods are pods of: "the new version". */
  name: string
  /** What else is to be said when its pods do not come up. */
  remark: string
  counted(run: Run): Counted | undefined
  count(run: Run, counted: Counted): Run
}

/** Pods that come one by one are counted in the status once a second, not one write each. */
const countEveryMs = 1_000

/** How far the set is, and since when it is no further. */
function progress(known: Counted | undefined, seen: { replicas: number; available: number }, now: number): Counted {
  // Also when pods that were there are lost: from then on their return is waited for.
  const lost = known && known.available >= known.replicas && seen.available < seen.replicas
  if (!known || lost || known.replicas !== seen.replicas) return { ...seen, progressAt: iso(now) }
  if (seen.available <= known.available) return { ...seen, progressAt: known.progressAt }
  if (seen.available < seen.replicas && now < instant(known.progressAt) + countEveryMs) return known
  return { ...seen, progressAt: iso(now) }
}

/** The arm has at least so many available pods. Counts the time without progress against the deadline. */
export function armAvailable(arm: Arm, replicas: (scene: Scene) => number): Part {
  return (scene) => {
    const { o, view, run, now, spec } = scene
    const set = arm.set(scene)
    if (!set) return waits(scene, { for: `${arm.name} to be seen`, because: 'its ReplicaSet was just made' })
    const size = replicas(scene)
    const counted = progress(arm.counted(run), { replicas: size, available: set.available }, now)
    const next = { ...scene, run: arm.count(run, counted) }
    const actions = set.wanted < size ? o.kind.resize(view, set, size, `${arm.name} needs ${pods(size)}`) : []
    if (set.available >= size && set.wanted >= size && set.noticed) return satisfied(next)
    if (set.available >= size)
      return waits(
        next,
        {
          for: `the native controller to see that ReplicaSet ${set.name} is to have ${pods(Math.max(set.wanted, size))}`,
          because: 'a set that was just made smaller still counts pods that go',
        },
        actions,
      )
    const until = after(counted.progressAt, spec.progressDeadline)
    if (now >= until)
      return fails(next, `${set.available} of ${pods(size)} of ${arm.name} became available within ${spec.progressDeadline}${arm.remark}`)
    return waits(
      next,
      {
        for: `${pods(size)} of ${arm.name} to become available (${counted.available} are)`,
        because: 'traffic goes only to pods that are there',
        until: counted.available === set.available ? until : instant(counted.progressAt) + countEveryMs,
      },
      actions,
    )
  }
}

/** The arm has no more pods than it needs. What comes next is decided on the smaller set: it may need more than that again. */
export function armNotLarger(arm: Arm, replicas: (scene: Scene) => number): Part {
  return (scene) => {
    const set = arm.set(scene)
    const size = replicas(scene)
    if (!set || set.wanted <= size) return satisfied(scene)
    const actions = scene.o.kind.resize(scene.view, set, size, `${arm.name} needs ${pods(size)} only`)
    return waits(scene, { for: `${arm.name} to have ${pods(size)} only`, because: 'it needs no more' }, actions)
  }
}
