import type { HistoryEntry, RolloutStatus } from '../api/rolloutStatus.ts'
import { refusalOf } from '../rollout/history.ts'
import { presentTemplate, type Snapshot } from './read.ts'
import { runPhrase } from './render/waiting.ts'
import { lastEntry, named } from './render/words.ts'

/** The release that somebody waits for: that of the template which the workload asked for when the waiting began. */
export interface Awaited {
  /** Hash of that template. */
  template: string
  /** The newest run that was over by then: what it came to is not the answer to a later one. */
  lastRun: number
}

export type Outcome =
  | { state: 'promoted'; message: string }
  | { state: 'failed'; result: 'RolledBack' | 'Aborted' | 'Superseded' | 'Degraded'; message: string }
  /** Not decided. `message` stays the same as long as nothing moves. */
  | { state: 'open'; message: string }
  /** Nothing can go on until somebody puts something right; it may be about to be put right. */
  | { state: 'troubled'; message: string }

export type Seen = Pick<Snapshot, 'rollout' | 'workload'>

/** What to wait for, from the first look; undefined as long as the workload is not there. */
export function awaited({ rollout: { status }, workload }: Seen): Awaited | undefined {
  if (!workload) return undefined
  const lastRun = status ? (lastEntry(status)?.id ?? 0) : 0
  const run = status?.run
  // An undo that has just begun is about to write its template back: that one is meant.
  const undoing = run?.trigger === 'Undo' && run.stage === 'Starting'
  return { template: undoing ? run.to.template : presentTemplate(workload), lastRun }
}

/**
 * Whether the awaited release is over and how it ended. Never `promoted` or `failed` on the word of a status that was written before the
 * controller saw the present template: templates are compared, not phases.
 */
export function outcomeOf(wanted: Awaited, { rollout, workload }: Seen): Outcome {
  const { status, metadata, spec } = rollout
  if (!status) return open('the controller has not looked at this Rollout yet')
  if (status.run?.to.template === wanted.template) return open(runPhrase(status.run))
  if (!workload)
    return { state: 'troubled', message: `there is no ${spec.workload.kind} ${spec.workload.name} in namespace ${metadata.namespace}` }
  const entry = newestFor(status, wanted)
  if (presentTemplate(workload) !== wanted.template) return replaced(wanted, status, entry)
  if (status.run) return open(`run ${status.run.id} of another version is under way; the controller has not seen the present template yet`)
  if (status.stable?.template !== wanted.template) return notStable(wanted, status, entry)
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0))
    return open('the controller has not seen the last change of the Rollout yet')
  if (status.phase === 'Healthy') return promoted(status, entry)
  const trouble = troubleOf(status)
  return trouble === undefined ? open(status.message) : { state: 'troubled', message: trouble }
}

/** The newest finished run of the awaited template. */
function newestFor(status: RolloutStatus, wanted: Awaited): HistoryEntry | undefined {
  return lastEntry({ ...status, history: status.history.filter((entry) => entry.to.template === wanted.template) })
}

/** The workload asks for something else by now: perhaps after the release was over, perhaps because it was rolled back. */
function replaced(wanted: Awaited, status: RolloutStatus, entry: HistoryEntry | undefined): Outcome {
  if (status.stable?.template === wanted.template) return promoted(status, entry)
  if (entry && entry.id > wanted.lastRun) return ended(entry)
  return (
    refused(wanted, status, entry) ?? {
      state: 'failed',
      result: 'Superseded',
      message: 'another template took its place before it was promoted',
    }
  )
}

/** The workload asks for the awaited template, stable is another, and no run is under way. */
function notStable(wanted: Awaited, status: RolloutStatus, entry: HistoryEntry | undefined): Outcome {
  const answer = refused(wanted, status, entry)
  if (answer) return answer
  const trouble = troubleOf(status)
  if (trouble !== undefined) return { state: 'troubled', message: trouble }
  // A healthy status speaks of the version before.
  return open(`the controller has not started the present template yet${status.phase === 'Healthy' ? '' : `: ${status.message}`}`)
}

/** The controller will not try this template again by itself. */
function refused(wanted: Awaited, status: RolloutStatus, entry: HistoryEntry | undefined): Outcome | undefined {
  const because = refusalOf(status, wanted.template)
  if (because === undefined) return undefined
  const result = status.refused?.template === wanted.template ? status.refused.result : (entry?.result ?? 'RolledBack')
  return { state: 'failed', result: result === 'Promoted' ? 'RolledBack' : result, message: `${resultWords[result]}: ${because}` }
}

/** What keeps the controller from going on; not that an earlier version was refused, which says nothing about the present one. */
function troubleOf(status: RolloutStatus): string | undefined {
  const stalled = status.conditions.find(({ type, status: is }) => type === 'Stalled' && is === 'True')
  if (status.phase !== 'Degraded' || stalled?.reason === 'RolledBack') return undefined
  return stalled ? `${stalled.reason}: ${stalled.message}` : status.message
}

function ended(entry: HistoryEntry): Outcome {
  const message = `run ${entry.id} ${resultWords[entry.result]}: ${entry.because}`
  return entry.result === 'Promoted' ? { state: 'promoted', message } : { state: 'failed', result: entry.result, message }
}

function promoted(status: RolloutStatus, entry: HistoryEntry | undefined): Outcome {
  const version = status.stable ? named(status.stable) : 'it'
  const how = entry?.result === 'Promoted' ? `was promoted by run ${entry.id}` : 'is healthy; no change waits'
  return { state: 'promoted', message: `${version} ${how}` }
}

const resultWords: Record<HistoryEntry['result'], string> = {
  Promoted: 'promoted',
  RolledBack: 'rolled back',
  Superseded: 'superseded',
  Aborted: 'aborted',
}

function open(message: string): Outcome {
  return { state: 'open', message }
}
