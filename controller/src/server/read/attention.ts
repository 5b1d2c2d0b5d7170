import { iso, milliseconds } from '../../api/fields.ts'
import type { RolloutStatus, Run } from '../../api/rolloutStatus.ts'
import type { Instant } from '../../clock.ts'
import { isSourceToAnswer } from '../../rollout/analyses.ts'
import { somebodyDecides } from '../../rollout/scene.ts'
import { stepsOf } from '../../rollout/steps/planned.ts'
import { waitsForEvidence } from '../../rollout/steps/registry.ts'
import type { Attention } from '../dto/release.ts'
import { runSpec } from './steps.ts'

/** Why a person should look, and why from some instant on, if nothing happens until then. */
export interface Call {
  now?: Attention
  later?: { at: Instant; attention: Attention }
}

/** What of the spec it depends on. */
export interface Terms {
  paused: boolean
  /** As a duration. */
  progressDeadline: string
}

// What ends by time ends when the controller looks; later than this nobody looks.
const punctual = 60_000

/** Whether a person is needed. Reads the structure of the status; of its sentences only those that the controller has constants for. */
export function attentionOf(status: RolloutStatus, terms: Terms): Call {
  return status.run ? ofRun(status, status.run, terms) : ofRest(status, terms)
}

const call = (kind: Attention['kind'], since: string): Call => ({ now: { kind, since } })

function ofRun(status: RolloutStatus, run: Run, terms: Terms): Call {
  const { waiting, paused, stage, stageSince } = run
  const since = waiting?.since ?? run.step?.since ?? stageSince
  const stalled = status.conditions.find(({ type }) => type === 'Stalled')
  if (stalled?.status === 'True') return call('Stuck', stalled.lastTransitionTime)
  if (stage === 'RollingBack') return run.outcome?.result === 'RolledBack' ? call('RolledBack', stageSince) : late(run, terms)
  if (paused) return call('Paused', paused.since)
  if (stage === 'Stepping') {
    if (terms.paused) return call('Paused', since)
    if (run.step?.kind === 'approve') return call('Approval', since)
    if (endlessPause(run)) return call('Decision', since)
  }
  if (waiting?.for === somebodyDecides) return call(lacksData(run) ? 'NoData' : 'Decision', since)
  if (waiting && isSourceToAnswer(waiting.for)) return call('NoData', since)
  return late(run, terms)
}

/** Where the judges came to no word, or were stopped, somebody must weigh what they said, and the reason begins with that. Else it is the data that is missing. */
function lacksData({ analysis, waiting }: Run): boolean {
  if (!analysis || analysis.phase === 'Stopped') return false
  return analysis.phase === 'Error' || !waiting?.because.startsWith(analysis.message)
}

function endlessPause(run: Run): boolean {
  if (run.step?.kind !== 'pause') return false
  const spec = runSpec(run)
  const step = spec && stepsOf(spec)[run.step.index]
  return step?.pause !== undefined && step.pause.for === undefined
}

/**
 * When waiting takes too long. What has a time of its own, once that is over and nobody acted. What comes by itself (pods, routes, the native
 * update), after half of the progress deadline, at whose end pods that are missing have the run rolled back: there is still time to do something.
 * Evidence has a deadline of its own, after which it is a decision.
 */
function late(run: Run, { progressDeadline }: Terms): Call {
  const { waiting } = run
  if (!waiting) return {}
  const deadline = milliseconds(progressDeadline)
  if (waiting.until !== undefined) {
    const until = Date.parse(waiting.until)
    const forPods = [run.canary?.progressAt, run.baseline?.progressAt].some((at) => at !== undefined && Date.parse(at) + deadline === until)
    return stuckAt(forPods ? until - deadline / 2 : until + punctual, waiting.since)
  }
  const forEvidence = run.stage === 'Stepping' && waitsForEvidence.includes(run.step?.kind ?? '') && waiting.for.startsWith('evidence')
  return forEvidence ? {} : stuckAt(Date.parse(waiting.since) + deadline / 2, waiting.since)
}

function stuckAt(at: Instant, since: string): Call {
  return Number.isFinite(at) ? { later: { at, attention: { kind: 'Stuck', since } } } : {}
}

function ofRest(status: RolloutStatus, terms: Terms): Call {
  const changed = (type: string) => status.conditions.find((condition) => condition.type === type)?.lastTransitionTime
  const since = changed('Ready') ?? status.history[0]?.endedAt ?? status.stable?.since ?? iso(0)
  switch (status.phase) {
    case 'Healthy':
      return {}
    case 'Paused':
      return call('Paused', since)
    case 'Degraded': {
      const refused = status.refused && status.conditions.some(({ type, reason }) => type === 'Stalled' && reason === 'RolledBack')
      if (refused) return call('RolledBack', status.history[0]?.endedAt ?? since)
      return call('Failed', changed('Stalled') ?? since)
    }
    case 'Progressing':
      return stuckAt(Date.parse(since) + milliseconds(terms.progressDeadline), since)
  }
}
