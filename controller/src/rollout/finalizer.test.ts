import { expect, test } from 'vitest'
import { finalizer } from './finalizer.ts'
import { world } from './testing/observed.ts'

test('the finalizer is taken off only as the Rollout was seen: another leader may have begun a run since', () => {
  const { rollout } = world({})
  const [removal] = finalizer.remove({ ...rollout, metadata: { ...rollout.metadata, finalizers: ['foreground', 'serin.dev/run'] } })
  expect(removal).toMatchObject({
    ops: [
      { op: 'test', path: '/metadata/resourceVersion', value: '7' },
      { op: 'remove', path: '/metadata/finalizers/1' },
    ],
  })
  expect(finalizer.remove(rollout)).toEqual([])
})
