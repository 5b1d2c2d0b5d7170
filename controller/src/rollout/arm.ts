import { iso } from '../api/fields.ts'
import type { Run } from '../api/rolloutStatus.ts'
import type { Instant } from '../clock.ts'
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

/**
 * How far the set is, and since when it is no further. Progress is only what it never had of this size: pods that crash are ready for a moment after
 * each start. All of them back again count for as long as they stay: when they are lost once more, the time without them goes on where it was,
 * less the time that they were there. Pods that were there for long have a whole deadline to come back.
 */
function progress(known: Counted | undefined, seen: { replicas: number; available: number }, now: Instant): Counted {
  if (!known || known.replicas !== seen.replicas) return { ...seen, progressAt: iso(now) }
  const since = instant(known.progressAt)
  const most = Math.max(known.available, known.most ?? 0)
  const whole = seen.available >= seen.replicas
  if (seen.available > most) return whole || now >= since + countEveryMs ? { ...seen, progressAt: iso(now) } : known
  const turned = whole !== known.available >= known.replicas
  // As far ahead of the turn as it was behind it, and the other way round.
  const mirrored = whole ? 2 * now - since : Math.min(now, 2 * now - since)
  return { ...seen, ...(whole || seen.available === most ? {} : { most }), progressAt: turned ? iso(mirrored) : known.progressAt }
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
    if (now >= until) {
      const { most } = counted
      const [came, before] = most === undefined ? ['became', ''] : ['stayed', ` (${most} ${most === 1 ? 'was' : 'were'} for a time)`]
      return fails(
        next,
        `${set.available} of ${pods(size)} of ${arm.name} ${came} available within ${spec.progressDeadline}${before}${arm.remark}`,
      )
    }
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
