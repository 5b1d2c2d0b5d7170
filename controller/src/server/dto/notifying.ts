import { z } from 'zod'
import { Time } from './fields.ts'

export const NotifierTest = z
  .object({
    id: z.string().meta({ description: 'By which the answer is known.' }),
    result: z.enum(['Sending', 'Sent', 'Failed']).meta({ description: 'Sending: the controller has not said yet what became of it.' }),
    message: z.string().meta({ description: 'The same in a sentence.' }),
    at: Time.meta({ description: 'Since when.' }),
  })
  .meta({ id: 'NotifierTest', description: 'A test message.' })

export const NotifierItem = z
  .object({
    scope: z.enum(['Namespace', 'Cluster']).meta({ description: 'Notifier or ClusterNotifier.' }),
    namespace: z.string().optional().meta({ description: "Where it is; absent for the cluster's." }),
    name: z.string().meta({ description: 'Its name.' }),
    target: z.string().meta({ description: 'slack, webhook, email, ...' }),
    to: z.string().optional().meta({ description: 'Host, channel, mailbox or repository, as far as it is no secret.' }),
    events: z.array(z.string()).meta({ description: 'What it tells.' }),
    namespaces: z.array(z.string()).meta({ description: 'Of which namespaces; empty: of all, or of its own.' }),
    rollouts: z.array(z.string()).meta({ description: 'Of which Rollouts: names and labels=values; empty: of all.' }),
    state: z.enum(['Ready', 'Failing', 'Unknown']).meta({ description: 'Unknown: it has sent nothing yet.' }),
    lastSentAt: Time.optional().meta({ description: 'When a message last arrived.' }),
    lastError: z.object({ at: Time, message: z.string() }).optional().meta({ description: 'Why a message last did not arrive.' }),
    pending: z.int().min(0).meta({ description: 'Messages on their way.' }),
    dead: z.int().min(0).meta({ description: 'Messages that were given up, of the last week.' }),
    test: NotifierTest.optional().meta({ description: 'The last test message.' }),
  })
  .meta({ id: 'Notifier', description: 'Who is told what, and whether it arrives.' })

export const NotifierList = z.object({ items: z.array(NotifierItem) }).meta({ id: 'Notifiers', description: 'Who is told what.' })

export const NotificationItem = z.object({
  namespace: z.string().meta({ description: 'Where it happened.' }),
  name: z.string().meta({ description: 'Name of the Notification.' }),
  event: z.string().meta({ description: 'What happened.' }),
  at: Time.meta({ description: 'When.' }),
  of: z.object({ kind: z.string(), name: z.string() }).meta({ description: 'What it happened to.' }),
  run: z.int().optional().meta({ description: 'The run.' }),
  because: z.string().meta({ description: 'Why.' }),
  phase: z.enum(['Pending', 'Sent', 'Dead']).meta({ description: 'Dead: given up.' }),
  message: z.string().meta({ description: 'The phase in a sentence; why it is not sent yet.' }),
  since: Time.optional().meta({ description: 'Since when it is in its phase.' }),
})
export const NotificationList = z
  .object({ items: z.array(NotificationItem).meta({ description: 'The newest first.' }) })
  .meta({ id: 'Notifications', description: 'What a Notifier told.' })

export type NotifierTest = z.output<typeof NotifierTest>
export type NotifierItem = z.output<typeof NotifierItem>
export type NotificationItem = z.output<typeof NotificationItem>
