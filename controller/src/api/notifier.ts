import { z } from 'zod'
import { ObjectName, Sentence, Timestamp, texts } from './fields.ts'
import { courseEvents, NotifyEvent, templateNames, templatePattern } from './notifyWords.ts'
import { Condition } from './rolloutStatus.ts'
import { at, exactlyOneOf, has } from './rules.ts'
import { SecretKeyRef } from './secretRef.ts'
import { Header, Url } from './sourceAccess.ts'
import { twinKinds } from './twinKinds.ts'

const OwnUrl = Url.optional().meta({ description: 'Another address than that of the product, e.g. of a proxy.' })
const Address = z
  .string()
  .min(3)
  .max(320)
  .regex(/^[^\s<>@,;]+@[^\s<>@,;]+$/)
  .meta({ write: 'a mail address like team@example.com' })

/** Every kind of target. A new one is a line here, a file in notify/targets and a line in its registry. */
export const targetKinds = ['slack', 'teams', 'webhook', 'email', 'pagerDuty', 'opsgenie', 'github'] as const
export type TargetKind = (typeof targetKinds)[number]

const filled = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(templatePattern)
    .meta({ write: `text with no {{...}} but of these names: ${templateNames.join(', ')}` })

export const NotifierSpec = z
  .object({
    slack: z
      .object({
        webhookSecretRef: SecretKeyRef.optional().meta({ description: 'The address of an incoming webhook, which is a secret.' }),
        tokenSecretRef: SecretKeyRef.optional().meta({ description: 'A token that may write messages (chat:write).' }),
        channel: z.string().min(1).max(80).optional().meta({ description: 'With a token: the channel, its name or id.' }),
        url: OwnUrl,
      })
      .optional()
      .meta({
        description: 'Slack, and what takes its webhooks (Mattermost, Rocket.Chat).',
        cel: [
          exactlyOneOf(['webhookSecretRef', 'tokenSecretRef'], 'slack: write either webhookSecretRef, or tokenSecretRef and channel'),
          {
            rule: 'has(self.tokenSecretRef) == has(self.channel)',
            message: 'slack: tokenSecretRef and channel belong together; a webhook has its channel already',
            check: (self) => has(self, 'tokenSecretRef') === has(self, 'channel'),
          },
        ],
      }),
    teams: z
      .object({ webhookSecretRef: SecretKeyRef.meta({ description: 'The address of a workflow "when a webhook request is received".' }) })
      .optional()
      .meta({ description: 'Microsoft Teams, by a workflow.' }),
    webhook: z
      .object({
        url: Url.meta({ description: 'Where it is posted to, as JSON.' }),
        hmacSecretRef: SecretKeyRef.optional().meta({ description: 'Key that signs each request: header serin-signature.' }),
        headers: z.array(Header).max(16).default([]).meta({ description: 'Sent with every request.' }),
      })
      .optional()
      .meta({ description: 'Any service of your own.' }),
    email: z
      .object({
        host: z
          .string()
          .min(1)
          .max(253)
          .regex(/^[A-Za-z0-9]([-A-Za-z0-9.:]*[A-Za-z0-9])?$/)
          .meta({ description: 'The mail server.', write: 'the name of a server, like smtp.example.com' }),
        port: z.int().min(1).max(65535).default(587).meta({ description: 'Its port.' }),
        tls: z.enum(['startTls', 'always', 'never']).default('startTls').meta({
          description:
            'startTls: begin in the clear, then encrypt or give up; always: encrypt from the first byte (port 465); never: do not.',
        }),
        from: Address.meta({ description: 'The sender.' }),
        to: z.array(Address).min(1).max(50).meta({ description: 'Who gets it.' }),
        usernameRef: SecretKeyRef.optional().meta({ description: 'The user to sign in as.' }),
        passwordRef: SecretKeyRef.optional().meta({ description: 'Its password.' }),
        caRef: SecretKeyRef.optional().meta({ description: 'Certificates to trust, PEM, besides those of the system.' }),
      })
      .optional()
      .meta({
        description: 'Mail.',
        cel: [
          {
            rule: 'has(self.usernameRef) == has(self.passwordRef)',
            message: 'email: usernameRef and passwordRef belong together; write both or neither',
            check: (self) => has(self, 'usernameRef') === has(self, 'passwordRef'),
          },
          {
            rule: "!has(self.passwordRef) || self.tls != 'never'",
            message: 'email: a password is not sent in the clear: write tls: startTls or always',
            check: (self) => !has(self, 'passwordRef') || (self as { tls?: string }).tls !== 'never',
          },
        ],
      }),
    pagerDuty: z
      .object({ routingKeySecretRef: SecretKeyRef.meta({ description: 'The integration key of a service (Events API v2).' }), url: OwnUrl })
      .optional()
      .meta({ description: 'PagerDuty. What recovers is resolved.' }),
    opsgenie: z
      .object({
        apiKeySecretRef: SecretKeyRef.meta({ description: 'The key of an API integration.' }),
        region: z.enum(['us', 'eu']).default('us').meta({ description: 'Where the account is.' }),
        url: OwnUrl,
      })
      .optional()
      .meta({ description: 'Opsgenie, and Jira Service Management with its API. What recovers is closed.' }),
    github: z
      .object({
        repo: z
          .string()
          .min(3)
          .max(140)
          .regex(/^[-A-Za-z0-9_.]+\/[-A-Za-z0-9_.]+$/)
          .meta({ description: 'The repository.', write: 'owner/name' }),
        tokenSecretRef: SecretKeyRef.meta({ description: 'A token that may write deployments.' }),
        environment: z.string().min(1).max(255).default('production').meta({ description: 'The environment, as GitHub shows it.' }),
        url: OwnUrl,
      })
      .optional()
      .meta({
        description:
          'A deployment with its status at GitHub. What is deployed is the tag of the first image: it has to be a branch, tag or commit of the repository.',
      }),
    events: z.array(NotifyEvent).min(1).max(10).optional().meta({
      description:
        'What is told. Default: what a person must know, WaitingForApproval, Paused, Promoted, RolledBack, Aborted, Degraded, SourceDown and Recovered; pagerDuty and opsgenie: RolledBack, Degraded and SourceDown; github: RunStarted and how it ended.',
    }),
    namespaces: z.array(ObjectName).max(100).default([]).meta({ description: 'Of a ClusterNotifier: only these namespaces. Empty: all.' }),
    rollouts: z
      .object({
        names: z.array(ObjectName).max(100).default([]).meta({ description: 'Rollouts of these names. Empty: of any.' }),
        matchLabels: texts(16).default({}).meta({ description: 'Rollouts with all of these labels.' }),
      })
      .prefault({})
      .meta({ description: 'Of which Rollouts it is told. Left out: of all.' }),
    template: z
      .object({
        title: filled(256).optional().meta({ description: 'One line.' }),
        text: filled(4096).optional().meta({ description: 'What follows it.' }),
      })
      .optional()
      .meta({
        description: `The message in words of your own: {{name}} stands for what it names, of ${templateNames.join(', ')}. Values are written so that the target takes them for plain text.`,
      }),
    link: Url.optional().meta({ description: 'Address of the dashboard: messages then lead to the release there.' }),
  })
  .meta({
    cel: [
      exactlyOneOf(targetKinds, `spec: a target is exactly one of ${targetKinds.join(', ')}`),
      {
        rule: `!has(self.github) || !has(self.events) || self.events.all(event, event in [${courseEvents.map((event) => `'${event}'`).join(', ')}])`,
        message: `spec.events: github is told of ${courseEvents.join(', ')} only`,
        check: (self) =>
          !has(self, 'github') || ((at(self, 'events') ?? []) as string[]).every((event) => courseEvents.some((one) => one === event)),
      },
    ],
  })
