import { requestIdOf } from '../api/commandObject.ts'
import type { RolloutSpec } from '../api/rollout.ts'
import type { RolloutStatus } from '../api/rolloutStatus.ts'
import type { Observed } from './observed.ts'
import { baselineServiceOf, canaryServiceOf } from './routing.ts'
import { placeOf } from './run.ts'
import { waitsForEvidence } from './steps/registry.ts'

/** What people are told: an event on the Rollout. */
export interface Note {
  type: 'Normal' | 'Warning'
  reason: string
  message: string
}

/** Derived from how the status changed, so each is told once. */
export function notes(before: RolloutStatus, after: RolloutStatus, commands: Observed['commands'] = []): Note[] {
  const told: Note[] = []
  const say = (type: Note['type'], reason: string, message: string) => told.push({ type, reason, message })
  const { run } = after
  if (run && before.run?.id !== run.id)
    say('Normal', 'RunStarted', `run ${run.id}: ${run.from.images.join(', ')} -> ${run.to.images.join(', ')}`)
  const stepped = run && (before.run?.id !== run.id || before.run.stage !== run.stage || before.run.step?.index !== run.step?.index)
  if (run && stepped && run.stage !== 'Starting') {
    if (run.stage === 'RollingBack') say('Warning', 'GoingBack', `run ${run.id}: ${run.outcome?.because ?? ''}`)
    else say('Normal', run.stage === 'Promoting' ? 'Promoting' : 'Step', `run ${run.id}: ${placeOf(run)}`)
  }
  analysisNotes(before, after).forEach((note) => {
    told.push(note)
  })
  const { waiting } = run ?? {}
  if (run && waiting?.stuck !== undefined && before.run?.waiting?.stuck === undefined)
    say('Warning', 'Stuck', `run ${run.id}: waiting for ${waiting.for}: ${waiting.stuck}`)
  for (const sentence of run?.discarded ?? [])
    if (!before.run?.discarded?.includes(sentence)) say('Warning', 'RouteEditDiscarded', sentence)
  const last = after.history[0]
  if (last && last.id !== before.history[0]?.id)
    say(last.result === 'Promoted' ? 'Normal' : 'Warning', last.result, `run ${last.id}: ${last.to.images.join(', ')}: ${last.because}`)
  for (const { uid, name, phase, message } of after.answers)
    if (!before.answers.some((known) => known.uid === uid))
      say('Normal', `Command${phase}`, `${name}: ${message}${requestOf(commands, uid)}`)
  if (before.phase !== after.phase && after.phase === 'Degraded' && !run && last?.id === before.history[0]?.id)
    say('Warning', 'Degraded', after.message)
  return told
}

/** Which request of which server made a command, as its log and the API server's audit log call it. */
function requestOf(commands: Observed['commands'], uid: string): string {
  const command = commands.find(({ metadata }) => metadata.uid === uid)
  const id = command && requestIdOf(command)
  return id === undefined ? '' : ` (request ${id})`
}

/** What an analysis came to, or what keeps it from coming to anything. */
function analysisNotes(before: RolloutStatus, { run }: RolloutStatus): Note[] {
  const { analysis, waiting } = run ?? {}
  if (!run || !analysis) return []
  const known = before.run?.id === run.id && before.run.analysis?.name === analysis.name ? before.run.analysis : undefined
  const told: Note[] = []
  const say = (type: Note['type'], reason: string, message: string) => told.push({ type, reason, message: `run ${run.id}: ${message}` })
  if (analysis.phase === 'Running' && (known?.phase ?? 'Pending') === 'Pending')
    say('Normal', 'AnalysisStarted', `AnalysisRun ${analysis.name}`)
  if (analysis.verdict !== undefined && analysis.verdict !== known?.verdict && analysis.verdict !== 'Running')
    say(analysis.verdict === 'Pass' ? 'Normal' : 'Warning', `Analysis${analysis.verdict}`, analysis.message)
  if (analysis.phase === 'Error' && known?.phase !== 'Error') say('Warning', 'AnalysisError', analysis.message)
  const waits = run.stage === 'Stepping' && waitsForEvidence.includes(run.step?.kind ?? '') && !waiting?.for.startsWith('evidence')
  if (waits && waiting && waiting.for !== before.run?.waiting?.for && waiting.for !== 'its analysis to begin')
    say('Warning', 'AnalysisWaits', `waiting for ${waiting.for}: ${waiting.because}`)
  return told
}

/** What people should know of the routes when a run begins: shares that others have. */
export function routeNotes(o: Observed, before: RolloutStatus, after: RolloutStatus): Note[] {
  const { run } = after
  if (!run || o.routes === 'unread') return []
  const begins = before.run?.id !== run.id
  const spec = run.spec as RolloutSpec
  if (!begins) return []
  return o.routes.flatMap(({ object, router }): Note[] => {
    if (!object || !router) return []
    const split = {
      root: spec.service ?? '',
      canary: canaryServiceOf(spec),
      ...(run.baseline ? { baseline: baselineServiceOf(spec) } : {}),
      weight: 50,
      runId: String(run.id),
      rollout: o.rollout.metadata.name,
    }
    return router.warnings(object, split).map((message): Note => ({ type: 'Warning', reason: 'ForeignBackend', message }))
  })
}
