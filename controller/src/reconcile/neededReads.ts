import type { RolloutSpec } from '../api/rollout.ts'
import type { RolloutStatus, Run } from '../api/rolloutStatus.ts'
import type { KubeObject } from '../kube/types.ts'
import { refusalOf } from '../rollout/history.ts'
import { wantsRun } from '../rollout/idle.ts'
import type { Observed, RolloutObject } from '../rollout/observed.ts'
import { disorderOf, otherPodsIn, setDeleted } from '../rollout/order.ts'
import { supersededBy } from '../rollout/run.ts'
import { cheap, replacedNatively } from '../rollout/scene.ts'
import { meetsOthers } from '../rollout/strays.ts'
import { endpointsOf } from '../traffic/endpoints.ts'
import { pinnedTo } from '../traffic/services.ts'
import type { WorkloadView } from '../workload/view.ts'

/** What the plan will want to see that is in no cache, for it has no label of ours, or that has to be seen past the cache. */
export interface Reads {
  /** Past its copy, which may be further behind than the Rollout's: what ends a run, or is stable from now on, has to be so. */
  workload: boolean
  /** All sets of the workload, whoever made them. */
  sets: boolean
  service: boolean
  routes: boolean
  /** What is in the way of a run: strangers under the names that it needs. */
  obstacles: boolean
}

type Known = Pick<Observed, 'rollout' | 'kind' | 'gate' | 'commands' | 'takenBy'>

const nothing: Reads = { workload: false, sets: false, service: false, routes: false, obstacles: false }

/**
 * Nothing for a Rollout at rest, for one whose workload is another's, and for most of a run. `disorder`: something has to be put in order before a
 * run, and nothing of the routing is of use until then.
 */
export function neededReads(known: Known, view: WorkloadView | undefined, disorder = false): Reads {
  const { rollout, gate, takenBy } = known
  const run = rollout.status?.run
  if (run) return inRun(known, run, view)
  const another = takenBy !== undefined || typeof gate === 'object'
  if (!view || another) return nothing
  const beside = rollout.status !== undefined && meetsOthers(view, rollout.status)
  // What is held stays so when the Rollout is gone, and with several versions it must not.
  if (rollout.metadata.deletionTimestamp) return { ...nothing, sets: beside || view.held }
  const rest = atRest(known, view, disorder)
  return { ...rest, sets: rest.sets || beside }
}

function inRun(known: Known, run: Run, view: WorkloadView | undefined): Reads {
  const spec = run.spec as unknown as RolloutSpec
  const setNamed = (name: string | undefined) => view?.sets.find((set) => set.name === name)
  const back = run.stage === 'RollingBack'
  const reverts = back && spec.rollback.revertTemplate
  // Made of the stable set, which is the workload's own and so in no cache.
  const makesBaseline = (run.stage === 'Starting' || run.stage === 'Stepping') && run.baseline && !run.fast && !setNamed(run.baseline.set)
  const from = setNamed(run.from.set)
  const to = setNamed(run.to.set)
  const reuses = !back && run.reuse && !to
  const taken = back && from?.owner === 'rollout'
  // What the workload has, or has again: between two writes of a hand-over the native controller starts a version of its history.
  const serving = [run.stage === 'Promoting' ? to : back ? from : undefined].find((set) => set?.owner === 'workload')
  const natively = view !== undefined && serving !== undefined && !back && cheap({ o: known, view, run, spec })
  const others = serving !== undefined && !natively && view?.held === true && view.existing > serving.existing
  return {
    workload:
      view !== undefined &&
      (supersededBy({ o: known, view, run, spec }) !== undefined || (run.stage === 'Promoting' && replacedNatively(view, run.to))),
    sets: [reverts, makesBaseline, taken, reuses, others].some(Boolean),
    // Let go before a native update, and everybody's since: however long that takes, nothing more is done to it.
    service: run.mode !== 'Pods' && !natively,
    routes: run.mode === 'Routes',
    obstacles: false,
  }
}

function atRest({ rollout, gate, commands }: Known, view: WorkloadView, disorder: boolean): Reads {
  const { spec, status, metadata } = rollout
  const routed = spec.traffic.routes.length > 0
  const isStable = view.template === status?.stable?.template
  const asked = commands.some(({ spec: { action } }) => action === 'retry' || action === 'undo')
  const begins = asked || (!disorder && status !== undefined && wantsRun({ rollout } as Observed, view, status))
  const learns = !isStable && view.settled && (!view.held || gate === 'paused') && !refused(status, view)
  const checks =
    metadata.generation !== status?.observedGeneration ||
    status?.conditions.some(({ type, status: on, reason }) => type === 'Stalled' && on === 'True' && reason !== 'RolledBack')
  // Paused at the stable version it is let go only for pods that do not go by themselves.
  const amidUpdate = gate === 'paused' && view.held && isStable && otherPodsIn(view)
  // Held when a Rollout first sees it: what serves beside it is found among its sets.
  const met = view.held && status?.stable === undefined
  const lost = status !== undefined && setDeleted(status, view)
  // Its pods go before the Service is let go. Not seen as the Rollout's it was given back, or our copy is from before it was taken.
  const kept = status?.kept && view.sets.find(({ name }) => name === status.kept?.version.set)?.owner !== 'rollout'
  // Before it is said that its template was refused: that one may have come in mid native update.
  const halted = view.held && status?.phase !== 'Degraded' && refused(status, view)
  const routing = begins || checks === true
  // While a version is warm the Service is pinned, and in no cache once somebody took that off.
  const service = (routing || status?.kept?.routed === true) && spec.service !== undefined
  return {
    workload: learns || (status?.kept !== undefined && replacedNatively(view, status.stable)),
    sets: [begins, learns, amidUpdate, met, lost, kept, halted].some(Boolean),
    service,
    routes: routing && routed,
    obstacles: routing && service && (routed || spec.blueGreen !== undefined),
  }
}

const refused = (status: RolloutStatus | undefined, view: WorkloadView) =>
  status?.stable !== undefined && refusalOf(status, view.template) !== undefined

/** No run begins as the sets are: how many pods come and go before it may, nobody knows. */
export function inDisorder(known: Pick<Observed, 'rollout' | 'kind'>, view: WorkloadView | undefined): boolean {
  const { status } = known.rollout
  return view !== undefined && status?.stable !== undefined && disorderOf(known, view, status, status.stable) !== undefined
}

/** A run that goes back finds pods of the held workload, but none behind the Service that is pinned to the stable version: is anything left of that one? */
export function goesBackToNone(
  { status }: RolloutObject,
  view: WorkloadView | undefined,
  service: KubeObject,
  root: KubeObject[],
): boolean {
  const run = status?.run
  if (!view?.held || run?.stage !== 'RollingBack' || pinnedTo(service) !== run.from.hash) return false
  return view.available > 0 && endpointsOf(root).ready === 0 && !view.sets.some(({ name }) => name === run.from.set)
}
