import type { KubeObject } from '../kube/types.ts'
import { pointer } from '../traffic/patch.ts'
import { rolloutLabel } from '../workload/view.ts'
import { type Action, refOf } from './actions.ts'

/** These sets are watched no longer on behalf of this Rollout: a patch each, only as it was seen. Not what it owns: that is labelled as long as it does. */
export function unlabelled(sets: readonly KubeObject[], rollout: string): Action[] {
  const others = sets.filter(
    ({ metadata }) => metadata.labels?.[rolloutLabel] === rollout && !metadata.ownerReferences?.some(({ kind }) => kind === 'Rollout'),
  )
  return others.map((set) => ({
    verb: 'patch',
    target: refOf(set),
    ops: [
      { op: 'test', path: '/metadata/resourceVersion', value: set.metadata.resourceVersion },
      { op: 'remove', path: pointer('metadata', 'labels', rolloutLabel) },
    ],
    because: 'no run needs it any more',
  }))
}
