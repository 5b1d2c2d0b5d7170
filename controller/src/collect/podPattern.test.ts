import fc from 'fast-check'
import { expect, test } from 'vitest'
import { podPattern } from './podPattern.ts'
import { PatternError } from './podPatternParser.ts'

const leaf = fc.constantFrom('a', 'b', '-', '\\.', '.', '[ab]', '[^a]', '[a-c-]', '[]a]', '\\d', '\\w', '[\\d.]', '^', '$')
const pattern = fc.letrec<{ node: string; group: string }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => `${a}${b}`),
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => `(${a}|${b})`),
    fc.tuple(tie('group'), fc.constantFrom('*', '+', '?', '{2}', '{1,}', '{0,2}', '*?')).map(([a, count]) => `${a}${count}`),
  ),
  group: tie('node').map((inner) => `(?:${inner})`),
}))

test('it matches what the same regular expression matches', () => {
  fc.assert(
    fc.property(pattern.node, fc.stringMatching(/^[abc.1-]{0,8}$/), (text, name) => {
      // In JavaScript "]" cannot come first in a class.
      const other = new RegExp(`^(?:${text.replaceAll('[]', '[\\]')})$`)
      expect(podPattern(text)(name)).toBe(other.test(name))
    }),
    { numRuns: 500 },
  )
})

test('a pattern that would backtrack for ages takes no longer than others', () => {
  const matches = podPattern('((a+)+)+b|(a|aa)+c|(.*)*d')
  const begin = performance.now()
  expect(matches('a'.repeat(250))).toBe(false)
  expect(matches(`${'a'.repeat(250)}c`)).toBe(true)
  expect(performance.now() - begin).toBeLessThan(200)
})

test('names are matched as a whole', () => {
  const matches = podPattern('shop-7d9f-[a-z0-9]{5}|shop-0')
  expect(['shop-7d9f-x2kq1', 'shop-0'].map(matches)).toEqual([true, true])
  expect(['shop-7d9f-x2kq12', 'my-shop-0', 'shop-7d9f-x2kq', ''].map(matches)).toEqual([false, false, false, false])
})

test('what it does not know is refused, with the place and what may be written', () => {
  for (const [text, what] of [
    ['a(?=b)', 'has a group with an option at character 2'],
    ['(?i)a', 'has a group with an option at character 1'],
    ['a\\1', 'has "\\1" at character 2'],
    ['\\pL', 'has "\\p" at character 1'],
    ['ab**', 'repeats a repeat at character 4'],
    ['*a', 'has a "*" with nothing to repeat at character 1'],
    ['a{2,1}', 'has a repeat that is too large, or from more to less, at character 2'],
    ['a{x', 'has a "{" that begins no repeat at character 2'],
    ['(ab', 'has a group that is not closed at character 4'],
    ['ab)', 'closes a group that is not open at character 3'],
    ['x[ab', 'has a class that is not closed at character 2'],
    ['[[:alpha:]]', 'has a class with a name at character 2'],
    ['[z-a]', 'has a range from high to low at character 4'],
    ['a\\', 'ends with "\\" at character 2'],
    ['((a{1000}){1000}){1000}', 'repeats too much'],
    [`${'a'.repeat(1025)}`, 'is longer than 1024 characters'],
  ] as const) {
    expect(() => podPattern(text), text).toThrow(PatternError)
    expect(() => podPattern(text), text).toThrow(`${what}: write it of literals, classes like [a-z0-9]`)
  }
})
