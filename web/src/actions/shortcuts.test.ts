import { expect, test } from 'vitest'
import type { Action } from './actions.ts'
import { grouped, meant, shortcutsOf } from './shortcuts.ts'

const action = (id: string, more: Partial<Action> = {}): Action => ({ id, title: id, group: 'Go to', run: () => {}, ...more })

test('of two actions with the same keys the one offered last counts', () => {
  const first = action('first', { keys: 'p' })
  const last = action('last', { keys: 'p' })
  expect([...shortcutsOf([first, last, action('none')], true)]).toEqual([['p', last]])
})

test('with single keys off, only those with Ctrl or Cmd are left', () => {
  const actions = ['p', 'shift+a', 'g r', '?', 'mod+k'].map((keys) => action(keys, { keys }))
  expect([...shortcutsOf(actions, false).keys()]).toEqual(['mod+k'])
  expect([...shortcutsOf(actions, true).keys()]).toEqual(['p', 'shift+a', 'g r', '?', 'mod+k'])
})

test('groups keep the order in which they are offered', () => {
  const actions = [action('a'), action('b', { group: 'Theme' }), action('c')]
  expect(grouped(actions).map(({ group, actions }) => [group, actions.map(({ id }) => id)])).toEqual([
    ['Go to', ['a', 'c']],
    ['Theme', ['b']],
  ])
})

test('something is meant when every word occurs in what is said of it', () => {
  const actions = [action('Releases'), action('Templates'), action('Dark', { group: 'Theme' })]
  const ids = (query: string) => meant(actions, query, ({ group, title }) => [group, title]).map(({ id }) => id)
  expect(ids('')).toEqual(['Releases', 'Templates', 'Dark'])
  expect(ids(' go  TEMP ')).toEqual(['Templates'])
  expect(ids('theme')).toEqual(['Dark'])
  expect(ids('go dark')).toEqual([])
})
