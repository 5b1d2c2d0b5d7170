import { z } from 'zod'

/** What can be told of a release or of a source. A new one is a line here, its words in notify/wording.ts, and where it is found in notify/events.ts. */
export const notifyEvents = [
  'RunStarted',
  'WaitingForApproval',
  'Paused',
  'Promoted',
  'RolledBack',
  'Aborted',
  'Superseded',
  'Degraded',
  'SourceDown',
  'Recovered',
] as const
export const NotifyEvent = z.enum(notifyEvents)
export type NotifyEvent = z.output<typeof NotifyEvent>

/** How a run begins and ends: what deployments of other systems know of. */
export const courseEvents = ['RunStarted', 'Promoted', 'RolledBack', 'Aborted', 'Superseded'] as const satisfies readonly NotifyEvent[]

/** Events that are problems, told to be over when they are. */
export const problemEvents: readonly NotifyEvent[] = ['RolledBack', 'Degraded', 'SourceDown']

/** Every name that a template of a Notifier may use. */
export const templateNames = [
  'event',
  'name',
  'namespace',
  'kind',
  'workload',
  'run',
  'from',
  'to',
  'step',
  'because',
  'by',
  'at',
  'link',
] as const
export type TemplateName = (typeof templateNames)[number]

/** Two braces open a name, and nothing but a name; the same text in RE2 and JavaScript. */
export const templatePattern = new RegExp(`^([^{]|\\{[^{]|\\{\\{ ?(${templateNames.join('|')}) ?\\}\\})*\\{?$`)
