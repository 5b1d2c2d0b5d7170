import type { SetView, WorkloadView } from '../workload/view.ts'
import type { Action } from './actions.ts'
import { finalizer } from './finalizer.ts'
import { type Observed, ownerOf } from './observed.ts'

/** Sets that the workload's controller would scale in proportion, if there are several. */
export function activeIn(view: WorkloadView): SetView[] {
  return view.sets.filter(({ owner, wanted }) => owner === 'workload' && wanted > 0)
}

/** They are out of its hands, with their pods; what is left it brings up to all of them. Should the Rollout be deleted, they do not go before that. */
export function givesWay(o: Pick<Observed, 'kind' | 'rollout'>, view: WorkloadView, sets: readonly SetView[], because: string): Action[] {
  const taken = sets.flatMap(({ name }) => o.kind.take(view, name, ownerOf(o.rollout), because))
  return taken.length === 0 ? [] : [...finalizer.add(o.rollout), ...taken]
}
