import { expect, test } from 'vitest'
import { canaryExists, canarySize } from './canary.ts'
import type { Scene } from './scene.ts'
import { world } from './testing/observed.ts'
import { sceneOf } from './testing/run.ts'

test('the size follows from the pods that are wanted, not from those that are there: it does not shrink when pods of stable die', () => {
  const { workload, rollout } = world({})
  if (workload === 'missing') throw new Error('the world has a workload')
  const sizeAt = (available: number) =>
    canarySize({ run: { mode: 'Routes' }, spec: rollout.spec, view: { ...workload, available } } as Scene, 50)
  expect([4, 1, 0].map(sizeAt)).toEqual([2, 2, 2])
})

test('a set of the history is taken out of it as long as it may be there, and made anew when somebody deleted it', () => {
  const seen = world({ image: 'v2', held: true })
  const verbs = (setsComplete: boolean) =>
    canaryExists(() => 2)(sceneOf({ ...seen, setsComplete }, { run: { reuse: true } })).actions.map(({ verb }) => verb)
  expect(verbs(false)).toEqual(['patch'])
  expect(verbs(true)).toEqual(['create'])
})
