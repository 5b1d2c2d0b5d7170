import { expect, it } from 'vitest'
import type { SourceItem } from '../../../../controller/src/server/dto/measuring.ts'
import { choiceOf, matching } from './choice.ts'

const source = (name: string, health: SourceItem['health'], more: Partial<SourceItem> = {}): SourceItem => ({
  scope: 'Namespace',
  namespace: 'shop',
  name,
  type: 'prometheus',
  health,
  because: '',
  ...more,
})
const items = [
  source('b', 'Up'),
  source('a', 'Up', { address: 'prometheus.monitoring:9090' }),
  source('c', 'Down', { type: 'datadog', because: 'it refuses the key' }),
  source('d', 'Unknown', { scope: 'Cluster' }),
]
const names = (q: string, health?: SourceItem['health']) => matching(items, { q, health }).map(({ name }) => name)

it('the worst come first, then they go by name', () => expect(names('')).toEqual(['c', 'd', 'a', 'b']))

it('every word must occur, in whatever field and case', () => {
  expect(names('SHOP key')).toEqual(['c'])
  expect(names('monitoring')).toEqual(['a'])
  expect(names('shop nowhere')).toEqual([])
  expect(names('  ')).toHaveLength(4)
})

it('one health alone can be looked for', () => {
  expect(names('', 'Up')).toEqual(['a', 'b'])
  expect(choiceOf({ q: 9090, health: 'Up' })).toEqual({ q: '9090', health: 'Up' })
  expect(choiceOf({ q: {}, health: 'up' })).toEqual({ q: '', health: undefined })
})
