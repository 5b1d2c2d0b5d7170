import { type NotifierSpec, type TargetKind, targetKindOf } from './notifier.ts'
import { courseEvents, type NotifyEvent, problemEvents } from './notifyWords.ts'

const people: readonly NotifyEvent[] = [
  'WaitingForApproval',
  'Paused',
  'Promoted',
  'RolledBack',
  'Aborted',
  'Degraded',
  'SourceDown',
  'Recovered',
]

/** What each kind of target is told when its Notifier does not say. */
const usualEvents: Readonly<Record<TargetKind, readonly NotifyEvent[]>> = {
  slack: people,
  teams: people,
  webhook: people,
  email: people,
  pagerDuty: problemEvents,
  opsgenie: problemEvents,
  github: courseEvents,
}

/** What a Notifier tells: what it says, or what is usual for its kind of target. */
export const eventsOf = (spec: NotifierSpec): readonly NotifyEvent[] => spec.events ?? usualEvents[targetKindOf(spec)]
