import { iso } from '../api/fields.ts'
import type { RolloutSpec } from '../api/rollout.ts'
import type { RolloutStatus, Run } from '../api/rolloutStatus.ts'
import type { Instant } from '../clock.ts'
import { same } from '../traffic/patch.ts'
import type { WorkloadView } from '../workload/view.ts'
import type { Action } from './actions.ts'
import { harmFound, shownAnalysis } from './analyses.ts'
import { armsStay } from './baseline.ts'
import { goingBack } from './commands.ts'
import { crashing } from './crashes.ts'
import { promoted, wentBack } from './history.ts'
import type { Observed } from './observed.ts'
import { originalsCurrent } from './routing.ts'
import { canarySet, fails, handedOver, inOrder, type Move, pausedBy, type Scene, satisfied, type Wait, waits } from './scene.ts'
import { finalized, nothingToGoBackTo, promoting, rollingBack, starting } from './stages.ts'
import { stepsOf } from './steps/planned.ts'
import { nameOf, progressOf, resumeAt, titleOf } from './steps/registry.ts'
import { toldStuck } from './stuck.ts'
import { shareSeen, weightsStay } from './weights.ts'

/** How far a run came in one plan. */
export interface Progress {
  status: RolloutStatus
  actions: Action[]
  wait?: Wait
  /** The status must be written before the actions: they could not be planned again without it. */
  statusFirst: boolean
}

/** Takes a run as far as it goes at this instant: through every step that wants nothing, up to the first wait. Ends with `status.run` gone when the run is over. */
export function goOn(o: Observed, view: WorkloadView, before: RolloutStatus, now: Instant): Progress {
  let run = before.run
  if (!run) throw new Error('no run to go on with')
  let actions: Action[] = []
  const turnRound = (outcome: NonNullable<Run['outcome']>, of: Run) => {
    actions = []
    return goingBack(of, outcome, now)
  }
  const stays = (of: Run, wait: Wait): Progress => {
    const shown = shownAnalysis({ o, view, run: of, spec: of.spec as RolloutSpec, now })
    const told = { ...toldStuck(waiting(of, wait, before.run, now), before.run, o, view, now), ...(shown ? { analysis: shown } : {}) }
    return { status: { ...before, run: told }, actions, wait, statusFirst: turned(o, of) }
  }

  run = refrozen(run, o.rollout.spec, now)
  const overtaken = supersededBy({ o, view, run, spec: run.spec as RolloutSpec })
  if (overtaken) run = turnRound(overtaken, run)
  // As if somebody had let it go. Remembered: once the Service is let go nothing shows it any more.
  if (run.outcome && nothingToGoBackTo({ o, view, run, spec: run.spec as RolloutSpec, now }))
    run = { ...run, outcome: { ...run.outcome, released: true } }

  // Each round ends a step or a stage, so there are few.
  for (let round = 0; round < 200; round++) {
    const scene: Scene = { o, view, run, spec: run.spec as RolloutSpec, now }
    const move = stage(scene)
    // A step sees to what the start made, too; in one plan both decide from the same sight.
    actions.push(...move.actions.filter((action) => !actions.some((known) => same(known, action))))
    run = shifted(move.run)
    if (move.failed !== undefined) {
      run = turnRound({ result: 'RolledBack', because: move.failed }, run)
    } else if (move.wait) {
      return stays(run, move.wait)
    } else if (turned(o, run)) {
      return stays(run, { for: 'its last writes to be seen', because: 'how it ends is written down first', lookAt: now })
    } else if (run.stage === 'Promoting' || run.stage === 'RollingBack') {
      const over = run.stage === 'Promoting' ? promoted(o, view, { ...before, run }, run, now) : wentBack(o, { ...before, run }, run, now)
      return { status: over, actions, statusFirst: false }
    } else {
      run = next(run, now)
    }
  }
  throw new Error(`run ${run.id} of ${o.rollout.metadata.name} does not come to rest`)
}

/**
 * It came to its last stage just now, or goes back for another reason, and that must be written before anything is done about it. Once owners changed
 * places, a run that is not known to be promoting would look let go by hand; and a leader that was overtaken may not put back what a run of another needs.
 */
function turned({ rollout: { status } }: Observed, { stage, outcome }: Run): boolean {
  const known = status?.run
  return (stage === 'Promoting' || stage === 'RollingBack') && (known?.stage !== stage || !same(known.outcome, outcome))
}

function stage(scene: Scene): Move {
  const { run, spec } = scene
  switch (run.stage) {
    case 'Starting':
      return starting(scene)
    case 'Stepping': {
      const step = stepsOf(spec)[run.step?.index ?? 0]
      if (!step || run.fast) return satisfied({ ...scene, run: { ...run, step: undefined } })
      const harm = harmFound(scene) ?? crashing(scene)
      if (harm !== undefined) return fails(scene, harm)
      const paused = pausedBy(scene)
      if (paused) return inOrder([underWay, held, (at) => waits(at, { for: 'somebody to resume it', because: paused })])(scene)
      const before = step.weight !== undefined ? satisfied : step.scale !== undefined ? weightsStay : held
      return inOrder([underWay, before, (at) => progressOf(step, at)])(scene)
    }
    case 'Promoting':
      return inOrder([originalsCurrent, finalized, promoting])(scene)
    case 'RollingBack':
      return inOrder([originalsCurrent, finalized, rollingBack])(scene)
  }
}

