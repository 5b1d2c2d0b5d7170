import { expect, test } from 'vitest'
import { canarySize } from './canary.ts'
import type { Scene } from './scene.ts'
import { world } from './testing/observed.ts'

test('the size follows from the pods that are wanted, not from those that are there: it does not shrink when pods of stable die', () => {
  const { workload, rollout } = world({})
  if (workload === 'missing') throw new Error('the world has a workload')
  const sizeAt = (available: number) =>
    canarySize({ run: { mode: 'Routes' }, spec: rollout.spec, view: { ...workload, available } } as Scene, 50)
  expect([4, 1, 0].map(sizeAt)).toEqual([2, 2, 2])
})
