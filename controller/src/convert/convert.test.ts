import { expect, test } from 'vitest'
import { convert } from './convert.ts'

const rollout = (name: string) => ({
  file: 'rollout.yaml',
  text: `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: ${name}}
spec:
  workloadRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
  strategy: {canary: {steps: [{setWeight: 20}]}}
`,
})

test('an object whose name no API server takes is left out, and said with its place', () => {
  const { objects, findings } = convert([rollout('Shop_1')])
  expect(objects).toEqual([])
  expect(findings).toContainEqual(
    expect.objectContaining({
      file: 'rollout.yaml',
      line: 1,
      severity: 'lost',
      what: expect.stringContaining('metadata.name is "Shop_1"'),
    }),
  )
})

test('one with a good name is made', () => {
  expect(convert([rollout('shop')]).objects.map(({ object }) => `${object.kind} ${object.metadata.name}`)).toEqual(['Rollout shop'])
})