/** Nothing of a run on its way is decided before that. */
const underWay = inOrder([shareSeen, starting])

/** What the run came to stays as it is while it stands. Steps that move the one or the other see to that themselves. */
const held = inOrder([armsStay, weightsStay])

/** The share of the traffic over time: an analysis that begins or comes back later knows by it what each interval was. */
function shifted(run: Run): Run {
  const { actual, confirmedAt } = run.weight
  const last = run.shifts.at(-1)
  if (confirmedAt === undefined || (last?.weight ?? 0) === actual) return run
  return { ...run, shifts: [...run.shifts, { weight: actual, at: confirmedAt }].slice(-100) }
}

/** Where a run is after what it did is done. */
function next(run: Run, now: Instant): Run {
  const begin = { stageSince: iso(now), waiting: undefined }
  const steps = stepsOf(run.spec as RolloutSpec)
  const index = run.stage === 'Starting' ? 0 : (run.step?.index ?? steps.length) + 1
  const step = steps[index]
  if (!step || run.fast) return { ...run, ...begin, stage: 'Promoting', step: undefined }
  const entered = run.stage === 'Starting' ? begin : {}
  return { ...run, ...entered, stage: 'Stepping', step: { index, kind: nameOf(step), since: iso(now) } }
}

type FromOutside = Pick<Scene, 'view' | 'run' | 'spec'> & { o: Pick<Observed, 'kind' | 'gate'> }

/** What the world did to a run from outside. */
export function supersededBy(scene: FromOutside): Run['outcome'] {
  const { view, run } = scene
  if (run.stage === 'Promoting' && handedOver(scene)) return undefined
  const undoing = run.trigger === 'Undo' && view.template === run.from.template
  if (undoing) return undefined
  const superseded = (because: string, released = false) => ({ result: 'Superseded' as const, because, ...(released ? { released } : {}) })
  // Also on its way back: stable's pods go, and nothing may be pinned to them.
  if (!view.held) return run.outcome?.released ? undefined : superseded(letGoBy(scene), true)
  if (run.stage === 'RollingBack') return undefined
  if (view.template === run.from.template) return superseded('the template was set back to that of the stable version')
  if (view.template !== run.to.template) return superseded('a newer template came')
  if (view.replicas === 0) return superseded('the workload was scaled to zero: nothing serves, so nothing can be judged')
  return undefined
}

/** How it comes that the native controller goes on by itself. */
function letGoBy(scene: FromOutside): string {
  const { view, run, o } = scene
  if (view.released) return `released by hand: ${view.released}`
  // Let go by its hand-over, and that is seen by the set only.
  if (run.stage === 'Promoting' && !canarySet(scene))
    return `ReplicaSet ${run.to.set} was deleted in the hand-over: the native controller makes its pods anew`
  return `${o.kind.kind} ${view.ref.name} was let go by hand: the native controller goes on by itself`
}

/** An edited spec takes effect in mid-run, but not where it would change how traffic moves; steps go on where they were, never from the start without need. */
function refrozen(run: Run, spec: RolloutSpec, now: Instant): Run {
  const frozen = run.spec as RolloutSpec
  if (same(frozen, spec)) return run
  const { service, blueGreen } = frozen
  const changed: RolloutSpec = { ...spec, service, traffic: { ...spec.traffic, routes: frozen.traffic.routes } }
  // What is measured stays as it was; what follows from it may be edited.
  if (frozen.analysis) {
    const { templates, before, after } = frozen.analysis
    changed.analysis = { ...(spec.analysis ?? frozen.analysis), templates, before, after }
  } else delete changed.analysis
  if (blueGreen) {
    changed.blueGreen = { ...(spec.blueGreen ?? blueGreen), previewService: blueGreen.previewService }
    delete changed.canary
  } else if (spec.blueGreen) {
    changed.canary = frozen.canary
    delete changed.blueGreen
  }
  // The way by which it hands over is not left half-way.
  if (run.stage === 'Promoting') {
    changed.handOver = frozen.handOver
    changed.canary = frozen.canary
  }
  if (same(frozen, changed)) return run
  const edited: Run = { ...run, spec: changed as unknown as Record<string, unknown>, steps: stepsOf(changed).length }
  if (!run.step || same(stepsOf(frozen), stepsOf(changed))) return edited
  const index = resumeAt(stepsOf(frozen), run.step.index, stepsOf(changed))
  const step = stepsOf(changed)[index]
  const kept = step !== undefined && same(step, stepsOf(frozen)[run.step.index])
  return { ...edited, step: step && { index, kind: nameOf(step), since: kept ? run.step.since : iso(now) } }
}

/** Since when it waits: as long as the reason is the same. */
export function waiting(run: Run, wait: Wait, before: Run | undefined, now: Instant): Run {
  const known = before?.waiting
  const since = known && known.because === wait.because && before.stage === run.stage ? known.since : iso(now)
  return {
    ...run,
    waiting: { for: wait.for, because: wait.because, since, ...(wait.until === undefined ? {} : { until: iso(wait.until) }) },
  }
}

/** "step 2 of 7, 20 % of the traffic" */
export function placeOf(run: Run): string {
  const step = run.step && stepsOf(run.spec as RolloutSpec)[run.step.index]
  return step && run.step ? `step ${run.step.index + 1} of ${run.steps}, ${titleOf(step)}` : run.stage.toLowerCase()
}
