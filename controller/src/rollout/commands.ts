import { requestIdOf } from '../api/commandObject.ts'
import { iso } from '../api/fields.ts'
import type { RolloutSpec } from '../api/rollout.ts'
import type { RolloutStatus, Run } from '../api/rolloutStatus.ts'
import type { Instant } from '../clock.ts'
import type { WorkloadView } from '../workload/view.ts'
import type { Action } from './actions.ts'
import { refusalOf } from './history.ts'
import type { CommandObject, Observed } from './observed.ts'
import { pausedBy } from './scene.ts'
import { stepsOf } from './steps/planned.ts'
import { nameOf, waitsForPeople } from './steps/registry.ts'

/** What a command came to. `status` carries its effect; `actions` are its writes, if it has any. */
export interface Answer {
  phase: 'Done' | 'Refused'
  message: string
  status?: RolloutStatus
  actions?: Action[]
  /** The run that the command asks to begin. */
  begin?: 'Retry' | 'Undo'
}

interface Asked {
  o: Observed
  view: WorkloadView
  status: RolloutStatus
  now: Instant
  command: CommandObject
  by: string
}

/** Answers one command. Aimed at another run, step or version than the present one, it is refused: a stale click does nothing. */
export function answer(o: Observed, view: WorkloadView, status: RolloutStatus, command: CommandObject, now: Instant): Answer {
  const { spec, metadata } = command
  if (view.obeyed === metadata.uid) return { phase: 'Done', message: 'its template was written' }
  const by = askedBy(command, o.gate === 'policies')
  const { run } = status
  if (spec.run !== undefined && spec.run !== run?.id)
    return refused(run ? `it was aimed at run ${spec.run}; run ${run.id} is under way` : `it was aimed at run ${spec.run}, which is over`)
  if (spec.step !== undefined && spec.step !== run?.step?.index)
    return refused(`it was aimed at step ${spec.step + 1}; the run is at ${run?.step ? `step ${run.step.index + 1}` : 'no step'}`)
  const inQuestion = run?.to.hash ?? (spec.action === 'retry' ? status.history[0]?.to.hash : undefined)
  if (spec.revision !== undefined && spec.action !== 'undo' && spec.revision !== inQuestion)
    return refused(
      `it was aimed at version ${spec.revision}; ${inQuestion ? `the version in question is ${inQuestion}` : 'nothing is being released'}`,
    )
  return act({ o, view, status, now, command, by })
}

/** Without the policies the controller cannot tell whether a name was stamped or claimed. */
function askedBy({ spec }: CommandObject, stamped: boolean): string {
  const name = spec.requestedBy?.username
  if (!name) return 'somebody unverified'
  return stamped ? name : `${name} (unverified)`
}

function askedIn(command: CommandObject): { requestId?: string } {
  const requestId = requestIdOf(command)
  return requestId === undefined ? {} : { requestId }
}

function act(asked: Asked): Answer {
  switch (asked.command.spec.action) {
    case 'promote':
    case 'approve':
      return promote(asked)
    case 'promoteFull':
      return promoteFull(asked)
    case 'pause':
      return pause(asked)
    case 'resume':
      return resume(asked)
    case 'abort':
    case 'reject':
      return abort(asked)
    case 'retry':
      return retry(asked)
    case 'undo':
      return undo(asked)
    case 'restart':
      return restart(asked)
  }
}

function promote(asked: Asked): Answer {
  const { o, status, now, by } = asked
  const { run } = status
  if (!run) return refused('no run is under way')
  if (evidenceAfter(asked) && run.weight.actual === 100) return withoutEvidenceAfter(asked, run)
  if (run.stage !== 'Stepping' || !run.step || !waitsForPeople.includes(run.step.kind))
    return refused('the run is not waiting for anybody: it goes on by itself; promoteFull skips what is left of its steps')
  const paused = pausedBy({ o, run })
  if (paused) return refused(paused)
  const index = run.step.index + 1
  const following = stepsOf(run.spec as RolloutSpec)[index]
  const next = { ...run, step: { index, kind: following ? nameOf(following) : '', since: iso(now) }, waiting: undefined }
  const what = run.step.kind === 'pause' ? 'pause' : 'waiting for evidence'
  return done(`${by} ended the ${what} of step ${run.step.index + 1}`, { ...status, run: next })
}

/** What is measured after the switch still stands between the run and its hand-over. */
function evidenceAfter({ status: { run }, view }: Asked): boolean {
  return run?.stage === 'Promoting' && !run.fast && run.analysis?.stage === 'After' && !isHandedOver(run, view)
}

function withoutEvidenceAfter({ status, by }: Asked, run: Run): Answer {
  return done(`${by} ended the waiting for what is measured after the switch`, { ...status, run: { ...run, fast: true } })
}

function promoteFull(asked: Asked): Answer {
  const { status, now, by } = asked
  const { run } = status
  if (!run) return refused('no run is under way')
  if (evidenceAfter(asked)) return withoutEvidenceAfter(asked, run)
  if (run.stage === 'Promoting') return refused('it is being promoted already')
  if (run.stage === 'RollingBack') return refused('it is being rolled back; retry when that is over')
  return done(`${by} skipped what was left of the steps`, {
    ...status,
    run: {
      ...run,
      fast: true,
      ...(run.stage === 'Stepping' ? { stage: 'Promoting' as const, stageSince: iso(now), step: undefined } : {}),
      paused: undefined,
    },
  })
}

