import { iso } from '../api/fields.ts'
import type { RolloutStatus } from '../api/rolloutStatus.ts'
import type { Instant } from '../clock.ts'
import { same } from '../traffic/patch.ts'
import type { WorkloadView } from '../workload/view.ts'
import type { Action } from './actions.ts'
import { notAhead } from './clocks.ts'
import { answer } from './commands.ts'
import { begin, idle, withItsSet } from './idle.ts'
import { leave, withoutWorkload } from './leave.ts'
import { type Note, notes, routeNotes } from './notes.ts'
import type { Observed } from './observed.ts'
import { presented, type Standing } from './phases.ts'
import { goOn } from './run.ts'
import type { Wait } from './scene.ts'
import { straysGone } from './strays.ts'
import { stuckAt } from './stuck.ts'

export interface Plan {
  /** In this order; the shell stops at the first that fails, and observes again. */
  actions: Action[]
  /** The whole status, as it reads once the actions are done. */
  status: RolloutStatus
  /** Write the status before the actions: without it, they could not be planned again after a crash. */
  statusFirst: boolean
  /** Answers to commands, to be given after the status is written: it holds their effect. */
  answers: { name: string; phase: 'Done' | 'Refused'; message: string; at: string }[]
  /** What people should be told. */
  events: Note[]
  /** When time alone will change the plan. */
  recheckAt?: Instant
}

/** What a Rollout nobody ever looked at has. */
const newborn: RolloutStatus = { phase: 'Progressing', message: '', conditions: [], history: [], lastRun: 0, answers: [] }

/**
 * Decides what to do next. Pure: the same observed world and instant give the same plan.
 * Safe to run twice, at any moment, after any crash: every part is decided from what is, not from what happened.
 */
export function plan(o: Observed, now: Instant): Plan {
  const before = notAhead(o.rollout.status ?? newborn, now)
  const decided = decide(o, before, now)
  const status = presented(o, decided.status, decided.standing, now)
  const late = status.run && stuckAt(status.run)
  const times = [decided.wait?.lookAt ?? decided.wait?.until, late !== undefined && late > now ? late : undefined]
  const lookAt = times.filter((time) => time !== undefined).sort((a, b) => a - b)[0]
  return {
    actions: once(decided.actions),
    status,
    statusFirst: decided.statusFirst ?? false,
    answers: status.answers.map(({ name, phase, message }) => ({ name, phase, message, at: iso(now) })),
    events: [...notes(before, status, o.commands), ...routeNotes(o, before, status)],
    ...(lookAt === undefined ? {} : { recheckAt: Math.max(lookAt, now) }),
  }
}

/** The end of a run and what comes after it may both ask for a write; it is made once. */
function once(actions: readonly Action[]): Action[] {
  return actions.filter((action, at) => !actions.slice(0, at).some((earlier) => same(earlier, action)))
}

interface Decided {
  status: RolloutStatus
  actions: Action[]
  standing: Standing
  wait?: Wait
  statusFirst?: boolean
}

const settling = (message: string): Standing => ({ state: 'settling', message })

function decide(o: Observed, before: RolloutStatus, now: Instant): Decided {
  const { rollout, workload, kind } = o
  const problem = (reason: string, message: string, status = refusing(o, before, message)): Decided => ({
    status,
    actions: [],
    standing: { state: 'problem', reason, message },
    wait: { for: message, because: reason, until: now + 10_000 },
  })
  if (workload === 'missing') {
    const message = `${kind.kind} ${rollout.spec.workload.name} does not exist in namespace ${rollout.metadata.namespace}, or is being deleted`
    const missing = problem('WorkloadMissing', message)
    return { ...missing, ...withoutWorkload(o, missing.status, message, now) }
  }
  // Deleted and made again while nobody looked: it is as if both had been seen.
  if (before.stable?.workload !== undefined && before.stable.workload !== workload.uid) {
    const { namespace } = workload.ref
    const left = workload.sets.filter(({ owner }) => owner === 'rollout').map(({ name, uid }) => ({ name, uid, namespace }))
    const because = `${kind.kind} ${workload.ref.name} was made anew`
    const standing = settling(`${because}: what is left of the one before goes first`)
    return { ...withoutWorkload({ ...o, orphanSets: left }, before, because, now), standing }
  }
  if (rollout.metadata.deletionTimestamp) {
    const left = leave(o, workload, before, now)
    const standing = settling(`the Rollout is being deleted${left.wait ? `: waiting for ${left.wait.for}` : ''}`)
    // A PUT took its label: what is waited for would not be heard of.
    const watched = left.wait && workload.managedBy === undefined ? kind.manage(workload, rollout.metadata.name) : []
    return prepend(watched, { ...left, standing })
  }
  if (o.takenBy !== undefined)
    return problem(
      'WorkloadTaken',
      `${kind.kind} ${workload.ref.name} is guarded by Rollout ${o.takenBy}, which is older: delete one of the two`,
    )
  // Its commands are for the controller whose gate it is.
  if (typeof o.gate === 'object') return problem('GateNotOurs', o.gate.notOurs, before)

  const manage = workload.managedBy === rollout.metadata.name ? [] : kind.manage(workload, rollout.metadata.name)
  const obeyed = obey(o, workload, withItsSet(o, workload, before, now), now)
  if (obeyed.actions.length > 0)
    return { ...obeyed, actions: [...manage, ...obeyed.actions], standing: settling('a command changed the template') }
  return prepend(manage, proceed(o, workload, obeyed.status, obeyed.begun, now))
}