export type NotifierSpec = z.output<typeof NotifierSpec>
export type NotifierSpecInput = z.input<typeof NotifierSpec>

/** Which kind of target it is. Assumes that it passed the schema. */
export function targetKindOf(spec: NotifierSpec): TargetKind {
  const kind = targetKinds.find((key) => spec[key] !== undefined)
  if (!kind) throw new Error('a notifier of no kind: admission should have refused it')
  return kind
}

/** Put on a Notifier by whoever may change it: a new value sends a test message, and status.test says what became of it. */
export const testAnnotation = 'serin.dev/test'

export const NotifierStatus = z.object({
  conditions: z
    .array(Condition)
    .max(4)
    .default([])
    .meta({ description: 'Ready: the last message arrived.', listType: 'map', listKeys: ['type'] }),
  lastSentAt: Timestamp.optional().meta({ description: 'When a message last arrived.' }),
  lastError: z
    .object({ at: Timestamp.meta({ description: 'When.' }), message: Sentence.meta({ description: 'Why, in a sentence.' }) })
    .optional()
    .meta({ description: 'Why a message last did not arrive.' }),
  pending: z.int().default(0).meta({ description: 'Notifications on their way.' }),
  dead: z.int().default(0).meta({ description: 'Notifications that were given up, of the last week.' }),
  test: z
    .object({
      id: z.string().max(1024).meta({ description: 'The value of the annotation serin.dev/test that it answers.' }),
      result: z.enum(['Sending', 'Sent', 'Failed']).meta({ description: 'What became of it.' }),
      message: Sentence.meta({ description: 'The same in a sentence.' }),
      at: Timestamp.meta({ description: 'When.' }),
    })
    .optional()
    .meta({ description: 'The last test message.' }),
})
export type NotifierStatus = z.output<typeof NotifierStatus>

export const [notifierKind, clusterNotifierKind] = twinKinds(
  {
    kind: 'Notifier',
    spec: NotifierSpec,
    status: NotifierStatus,
    columns: [
      { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
      { name: 'Last-Sent', type: 'date', jsonPath: '.status.lastSentAt' },
      { name: 'Pending', type: 'integer', jsonPath: '.status.pending' },
      { name: 'Dead', type: 'integer', jsonPath: '.status.dead' },
      { name: 'Error', type: 'string', jsonPath: '.status.lastError.message', priority: 1 },
    ],
  },
  { shortName: 'snr', description: 'Where the news of the releases of a namespace go, and which.' },
  { shortName: 'scnr', description: 'A Notifier for every namespace; its secrets are in the namespace of Serin.' },
)
