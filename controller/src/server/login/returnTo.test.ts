import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ownPath } from './returnTo.ts'

const here = 'https://serin.example.org'

test('paths of the page are kept, with what they ask for', () => {
  for (const path of ['/', '/releases/shop/web', '/?phase=Paused&team=a%20b', '/a#b']) expect(ownPath(path)).toBe(path)
})

test('what leads elsewhere, or is no path, is left out', () => {
  const foreign = [
    '',
    'releases',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil',
    'https://evil.example',
    '/..//evil.example',
    '/a\\b',
    '/a b',
    '/é',
    '/\n',
  ]
  for (const text of [...foreign, undefined]) expect(ownPath(text)).toBeUndefined()
})

test('whatever is given, a browser that follows it stays here', () => {
  const piece = fc.constantFrom(
    '/',
    '\\',
    '.',
    '..',
    '//',
    'evil.example',
    '@',
    ':',
    '?',
    '#',
    '%2f',
    '%5c',
    '\t',
    '\n',
    'https:',
    'a',
    '\u2028',
    '%00',
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(piece).map((pieces) => `/${pieces.join('')}`),
        fc.string(),
      ),
      (text) => {
        const path = ownPath(text)
        if (path === undefined) return
        expect(new URL(path, `${here}/api/v1/login/oidc/callback`).origin).toBe(here)
        expect(path).toMatch(/^\/(?![/\\])[!-~]*$/)
      },
    ),
  )
})
