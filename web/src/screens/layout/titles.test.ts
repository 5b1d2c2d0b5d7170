import { expect, test } from 'vitest'
import { titleOf } from './titles.ts'

test('every address has a title of its own', () => {
  expect(
    [
      '/',
      '/releases/shop/web',
      '/releases/shop/web/runs/7',
      '/templates/namespaced/shop/errors',
      '/sources',
      '/notifiers',
      '/login',
      '/x',
    ].map(titleOf),
  ).toEqual([
    'Releases · Serin',
    'shop/web · Serin',
    'Run 7 of shop/web · Serin',
    'errors · Serin',
    'Sources · Serin',
    'Notifications · Serin',
    'Log in · Serin',
    'Nothing here · Serin',
  ])
})

test('an address that is not well escaped has a title too', () => {
  expect(titleOf('/releases/%E0%A4%A/web')).toBe('%E0%A4%A/web · Serin')
})
