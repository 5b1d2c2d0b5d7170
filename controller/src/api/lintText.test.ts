import { expect, test } from 'vitest'
import { lintText } from './lintText.ts'

test('findings carry the line of the field, across documents', () => {
  const text = `apiVersion: v1
kind: Service
metadata: {name: web}
---
apiVersion: serin.dev/v1alpha1
kind: Rollout
metadata:
  name: web
spec:
  workload:
    name: web
  sevice: web
  canary:
    steps:
      - weight: 5
      - weight: 500
`
  expect(lintText(text).map(({ line, document, path }) => ({ line, document, path }))).toEqual([
    { line: 12, document: 1, path: 'spec.sevice' },
    { line: 16, document: 1, path: 'spec.canary.steps[1].weight' },
  ])
})

test('a missing field is shown at the object that lacks it', () => {
  const text = `# a comment
apiVersion: serin.dev/v1alpha1
kind: Rollout
metadata: {name: web}
spec:
  paused: true
`
  expect(lintText(text)).toEqual([expect.objectContaining({ line: 5, path: 'spec', instead: 'workload: …' })])
})

test('what is not YAML is a finding, and the other documents are still judged', () => {
  const text = `a: [1
---
apiVersion: serin.dev/v1alpha1
kind: Rollout
metadata: {name: web}
spec: {workload: {name: web}, paused: 1}
`
  const findings = lintText(text)
  expect(findings[0]).toMatchObject({ severity: 'error', document: 0, line: 2 })
  expect(findings[0]?.message).toMatch(/^not YAML: /)
  expect(findings.at(-1)).toMatchObject({ document: 1, line: 6, path: 'spec.paused' })
})

test('a key written twice is a finding', () => {
  expect(lintText('a: 1\na: 2\n')).toEqual([expect.objectContaining({ line: 2, message: 'not YAML: Map keys must be unique' })])
})

test('an empty text, and one of comments only, have no findings', () => {
  expect(lintText('')).toEqual([])
  expect(lintText('# nothing\n---\n')).toEqual([])
})
