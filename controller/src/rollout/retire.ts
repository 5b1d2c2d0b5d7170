import type { RolloutStatus } from '../api/rolloutStatus.ts'
import type { Instant } from '../clock.ts'
import { pin } from '../traffic/services.ts'
import type { WorkloadView } from '../workload/view.ts'
import { type Action, fenced, fencedPatch } from './actions.ts'
import { finalizer } from './finalizer.ts'
import type { Observed } from './observed.ts'
import { setDeleted } from './order.ts'
import { serviceGone, servicesGone, unpinned } from './routing.ts'
import { instant, replacedNatively, type Wait } from './scene.ts'
import { strayHolds, strayPin, straysOf } from './strays.ts'

/** The end of a previous version that was kept warm: pods, then the pin, then its set is ordinary history. Satisfied when `status.kept` is gone. */
export function retire(
  o: Observed,
  view: WorkloadView,
  status: RolloutStatus,
  now: Instant,
  hurry: boolean,
): { status: RolloutStatus; actions: Action[]; wait?: Wait } {
  const { kept } = status
  if (!kept) {
    const strays = straysOf(view, status).length > 0
    const left = [...strayPin(o), ...strayHolds(o), ...servicesGone(o, 'no run is of it')]
    return { status, actions: [...left, ...(strays ? [] : finalizer.remove(o.rollout))] }
  }
  if (setDeleted(status, view) && !o.rollout.metadata.deletionTimestamp) {
    const because = 'its set was deleted: the previous version serves as long as it has no pods'
    const actions = [...finalizer.add(o.rollout), ...unpinned(o.service)]
    return { status, actions, wait: { for: 'the native controller to make the pods of the stable version anew', because } }
  }
  const natively = replacedNatively(view, status.stable)
  const until = hurry || natively ? now : instant(kept.until)
  if (now < until)
    return {
      status,
      actions: [...finalizer.add(o.rollout), ...(kept.routed ? pinnedAgain(o, status, kept.from) : [])],
      wait: { for: 'the previous version to be retired', because: 'it stays warm for an undo', until },
    }
  const old = view.sets.find(({ name }) => name === kept.version.set)
  const actions: Action[] = serviceGone(o.canaryService, 'no route sends to it any more')
  if (old?.owner === 'rollout' && kept.routed && (old.wanted > 0 || old.existing > 0)) {
    actions.push(...o.kind.resize(view, old, 0, 'the previous version was kept long enough'))
    // Of a workload without pods nothing else could serve meanwhile.
    if (natively && view.replicas > 0) actions.push(...unpinned(o.service))
    const because = natively ? 'the native update goes on without it' : 'the Service is pinned until then'
    return { status, actions, wait: { for: 'the pods of the previous version to be gone', because } }
  }
  actions.push(...unpinned(o.service))
  // Let go with its template, the workload has a set of that one by now: its controller would bring all pods back to the older of the two.
  const twin = !view.held && old?.template === view.template
  if (old?.owner === 'rollout' && twin)
    actions.push(...o.kind.remove(view, old, 'the native controller runs this version itself').map(fenced))
  else if (old?.owner === 'rollout')
    actions.push(...o.kind.give(view, old, { replicas: 0, forget: true, because: 'the previous version is ordinary history' }))
  actions.push(...finalizer.remove(o.rollout))
  const { kept: _, ...rest } = status
  return { status: rest, actions }
}

/** Where no policy guards, whoever writes the whole Service takes the pin off, and it sends to the version that is kept warm. */
function pinnedAgain({ service, rollout }: Observed, { stable }: RolloutStatus, run: number): Action[] {
  if (typeof service === 'string' || stable === undefined) return []
  const ops = pin(service, stable.hash, String(run), rollout.metadata.name)
  const because = `Service ${service.metadata.name} stays on version ${stable.hash} while the previous one is warm`
  return fencedPatch(service, ops, because)
}
