import fc from 'fast-check'
import type { NotifierSpecInput } from '../notifier.ts'
import { courseEvents, type NotifyEvent, notifyEvents, templateNames } from '../notifyWords.ts'

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}[a-z0-9]$/)
const secret = fc.record({ name, key: fc.constantFrom('url', 'token') })
const address = name.map((who) => `${who}@example.com`)
const url = name.map((host) => `https://${host}.example.com/hook`)
const some = <T extends Record<string, unknown>>(parts: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(parts, { requiredKeys: [] })

const target: fc.Arbitrary<Partial<NotifierSpecInput>> = fc.oneof(
  secret.map((webhookSecretRef) => ({ slack: { webhookSecretRef } })),
  secret.map((tokenSecretRef) => ({ slack: { tokenSecretRef, channel: '#releases' } })),
  secret.map((webhookSecretRef) => ({ teams: { webhookSecretRef } })),
  fc.record({ url, hmacSecretRef: secret }, { requiredKeys: ['url'] }).map((webhook) => ({ webhook })),
  fc
    .record({
      host: name,
      from: address,
      to: fc.array(address, { minLength: 1, maxLength: 3 }),
      tls: fc.constantFrom('startTls' as const, 'never' as const),
    })
    .map((email) => ({ email })),
  secret.map((routingKeySecretRef) => ({ pagerDuty: { routingKeySecretRef } })),
  fc.record({ apiKeySecretRef: secret, region: fc.constantFrom('us' as const, 'eu' as const) }).map((opsgenie) => ({ opsgenie })),
)
const text = fc.array(
  fc.oneof(
    fc.constantFrom('{', 'a {b}', '\n', '<b>', '*'),
    fc.constantFrom(...templateNames).map((word) => ` {{${word}}}`),
  ),
  {
    minLength: 1,
    maxLength: 4,
  },
)

/** Specs of Notifiers that the kind takes. */
export const arbitraryNotifier: fc.Arbitrary<NotifierSpecInput> = fc
  .tuple(
    fc.oneof(
      target,
      fc.record({
        github: fc.record({ repo: fc.constant('shop/web'), tokenSecretRef: secret }),
        events: fc.constant<NotifyEvent[]>([...courseEvents]),
      }),
    ),
    some({
      namespaces: fc.array(name, { maxLength: 2 }),
      rollouts: some({ names: fc.array(name, { maxLength: 2 }), matchLabels: fc.constant({ team: 'shop' }) }),
      // A brace at the end of a piece may meet the next one: a space keeps them apart.
      template: some({ title: text.map((words) => words.join(' ')), text: text.map((words) => words.join(' ')) }),
      link: url,
    }),
    fc.subarray([...notifyEvents], { minLength: 1 }),
  )
  .map(([what, how, events]) => ('github' in what ? { ...what, ...how } : { ...what, ...how, events }))
