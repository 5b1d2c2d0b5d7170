import { describe, expect, test } from 'vitest'
import type { Run } from '../api/rolloutStatus.ts'
import { armAvailable } from './arm.ts'
import { canary } from './canary.ts'
import { at, setObject, world } from './testing/observed.ts'
import { sceneOf } from './testing/run.ts'

const second = 1_000

/** What becomes of a run whose new version wants pods, and has so many available at these seconds: [second, available, wanted]. Ends when it fails. */
function story(...seen: [at: number, available: number, wanted?: number][]): { run: Partial<Run>; failed?: string; at: number } {
  let run: Partial<Run> = {}
  for (const [seconds, available, wanted = 4] of seen) {
    const sets = [setObject('web-two', 'v2', { owner: 'rollout', replicas: wanted, available })]
    const spec = { progressDeadline: '60s' }
    const move = armAvailable(
      canary,
      () => wanted,
    )(sceneOf(world({ spec, image: 'v2', held: true, sets }), { run, now: at + seconds * second }))
    run = move.run
    if (move.failed !== undefined) return { run, failed: move.failed, at: seconds }
  }
  return { run, at: seen.at(-1)?.[0] ?? 0 }
}

/** So many pods are ready for a second in every seven, up to some second. */
const loop = (ready: number, to: number) => Array.from({ length: to }, (_, s): [number, number] => [s, s % 7 === 5 ? ready : 0])

describe('the deadline of a new version', () => {
  test.each([
    [4, '0 of 4 pods of the new version stayed available within 60s (4 were for a time)'],
    [1, '0 of 4 pods of the new version stayed available within 60s (1 was for a time)'],
  ])('ends one of which %i of 4 pods are ready for a moment after each start', (ready, because) => {
    const { failed, at } = story(...loop(ready, 200))
    expect(failed).toBe(because)
    expect(at).toBeGreaterThanOrEqual(60)
    expect(at).toBeLessThan(90)
  })
  test('ends one that never has a pod at the second it says', () => {
    expect(story(...loop(0, 200))).toMatchObject({ at: 60, failed: '0 of 4 pods of the new version became available within 60s' })
  })
  test('is no hurry for one whose pods come one by one', () => {
    expect(story([0, 0], [50, 1], [100, 2], [150, 3], [200, 4]).failed).toBeUndefined()
  })
  test('begins anew when the size changes', () => {
    expect(story([0, 0], [10, 2], [20, 1], [50, 1, 6], [100, 1, 6]).failed).toBeUndefined()
    expect(story([0, 0], [10, 2], [20, 1], [50, 1, 6], [111, 1, 6]).failed).toContain('1 of 6 pods')
  })
  test('is a whole one for pods that were there for long, as often as a node takes them', () => {
    const node = (s: number): [number, number][] => [
      [s, 2],
      [s + 50, 4],
    ]
    expect(story([0, 0], [10, 4], ...node(1000), ...node(2000), ...node(3000)).failed).toBeUndefined()
    expect(story([0, 0], [10, 4], [1000, 2], [1059, 3]).failed).toBeUndefined()
    expect(story([0, 0], [10, 4], [1000, 2], [1061, 3]).failed).toContain('3 of 4 pods of the new version stayed')
  })
  test('goes on where it was when pods that came back are lost again soon', () => {
    const twice: [number, number][] = [
      [0, 4],
      [100, 0],
      [140, 4],
      [150, 0],
    ]
    expect(story(...twice, [179, 0]).failed).toBeUndefined()
    expect(story(...twice, [180, 0]).failed).toContain('0 of 4 pods')
  })
})

test('nothing more is noted of a start that goes well', () => {
  expect(story([0, 0], [5, 2], [10, 4]).run.canary).toEqual({ replicas: 4, available: 4, progressAt: '2026-01-01T00:00:10.000Z' })
})
