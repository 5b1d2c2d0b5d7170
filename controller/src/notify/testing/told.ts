import type { NotificationSpec } from '../../api/notification.ts'
import { NotifierSpec, type NotifierSpecInput } from '../../api/notifier.ts'
import { apiVersion } from '../../api/rollout.ts'
import type { KubeObject } from '../../kube/types.ts'
import type { Told } from '../wording.ts'

const uid = '6f0c2d4e-0000-4000-8000-000000000001'

/** Something that happened to Rollout shop/checkout. */
export function told(more: Partial<NotificationSpec> = {}): Told {
  const event = more.event ?? 'RolledBack'
  const spec: NotificationSpec = {
    notifier: { kind: 'Notifier', name: 'team', uid: '6f0c2d4e-0000-4000-8000-000000000009' },
    event,
    id: `${uid}/7/${event}`,
    delivery: '0123456789abcdef0123456789abcdef',
    at: '2026-01-01T12:00:00.000Z',
    of: { kind: 'Rollout', name: 'checkout', uid, workload: 'Deployment checkout' },
    run: 7,
    from: ['registry.example.com/checkout:a1b2c3'],
    to: ['registry.example.com/checkout:d4e5f6'],
    because: 'errors: 4.9 % of 2,040 requests failed, 0.5 % before',
    opens: true,
    ...more,
  }
  return { spec, namespace: 'shop' }
}

/** The end of that. */
export const recovered = (): Told =>
  told({
    event: 'Recovered',
    id: `${uid}/7/RolledBack/Recovered`,
    ends: `${uid}/7/RolledBack`,
    because: 'd4e5f7 was promoted by run 8',
    opens: false,
  })

/** Everything that somebody could write into an object to make a message say something else. */
export const hostile =
  '<img src=x onerror=alert(1)> <!channel> *b* _i_ [l](http://evil) `c` {{because}} "q" \\ # ~s~\r\nBcc: x@evil & | 1. x'

export function notifier(spec: NotifierSpecInput, namespace: string | null = 'shop'): KubeObject {
  return {
    apiVersion,
    kind: namespace === null ? 'ClusterNotifier' : 'Notifier',
    metadata: { name: 'team', uid: 'n-1', creationTimestamp: '2026-01-01T00:00:00Z', ...(namespace === null ? {} : { namespace }) },
    spec: NotifierSpec.parse(spec),
  }
}

const secret = { name: 'keys', key: 'token' }

/** A spec of each kind of target. */
export const specs = {
  'slack webhook': { slack: { webhookSecretRef: secret } },
  'slack token': { slack: { tokenSecretRef: secret, channel: '#releases' } },
  teams: { teams: { webhookSecretRef: secret } },
  webhook: {
    webhook: {
      url: 'https://hooks.example.com/serin',
      hmacSecretRef: secret,
      headers: [
        { name: 'X-Team', value: 'shop' },
        { name: 'X-Key', valueRef: secret },
      ],
    },
  },
  email: {
    email: { host: 'smtp.example.com', from: 'serin@example.com', to: ['team@example.com'], usernameRef: secret, passwordRef: secret },
  },
  pagerDuty: { pagerDuty: { routingKeySecretRef: secret } },
  opsgenie: { opsgenie: { apiKeySecretRef: secret, region: 'eu' } },
  github: { github: { repo: 'shop/checkout', tokenSecretRef: secret } },
} satisfies Record<string, NotifierSpecInput>
