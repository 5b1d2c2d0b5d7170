import { expect, test } from 'vitest'
import type { Action } from '../actions/actions.ts'
import { matching } from './matching.ts'

const action = (id: string, group: string, title: string): Action => ({ id, group, title, run: () => {} })
const all = [action('palette', 'Everywhere', 'Search'), action('go', 'Go to', 'Statistics'), action('dark', 'Theme', 'Theme: Dark')]

test('an action is found by every word of its title and heading, in any order', () => {
  expect(matching(all, 'STAT go').map(({ id }) => id)).toEqual(['go'])
  expect(matching(all, 'dark stat')).toEqual([])
})

test('without words all are there but the palette itself', () => {
  expect(matching(all, '  ').map(({ id }) => id)).toEqual(['go', 'dark'])
})
