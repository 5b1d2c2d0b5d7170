import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DiffLine, diffOf, hunks } from './diff.ts'

const text = fc.array(fc.constantFrom('a', 'b', 'c', '  d', 'e: 1'), { maxLength: 25 }).map((lines) => lines.join('\n'))
const side = (lines: readonly DiffLine[], without: DiffLine['kind']) =>
  lines.filter(({ kind }) => kind !== without).map((line) => line.text)
const count = (lines: readonly DiffLine[], wanted: DiffLine['kind']) => lines.filter(({ kind }) => kind === wanted).length

describe('the difference of two texts', () => {
  it('holds both of them, with the right numbers', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diffOf(before, after)
        expect(side(lines, 'added').join('\n')).toBe(before)
        expect(side(lines, 'removed').join('\n')).toBe(after)
        expect(lines.flatMap((line) => line.old ?? [])).toEqual(side(lines, 'added').map((_, at) => at + 1))
        expect(lines.flatMap((line) => line.new ?? [])).toEqual(side(lines, 'removed').map((_, at) => at + 1))
      }),
    )
  })

  it('is empty of changes exactly for equal texts, and the same size both ways', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const there = diffOf(before, after)
        const back = diffOf(after, before)
        expect(there.every(({ kind }) => kind === 'same')).toBe(before === after)
        expect(count(there, 'added')).toBe(count(back, 'removed'))
      }),
    )
  })

  it('is small for a small change', () => {
    const lines = diffOf('a\nb\nc\nd\n', 'a\nb\nx\nc\nd')
    expect(lines.filter(({ kind }) => kind !== 'same')).toEqual([{ kind: 'added', text: 'x', new: 3 }])
  })

  it('takes huge texts as replaced rather than to hang', () => {
    const many = (word: string) => Array.from({ length: 3000 }, (_, at) => `${word}${at}`).join('\n')
    expect(diffOf(many('a'), many('b'))).toHaveLength(6000)
  })
})

it('pieces leave out what is equal, and say how much', () => {
  const before = Array.from({ length: 30 }, (_, at) => `line ${at}`)
  const after = before.with(4, 'changed').with(25, 'changed')
  const found = hunks(diffOf(before.join('\n'), after.join('\n')), 2)
  expect(found.map(({ skipped, lines }) => [skipped, lines.length])).toEqual([
    [2, 6],
    [16, 6],
  ])
  expect(hunks(diffOf('a', 'a'))).toEqual([])
})
