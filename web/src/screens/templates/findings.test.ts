import { expect, it } from 'vitest'
import { byLine, type Finding, rangeOf, sorted } from './findings.ts'

const finding = (severity: Finding['severity'], line?: number): Finding => ({
  severity,
  path: 'spec',
  message: `${severity} ${line}`,
  ...(line === undefined ? {} : { line }),
})

it('errors come before warnings, each by line', () => {
  const found = sorted([finding('warning', 1), finding('error', 9), finding('error'), finding('error', 3)])
  expect(found.map(({ message }) => message)).toEqual(['error undefined', 'error 3', 'error 9', 'warning 1'])
})

it('a line is marked by the worst on it', () => {
  expect([...byLine([finding('warning', 2), finding('error', 2), finding('warning', 2), finding('warning', 4), finding('error')])]).toEqual(
    [
      [2, 'error'],
      [4, 'warning'],
    ],
  )
})

it('a line is found in its text', () => {
  const text = 'one\ntwo\n\nfour'
  expect([1, 2, 3, 4, 99, 0].map((line) => text.slice(...rangeOf(text, line)))).toEqual(['one', 'two', '', 'four', 'four', 'one'])
})
