import { expect, test } from 'vitest'
import { parseSelector, SelectorError } from './selector.ts'

const labels = { app: 'web', 'serin.dev/managed': 'true', empty: '' }

test.each([
  ['', true],
  ['app', true],
  ['!app', false],
  ['none', false],
  ['!none', true],
  ['app=web', true],
  ['app==web', true],
  ['app = api', false],
  ['app!=api', true],
  ['none!=api', true],
  ['empty=', true],
  ['none=', false],
  ['serin.dev/managed=true,app=web', true],
  ['serin.dev/managed=true,app=api', false],
  ['app in (web, api),empty', true],
  ['app in (api)', false],
  ['app notin (web,api)', false],
  ['none notin (web)', true],
  ['toString', false],
])("selector '%s' on labels of a web app: %s", (text, expected) => {
  expect(parseSelector(text)(labels)).toBe(expected)
})

test('no labels at all match like an empty set of labels', () => {
  expect(parseSelector('!app')(undefined)).toBe(true)
  expect(parseSelector('app')(undefined)).toBe(false)
})

test.each(['a=b=c', 'a b', ',', 'a in b', '=x', '!'])("'%s' is refused", (text) => {
  expect(() => parseSelector(text)).toThrow(SelectorError)
})
