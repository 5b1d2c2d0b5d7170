import { expect, test } from 'vitest'
import { returnToOf } from './returnTo.ts'

test('one comes back to the address one came from', () => {
  expect(returnToOf('/releases/shop/web?q=a#b')).toBe('/releases/shop/web?q=a#b')
})

test('other servers, the login itself and nonsense lead to the first screen', () => {
  for (const raw of [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    '/login?returnTo=/login',
    '/login',
    '',
    7,
    undefined,
    {},
  ])
    expect(returnToOf(raw)).toBe('/')
})
