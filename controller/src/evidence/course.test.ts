import { describe, expect, test } from 'vitest'
import type { RolloutStatus, Run } from '../api/rolloutStatus.ts'
import { courseOf, intervalsOver, nextOver, weightIn } from './course.ts'
import { spec, start } from './testing/specs.ts'

const iso = (at: number) => new Date(at).toISOString()
const run = (more: object) =>
  ({
    lastRun: 3,
    run: { id: 3, stage: 'Stepping', fast: false, shifts: [], spec: {}, weight: { actual: 0 }, ...more },
  }) as unknown as RolloutStatus
const of = (stage: 'Background' | 'Step' | 'Before' | 'After', rollout: RolloutStatus | 'gone' | undefined, startedAt?: number) =>
  courseOf(
    {
      spec: spec({ for: { rollout: 'web', run: 3, stage, ...(stage === 'Step' ? { step: 2 } : {}) } }),
      status:
        startedAt === undefined
          ? undefined
          : { phase: 'Running', message: '', intervals: 0, metrics: [], problems: [], learned: [], startedAt: iso(startedAt) },
      createdAt: start,
    },
    rollout,
  )

describe('an analysis beside a run', () => {
  test('begins with the interval of the first traffic', () => {
    expect(of('Background', run({})).state).toBe('pending')
    expect(of('Background', run({ shifts: [{ weight: 5, at: iso(start + 7000) }] }))).toEqual({ state: 'running', start })
  })
  test('keeps the begin it once had', () => {
    expect(of('Background', run({ shifts: [{ weight: 5, at: iso(start + 9000) }] }), start)).toEqual({ state: 'running', start })
  })
  test.each([
    ['its Rollout is gone', 'gone' as const],
    ['run 3 is over', { lastRun: 3 } as RolloutStatus],
    ['run 3 is over', run({ id: 4 })],
    ['run 3 goes back', run({ stage: 'RollingBack' })],
    ['somebody skipped what was left of the steps', run({ fast: true })],
  ])('is over when %s', (because, rollout) => {
    expect(of('Background', rollout)).toEqual({ state: 'over', because })
  })
  test('with from: begins with that step', () => {
    const later = (index: number) =>
      run({
        shifts: [{ weight: 5, at: iso(start) }],
        spec: { analysis: { from: 3 } },
        step: { index, kind: 'pause', since: iso(start + 60_000 * index) },
      })
    expect(of('Background', later(1))).toEqual({ state: 'pending', because: 'waiting for the step that spec.analysis.from names' })
    expect(of('Background', later(2))).toEqual({ state: 'running', start: start + 120_000 })
  })
  test('with from: not before there is anything to measure', () => {
    const without = run({ spec: { analysis: { from: 1 } }, step: { index: 1, kind: 'scale', since: iso(start) } })
    expect(of('Background', without)).toEqual({ state: 'pending', because: 'waiting for the first traffic of the new version' })
  })
  test('with from: begins with an earlier step that waits for it, if there is traffic', () => {
    const waiting = (analyze: object, shifts: Run['shifts']) =>
      run({
        shifts,
        spec: { analysis: { from: 3 }, canary: { steps: [{ weight: 5 }, { analyze }, { weight: 50 }] } },
        step: { index: 1, kind: 'analyze', since: iso(start + 60_000) },
      })
    const traffic = [{ weight: 5, at: iso(start) }]
    expect(of('Background', waiting({}, traffic))).toEqual({ state: 'running', start: start + 60_000 })
    expect(of('Background', waiting({ templates: [{ name: 'own' }] }, traffic)).state).toBe('pending')
    expect(of('Background', waiting({}, [])).state).toBe('pending')
  })
})

test('an analysis of a step lives as long as its step', () => {
  const at = (index: number) => run({ step: { index, kind: 'analyze', since: iso(start) } })
  expect(of('Step', at(1)).state).toBe('pending')
  expect(of('Step', at(2))).toEqual({ state: 'running', start })
  expect(of('Step', at(3), start)).toEqual({ state: 'over', because: 'its step is over' })
})

test('an analysis after the switch begins when the switch counts', () => {
  expect(of('After', run({ stage: 'Promoting' })).state).toBe('pending')
  expect(of('After', run({ stage: 'Promoting', weight: { actual: 100, confirmedAt: iso(start) } }))).toEqual({ state: 'running', start })
})

test('one made by hand begins when it was made, or when it says', () => {
  const alone = { spec: spec(), status: undefined, createdAt: start }
  expect(courseOf(alone, undefined)).toEqual({ state: 'running', start })
  expect(courseOf({ ...alone, spec: spec({ startAt: iso(start - 5000) }) }, undefined)).toEqual({ state: 'running', start: start - 5000 })
})

test('an interval is over when its data are there', () => {
  const grid = { start, step: 60_000, lag: 15_000 }
  expect(intervalsOver(grid, start + 74_999)).toBe(0)
  expect(intervalsOver(grid, start + 75_000)).toBe(1)
  expect(nextOver(grid, start + 75_000)).toBe(start + 135_000)
})

test('the weight of an interval is the one at its end', () => {
  const shifts: Run['shifts'] = [
    { weight: 1, at: iso(start) },
    { weight: 5, at: iso(start + 90_000) },
  ]
  expect([0, 60_000, 120_000].map((after) => weightIn(shifts, start + after))).toEqual([undefined, 1, 5])
})
