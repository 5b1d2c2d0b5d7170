import { iso, milliseconds } from '../api/fields.ts'
import type { RolloutSpec } from '../api/rollout.ts'
import type { HistoryEntry, RolloutStatus, Run } from '../api/rolloutStatus.ts'
import type { Instant } from '../clock.ts'
import type { WorkloadView } from '../workload/view.ts'
import { plain } from './analyses.ts'
import type { Observed } from './observed.ts'
import { cheap } from './scene.ts'

/** A template that was rolled back or aborted the last time it was tried gets no traffic again by itself: also when others were promoted since. */
export function refusedIn(status: RolloutStatus, template: string): RolloutStatus['refused'] {
  if (status.refused?.template === template) return status.refused
  const last = status.history.find(({ to, result }) => to.template === template && result !== 'Superseded')
  if (!last || last.result === 'Promoted' || last.result === 'Superseded') return undefined
  return { template, because: last.because, result: last.result }
}

/** Why it gets none. */
export const refusalOf = (status: RolloutStatus, template: string): string | undefined => refusedIn(status, template)?.because

/** One of the last `window` promoted versions: going back to it needs no steps. */
export function promotedBefore(status: RolloutStatus, template: string, window: number): boolean {
  const versions: string[] = []
  for (const { result, from, to } of status.history) {
    if (result !== 'Promoted') continue
    for (const version of [to, from]) if (!versions.includes(version.template)) versions.push(version.template)
  }
  const earlier = versions.filter((known) => known !== status.stable?.template)
  return earlier.slice(0, window).includes(template)
}

/** Whether somebody skipped steps, and not only what is measured after all of them. */
export function stepsSkipped({ fast, analysis }: Run): boolean {
  return fast && analysis?.stage !== 'After'
}

/**
 * The run ended well: its version is stable now, and the one before stays warm for a while. Where that is gone meanwhile nothing is kept warm, but the
 * Service is let go by the same way; the cheap hand-over did so before.
 */
export function promoted(o: Observed, view: WorkloadView, status: RolloutStatus, run: Run, now: Instant): RolloutStatus {
  const spec = run.spec as RolloutSpec
  const because =
    run.trigger === 'Undo'
      ? 'the version was undone'
      : run.fast
        ? stepsSkipped(run)
          ? 'its steps were skipped'
          : 'what was measured after the switch was not waited for'
        : run.analysis?.stage === 'Background' && run.analysis.verdict === 'Pass'
          ? plain(run.analysis.message)
          : 'every step was passed'
  const old = view.sets.find(({ name }) => name === run.from.set)
  const warm = old?.owner === 'rollout'
  const keep = run.mode === 'Pods' || !warm ? 0 : Math.max(milliseconds(spec.keepOld), milliseconds(spec.traffic.drain))
  const revision = view.sets.find(({ name }) => name === run.to.set)?.revision
  const { run: _, refused: __, ...rest } = status
  return {
    ...rest,
    stable: { ...run.to, ...(revision === undefined ? {} : { revision }), since: iso(now), workload: view.uid },
    ...(run.trigger === 'Undo'
      ? { refused: { template: run.from.template, because: 'it was undone', result: 'RolledBack' as const } }
      : {}),
    ...(warm || !cheap({ o, view, run, spec })
      ? {
          kept: {
            version: run.from,
            until: iso(now + keep),
            from: run.id,
            routed: run.mode !== 'Pods',
          },
        }
      : {}),
    history: entered(status, run, { result: 'Promoted', because }, o.rollout.spec.historyLimit, now),
  }
}

/** The run ended by going back. What was refused is remembered, unless something newer replaced it. */
export function wentBack(o: Observed, status: RolloutStatus, run: Run, now: Instant): RolloutStatus {
  const outcome = run.outcome ?? { result: 'RolledBack' as const, because: 'the run went back' }
  const { run: _, ...rest } = status
  const history = entered(status, run, outcome, o.rollout.spec.historyLimit, now)
  if (outcome.result === 'Superseded') return { ...rest, history }
  return { ...rest, history, refused: { template: run.to.template, because: outcome.because, result: outcome.result } }
}

function entered(
  status: RolloutStatus,
  run: Run,
  outcome: Pick<HistoryEntry, 'result' | 'because' | 'by' | 'requestId'>,
  limit: number,
  now: Instant,
): HistoryEntry[] {
  const entry: HistoryEntry = {
    id: run.id,
    from: run.from,
    to: run.to,
    result: outcome.result,
    because: outcome.because,
    ...(outcome.by === undefined ? {} : { by: outcome.by }),
    ...(outcome.requestId === undefined ? {} : { requestId: outcome.requestId }),
    ...(run.analysis ? { analysis: run.analysis.name } : {}),
    startedAt: run.startedAt,
    endedAt: iso(now),
  }
  return [entry, ...status.history].slice(0, limit)
}
