import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isObject } from '../traffic/patch.ts'
import { readDocuments } from './documents.ts'
import { ledgerOf } from './reading.ts'

const ledger = (value: unknown) => {
  const [source] = readDocuments([{ file: 'a.json', text: JSON.stringify(value) }]).sources
  if (!source) throw new Error('no object')
  return ledgerOf(source)
}

test('what nobody took is listed at its outermost place; what was taken, opened and empty, or null is not', () => {
  const { reading, findings } = ledger({
    kind: 'A',
    status: { x: 1 },
    spec: { a: 1, b: { c: 2, d: [3] }, e: {}, f: null, g: { h: 1, i: 2 } },
  })
  const spec = reading.at('spec')
  expect(spec.at('a').number()).toBe(1)
  spec.at('e')
  spec.at('g', 'h').take()
  expect(findings().map(({ path }) => path)).toEqual(['spec.b', 'spec.g.i'])
})

test('a value of another type is not taken', () => {
  const { reading, findings } = ledger({ spec: { text: 5, flag: 'yes', count: 1.5, object: 'x', list: 'y' } })
  const spec = reading.at('spec')
  expect([spec.at('text').text(), spec.at('flag').flag(), spec.at('count').count(), spec.at('object', 'a').text()]).toEqual(
    Array(4).fill(undefined),
  )
  expect([spec.at('list').items(), spec.at('list').fields()]).toEqual([[], []])
  // Nothing at all was taken: it is listed as a whole.
  expect(findings().map(({ path }) => path)).toEqual([''])
})

test('a note takes what is there, and says nothing where there is nothing', () => {
  const { reading, findings } = ledger({ spec: { a: { b: 1 } } })
  reading.at('spec', 'a').lost('a has no counterpart', 'leave it out')
  reading.at('spec', 'none').lost('nothing', '')
  expect(findings()).toMatchObject([{ path: 'spec.a', severity: 'lost', what: 'a has no counterpart', doInstead: 'leave it out' }])
})

test('whatever is taken: each other leaf is below one of the places listed, and no taken one is', () => {
  const key = fc.constantFrom('a', 'b', 'c', '__proto__', 'toString')
  const { object } = fc.letrec<{ object: Record<string, unknown>; any: unknown }>((tie) => ({
    object: fc.dictionary(key, tie('any'), { maxKeys: 3 }),
    any: fc.oneof({ maxDepth: 3 }, fc.integer(), fc.string(), tie('object'), fc.array(tie('any'), { maxLength: 2 })),
  }))
  fc.assert(
    fc.property(object, fc.array(fc.nat(), { maxLength: 5 }), (spec, picks) => {
      const { reading, findings } = ledger({ spec })
      const all = leaves(spec, ['spec'])
      const taken = picks.map((pick) => all[pick % Math.max(1, all.length)] ?? ['spec', 'none'])
      for (const path of taken) reading.at(...path).take()
      const listed = findings().map(({ path }) => path)
      for (const leaf of all) {
        const text = pathOf(leaf)
        const isTaken = taken.some((path) => pathOf(path) === text)
        const isListed = listed.some((path) => path === '' || text === path || text.startsWith(`${path}.`) || text.startsWith(`${path}[`))
        expect({ text, isTaken, isListed }).toEqual({ text, isTaken, isListed: !isTaken })
      }
    }),
  )
})

function leaves(value: unknown, path: (string | number)[]): (string | number)[][] {
  const children: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : isObject(value) ? Object.entries(value) : []
  // An empty object counts as read as soon as somebody opened it.
  if (children.length === 0) return typeof value === 'object' ? [] : [path]
  return children.flatMap(([key, child]) => leaves(child, [...path, key]))
}

function pathOf(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? key : `${text}.${key}`), '')
}
