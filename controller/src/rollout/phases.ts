import { iso } from '../api/fields.ts'
import type { RolloutSpec } from '../api/rollout.ts'
import type { Condition, RolloutStatus, Run } from '../api/rolloutStatus.ts'
import type { Instant } from '../clock.ts'
import type { Observed } from './observed.ts'
import { placeOf } from './run.ts'
import { somebodyDecides } from './scene.ts'
import { stepsOf } from './steps/planned.ts'

/** How an idle Rollout stands; a run speaks for itself. */
export type Standing =
  | { state: 'ready'; message: string }
  | { state: 'settling'; message: string }
  | { state: 'refused'; message: string }
  | { state: 'paused'; message: string }
  | { state: 'problem'; reason: string; message: string }

/** The status as people read it: phase, one sentence, and the conditions that kstatus, Flux, Argo CD and `kubectl wait` understand. */
export function presented(o: Observed, status: RolloutStatus, standing: Standing, now: Instant): RolloutStatus {
  const generation = o.rollout.metadata.generation ?? 0
  const { run } = status
  const { phase, ready, reconciling, stalled, reason, ...said } = run ? running(run, o) : idle(standing)
  const message = said.message.length > longest ? `${said.message.slice(0, longest - 1)}…` : said.message
  const condition = (type: string, on: boolean): Condition => {
    const known = o.rollout.status?.conditions.find((was) => was.type === type)
    const value = on ? 'True' : 'False'
    const changed = known?.status !== value
    return {
      type,
      status: value,
      reason,
      message,
      lastTransitionTime: changed || !known ? iso(now) : known.lastTransitionTime,
      observedGeneration: generation,
    }
  }
  return {
    ...status,
    ...(run
      ? { run: { ...run, progress: `${run.step ? run.step.index + 1 : run.stage === 'Starting' ? 0 : run.steps}/${run.steps}` } }
      : {}),
    observedGeneration: generation,
    phase,
    message,
    conditions: [condition('Ready', ready), condition('Reconciling', reconciling), condition('Stalled', stalled)],
  }
}

/** More the API server does not take: it would refuse the whole status. */
const longest = 4096

interface Presented {
  phase: RolloutStatus['phase']
  message: string
  ready: boolean
  reconciling: boolean
  stalled: boolean
  reason: string
}

function running(run: Run, o: Observed): Presented {
  const images = run.to.images.join(', ')
  const { stuck } = run.waiting ?? {}
  const waitingFor = run.waiting ? `: waiting for ${run.waiting.for}${stuck === undefined ? '' : `. Stuck: ${stuck}`}` : ''
  const flow = { ready: false, reconciling: stuck === undefined, stalled: stuck !== undefined }
  if (run.stage === 'RollingBack')
    return {
      ...flow,
      phase: 'Degraded',
      reason: stuck === undefined ? (run.outcome?.result ?? 'RolledBack') : 'Stuck',
      message: `going back from ${images}, because ${run.outcome?.because ?? 'it was refused'}${waitingFor}`,
    }
  const message = `releasing ${images}, ${placeOf(run)}${waitingFor}`
  if (stuck !== undefined) return { ...flow, phase: 'Degraded', reason: 'Stuck', message }
  if (run.paused || o.rollout.spec.paused || endlessPause(run) || run.waiting?.for === somebodyDecides)
    return { ...flow, phase: 'Paused', reason: 'Paused', message }
  return { ...flow, phase: 'Progressing', reason: run.stage, message }
}

function endlessPause(run: Run): boolean {
  const step = run.stage === 'Stepping' && run.step && stepsOf(run.spec as RolloutSpec)[run.step.index]
  return step ? step.pause !== undefined && step.pause.for === undefined : false
}

function idle(standing: Standing): Presented {
  const { message } = standing
  const flow = { ready: false, reconciling: false, stalled: false }
  switch (standing.state) {
    case 'ready':
      return { ...flow, ready: true, phase: 'Healthy', reason: 'Healthy', message }
    case 'settling':
      return { ...flow, reconciling: true, phase: 'Progressing', reason: 'Settling', message }
    case 'paused':
      return { ...flow, reconciling: true, phase: 'Paused', reason: 'Paused', message }
    case 'refused':
      return { ...flow, stalled: true, phase: 'Degraded', reason: 'RolledBack', message }
    case 'problem':
      return { ...flow, stalled: true, phase: 'Degraded', reason: standing.reason, message }
  }
}
