import { expect, test } from 'vitest'
import { chordOf, keysText, sequences } from './keys.ts'

const press = (key: string, more: Partial<Parameters<typeof chordOf>[0]> = {}) =>
  chordOf({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...more })

test('keys are written by their letter and what is held with them', () => {
  expect(press('p')).toBe('p')
  expect(press('A', { shiftKey: true })).toBe('shift+a')
  expect(press('?', { shiftKey: true })).toBe('?')
  expect(press('k', { metaKey: true })).toBe('mod+k')
  expect(press('k', { ctrlKey: true })).toBe('mod+k')
  expect(press('Shift', { shiftKey: true })).toBeUndefined()
  expect(press('p', { altKey: true })).toBeUndefined()
})

test('two keys in time are a sequence, too late they are not', () => {
  const known = new Set(['g r', 'p'])
  const complete = sequences()
  expect(complete('g', 0, known)).toBeUndefined()
  expect(complete('r', 500, known)).toBe('g r')
  expect(complete('g', 1000, known)).toBeUndefined()
  expect(complete('r', 5000, known)).toBeUndefined()
  expect(complete('g', 6000, known)).toBeUndefined()
  expect(complete('p', 6100, known)).toBe('p')
})

test('keys are told as people read them', () => {
  expect(keysText('mod+k', true)).toBe('Cmd K')
  expect(keysText('shift+a', false)).toBe('Shift A')
  expect(keysText('g r', false)).toBe('G then R')
})
