import { describe, expect, test, vi } from 'vitest'
import type { Json } from '../cluster/apiClient.ts'
import { type Course, courses } from './courses.ts'
import { kstatusOf } from './kstatus.ts'
import { recorded } from './recorded.ts'

vi.setConfig({ testTimeout: 120_000 })

const rollouts = async (course: Course): Promise<Json[]> => (await recorded(courses[course])).filter(({ kind }) => kind === 'Rollout')
const deduped = (words: string[]): string[] => words.filter((word, at) => word !== words[at - 1])

/** From the first word of the controller on. */
describe('what kstatus makes of a Rollout', () => {
  const over: Record<Course, string[]> = {
    promoted: ['Current', 'InProgress', 'Current'],
    reapplied: ['Current', 'InProgress', 'Current'],
    rolledBack: ['Current', 'InProgress', 'Failed'],
    waitsForPeople: ['Current', 'InProgress', 'Failed'],
    superseded: ['Current', 'InProgress', 'Current'],
    undone: ['Current', 'InProgress', 'Current', 'InProgress', 'Current'],
    misconfigured: ['Failed', 'Current'],
    paused: ['Current', 'InProgress', 'Current'],
    evidence: ['Current', 'InProgress', 'Failed'],
  }
  test.each(Object.entries(over))('%s', async (course, words) => {
    const seen = await rollouts(course as Course)
    expect(deduped(seen.filter(({ status }) => status?.phase).map(kstatusOf))).toEqual(words)
  })

  test.each(Object.keys(courses))('%s: in progress exactly while a run is under way or a template is held', async (course) => {
    for (const rollout of await rollouts(course as Course)) {
      const { run, phase } = rollout.status ?? {}
      if (phase === undefined || rollout.metadata.deletionTimestamp) continue
      if (run || phase === 'Paused') expect(kstatusOf(rollout)).toBe('InProgress')
      if (kstatusOf(rollout) === 'Current') expect(phase).toBe('Healthy')
      if (kstatusOf(rollout) === 'Failed') expect(phase).toBe('Degraded')
    }
  })
})

test.each(Object.keys(courses))('%s: one of Ready, Reconciling and Stalled is true, and no other', async (course) => {
  for (const { status } of await rollouts(course as Course)) {
    if (!status?.phase) continue
    const on = status.conditions.filter((condition: Json) => condition.status === 'True')
    expect(on.map(({ type }: Json) => type)).toHaveLength(1)
    for (const { observedGeneration } of status.conditions) expect(observedGeneration).toBe(status.observedGeneration)
  }
})

test.each(['promoted', 'rolledBack', 'waitsForPeople'] as const)('%s: a held Deployment is never current', async (course) => {
  const held = (await recorded(courses[course])).filter(({ kind, spec }) => kind === 'Deployment' && spec.paused)
  expect(held.length).toBeGreaterThan(0)
  for (const deployment of held) expect(kstatusOf(deployment)).toBe('InProgress')
})

test('a promoted Deployment is current', async () => {
  const last = (await recorded(courses.promoted)).findLast(({ kind }) => kind === 'Deployment')
  expect(kstatusOf(last)).toBe('Current')
})

// A gap of ours: kstatus calls every object current that says nothing. Nothing is held yet at that moment either.
test('a Rollout that the controller has never seen is current to kstatus, and one whose spec it has not seen is not', async () => {
  const [first] = await rollouts('promoted')
  expect(first?.status?.phase).toBeUndefined()
  expect(kstatusOf(first)).toBe('Current')
  const unseen = (await rollouts('paused')).filter(
    ({ metadata, status }) => status?.phase && status.observedGeneration !== metadata.generation,
  )
  expect(unseen.length).toBeGreaterThan(0)
  for (const rollout of unseen) expect(kstatusOf(rollout)).toBe('InProgress')
})
