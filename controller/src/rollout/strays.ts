import type { RolloutStatus } from '../api/rolloutStatus.ts'
import { heldBy } from '../traffic/runLabels.ts'
import type { SetView, WorkloadView } from '../workload/view.ts'
import { type Action, fenced, fencedPatch } from './actions.ts'
import { activeIn, givesWay } from './activeSets.ts'
import type { Observed } from './observed.ts'
import { baselineServiceOf, canaryServiceOf, unpinned } from './routing.ts'
import { pastSerin } from './stuck.ts'

/**
 * Between runs the Rollout has no set of its own but the one that is kept warm. Another one had to give way to what serves, or was taken or made
 * by a write that was so long on its way that a successor had finished the run before it arrived.
 */
export function straysOf(view: WorkloadView, { kept }: RolloutStatus): SetView[] {
  return view.sets.filter(({ owner, name }) => owner === 'rollout' && name !== kept?.version.set)
}

/** Of the stable version, with pods: goes back to the workload, also under another name, by which it was made again. */
const returns = (view: WorkloadView, { stable }: RolloutStatus, { name, template, wanted }: SetView): boolean =>
  wanted > 0 && (name === stable?.set || (template === stable?.template && view.available === 0))

/** What goes back to a workload that is held may meet another set of it there, which has no label of ours. */
export const meetsOthers = (view: WorkloadView, status: RolloutStatus): boolean =>
  view.held && straysOf(view, status).some((set) => returns(view, status, set))

/**
 * Its pods go first, once those of the stable version are all there, or none of its own is available; a version that once served becomes ordinary history, any other goes.
 * Everything is fenced: what looks like this on stale sight is a run.
 */
export function straysGone(o: Observed, view: WorkloadView, status: RolloutStatus): Action[] {
  const { kind } = o
  const { stable, history } = status
  if (meetsOthers(view, status) && !o.setsComplete) return []
  const served = new Set(history.flatMap(({ result, from, to }) => (result === 'Promoted' ? [from.set, to.set] : [from.set])))
  const gone = (set: SetView): Action[] => {
    const because = 'no run is of it'
    const given = () => kind.give(view, set, { forget: false, because })
    if (returns(view, status, set)) {
      // Held with two of them, the workload would be scaled in proportion: the one with more available pods stays.
      const others = view.held ? activeIn(view) : []
      const equal = set.name === stable?.set ? 0 : 1
      if (others.every(({ available }) => set.available >= available + equal)) return [...givesWay(o, view, others, because), ...given()]
    } else if (set.name === stable?.set) return given()
    if (set.wanted > 0 && set.available > 0 && view.available < view.replicas) return []
    if (set.wanted > 0) return kind.resize(view, set, 0, because)
    if (set.existing > 0) return []
    return served.has(set.name) ? kind.give(view, set, { forget: true, because }) : kind.remove(view, set, because)
  }
  return straysOf(view, status).flatMap(gone).map(fenced)
}

/** What has to be there before their pods go, and the way past it: what serves may never have all of its own. */
export function allThereFirst(o: Pick<Observed, 'rollout'>, view: WorkloadView): string {
  if (view.available >= view.replicas) return ''
  const { kind, name } = view.ref
  return `, once all pods of ${kind} ${name} are available${view.held ? `; ${pastSerin(o, view)}` : ''}`
}

/** The root Service, held by a write as late for a run that is over. */
export function strayPin({ service, rollout }: Pick<Observed, 'service'> & { rollout: { metadata: { name: string } } }): Action[] {
  if (typeof service === 'string' || heldBy(service) !== rollout.metadata.name) return []
  return unpinned(service)
}

/**
 * Routes as well; also those of a run whose Rollout was deleted by force. What their own rules were nobody knows any more: everything goes to the root
 * Service, since those of the run are gone, and the next run would take its share for the rules that it has to put back.
 */
export function strayHolds({ routes, rollout }: Pick<Observed, 'routes' | 'rollout'>): Action[] {
  const { metadata, spec, status } = rollout
  // A run that ends in this very plan lets go of them itself.
  if (routes === 'unread' || status?.run) return []
  const split = { root: spec.service ?? '', canary: canaryServiceOf(spec), baseline: baselineServiceOf(spec) }
  return routes.flatMap(({ kind, name, object, router }) => {
    if (!object || !router || heldBy(object) !== metadata.name) return []
    const because = `${kind} ${name} is not held any more, and gives everything to Service ${split.root}`
    return fencedPatch(object, [...router.giveUp(object, split), ...router.release(object)], because)
  })
}
