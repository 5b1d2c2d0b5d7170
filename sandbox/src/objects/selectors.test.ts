import { describe, expect, it } from 'vitest'
import { parseLabelSelector } from './labelSelector.ts'
import { matchesSelector, parseFieldSelector, selectedFields } from './selectors.ts'

describe('parseLabelSelector', () => {
  const labels = { app: 'web', tier: 'front', 'serin.dev/run': '3' }
  it.each([
    ['', true],
    ['app=web', true],
    ['app==web,tier!=back', true],
    ['app=api', false],
    ['missing!=x', true],
    ['app in (api, web)', true],
    ['app notin (api,web)', false],
    ['missing notin (a)', true],
    ['serin.dev/run', true],
    ['!serin.dev/run', false],
    ['serin.dev/run>2', true],
    ['serin.dev/run<3', false],
    ['app>2', false],
    ['app=web,tier in (x,front),!gone', true],
    ['app=web ,\ttier=front', true],
    ['tier in (,front,)', true],
    ['tier in ()', false],
    ['missing notin ()', true],
    ['in=x', false],
    ['app=', false],
  ])('%s', (text, expected) => {
    expect(parseLabelSelector(text)(labels)).toBe(expected)
  })

  it('selects by absence where there are no labels at all', () => {
    expect(parseLabelSelector('!a')(undefined)).toBe(true)
    expect(parseLabelSelector('a')(undefined)).toBe(false)
    expect(parseLabelSelector('constructor')({})).toBe(false)
  })

  it.each([
    ['a=b=c=', "found '=', expected: ',' or 'end of string'"],
    ['a in b', "unable to parse requirement: found 'b' expected: '('"],
    ['a in (b', "unable to parse requirement: found '', expected: ',' or ')'"],
    ['a in (,=)', "unable to parse requirement: found '=', expected: ',', or identifier"],
    [',', "found ',', expected: !, identifier, or 'end of string'"],
    ['a,', "found '', expected: identifier after ','"],
    ['a!!b', "unable to parse requirement: found '!', expected: in, notin, =, ==, !=, gt, lt"],
    ['a>b', `unable to parse requirement: values[0]: Invalid value: "b": for 'Gt', 'Lt' operators, the value must be an integer`],
    ['-x=1', 'unable to parse requirement: <nil>: Invalid value: "-x": name part must consist of'],
  ])('refuses %s with 400: %s', (text, message) => {
    expect(() => parseLabelSelector(text)).toThrow(expect.objectContaining({ code: 400, message: expect.stringContaining(message) }))
  })
})

describe('matchesSelector', () => {
  it('needs every label and expression to fit', () => {
    const selector = {
      matchLabels: { a: '1' },
      matchExpressions: [
        { key: 'b', operator: 'In', values: ['x', 'y'] },
        { key: 'c', operator: 'DoesNotExist' },
      ],
    }
    expect(matchesSelector(selector, { a: '1', b: 'y' })).toBe(true)
    expect(matchesSelector(selector, { a: '1', b: 'y', c: '' })).toBe(false)
    expect(matchesSelector(selector, { a: '1' })).toBe(false)
  })

  it('takes an empty selector for everything and none for nothing', () => {
    expect(matchesSelector({}, { a: 'b' })).toBe(true)
    expect(matchesSelector(undefined, { a: 'b' })).toBe(false)
  })
})

describe('parseFieldSelector', () => {
  const pod = { metadata: { name: 'p', namespace: 'n' }, status: { phase: 'Running' } }
  it.each([
    ['metadata.name=p', true],
    ['metadata.name=p,status.phase!=Running', false],
    ['status.phase==Running', true],
    ['spec.nodeName=', true],
    ['spec.nodeName!=x', true],
  ])('%s', (text, expected) => {
    expect(parseFieldSelector(text)(pod)).toBe(expected)
  })

  it('names its fields, and refuses what it cannot read', () => {
    expect(selectedFields('metadata.name=p,status.phase!=R')).toEqual(['metadata.name', 'status.phase'])
    expect(() => parseFieldSelector('nonsense')).toThrow(expect.objectContaining({ code: 400 }))
  })
})
