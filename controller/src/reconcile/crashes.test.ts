import { expect, test, vi } from 'vitest'
import { iso } from '../api/fields.ts'
import type { Run } from '../api/rolloutStatus.ts'
import type { KubeClient } from '../kube/types.ts'
import { at, setObject, world } from '../rollout/testing/observed.ts'
import { crashesOf } from './crashes.ts'

/** Whether the pods are looked at, of a new version that is to have 4. */
async function looks(canary: Omit<NonNullable<Run['canary']>, 'progressAt'>, available: number, sinceMs: number): Promise<boolean> {
  const { workload } = world({ sets: [setObject('web-two', 'v2', { owner: 'rollout', replicas: 4, available })] })
  const run = {
    stage: 'Stepping',
    weight: { wanted: 50 },
    to: { set: 'web-two', hash: 'two' },
    canary: { ...canary, progressAt: iso(at) },
  } as Run
  const list = vi.fn(async () => [])
  const client = { list } as unknown as KubeClient
  await crashesOf(client, 'shop', { run, view: workload === 'missing' ? undefined : workload, now: at + sinceMs })
  return list.mock.calls.length > 0
}

test('pods that are just being added are not looked at', async () => {
  expect(await looks({ replicas: 4, available: 2 }, 2, 4_999)).toBe(false)
  expect(await looks({ replicas: 4, available: 2 }, 3, 4_999)).toBe(false)
})
test('they are when they take long, or one is missing that was there', async () => {
  expect(await looks({ replicas: 4, available: 2 }, 2, 5_000)).toBe(true)
  expect(await looks({ replicas: 4, available: 2 }, 1, 100)).toBe(true)
  expect(await looks({ replicas: 4, available: 2, most: 3 }, 2, 100)).toBe(true)
})
