import { z } from 'zod'
import { ObjectName, Ordinal, Sentence, Timestamp } from './fields.ts'
import { age, type Kind } from './kind.ts'
import { NotifyEvent } from './notifyWords.ts'
import { apiVersion } from './rollout.ts'
import { immutable } from './rules.ts'

const Uid = z.string().max(128)

/** What is told, with all that its words are made of: it can be written again a day later, whatever became of the release. */
export const NotificationSpec = z
  .object({
    notifier: z
      .object({
        kind: z.enum(['Notifier', 'ClusterNotifier']).meta({ description: 'Its kind.' }),
        name: ObjectName.meta({ description: 'Its name.' }),
        uid: Uid.meta({ description: 'What tells it from a later one of the same name.' }),
      })
      .meta({ description: 'Who sends it.' }),
    event: NotifyEvent.meta({ description: 'What happened.' }),
    id: z
      .string()
      .max(512)
      .meta({ description: 'What happened, once and for all: uid/run/event, and where it needs one the step or the time.' }),
    delivery: z.string().max(64).meta({ description: 'The same for every try; receivers know by it what they already have.' }),
    at: Timestamp.meta({ description: 'When it happened.' }),
    of: z
      .object({
        kind: z.enum(['Rollout', 'MetricSource']).meta({ description: 'Its kind.' }),
        name: ObjectName.meta({ description: 'Its name.' }),
        uid: Uid.meta({ description: 'Its uid.' }),
        workload: z.string().max(316).optional().meta({ description: 'What a Rollout guards.' }),
      })
      .meta({ description: 'What it happened to, in the same namespace.' }),
    run: Ordinal.optional().meta({ description: 'The run.' }),
    from: z.array(z.string().max(1024)).max(50).default([]).meta({ description: 'Images before.' }),
    to: z.array(z.string().max(1024)).max(50).default([]).meta({ description: 'Images after.' }),
    step: z.string().max(64).optional().meta({ description: 'The step of how many.' }),
    because: Sentence.default('').meta({ description: 'Why.' }),
    by: z.string().max(1024).optional().meta({ description: 'Who asked for it.' }),
    requestId: z.string().max(64).optional().meta({ description: 'The request to the dashboard by which it was asked for.' }),
    opens: z.boolean().default(false).meta({ description: 'A problem: it is told when it is over.' }),
    ends: z.string().max(512).optional().meta({ description: 'The id of the problem that is over.' }),
  })
  .meta({ cel: [immutable('a Notification cannot be changed: it says what happened')] })
export type NotificationSpec = z.output<typeof NotificationSpec>

export const NotificationStatus = z.object({
  phase: z.enum(['Pending', 'Sent', 'Dead']).meta({ description: 'Dead: given up.' }),
  message: Sentence.meta({ description: 'The phase in a sentence; why it is not sent yet.' }),
  at: Timestamp.meta({ description: 'Since when.' }),
})
export type NotificationStatus = z.output<typeof NotificationStatus>

const Notification = z
  .object({
    apiVersion: z.literal(apiVersion),
    kind: z.literal('Notification'),
    metadata: z.looseObject({ name: z.string(), namespace: z.string() }),
    spec: NotificationSpec,
    status: NotificationStatus.optional(),
  })
  .meta({ description: 'One event for one Notifier: made by Serin before it is sent, kept for some hours after.' })

export const notificationKind: Kind = {
  kind: 'Notification',
  plural: 'notifications',
  singular: 'notification',
  shortNames: ['snn'],
  categories: ['serin'],
  schema: Notification,
  columns: [
    { name: 'Of', type: 'string', jsonPath: '.spec.of.name' },
    { name: 'Run', type: 'integer', jsonPath: '.spec.run' },
    { name: 'Event', type: 'string', jsonPath: '.spec.event' },
    { name: 'To', type: 'string', jsonPath: '.spec.notifier.name' },
    { name: 'Phase', type: 'string', jsonPath: '.status.phase' },
    { name: 'Message', type: 'string', jsonPath: '.status.message', priority: 1 },
    age,
  ],
}
