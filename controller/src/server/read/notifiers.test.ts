import { expect, test } from 'vitest'
import type { KubeObject } from '../../kube/types.ts'
import { hostile, notifier, recovered, specs, told } from '../../notify/testing/told.ts'
import { NotifierItem } from '../dto/notifying.ts'
import { notificationItems, notifierItem, notifierItems } from './notifiers.ts'

test.each([
  ['slack webhook', 'slack', undefined],
  ['slack token', 'slack', '#releases'],
  ['teams', 'teams', undefined],
  ['webhook', 'webhook', 'hooks.example.com'],
  ['email', 'email', 'team@example.com'],
  ['pagerDuty', 'pagerDuty', undefined],
  ['opsgenie', 'opsgenie', 'eu'],
  ['github', 'github', 'shop/checkout, production'],
] as const)('of %s its kind and where it goes are shown, and no Secret', (name, target, to) => {
  const item = NotifierItem.parse(notifierItem(notifier(specs[name])))
  expect([item.target, item.to]).toEqual([target, to])
  expect(item.events.length).toBeGreaterThan(2)
  expect(JSON.stringify(item)).not.toMatch(/keys|token|https/)
})

test('of an address only the host is shown, of many mailboxes the first', () => {
  const url = 'https://hooks.shop:9090/key-1?token=hidden'
  const items = [
    notifierItem(notifier({ webhook: { url } })),
    notifierItem(notifier({ slack: { webhookSecretRef: { name: 'a', key: 'b' }, url } })),
  ]
  expect(items.map(({ to }) => to)).toEqual(['hooks.shop:9090', 'hooks.shop:9090'])
  expect(JSON.stringify(items)).not.toMatch(/key-1|hidden/)
  const to = ['a', 'b', 'c', 'd', 'e'].map((one) => `${one}@example.com`)
  expect(notifierItem(notifier({ email: { host: 'smtp.example.com', from: 'serin@example.com', to } })).to).toBe(
    'a@example.com, b@example.com, c@example.com and 2 more',
  )
})

test('one that cannot be understood is shown as far as it can be', () => {
  const odd: KubeObject = {
    apiVersion: 'serin.dev/v1alpha1',
    kind: 'ClusterNotifier',
    metadata: { name: 'odd' },
    spec: { pigeon: {} },
    status: { pending: 'x' },
  }
  expect(NotifierItem.parse(notifierItem(odd))).toMatchObject({
    scope: 'Cluster',
    target: 'unknown',
    events: [],
    state: 'Unknown',
    pending: 0,
  })
  expect(notifierItem({ ...odd, spec: undefined }).target).toBe('unknown')
})

test('those whose messages do not arrive come first', () => {
  const at = '2026-01-01T00:00:00Z'
  const with_ = (name: string, status?: 'True' | 'False'): KubeObject => ({
    ...notifier(specs.teams),
    metadata: { name, namespace: 'shop' },
    ...(status
      ? { status: { conditions: [{ type: 'Ready', status, reason: 'X', message: '', lastTransitionTime: at }], pending: 0, dead: 0 } }
      : {}),
  })
  const items = notifierItems([with_('c'), with_('b', 'True'), with_('a', 'True'), with_('d', 'False')])
  expect(items.map(({ name, state }) => `${name} ${state}`)).toEqual(['d Failing', 'a Ready', 'b Ready', 'c Unknown'])
})

test('what it told is its own and the newest first; what a namesake told is not among it', () => {
  const { uid } = told().spec.notifier
  const mine: KubeObject = { ...notifier(specs.teams), metadata: { name: 'team', namespace: 'shop', uid } }
  const made = ({ spec }: ReturnType<typeof told>, name: string, status?: object): KubeObject => ({
    apiVersion: 'serin.dev/v1alpha1',
    kind: 'Notification',
    metadata: { name, namespace: 'shop' },
    spec,
    ...(status ? { status } : {}),
  })
  const at = '2026-01-01T12:30:00.000Z'
  const items = notificationItems(
    [
      made(told({ because: hostile }), 'first', { phase: 'Dead', message: 'given up', at }),
      made(recovered(), 'same-time'),
      made(told({ at }), 'second'),
      made(told({ notifier: { kind: 'Notifier', name: 'team', uid: 'another' } }), 'namesake'),
      made(told({ notifier: { kind: 'ClusterNotifier', name: 'team', uid } }), 'of-the-cluster'),
      { ...made(told(), 'odd'), spec: {} },
    ],
    mine,
  )
  expect(items.map(({ name, phase }) => `${name} ${phase}`)).toEqual(['second Pending', 'first Dead', 'same-time Pending'])
  expect(items[1]).toMatchObject({ because: hostile, message: 'given up', since: at, run: 7 })
})
