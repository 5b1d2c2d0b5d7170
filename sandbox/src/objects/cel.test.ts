import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dialect, fromCel, toCel } from './cel.ts'
import { escapedName, portable, unescapedName } from './celSource.ts'
import { equal, type Json } from './json.ts'
import type { Schema } from './schema.ts'

const rules = dialect(['self'])

function run(source: string, self: Json, schema?: Schema): unknown {
  const compiled = rules.compile(source)
  if (!compiled.ok) throw new Error(compiled.message)
  return compiled.program.run({ self: toCel(self, schema) })
}

describe('an expression', () => {
  it.each<[string, Json]>([
    ['has(self.a[0].b) && !has(self.a[0].c)', { a: [{ b: 1 }] }],
    ['has(self.x__dash__y) && self.x__dash__y == 1', { 'x-y': 1 }],
    ['self.__if__ == 2', { if: 2 }],
    ['self.a.isSorted() && self.a.sum() == 6 && self.a.max() == 3', { a: [1, 2, 3] }],
    ["self.s.split(',').map(p, p.lowerAscii()).join('-') == 'a-b'", { s: 'A,B' }],
    ["self.s.replace('a', 'b') == 'bbc' && self.s.indexOf('c') == 2", { s: 'aac' }],
    [
      "self.s.matches('^[a-z]{3}$') && self.s.find('[b-z]') == 'c' && matches(self.s, 'c$') && self.s.findAll('(?i)A').size() == 2",
      { s: 'aac' },
    ],
    ["quantity(self.q).isGreaterThan(quantity('500m')) && quantity('1Ki') == quantity('1024')", { q: '1' }],
    ["duration(self.d) > duration('1h') && timestamp('2026-01-01T00:00:00Z') < timestamp('2026-01-02T00:00:00Z')", { d: '1h30m' }],
    ['self.?missing.orValue(3) == 3', {}],
    ['type(self.n) == int && type(self.f) == double', { n: 1, f: 1.5 }],
    ['self.m.all(k, self.m[k] > 0) && self.m.exists_one(k, k == "a")', { m: { a: 1, b: 2 } }],
    ["isURL('https://example.com') && isIP('10.0.0.1') && isCIDR('10.0.0.0/8') && !isIP('x')", {}],
    ["self == {'a': [1, 'x', null]}", { a: [1, 'x', null] }],
    ['self.a != self.b', { a: { x: 1 }, b: { x: '1' } }],
    ["'has(x)' + self.s == 'has(x)!'", { s: '!' }],
  ])('%s', (source, self) => {
    expect(run(source, self)).toBe(true)
  })

  it('reads numbers, times and durations as the schema says', () => {
    const schema: Schema = {
      type: 'object',
      properties: { n: { type: 'number' }, t: { type: 'string', format: 'date-time' }, d: { type: 'string', format: 'duration' } },
    }
    expect(
      run(
        "self.n / 2.0 == 1.5 && self.t.getFullYear() == 2026 && self.d == duration('90s')",
        { n: 3, t: '2026-01-01T00:00:00Z', d: '1m30s' },
        schema,
      ),
    ).toBe(true)
  })

  it('says in one line why it cannot be compiled or run', () => {
    expect(rules.compile('foo == 1')).toEqual({
      ok: false,
      message: "compilation failed: ERROR: <input>:1:1: undeclared reference to 'foo' (in container '')\n | foo == 1\n | ^",
    })
    expect(() => run('self.a.b', { a: {} })).toThrow(/^no such key: b$/)
    expect(() => run('1 / self.n', { n: 0 })).toThrow('division by zero')
  })
})

describe('values', () => {
  it('come back from CEL as they went in', () => {
    const json = fc.jsonValue({ maxDepth: 3, noUnicodeString: true } as object) as fc.Arbitrary<Json>
    fc.assert(
      fc.property(json, (value) => {
        expect(equal(fromCel(toCel(value)), value)).toBe(true)
      }),
    )
  })

  it('without a JSON form are refused', () => {
    expect(() => fromCel(Symbol('x'))).toThrow('no JSON form')
  })
})

describe('names', () => {
  it('are escaped and found again', () => {
    for (const name of ['a-b', 'a.b/c', 'if', 'x__y', 'plain', 'namespace']) expect(unescapedName(escapedName(name) ?? '')).toBe(name)
    expect(escapedName('0a')).toBeUndefined()
  })

  it('are left alone inside strings', () => {
    expect(portable(`'has(a.__if__)' + "x"`)).toBe(`'has(a.__if__)' + "x"`)
  })
})
