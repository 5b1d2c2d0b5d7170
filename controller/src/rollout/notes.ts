import type { RolloutSpec } from '../api/rollout.ts'
import type { RolloutStatus } from '../api/rolloutStatus.ts'
import type { Observed } from './observed.ts'
import { canaryServiceOf } from './routing.ts'
import { placeOf } from './run.ts'

/** What people are told: an event on the Rollout. */
export interface Note {
  type: 'Normal' | 'Warning'
  reason: string
  message: string
}

/** Derived from how the status changed, so each is told once. */
export function notes(before: RolloutStatus, after: RolloutStatus): Note[] {
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
  for (const sentence of run?.discarded ?? [])
    if (!before.run?.discarded?.includes(sentence)) say('Warning', 'RouteEditDiscarded', sentence)
  const last = after.history[0]
  if (last && last.id !== before.history[0]?.id)
    say(last.result === 'Promoted' ? 'Normal' : 'Warning', last.result, `run ${last.id}: ${last.to.images.join(', ')}: ${last.because}`)
  for (const { uid, name, phase, message } of after.answers)
    if (!before.answers.some((known) => known.uid === uid)) say('Normal', `Command${phase}`, `${name}: ${message}`)
  if (before.phase !== after.phase && after.phase === 'Degraded' && !run && last?.id === before.history[0]?.id)
    say('Warning', 'Degraded', after.message)
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
      weight: 50,
      runId: String(run.id),
      rollout: o.rollout.metadata.name,
    }
    return router.warnings(object, split).map((message): Note => ({ type: 'Warning', reason: 'ForeignBackend', message }))
  })
}
