import { expect, it } from 'vitest'
import type { NotifierItem } from '../../../../controller/src/server/dto/notifying.ts'
import { choiceOf, keyOf, matching, nameOf } from './choice.ts'

const notifier = (name: string, state: NotifierItem['state'], more: Partial<NotifierItem> = {}): NotifierItem => ({
  scope: 'Namespace',
  namespace: 'shop',
  name,
  target: 'slack',
  events: ['Promoted'],
  namespaces: [],
  rollouts: [],
  state,
  pending: 0,
  dead: 0,
  ...more,
})
const items = [
  notifier('b', 'Ready'),
  notifier('a', 'Ready', { to: '#releases' }),
  notifier('c', 'Failing', { target: 'email', lastError: { at: '2026-01-01T00:00:00Z', message: 'the login was refused' } }),
  notifier('d', 'Unknown', { rollouts: ['checkout', 'team=pay'] }),
]
const names = (q: string, state?: NotifierItem['state']) => matching(items, { q, state }).map(({ name }) => name)

it('those whose messages do not arrive come first, then they go by name', () => expect(names('')).toEqual(['c', 'd', 'a', 'b']))

it('every word must occur, in whatever field and case', () => {
  expect(names('SHOP refused')).toEqual(['c'])
  expect(names('#releases promoted')).toEqual(['a'])
  expect(names('team=pay')).toEqual(['d'])
  expect(names('shop nowhere')).toEqual([])
})

it('one state alone can be looked for', () => {
  expect(names('', 'Ready')).toEqual(['a', 'b'])
  expect(choiceOf({ q: 1, state: 'Ready' })).toEqual({ q: '1', state: 'Ready' })
  expect(choiceOf({ q: {}, state: 'ready' })).toEqual({ q: '', state: undefined })
})

it('one of the cluster is another than a namesake', () => {
  const { namespace: _, ...shared } = notifier('a', 'Ready', { scope: 'Cluster' })
  expect([keyOf(notifier('a', 'Ready')), keyOf(shared)]).toEqual(['Namespace/shop/a', 'Cluster/-/a'])
  expect([nameOf(notifier('a', 'Ready')), nameOf(shared)]).toEqual(['shop/a', 'a'])
})
