import { describe, expect, test } from 'vitest'
import { judgeAll } from '../judge.ts'
import { JudgePlan } from '../plan.ts'
import type { Interval } from '../table.ts'
import { sequentialJudge } from './judge.ts'
import { beginUsual, isUnwell, observeUsual } from './usual.ts'

const steps = { weights: [1, 5, 25, 50] }
const planWith = (more: object) =>
  JudgePlan.parse({ metrics: [{ name: 'errors', form: 'ratio', history: { dispersion: 1 } }], bake: 60, deadline: 7200, ...more })
const plan = planWith({})
/** 100 requests a second, a tenth to the canary; rates of errors in percent. */
const minute = (at: number, canary: number, baseline: number): Interval => ({
  interval: at,
  weight: 10,
  metrics: {
    errors: {
      form: 'ratio',
      canary: { bad: Math.round(6 * canary), total: 600 },
      baseline: { bad: Math.round(54 * baseline), total: 5400 },
    },
  },
})
const course = (length: number, canary: number, baseline: number, incident: (at: number) => number) =>
  Array.from({ length }, (_, at) => minute(at + 1, canary + incident(at), baseline + incident(at)))

describe('an incident that hits both arms', () => {
  const incident = (at: number) => (at >= 2 && at < 22 ? 30 : 0)
  test('is no evidence that a release with ten times the errors is harmless', () => {
    const { verdict, ramp } = judgeAll(sequentialJudge, planWith({ ramp: steps }), course(22, 5, 0.5, incident))
    expect(verdict).not.toBe('pass')
    expect(ramp?.at(-1)?.passed).toBe(false)
  })
  test('does not fail a healthy release, which passes when it is over', () => {
    expect(judgeAll(sequentialJudge, plan, course(22, 0.5, 0.5, incident)).verdict).toBe('continue')
    expect(judgeAll(sequentialJudge, plan, course(90, 0.5, 0.5, incident)).verdict).toBe('pass')
  })
  test('that lasts is the usual after a while: half an hour later a healthy release passes', () => {
    expect(
      judgeAll(
        sequentialJudge,
        plan,
        course(70, 0.5, 0.5, (at) => (at >= 2 ? 30 : 0)),
      ).verdict,
    ).toBe('pass')
  })
})

test('an ordinary bad minute is none, nor is the first', () => {
  expect(isUnwell(beginUsual, { bad: 500, total: 1000 }, 1)).toBe(false)
  const usual = Array.from({ length: 20 }).reduce<typeof beginUsual>((so) => observeUsual(so, { bad: 20, total: 4000 }, false), beginUsual)
  expect(isUnwell(usual, { bad: 60, total: 4000 }, 1)).toBe(false)
  expect(isUnwell(usual, { bad: 120, total: 4000 }, 1)).toBe(true)
  expect(isUnwell(usual, { bad: 120, total: 4000 }, 20)).toBe(false)
})
