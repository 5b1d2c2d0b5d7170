import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readDocuments } from './documents.ts'

const read = (...lines: string[]) => readDocuments([{ file: 'a.yaml', text: lines.join('\n') }])

test('documents, Lists and comments are told apart, each with its own lines', () => {
  const { sources, findings } = read(
    '# Source: chart/templates/a.yaml',
    '---',
    '# only a comment',
    '---',
    'apiVersion: v1',
    'kind: Service',
    'metadata: {name: a, namespace: shop}',
    'spec:',
    '  ports: []',
    '---',
    'apiVersion: argoproj.io/v1alpha1',
    'kind: RolloutList',
    'items:',
    '  - metadata:',
    '      name: b',
    '  - 5',
  )
  expect(sources.map(({ kind, apiVersion, name, namespace }) => [kind, apiVersion, name, namespace])).toEqual([
    ['Service', 'v1', 'a', 'shop'],
    ['Rollout', 'argoproj.io/v1alpha1', 'b', undefined],
  ])
  expect(sources[0]?.lineOf(['spec', 'ports'])).toBe(9)
  expect(sources[0]?.lineOf(['spec', 'none', 'deeper'])).toBe(8)
  expect(sources[1]?.lineOf(['metadata', 'name'])).toBe(15)
  expect(findings).toMatchObject([{ line: 16, severity: 'lost', what: 'an item of a List that is no object' }])
})

test('values are those that Kubernetes reads: octal modes, yes and no, anchors and merges, and no dates', () => {
  const { sources } = read('a: &a {mode: 0644, on: yes}', 'b: {<<: *a, more: 2026-01-01}', 'c: *a', 'd: 1e3', 'e: 10:30')
  const a = { mode: 420, true: true }
  expect(sources[0]?.value).toEqual({ a, b: { ...a, more: '2026-01-01' }, c: a, d: 1000, e: '10:30' })
})

test('a key that stands twice counts as it stands last, and is said', () => {
  const { sources, findings } = read('kind: A', 'spec: 1', 'spec: 2')
  expect(sources[0]?.value.spec).toBe(2)
  expect(sources[0]?.lineOf(['spec'])).toBe(3)
  expect(findings).toMatchObject([{ line: 3, severity: 'changed' }])
})

test('what is not YAML, or no object, is a finding; the other documents are read', () => {
  const { sources, findings } = read('{{- if .Values.on }}', 'a: b', '---', 'kind: A', '---', 'only text', '---', 'a: *none')
  expect(sources.map(({ kind }) => kind)).toEqual(['A'])
  expect(findings.map(({ line, severity }) => [line, severity])).toEqual([
    [1, 'lost'],
    [6, 'lost'],
    [8, 'lost'],
  ])
})

test('lines end in any way', () => {
  const { sources } = readDocuments([{ file: 'a.yaml', text: 'kind: A\r\nspec:\r\n  x: 1\r\n' }])
  expect(sources[0]?.value).toEqual({ kind: 'A', spec: { x: 1 } })
  expect(sources[0]?.lineOf(['spec', 'x'])).toBe(3)
})

test('no text breaks it', () => {
  const piece = fc.constantFrom(
    'a: ',
    '- ',
    '&a ',
    '*a',
    '{',
    '}',
    '[',
    '"',
    "'",
    '\n',
    '  ',
    '---\n',
    '!!set ',
    '? ',
    '<<: ',
    '#',
    '\t',
    '|',
    '{{ x }}',
    'null',
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece, { maxLength: 20 }).map((parts) => parts.join('')),
      ),
      (text) => {
        for (const source of read(text).sources) expect(source.lineOf(['a', 0])).toBeGreaterThan(0)
      },
    ),
    { numRuns: 500 },
  )
})
