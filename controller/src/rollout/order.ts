import type { RolloutStatus } from '../api/rolloutStatus.ts'
import { pods } from '../workload/deployment.ts'
import type { SetView, WorkloadView } from '../workload/view.ts'
import type { Action } from './actions.ts'
import { activeIn, givesWay } from './activeSets.ts'
import type { Observed } from './observed.ts'
import { allThereFirst, straysOf } from './strays.ts'

type Stable = NonNullable<RolloutStatus['stable']>

/** What has to happen before a run may begin. */
export interface Disorder {
  /** What the changed template is held for. */
  heldUntil: string
  actions?: Action[]
  /** This one serves, and is the stable version from now on. */
  serves?: SetView
}

/** Nothing is left of the stable version: the workload was made anew, or its set was deleted. */
export function vanished(view: WorkloadView, stable: Pick<Stable, 'template'>): boolean {
  return !view.sets.some(({ template, wanted, existing }) => template === stable.template && (wanted > 0 || existing > 0))
}

/**
 * Somebody deleted the set of the stable version, which a run made and handed over: it has our label, so it would be seen. One that the native
 * controller made comes back under its own name; one of a Rollout before this lost the label with that. A run that the history has no more may have made it.
 */
export function setDeleted({ run, stable, kept, history, lastRun }: RolloutStatus, view: WorkloadView): boolean {
  if (run || stable === undefined || stable.hash !== stable.template) return false
  const promoted = history.some(({ result, to }) => result === 'Promoted' && to.set === stable.set)
  const ours = kept !== undefined || promoted || lastRun > history.length
  return ours && !view.sets.some(({ name }) => name === stable.set)
}

/**
 * A run compares two versions. A template that comes in mid native update finds more of them with pods in the workload: the one with the most
 * available pods is what serves, and the others give way to it. Undefined when a run may begin.
 */
export function disorderOf(
  o: Pick<Observed, 'kind' | 'rollout'>,
  view: WorkloadView,
  status: RolloutStatus,
  stable: Stable,
): Disorder | undefined {
  const isStable = ({ template }: SetView) => template === stable.template
  const [serving, ...others] = activeIn(view).sort((a, b) => b.available - a.available || Number(isStable(b)) - Number(isStable(a)))
  const images = serving?.images.join(', ')
  if (others.length > 0) {
    const because = `${images} serves with more pods: a run compares two versions, not three`
    return {
      heldUntil: `${because}, and ${others.map(({ name }) => name).join(', ')} gives way`,
      actions: givesWay(o, view, others, because),
      // The set of the stable version would be given back at the next look, and give way again.
      ...(serving && serving.template !== view.template && others.some(isStable) ? { serves: serving } : {}),
    }
  }
  if (serving?.template === view.template)
    return {
      heldUntil: 'it was let go before',
      actions: o.kind.letGo(view, 'it was let go before, and serves with more pods than any other version'),
    }
  if (serving && serving.template !== stable.template) {
    if (serving.available < view.replicas)
      return { heldUntil: `the native update to ${images} comes first (${serving.available} of ${pods(view.replicas)})` }
    return { heldUntil: `${images} is the stable version`, serves: serving }
  }
  const strays = straysOf(view, status).filter(({ existing }) => existing > 0)
  if (strays.length > 0) return { heldUntil: `the pods of ${strays.map(({ name }) => name).join(', ')} go first${allThereFirst(o, view)}` }
  return undefined
}

/** Pods of another version are left in it: a native update was turned back half-way, or they are going already, as those of a version that was kept warm. Its sets tell which. */
export const otherPodsIn = ({ noticed, existing, updated }: WorkloadView): boolean => noticed && existing !== updated

/** Another set of it wants pods, of whatever template: with two of the same one its controller brings all pods to the older. */
export function unfinished(view: WorkloadView): boolean {
  const [set, ...others] = activeIn(view)
  return set !== undefined && (others.length > 0 || set.template !== view.template)
}

/** What the native controller would end by itself, and nobody misses: what serves has all its pods, or these have none that is available. Not of two sets of one template. */
export function surplusIn(view: WorkloadView): SetView[] {
  const active = activeIn(view)
  const others = active.filter(({ template }) => template !== view.template)
  const [serving, ...twins] = active.filter(({ template }) => template === view.template)
  if (!serving || twins.length > 0) return []
  return serving.available >= view.replicas || others.every(({ available }) => available === 0) ? others : []
}

/**
 * The same where no run is to begin: a template that was refused before came in mid native update, and two versions serve. Not where it is among
 * them: somebody let it go.
 */
export function mixtureOf(o: Observed, view: WorkloadView, status: RolloutStatus, stable: Stable): Disorder | undefined {
  if (activeIn(view).some(({ template }) => template === view.template) || vanished(view, stable)) return undefined
  return disorderOf(o, { ...view, sets: view.sets.filter(({ owner }) => owner !== 'rollout') }, status, stable)
}