/** Runs and idleness, as long as one gives way to the other in the same instant. */
function proceed(o: Observed, view: WorkloadView, status: RolloutStatus, statusFirst: boolean, now: Instant): Decided {
  if (status.run) {
    const progress = goOn(o, view, status, now)
    const first = statusFirst || progress.statusFirst
    if (progress.status.run) return { ...progress, statusFirst: first, standing: settling('') }
    const rest = idle(stale(o, progress.status), atRest(o, view, progress.status), progress.status, now)
    const { wait } = rest
    return { status: rest.status, actions: [...progress.actions, ...rest.actions], standing: rest.standing, wait, statusFirst: false }
  }
  const rest = idle(o, view, status, now)
  if (!rest.begun) return prepend(straysGone(o, view, { ...status, stable: rest.status.stable }), { ...rest, statusFirst })
  return prepend(rest.actions, { ...proceed(o, view, rest.status, true, now), statusFirst: true })
}

/** A workload that shows the stable version was let go just now, or is looked at again when the end of the run is written. The pausing gate never lets it go. */
function atRest({ gate }: Observed, view: WorkloadView, status: RolloutStatus): WorkloadView {
  return view.template === status.stable?.template && gate !== 'paused' ? { ...view, held: false } : view
}

/** Right after a run what was read of sets and routing shows the world before its last writes: nothing new begins on it. Services that stay are what they were. */
function stale(o: Observed, { kept }: RolloutStatus): Observed {
  return { ...o, setsComplete: false, ...(kept ? {} : { service: 'unread', canaryService: undefined, baselineService: undefined }) }
}

/** Without a workload of its own no command can have an effect; whoever sent one is told at once. */
function refusing(o: Observed, before: RolloutStatus, message: string): RolloutStatus {
  const known = stillAsked(o, before)
  const fresh = o.commands.filter(({ metadata: { uid } }) => !known.answers.some((one) => one.uid === uid))
  if (fresh.length === 0) return known
  const answers = fresh.map(({ metadata: { uid, name } }) => ({ uid, name, phase: 'Refused' as const, message }))
  return { ...known, answers: [...known.answers, ...answers] }
}

/** Answers that their commands do not show yet. */
function stillAsked({ commands }: Observed, before: RolloutStatus): RolloutStatus {
  const waiting = new Set(commands.map(({ metadata }) => metadata.uid))
  if (before.answers.every(({ uid }) => waiting.has(uid))) return before
  return { ...before, answers: before.answers.filter(({ uid }) => waiting.has(uid)) }
}

/** Takes in the commands that came, oldest first. Their effects stand in the status, beside their answers, until the command shows the answer. */
function obey(
  o: Observed,
  view: WorkloadView,
  before: RolloutStatus,
  now: Instant,
): { status: RolloutStatus; actions: Action[]; begun: boolean } {
  let status = stillAsked(o, before)
  const actions: Action[] = []
  let begun = false
  for (const command of o.commands) {
    const { uid, name } = command.metadata
    if (status.answers.some((known) => known.uid === uid)) continue
    const given = answer(o, view, status, command, now)
    status = { ...(given.status ?? status), answers: [...status.answers, { uid, name, phase: given.phase, message: given.message }] }
    if (given.begin) {
      status = begin(o, view, status, given.begin, now)
      begun = true
    }
    actions.push(...(given.actions ?? []))
    // It changes the template: the next ones are about the workload as it is then.
    if (actions.length > 0) break
  }
  return { status, actions, begun }
}

const prepend = (actions: Action[], decided: Decided): Decided => ({ ...decided, actions: [...actions, ...decided.actions] })
