import type { AnalysisRunSpec, AnalysisRunStatus } from '../api/analysisRun.ts'
import { milliseconds } from '../api/fields.ts'
import type { RolloutSpec } from '../api/rollout.ts'
import type { RolloutStatus, Run } from '../api/rolloutStatus.ts'
import type { Instant } from '../clock.ts'

/** Where an analysis stands in time. `start`: begin of its first interval. */
export type Course = { state: 'pending'; because: string } | { state: 'running'; start: Instant } | { state: 'over'; because: string }

/** When an analysis begins and ends: one of a Rollout with the run it is for, one made by hand when it is made. `rollout` is the status of its Rollout. */
export function courseOf(
  { spec, status, createdAt }: { spec: AnalysisRunSpec; status: AnalysisRunStatus | undefined; createdAt: Instant },
  rollout: RolloutStatus | 'gone' | undefined,
): Course {
  const begun = status?.startedAt === undefined ? undefined : Date.parse(status.startedAt)
  const { for: purpose } = spec
  if (!purpose)
    return { state: 'running', start: begun ?? (spec.startAt === undefined ? onGrid(spec, createdAt) : Date.parse(spec.startAt)) }
  if (rollout === 'gone') return { state: 'over', because: 'its Rollout is gone' }
  const run = rollout?.run
  if (run?.id !== purpose.run) {
    if (!run && (rollout?.lastRun ?? 0) < purpose.run) return { state: 'pending', because: 'the run has not begun' }
    return { state: 'over', because: `run ${purpose.run} is over` }
  }
  if (run.stage === 'RollingBack') return { state: 'over', because: `run ${run.id} goes back` }
  if (run.fast) return { state: 'over', because: 'somebody skipped what was left of the steps' }
  const first = startOf(spec, run)
  const start = begun ?? (first === undefined ? undefined : onGrid(spec, first))
  if (start === undefined) {
    const served = purpose.stage === 'Background' && run.shifts.some(({ weight }) => weight > 0)
    return { state: 'pending', because: served ? 'waiting for the step that spec.analysis.from names' : whatItWaitsFor[purpose.stage] }
  }
  if (purpose.stage === 'Step' && run.step?.index !== purpose.step) return { state: 'over', because: 'its step is over' }
  if (purpose.stage === 'Before' && run.step?.kind !== 'before') return { state: 'over', because: 'its step is over' }
  return { state: 'running', start }
}

/** On the clock's own grid, a little early: so analyses ask for the same instants, and front ends that move times to that grid move nothing. */
function onGrid({ interval }: AnalysisRunSpec, at: Instant): Instant {
  const step = milliseconds(interval)
  return Math.floor(at / step) * step
}

const whatItWaitsFor = {
  Background: 'waiting for the first traffic of the new version',
  Step: 'waiting for its step',
  Before: 'waiting for the new version at its full size',
  After: 'waiting for the switch',
} as const

function startOf({ for: purpose }: AnalysisRunSpec, run: Run): Instant | undefined {
  const at = (timestamp: string | undefined) => (timestamp === undefined ? undefined : Date.parse(timestamp))
  switch (purpose?.stage) {
    case 'Background': {
      const { analysis: { from } = {}, canary } = run.spec as RolloutSpec
      const traffic = run.shifts.find(({ weight }) => weight > 0)?.at
      if (from === undefined || traffic === undefined) return at(traffic)
      const { analyze } = canary?.steps?.[run.step?.index ?? -1] ?? {}
      const awaited = analyze !== undefined && !analyze.templates
      const reached = run.stage === 'Promoting' || awaited || (run.step !== undefined && run.step.index + 1 >= from)
      return reached ? Math.max(Date.parse(traffic), Date.parse(run.step?.since ?? run.stageSince)) : undefined
    }
    case 'Step':
      return run.step?.index === purpose.step ? at(run.step?.since) : undefined
    case 'Before':
      return run.step?.kind === 'before' ? at(run.step.since) : undefined
    case 'After':
      return run.stage === 'Promoting' && run.weight.actual === 100 ? at(run.weight.confirmedAt) : undefined
    case undefined:
      return undefined
  }
}

/** Percent of the traffic that the new version had at the end of an interval; undefined where nothing says. */
export function weightIn(shifts: Run['shifts'], end: Instant): number | undefined {
  return shifts.findLast(({ at }) => Date.parse(at) < end)?.weight
}

/** How many whole intervals of an analysis are over and have all their data: `lag` is how long after its end those of an interval are there. Milliseconds. */
export function intervalsOver(of: { start: Instant; step: number; lag: number }, now: Instant): number {
  return Math.max(0, Math.floor((now - of.lag - of.start) / of.step))
}

/** When the next interval will be over, with all its data. */
export function nextOver(of: { start: Instant; step: number; lag: number }, now: Instant): Instant {
  return of.start + (intervalsOver(of, now) + 1) * of.step + of.lag
}
