import type { RolloutSpec } from '../api/rollout.ts'
import type { RolloutStatus, Run } from '../api/rolloutStatus.ts'
import type { Instant } from '../clock.ts'
import type { WorkloadView } from '../workload/view.ts'
import { type Action, fenced } from './actions.ts'
import { goingBack } from './commands.ts'
import { finalizer } from './finalizer.ts'
import type { Observed } from './observed.ts'
import { mixtureOf } from './order.ts'
import { retire } from './retire.ts'
import { servicesGone, unpinned } from './routing.ts'
import { goOn, waiting } from './run.ts'
import { handedOver, type Wait } from './scene.ts'
import { unlabelled } from './setLabels.ts'
import { allThereFirst, strayPin, straysGone, straysOf } from './strays.ts'
import { released, routesRestored } from './weights.ts'

interface Left {
  status: RolloutStatus
  actions: Action[]
  wait?: Wait
  statusFirst: boolean
}

/** A deleted Rollout goes when nothing of a run is left: canary away, route and pin as they were, the workload unguarded, held on stable if a template was refused. */
export function leave(o: Observed, view: WorkloadView, before: RolloutStatus, now: Instant): Left {
  if (before.run) return runGone(o, view, before, before.run, now)
  const { status, actions, wait } = retire({ ...o, rollout: without(o) }, view, before, now, true)
  if (status.kept) return { status, actions, wait, statusFirst: false }
  // Held in mid native update it would have both versions for good, and nobody would know which of them serves.
  const mixture = view.held && status.stable && o.setsComplete ? mixtureOf(o, view, status, status.stable) : undefined
  if (mixture?.actions) {
    const wait = { for: 'one version to serve', because: mixture.heldUntil }
    return { status, actions: [...actions, ...mixture.actions], wait, statusFirst: false }
  }
  // Without the Rollout they would be collected as garbage, whether the workload has its pods or not.
  const strays = straysOf(view, before)
  if (strays.length > 0) {
    const names = strays.map(({ name }) => name).join(', ')
    return {
      status,
      actions: [...actions, ...straysGone(o, view, before)],
      wait: { for: `ReplicaSet ${names} to give way${allThereFirst(o, view)}`, because: 'no run is of it' },
      statusFirst: false,
    }
  }
  return { status, actions: [...actions, ...forgotten(o, view), ...finalizer.remove(o.rollout)], statusFirst: false }
}

/** The run turns round, and keeps nobody waiting for a look at what was refused. When it is over it is looked again: what was read shows the world before its last writes. */
function runGone(o: Observed, view: WorkloadView, before: RolloutStatus, run: Run, now: Instant): Left {
  const spec = run.spec as RolloutSpec
  const ends = run.stage === 'RollingBack' || (run.stage === 'Promoting' && handedOver({ o, view, run, spec }))
  const going = ends ? run : goingBack(run, { result: 'Aborted', because: 'the Rollout was deleted' }, now)
  const hasty = { ...spec, rollback: { ...spec.rollback, keepCanaryFor: '0s' } }
  const status = { ...before, run: { ...going, spec: { ...hasty } } }
  const progress = goOn({ ...o, rollout: { ...o.rollout, spec: hasty } }, view, status, now)
  if (progress.wait) return { ...progress, statusFirst: !ends || progress.statusFirst }
  return { ...progress, wait: { for: 'the end of its run to be seen', because: 'it was written just now', until: now }, statusFirst: false }
}

/** Labels and guards go; what the user's workload is stays. With the pausing gate it is let go, if nothing is held in it. */
function forgotten(o: Observed, view: WorkloadView): Action[] {
  const stable = o.rollout.status?.stable
  const atRest = o.gate === 'paused' && view.template === stable?.template
  return [
    ...(atRest ? o.kind.letGo(view, 'nobody guards it any more') : []),
    ...unlabelled(
      view.sets.map(({ object }) => object),
      o.rollout.metadata.name,
    ).map(fenced),
    ...o.kind.unmanage(view),
  ]
}

/** The finalizer stays until everything else is done. */
function without(o: Observed): Observed['rollout'] {
  return { ...o.rollout, metadata: { ...o.rollout.metadata, finalizers: [] } }
}

const workloadGone = 'the workload is gone'

/** The workload itself is gone, in mid-run or not: what is left of a run goes too, once the gateway has taken over the routes' own rules. */
export function withoutWorkload(
  o: Observed,
  status: RolloutStatus,
  because: string,
  now: Instant,
): { status: RolloutStatus; actions: Action[]; wait?: Wait } {
  const { run, kept, ...rest } = status
  if (run) {
    const going = run.stage === 'RollingBack' ? run : goingBack(run, { result: 'Superseded', because }, now)
    const back = routesRestored({ o, run: going, spec: run.spec as RolloutSpec, now })
    // The pods that the Service is pinned to went with it: what is back at the root may send to those that are there.
    const actions = [...unpinned(o.service), ...back.actions]
    if (back.wait) return { status: { ...status, run: waiting(back.run, back.wait, run, now) }, actions, wait: back.wait }
  }
  const actions: Action[] = [
    ...released(o.routes),
    ...(run || kept ? unpinned(o.service) : strayPin(o)),
    ...servicesGone(o, workloadGone),
    ...o.orphanSets.map(({ name, namespace, uid }) => ({
      verb: 'delete' as const,
      target: { apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace, name },
      uid,
      because: workloadGone,
      fenced: true,
    })),
    ...finalizer.remove(o.rollout),
  ]
  const { stable: _, ...last } = rest
  return { status: last, actions }
}
