import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RolloutSpec } from '../../api/rollout.ts'
import type { Step } from '../../api/step.ts'
import { stepsOf, weightAt } from './planned.ts'
import { resumeAt, titleOf } from './registry.ts'

const step = fc.oneof(
  fc.integer({ min: 0, max: 100 }).map((weight): Step => ({ weight })),
  fc.constantFrom<Step>({ pause: {} }, { pause: { for: '10m' } }, { scale: { percent: 50 } }),
)

describe('stepsOf', () => {
  const spec = (more: object) => RolloutSpec.parse({ workload: { name: 'web' }, service: 'web', ...more })

  test('without anything said: the default ramp, each weight held for five minutes', () => {
    expect(stepsOf(spec({}))).toEqual([1, 5, 25, 50].flatMap((weight) => [{ weight }, { pause: { for: '5m' } }]))
  })
  test('blue/green is a full-size version without traffic', () => {
    expect(stepsOf(spec({ blueGreen: {} }))).toEqual([{ scale: { percent: 100 } }])
  })
  test('blue/green by hand waits for somebody; with a time, no longer than that', () => {
    expect(stepsOf(spec({ blueGreen: { approve: 'manual', previewReplicas: 2 } }))).toEqual([{ scale: { replicas: 2 } }, { pause: {} }])
    expect(stepsOf(spec({ blueGreen: { approve: 'manual', autoPromoteAfter: '1h' } }))[1]).toEqual({ pause: { for: '1h' } })
  })
  test('explicit steps are taken as they stand', () => {
    const steps = [{ weight: 20 }, { pause: {} }]
    expect(stepsOf(spec({ canary: { steps } }))).toEqual(steps)
  })
})

describe('resumeAt', () => {
  test('goes on at the step of the same content', () => {
    expect(resumeAt([{ weight: 20 }, { pause: {} }], 1, [{ weight: 5 }, { weight: 20 }, { pause: {} }])).toBe(2)
  })
  test('else at the highest weight not above the present one', () => {
    expect(resumeAt([{ weight: 20 }, { pause: {} }], 0, [{ weight: 5 }, { weight: 15 }, { pause: {} }, { weight: 50 }])).toBe(1)
  })
  test('never at a higher weight than the present one, unless all are higher', () => {
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 8 }),
        fc.nat(7),
        fc.array(step, { minLength: 1, maxLength: 8 }),
        (before, at, edited) => {
          const index = Math.min(at, before.length - 1)
          const resumed = resumeAt(before, index, edited)
          const now = weightAt(before, index)
          const reachable = edited.some(({ weight }) => weight !== undefined && weight <= now)
          if (reachable) expect(weightAt(edited, resumed)).toBeLessThanOrEqual(now)
          expect(resumed).toBeGreaterThanOrEqual(0)
          expect(resumed).toBeLessThan(edited.length)
        },
      ),
    )
  })
  test('steps that did not change go on where they were', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 6 }), fc.nat(5), (weights, at) => {
        const steps = weights.map((weight): Step => ({ weight }))
        const index = Math.min(at, steps.length - 1)
        expect(resumeAt(steps, index, steps)).toBe(index)
      }),
    )
  })
})

test('every step that runs has a title for people', () => {
  expect(titleOf({ weight: 20 })).toBe('20 % of the traffic')
  expect(titleOf({ pause: {} })).toMatch(/promotes/)
  expect(titleOf({ scale: { matchTraffic: true } })).toMatch(/traffic/)
})
