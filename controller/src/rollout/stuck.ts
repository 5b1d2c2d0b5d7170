import type { RolloutSpec } from '../api/rollout.ts'
import type { Run, Version } from '../api/rolloutStatus.ts'
import type { Instant } from '../clock.ts'
import { conditionsOf } from '../workload/conditions.ts'
import type { WorkloadView } from '../workload/view.ts'
import type { Observed } from './observed.ts'
import { after } from './scene.ts'

/** When a way back counts as stuck: so long it has waited for the same thing, with traffic still on the refused version, and nothing ends that by itself. */
export function stuckAt({ stage, weight, waiting, spec }: Run): Instant | undefined {
  if (stage !== 'RollingBack' || weight.wanted === 0 || !waiting || waiting.until !== undefined) return undefined
  return after(waiting.since, (spec as RolloutSpec).progressDeadline)
}

/**
 * The version over whose pods a run is stuck. Nothing is done about it: traffic does not go to pods that are not there, nor back to a version that
 * was refused. People are told, and how to get out. A native rolling update has the deadline of its Deployment.
 */
export function stuckOver(run: Run, { object, noticed }: WorkloadView, now: Instant): Version | undefined {
  const at = stuckAt(run)
  if (at !== undefined && now >= at) return run.from
  const timedOut = conditionsOf(object).some(
    ({ type, status, reason }) => type === 'Progressing' && status === 'False' && reason === exceeded,
  )
  return run.waiting?.because === nativelyBecause && noticed && timedOut ? run.to : undefined
}

const exceeded = 'ProgressDeadlineExceeded'

/** Why a run waits for the native controller. */
export const nativelyBecause = 'the hand-over was the cheap one'

/** What takes a workload back past Serin. */
export const nativeUndo = ({ kind, name }: { kind: string; name: string }, namespace: string): string =>
  `kubectl rollout undo ${kind.toLowerCase()}/${name} -n ${namespace}`

/** What lets in what a workload asks for, past Serin. */
export const pastSerin = ({ rollout }: Pick<Observed, 'rollout'>, { ref: { kind, name } }: Pick<WorkloadView, 'ref'>): string =>
  `serin release ${rollout.metadata.name} -n ${rollout.metadata.namespace} --reason "..." lets in what ${kind} ${name} asks for instead, past Serin`

/** It says, once it is, that it is stuck, over what, and the commands that get out; as long as it is, the same: pods are read once. */
export function toldStuck(run: Run, before: Run | undefined, o: Observed, view: WorkloadView, now: Instant): Run {
  const over = stuckOver(run, view, now)
  if (!over || !run.waiting) return run
  const because = o.trouble === undefined ? '' : `: ${o.trouble}`
  const known = before?.waiting?.since === run.waiting.since ? before.waiting.stuck : undefined
  const said =
    over === run.from
      ? `pods of ${over.images.join(', ')} do not come back${because}. It goes on when they do; ${pastSerin(o, view)}`
      : `${view.ref.kind} ${view.ref.name} says that it makes no progress${because}. A mended template goes on from here; ${nativeUndo(view.ref, view.ref.namespace)} goes back`
  return { ...run, waiting: { ...run.waiting, stuck: known ?? said } }
}
