import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../kube/types.ts'
import { type CustomResourceDefinition, crdOf, type StructuralSchema } from './crd.ts'
import { crdGap, crdGapMessage } from './crdGaps.ts'
import { kindNamed, kinds } from './kinds.ts'

const rollout = kindNamed('Rollout')

/** The definition of a Rollout as some other version of Serin has it. */
function changed(change: (root: StructuralSchema, spec: CustomResourceDefinition['spec']) => void): KubeObject {
  const crd = structuredClone(crdOf(rollout))
  const root = crd.spec.versions[0]?.schema.openAPIV3Schema
  if (root) change(root, crd.spec)
  return crd as unknown as KubeObject
}
const at = (root: StructuralSchema, ...path: string[]): StructuralSchema =>
  path.reduce<StructuralSchema>((schema, name) => (name === '[]' ? schema.items : schema.properties?.[name]) ?? {}, root)

test.each(kinds)('$kind lacks nothing of itself', (kind) => {
  expect(crdGap(kind, crdOf(kind) as unknown as KubeObject)).toBeUndefined()
})

test('a newer definition, with more fields and values, lacks nothing', () => {
  const newer = changed((root) => {
    const status = at(root, 'status')
    status.properties = { ...status.properties, later: { type: 'object', properties: { more: { type: 'string' } } } }
    at(root, 'status', 'phase').enum?.push('Later')
  })
  expect(crdGap(rollout, newer)).toBeUndefined()
})

describe('what an older definition lacks is named', () => {
  test.each<[string, string[], (root: StructuralSchema, spec: CustomResourceDefinition['spec']) => void]>([
    ['a field', ['status.run.shifts'], (root) => delete at(root, 'status', 'run').properties?.shifts],
    ['a field of a list', ['status.history[].analysis'], (root) => delete at(root, 'status', 'history', '[]').properties?.analysis],
    ['a whole part, by its top', ['status'], (root) => delete root.properties?.status],
    ['values of a map', ['spec.analysis.args.*'], (root) => delete at(root, 'spec', 'analysis', 'args').additionalProperties],
    ['a value of an enum', ['status.phase: "Paused"'], (root) => at(root, 'status', 'phase').enum?.splice(2, 1)],
    [
      "an object whose fields are nobody's business",
      ['status.run.spec.*'],
      (root) => delete at(root, 'status', 'run', 'spec')['x-kubernetes-preserve-unknown-fields'],
    ],
    ['the subresource', ['the status subresource'], (_, spec) => delete spec.versions[0]?.subresources],
  ])('%s', (_, missing, change) => {
    expect(crdGap(rollout, changed(change))).toEqual({ kind: 'Rollout', definition: 'rollouts.serin.dev', missing })
  })

  test.each([
    ['no definition', undefined],
    ['another version only', changed((_, spec) => Object.assign(spec.versions[0] ?? {}, { name: 'v1' }))],
    ['a version not served', changed((_, spec) => Object.assign(spec.versions[0] ?? {}, { served: false }))],
  ])('the kind itself: %s', (_, served) => {
    expect(crdGap(rollout, served)?.missing).toBe('everything')
  })
})

test('people are told which kinds lack which fields, and what to do', () => {
  const message = crdGapMessage([
    { kind: 'Rollout', definition: 'rollouts.serin.dev', missing: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] },
    { kind: 'MetricSource', definition: 'metricsources.serin.dev', missing: 'everything' },
  ])
  expect(message).toContain('Rollout lacks a, b, c, d, e and 2 more; MetricSource is not there.')
  expect(message).toContain('helm upgrade')
  expect(message).toMatch(/kubectl apply --server-side -f .*rollouts.serin.dev, metricsources.serin.dev$/)
})
