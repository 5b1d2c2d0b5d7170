import type { Run, Waiting } from '../../api/rolloutStatus.ts'
import type { Instant } from '../../clock.ts'
import { place } from './steps.ts'
import { at, instant, span } from './time.ts'

/** What it waits for, why, since when and until when: one sentence. */
export function waitingSentence(waiting: Waiting, now: Instant): string {
  const since = instant(waiting.since)
  const times = [since === undefined ? '' : `since ${span(now - since)}`, untilWords(waiting, now)].filter((part) => part !== '')
  return `for ${waiting.for.replace(/\.$/, '')}: ${waiting.because}${times.length > 0 ? ` (${times.join(', ')})` : ''}`
}

/** `until 14:05:00 UTC, in 4m30s`; empty when nothing ends it by itself. */
function untilWords(waiting: Waiting, now: Instant): string {
  const until = instant(waiting.until)
  if (until === undefined) return ''
  return until > now ? `until ${at(until, now)}, in ${span(until - now)}` : `until ${at(until, now)}, due`
}

/** Where a run is, in one phrase without times: equal as long as nothing moved. */
export function runPhrase(run: Run): string {
  const where =
    run.stage === 'Stepping' && run.step
      ? `step ${place(run)} ${run.step.kind}`
      : { Starting: 'starting', Stepping: 'between steps', Promoting: 'promoting', RollingBack: 'rolling back' }[run.stage]
  const waiting = run.waiting ? `, waiting for ${run.waiting.for}` : ''
  return `run ${run.id}: ${where}, weight ${run.weight.actual} %${run.paused ? ', paused' : ''}${waiting}`
}
