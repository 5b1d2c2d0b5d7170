import { iso } from '../api/fields.ts'
import type { RolloutStatus } from '../api/rolloutStatus.ts'
import type { Instant } from '../clock.ts'
import type { SetView, WorkloadView } from '../workload/view.ts'
import type { Action } from './actions.ts'
import { activeIn } from './activeSets.ts'
import { newRun, problemOf } from './begin.ts'
import { refusalOf, refusedIn } from './history.ts'
import type { Observed } from './observed.ts'
import { type Disorder, disorderOf, mixtureOf, otherPodsIn, surplusIn, unfinished, vanished } from './order.ts'
import type { Standing } from './phases.ts'
import { retire } from './retire.ts'
import { instant, type Wait } from './scene.ts'
import { unlabelled } from './setLabels.ts'

/** What to do while no run is under way. `begun`: a run was put into the status; it goes on in the same plan. */
export interface Idle {
  status: RolloutStatus
  actions: Action[]
  standing: Standing
  wait?: Wait
  begun: boolean
}

type Stable = NonNullable<RolloutStatus['stable']>

const retryProblemsAfter = 10_000

export function idle(o: Observed, view: WorkloadView, before: RolloutStatus, now: Instant): Idle {
  const pending = wantsRun(o, view, before)
  const retired = retire(o, view, before, now, pending)
  const { status, actions } = retired
  const rest = (standing: Standing, more: Action[] = [], wait: Wait | undefined = retired.wait): Idle => ({
    status,
    actions: [...actions, ...more, ...former(o, view, status)],
    standing,
    wait,
    begun: false,
  })

  const { stable } = status
  if (stable && view.template === stable.template) return rest(...atStable(o, view, now))
  if (!view.held) return native(o, view, { status, actions }, now)
  if (!stable) return held(o, view, { status, actions }, now)
  if (view.replicas === 0)
    return rest(
      { state: 'settling', message: 'the workload is scaled to zero: the changed template goes in unjudged' },
      o.kind.letGo(view, 'nothing serves, so nothing can be judged'),
    )
  const heldUntil = (what: string): Standing => ({ state: 'settling', message: `a changed template is held: ${what}` })
  const putInOrder = (disorder: Disorder): Idle => {
    const held = rest(heldUntil(disorder.heldUntil), disorder.actions)
    return disorder.serves ? { ...held, status: { ...status, stable: stableFrom(disorder.serves, view, now) } } : held
  }
  const calm = !status.kept && actions.length === 0 && o.setsComplete
  const refused = refusedIn(status, view.template)
  if (refused) {
    const mixture = calm ? mixtureOf(o, view, status, stable) : undefined
    if (mixture) return putInOrder(mixture)
    // Another one came, maybe in mid native update: what serves is read at the next look.
    const overRun = o.rollout.status?.run
    if (overRun && overRun.to.template !== view.template) return rest(heldUntil('the end of the previous run comes first'))
    const message = `${view.images.join(', ')} is held and gets no traffic: ${refused.because}; retry it, undo it, or bring a new template`
    return { ...rest({ state: 'refused', message }), status: { ...status, refused } }
  }
  if (o.rollout.spec.paused) return rest({ state: 'paused', message: 'a changed template is held: spec.paused of the Rollout is true' })
  const problem = problemOf(o, view)
  if (problem)
    return rest({ state: 'problem', ...problem }, [], { for: problem.message, because: problem.reason, until: now + retryProblemsAfter })
  if (!calm) return rest(heldUntil(`${retired.wait?.for ?? 'the previous run'} comes first`))
  if (vanished(view, stable)) return held(o, view, { status: withoutStable(status), actions }, now)
  const disorder = disorderOf(o, view, status, stable)
  if (disorder) return putInOrder(disorder)
  return { status: begin(o, view, status, 'Template', now), actions, standing: { state: 'settling', message: '' }, begun: true }
}

/** A version that gave way to a native update lost its pods where it was: it is history like any other, which no watch of ours need hold. */
function former({ rollout }: Observed, view: WorkloadView, { stable, kept }: RolloutStatus): Action[] {
  if (!stable) return []
  const gone = ({ owner, name, wanted, existing }: SetView) =>
    owner === 'workload' && wanted === 0 && existing === 0 && name !== stable.set && name !== kept?.version.set
  const sets = view.sets.filter(gone).map(({ object }) => object)
  return unlabelled(sets, rollout.metadata.name)
}

/**
 * The stable version has another set than was noted: somebody deleted that one, or the whole workload while nobody looked, and it was made again,
 * under the name that the native controller gives, which may also have emptied it for another one of the same template. Nothing may be pinned to the
 * pods of a set that has none. What is kept warm serves until the new one has its pods, and no longer: the Service that was pinned to the deleted
 * one sends to both.
 */
export function withItsSet(o: Observed, view: WorkloadView, status: RolloutStatus, now: Instant): RolloutStatus {
  const { stable, run, kept } = status
  if (run || !stable || !o.setsComplete) return status
  const serving = activeIn(view).filter(({ template }) => template === stable.template)
  const [set] = serving
  if (!set || serving.some(({ name }) => name === stable.set) || (kept && set.available < view.replicas)) return status
  return { ...status, stable: stableFrom(set, view, instant(stable.since)), ...(kept ? { kept: { ...kept, until: iso(now) } } : {}) }
}

