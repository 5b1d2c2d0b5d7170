import type { Obj } from '../../../sandbox/src/types.ts'
import { controllerOf, type Sight, statusOf } from '../book.ts'
import { imageOf, isSteady, rollsNatively } from './sights.ts'

/** Whether a run stands still until a person says something: by what was written and measured, not by how its status puts it. */
export function waitsForPeople(sight: Sight): boolean {
  const run = statusOf(sight)?.run
  if (!run) return false
  if (run.stage === 'Stepping' && (sight.rollout?.spec.paused || run.paused)) return true
  if (endless(run)) return true
  const analysis = analysisOf(sight, run)
  return analysis !== undefined && (asksPeople(analysis.status, run.spec.analysis) || measuresNothing(run, analysis))
}

/** Whether a run goes on when an analysis has come to its end. */
export function waitsForEvidence(sight: Sight): boolean {
  const run = statusOf(sight)?.run
  return run !== undefined && analysisOf(sight, run) !== undefined && !waitsForPeople(sight)
}

/** Handed over while the native rolling update finishes, and dead since: it never does, and people have to bring another template. */
export function diedLate(sight: Sight): boolean {
  const run = statusOf(sight)?.run
  return (
    run?.stage === 'Promoting' &&
    run.waiting?.because === 'the hand-over was the cheap one' &&
    rollsNatively(sight) &&
    !isSteady(run.to.images[0])
  )
}

/** On its way back to a version that does not stay up: traffic goes back only as fast as that one can carry it, so people have to let another one out. */
export function goesBackToDead(sight: Sight): boolean {
  const run = statusOf(sight)?.run
  return run?.stage === 'RollingBack' && run.weight.wanted > 0 && !isSteady(run.from.images[0])
}

/** Held, or kept from going with its Rollout, behind a version that does not stay up: what gave way to it waits for all of its pods, so people let another one in. */
export function heldBehindDead({ rollout, deployment, sets }: Sight): boolean {
  const { run, kept } = rollout?.status ?? {}
  if (run || !deployment?.spec.paused) return false
  const waits = [...sets.values()].some((set) => controllerOf(set)?.kind === 'Rollout' && set.metadata.name !== kept?.version.set)
  const serving = [...sets.values()].filter((set) => controllerOf(set)?.kind === 'Deployment' && set.spec.replicas > 0)
  return waits && serving.some((set) => !isSteady(imageOf(set)))
}

/** A pause that somebody wrote without saying how long. */
function endless({ stage, step, spec }: Obj['status']): boolean {
  if (stage !== 'Stepping' || step?.kind !== 'pause') return false
  if (spec.blueGreen) return spec.blueGreen.autoPromoteAfter === undefined
  const written = spec.canary?.steps?.[step.index]
  return written?.pause !== undefined && written.pause.for === undefined
}

/** The analysis that the run cannot pass by. */
function analysisOf(sight: Sight, { id, stage, step, spec }: Obj['status']): Obj | undefined {
  const written = spec.canary?.steps?.[step?.index]?.analyze
  const stages: Record<string, string> = { before: 'Before', evidence: 'Background', analyze: written?.templates ? 'Step' : 'Background' }
  const wanted = stage === 'Promoting' && spec.analysis?.after ? 'After' : stage === 'Stepping' ? stages[step?.kind] : undefined
  if (wanted === undefined) return undefined
  return [...sight.analyses.values()].find(
    (one) => one.spec.for?.run === id && one.spec.for.stage === wanted && (wanted !== 'Step' || one.spec.for.step === step.index),
  )
}

/** No step before this one gave the new version any traffic, and none will by itself. */
const measuresNothing = ({ weight }: Obj['status'], { spec, status }: Obj): boolean =>
  spec.for.stage === 'Background' && weight.wanted === 0 && status?.phase === 'Pending' && !isDown(status)

const isDown = (status: Obj['status']): boolean => (status.problems ?? []).some(({ kind }: { kind: string }) => kind === 'SourceDown')

function asksPeople(status: Obj['status'] | undefined, { onInconclusive = 'pause', onNoData = 'pause' }: Obj['spec'] = {}): boolean {
  if (!status) return false
  if (status.phase === 'Error') return true
  const word = ['Pass', 'Fail', 'Inconclusive'].includes(status.phase) ? status.phase : status.verdict
  const problems: { kind: string; what: string }[] = status.problems ?? []
  if (problems.some(({ kind }) => kind === 'SourceDown') && status.phase !== 'Pass') return false
  const idle = (status.metrics ?? []).filter((one: Obj['spec']) => one.gate === false || one.dryRun).map((one: Obj['spec']) => one.name)
  const lacking = problems.some(({ kind, what }) => kind !== 'SourceDown' && kind !== 'Remark' && !idle.includes(what))
  if (lacking && onNoData !== 'ignore') return onNoData === 'pause'
  if (word === 'Inconclusive') return onInconclusive === 'pause' || (onInconclusive === 'promote' && !status.calm)
  return status.phase === 'Stopped'
}
