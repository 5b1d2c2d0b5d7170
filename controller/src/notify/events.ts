import type { MetricSourceStatus } from '../api/metricSource.ts'
import type { NotificationSpec } from '../api/notification.ts'
import { type NotifyEvent, problemEvents } from '../api/notifyWords.ts'
import type { HistoryEntry, RolloutStatus, Version } from '../api/rolloutStatus.ts'
import type { Instant } from '../clock.ts'
import type { KubeObject } from '../kube/types.ts'

/** Something that happened: the same, with the same id, however often and from whichever later status it is read. */
export type Happening = Pick<
  NotificationSpec,
  'event' | 'id' | 'at' | 'of' | 'run' | 'from' | 'to' | 'step' | 'because' | 'by' | 'requestId'
>

/**
 * What a Rollout's status shows of what happened: level-triggered, so that nothing is lost with a watch event, and nothing is told twice by two of them.
 * What came and went while nobody looked (a pause that somebody ended) is not there; beginnings and ends of runs are, as long as the history has them.
 */
export function happeningsOfRollout(rollout: KubeObject): Happening[] {
  const status = statusOf(rollout)
  if (!status) return []
  const of = subjectOf(rollout)
  const make = (event: NotifyEvent, run: number, at: string, rest: Partial<Happening> & { apart?: string | number }): Happening => {
    const { apart, ...more } = rest
    const id = [of.uid, run, event, ...(apart === undefined ? [] : [apart])].join('/')
    return { event, id, at, of, ...(run === 0 ? {} : { run }), from: [], to: [], because: '', ...more }
  }
  const found = status.history.flatMap((entry) => ended(entry, make))
  const { run } = status
  if (run) {
    const versions = versionsOf(run)
    const step = run.progress === undefined ? {} : { step: run.progress }
    found.push(make('RunStarted', run.id, run.startedAt, { ...versions, because: startedBecause[run.trigger] }))
    const pause = pauseOf(status)
    if (pause) found.push(make(pause.event, run.id, pause.at, { ...versions, ...step, ...pause }))
  }
  const problem = problemOf(status)
  if (problem)
    found.push(make('Degraded', status.lastRun, problem.at, { because: status.message, apart: `${problem.reason}/${problem.at}` }))
  return found
}

/** Whether there can be anything in it that happened since then: cheap, for a look at ten thousand that are mostly at rest. */
export function stirredSince({ status }: KubeObject, since: Instant): boolean {
  const { phase, run, history } = (status ?? {}) as Partial<RolloutStatus>
  const newest = history?.[0]?.endedAt
  return run !== undefined || phase === 'Degraded' || (newest !== undefined && Date.parse(newest) >= since)
}

/** What a MetricSource's status shows of what happened. */
export function happeningsOfSource(source: KubeObject): Happening[] {
  const status = source.status as MetricSourceStatus | undefined
  if (status?.state !== 'Down') return []
  const of = subjectOf(source)
  return [
    { event: 'SourceDown', id: `${of.uid}/SourceDown/${status.since}`, at: status.since, of, from: [], to: [], because: status.message },
  ]
}

/** How a problem that was told came to an end, as a sentence; undefined: it lasts. `object`: what it was about, if it is still there. */
export function overOf(problem: Pick<NotificationSpec, 'event' | 'id' | 'run'>, object: KubeObject | undefined): string | undefined {
  if (!object) return 'it was deleted'
  if (problem.event === 'SourceDown') {
    const status = object.status as MetricSourceStatus | undefined
    return status?.state === 'Ready' ? status.message : undefined
  }
  const status = statusOf(object)
  if (!status) return undefined
  if (problem.event === 'WaitingForApproval' || problem.event === 'Paused') {
    const still = happeningsOfRollout(object).some(({ id }) => id === problem.id)
    return still ? undefined : status.message
  }
  const promoted = status.history.find(({ id, result }) => result === 'Promoted' && id > (problem.run ?? 0))
  if (promoted && !problemOf(status)) return `${imagesOf(promoted.to)} was promoted by run ${promoted.id}`
  return status.phase === 'Healthy' ? status.message : undefined
}

/** Those that only someone waits for; targets with incidents close them too. */
export const openEvents: readonly NotifyEvent[] = [...problemEvents, 'WaitingForApproval', 'Paused', 'Aborted']

/** The end of a problem, as something that happened. */
export function recovery(problem: NotificationSpec, because: string, at: string): Happening & { ends: string } {
  const { of, run, from, to } = problem
  return {
    event: 'Recovered',
    id: `${problem.id}/Recovered`,
    at,
    of,
    ...(run === undefined ? {} : { run }),
    from,
    to,
    because,
    ends: problem.id,
  }
}

type Make = (event: NotifyEvent, run: number, at: string, rest: Partial<Happening>) => Happening

function ended(entry: HistoryEntry, make: Make): Happening[] {
  const versions = versionsOf(entry)
  const { by, requestId } = entry
  const asked = { ...(by === undefined ? {} : { by }), ...(requestId === undefined ? {} : { requestId }) }
  return [
    make('RunStarted', entry.id, entry.startedAt, versions),
    make(entry.result, entry.id, entry.endedAt, { ...versions, because: entry.because, ...asked }),
  ]
}

const startedBecause = { Template: 'its template changed', Retry: 'somebody asked for a retry', Undo: 'somebody asked for an undo' }

/** A run that goes on by nobody but a person. */
function pauseOf({
  phase,
  run,
}: RolloutStatus):
  | { event: NotifyEvent; at: string; apart: string | number; because: string; by?: string; requestId?: string }
  | undefined {
  if (!run || phase !== 'Paused') return undefined
  if (run.paused) {
    const { since, ...asked } = run.paused
    return { event: 'Paused', at: since, apart: since, because: `${asked.by} paused it`, ...asked }
  }
  const { step, waiting } = run
  if (step?.kind === 'pause' && run.stage === 'Stepping')
    return {
      event: 'WaitingForApproval',
      at: step.since,
      apart: step.index,
      because: waiting?.because ?? 'it waits for somebody to promote it',
    }
  return waiting && { event: 'Paused', at: waiting.since, apart: waiting.since, because: `it waits for ${waiting.for}: ${waiting.because}` }
}

/** What keeps a Rollout from its work; that a version was rolled back, the end of the run has said. */
function problemOf({ phase, conditions }: RolloutStatus): { reason: string; at: string } | undefined {
  if (phase !== 'Degraded') return undefined
  const stalled = conditions.find(({ type, status }) => type === 'Stalled' && status === 'True')
  if (!stalled || stalled.reason === 'RolledBack') return undefined
  return { reason: stalled.reason, at: stalled.lastTransitionTime }
}

function statusOf({ status }: KubeObject): RolloutStatus | undefined {
  const known = status as Partial<RolloutStatus> | undefined
  return known?.phase === undefined
    ? undefined
    : { conditions: [], history: [], lastRun: 0, answers: [], message: '', ...known, phase: known.phase }
}

function subjectOf({ kind, metadata, spec }: KubeObject): Happening['of'] {
  const { workload } = (spec ?? {}) as { workload?: { kind?: string; name: string } }
  return {
    kind: kind === 'MetricSource' ? kind : 'Rollout',
    name: metadata.name,
    uid: metadata.uid ?? '',
    ...(workload ? { workload: `${workload.kind ?? 'Deployment'} ${workload.name}` } : {}),
  }
}

const versionsOf = ({ from, to }: { from: Version; to: Version }) => ({ from: [...(from.images ?? [])], to: [...(to.images ?? [])] })
const imagesOf = ({ images }: Version): string => (images ?? []).join(', ')