function pause({ status, now, by, command }: Asked): Answer {
  const { run } = status
  if (!run) return refused('no run is under way')
  if (run.stage !== 'Stepping') return refused(`it cannot stop while it is ${stageWord(run)}`)
  if (run.paused) return refused(`${run.paused.by} paused it already`)
  return done(`${by} paused it`, { ...status, run: { ...run, paused: { since: iso(now), by, ...askedIn(command) } } })
}

function resume({ status, now, by }: Asked): Answer {
  const { run } = status
  if (!run?.paused) return refused('it is not paused')
  return done(`${by} let it go on`, { ...status, run: resumed(run, now) })
}

/** The clock of its step stood still meanwhile. */
function resumed(run: Run, now: Instant): Run {
  if (!run.paused) return run
  const stood = now - Date.parse(run.paused.since)
  const step = run.step && { ...run.step, since: iso(Date.parse(run.step.since) + stood) }
  return { ...run, step, paused: undefined }
}

function abort({ status, now, by, command, o, view }: Asked): Answer {
  const { run } = status
  if (!run) return refused('no run is under way')
  if (run.stage === 'RollingBack') return refused('it is being rolled back already')
  if (run.stage === 'Promoting' && isHandedOver(run, view))
    return refused(`the new version was handed over already: serin undo ${o.rollout.metadata.name} goes back`)
  const because = command.spec.reason ? `${by} aborted it: ${command.spec.reason}` : `${by} aborted it`
  return done(because, { ...status, run: goingBack(run, { result: 'Aborted', because, by, ...askedIn(command) }, now) })
}

function isHandedOver(run: Run, view: WorkloadView): boolean {
  return view.sets.find((set) => set.name === run.to.set)?.owner === 'workload'
}

/** The run turns round. */
export function goingBack(run: Run, outcome: NonNullable<Run['outcome']>, now: Instant): Run {
  return { ...run, stage: 'RollingBack', stageSince: iso(now), outcome, paused: undefined, waiting: undefined, size: undefined }
}

function retry({ status, view }: Asked): Answer {
  if (status.run) return refused('a run is under way')
  // With the pausing gate what serves is held, too.
  if (!view.held || view.template === status.stable?.template || refusalOf(status, view.template) === undefined)
    return refused('no refused version is held: there is nothing to try again')
  return { phase: 'Done', message: 'it is tried again', status: { ...status, refused: undefined }, begin: 'Retry' }
}

function undo({ o, view, status, command }: Asked): Answer {
  const { run } = status
  if (run && run.stage === 'Promoting' && isHandedOver(run, view))
    return refused(`run ${run.id} has handed over and ends soon: ask again then; kubectl rollout undo goes back before`)
  if (run) return refused(`run ${run.id} is under way: serin abort ${o.rollout.metadata.name} goes back`)
  const target = command.spec.revision ?? usualUndo(status, view)
  if (target !== undefined && target === warmVersion(status, view))
    return { phase: 'Done', message: `back to version ${target}, whose pods are still there`, begin: 'Undo' }
  if (target === undefined) return refused('there is no earlier version in the history')
  const set = view.sets.find(({ hash }) => hash === target)
  if (!set) return refused(o.setsComplete ? `no ReplicaSet of version ${target} is left` : `version ${target} is not known`)
  if (set.template === view.template) return refused(`the workload's template is that of version ${target} already`)
  return {
    phase: 'Done',
    message: `the template of version ${target} was written back`,
    actions: o.kind.writeTemplate(view, set, `the template of version ${target} is written back`, command.metadata.uid),
  }
}

/** What an undo that names no version goes back to: the one whose pods are still there, the one that serves while another is held, the one before. */
export function usualUndo(status: RolloutStatus, view: WorkloadView): string | undefined {
  const { history, stable } = status
  const warm = warmVersion(status, view)
  if (warm !== undefined) return warm
  if (view.template !== stable?.template) return stable?.hash
  return history.find(({ result, to }) => result === 'Promoted' && to.hash === stable?.hash)?.from.hash
}

/** The version that is kept warm, as long as its set is still ours. */
function warmVersion({ kept }: RolloutStatus, view: WorkloadView): string | undefined {
  return kept && view.sets.some(({ name, owner }) => name === kept.version.set && owner === 'rollout') ? kept.version.hash : undefined
}

function restart({ o, view, status, now, command }: Asked): Answer {
  if (status.run) return refused('a run is under way')
  if (status.stable && view.template !== status.stable.template) return refused('a changed template is held; retry or undo first')
  return { phase: 'Done', message: 'its pods are replaced, by way of a run', actions: o.kind.restart(view, iso(now), command.metadata.uid) }
}

function stageWord({ stage }: Run): string {
  switch (stage) {
    case 'Starting':
      return 'starting'
    case 'Stepping':
      return 'taking its steps'
    case 'Promoting':
      return 'being promoted'
    case 'RollingBack':
      return 'being rolled back'
  }
}

const done = (message: string, status: RolloutStatus): Answer => ({ phase: 'Done', message, status })
const refused = (message: string): Answer => ({ phase: 'Refused', message })