/** Puts a new run into the status. */
export function begin(
  o: Observed,
  view: WorkloadView,
  status: RolloutStatus,
  trigger: 'Template' | 'Retry' | 'Undo',
  now: Instant,
): RolloutStatus {
  const run = newRun(o, view, status, trigger, now)
  const { kept, ...rest } = status
  return { ...rest, ...(trigger === 'Undo' || !kept ? {} : { kept }), run, lastRun: run.id }
}

/** A template is held that a run should try. */
export function wantsRun(o: Observed, view: WorkloadView, status: RolloutStatus): boolean {
  const { stable } = status
  return (
    view.held &&
    stable !== undefined &&
    view.template !== stable.template &&
    view.replicas > 0 &&
    refusalOf(status, view.template) === undefined &&
    !o.rollout.spec.paused
  )
}

function atStable(o: Observed, view: WorkloadView, now: Instant): [Standing, Action[], Wait?] {
  const images = view.images.join(', ')
  const dead = view.replicas > 0 && view.available === 0
  const ready: Standing = dead
    ? { state: 'settling', message: `no pod of ${images} is available` }
    : { state: 'ready', message: `${images} serves` }
  if (o.gate === 'paused') {
    // Let go just now, it is left to the native controller until that has seen it: else it would be held and let go in turns.
    const amidUpdate = view.held ? otherPodsIn(view) && o.setsComplete && unfinished(view) : view.existing !== view.updated
    if (!amidUpdate) return [ready, o.kind.hold(view)]
    const settling: Standing = { state: 'settling', message: `the native update back to ${images} goes on` }
    // Let go, it would let a newer template in.
    const surplus = view.held ? surplusIn(view) : []
    if (surplus.length > 0) return [settling, surplus.flatMap((set) => o.kind.resize(view, set, 0, `${images} serves without it`))]
    return [settling, o.kind.letGo(view, 'pods of another version are left of a native update, and it is the one to end that')]
  }
  if (view.held) return [ready, o.kind.letGo(view, 'its template is that of the stable version: there is nothing to judge')]
  const problem = problemOf(o, view)
  if (problem)
    return [{ state: 'problem', ...problem }, [], { for: problem.message, because: problem.reason, until: now + retryProblemsAfter }]
  return [ready, view.released !== undefined && view.settled ? o.kind.clearRelease(view) : []]
}

/** The native controller rolls the template out by itself: at first sight of a workload, or after somebody let it go. What it ends with is stable. */
function native(o: Observed, view: WorkloadView, before: { status: RolloutStatus; actions: Action[] }, now: Instant): Idle {
  const so = { ...before, status: withoutUndo(before.status, now) }
  const stable = view.settled ? stableOf(view, now) : undefined
  if (!stable)
    return {
      ...so,
      standing: {
        state: 'settling',
        message: `the native rolling update of ${view.ref.name} goes on; its result will be the stable version`,
      },
      begun: false,
    }
  const { refused: _, ...status } = so.status
  const [standing, actions] = atStable(o, view, now)
  return { status: { ...status, stable }, actions: [...so.actions, ...actions], standing, begun: false }
}

/** What is kept warm belongs before the version that is going: an undo would skip that one, and a Service that is not pinned selects its pods. */
function withoutUndo(status: RolloutStatus, now: Instant): RolloutStatus {
  const { kept } = status
  return kept && instant(kept.until) > now ? { ...status, kept: { ...kept, until: iso(now) } } : status
}

/**
 * Held before a stable version was known. With the pausing gate it may just be at rest. Where another version serves alone, that one is stable:
 * whoever makes a Rollout anew does not release what was held or refused. Else there is nothing to compare with, so it goes in natively.
 */
function held(o: Observed, view: WorkloadView, so: { status: RolloutStatus; actions: Action[] }, now: Instant): Idle {
  if (o.gate === 'paused' && view.settled) return native(o, { ...view, held: false }, so, now)
  const serving = servingAlone(view)
  if (serving)
    return {
      status: { ...so.status, stable: stableFrom(serving, view, now) },
      actions: so.actions,
      standing: {
        state: 'settling',
        message: `a changed template is held: ${serving.images.join(', ')}, which serves, is the stable version`,
      },
      begun: false,
    }
  const letGo = o.kind.letGo(view, 'no version of it was ever stable: there is nothing to compare with')
  return {
    status: so.status,
    actions: [...so.actions, ...letGo],
    standing: { state: 'settling', message: 'the first version goes in unjudged' },
    begun: false,
  }
}

function stableOf(view: WorkloadView, now: Instant): Stable | undefined {
  const set = view.sets
    .filter(({ owner, template }) => owner === 'workload' && template === view.template)
    .sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1))[0]
  return set && stableFrom(set, view, now)
}

/** The one set of the workload's own that has pods, if it is of another version than the held one and has all that are wanted. */
function servingAlone(view: WorkloadView): SetView | undefined {
  const [set, ...others] = view.sets.filter(({ owner, wanted, existing }) => owner === 'workload' && (wanted > 0 || existing > 0))
  return set && others.length === 0 && set.template !== view.template && view.replicas > 0 && set.available >= view.replicas
    ? set
    : undefined
}

function withoutStable({ stable: _, ...status }: RolloutStatus): RolloutStatus {
  return status
}

function stableFrom({ hash, template, name, revision, images }: SetView, { uid }: WorkloadView, now: Instant): Stable {
  return { hash, template, set: name, revision, images, since: iso(now), workload: uid }
}
