import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judgeAll } from '../judge.ts'
import { ReadError } from '../read/readError.ts'
import type { Interval } from '../table.ts'
import { thresholdJudge } from './judge.ts'
import { ThresholdMetric, type ThresholdPlanInput } from './plan.ts'
import { mean, point } from './point.ts'
import { readThresholdPlan } from './readPlan.ts'
import { begin, type Measured, observe, sentence, type ThresholdState } from './threshold.ts'

const metric = (more: object = {}) => ThresholdMetric.parse({ name: 'm', ...more })
const run = (plan: object, measured: readonly (number | null | Measured)[]): ThresholdState =>
  measured.reduce<ThresholdState>(
    (state, one) => observe(state, typeof one === 'object' && one !== null ? one : { value: one }),
    begin(metric(plan)),
  )
const outcomes = (plan: object, values: readonly number[]) => {
  const limits = { failureLimit: 99, inconclusiveLimit: 99, errorLimit: 99 }
  return values.map((value) => run({ ...plan, ...limits }, [value]).last?.outcome)
}

describe('what one measurement comes to', () => {
  test.each([
    ['neither condition', {}, ['pass', 'pass', 'pass', 'pass']],
    ['pass alone', { pass: 'value < 2' }, ['pass', 'fail', 'fail', 'inconclusive']],
    ['fail alone', { fail: 'value > 2' }, ['pass', 'pass', 'fail', 'inconclusive']],
    ['both', { pass: 'value < 2', fail: 'value > 2' }, ['pass', 'inconclusive', 'fail', 'inconclusive']],
    ['both true: failure weighs more', { pass: 'value > 0', fail: 'value > 2' }, ['pass', 'pass', 'fail', 'inconclusive']],
    ['NaN that is meant', { pass: 'isNaN(value) || value < 2' }, ['pass', 'fail', 'fail', 'pass']],
  ])('%s', (_, plan, wanted) => {
    expect(outcomes(plan, [1, 2, 3, Number.NaN])).toEqual(wanted)
  })
  test('what could not be measured or evaluated is an error', () => {
    expect(run({ pass: 'value < 2' }, [null]).last).toEqual({ outcome: 'error', why: 'there is no value' })
    expect(run({}, [{ error: 'timeout' }]).last).toEqual({ outcome: 'error', why: 'timeout' })
    expect(run({ pass: 'value.all(x, x < 2)' }, [{ value: Array.from({ length: 10_001 }, () => 1) }]).last?.outcome).toBe('error')
  })
})

describe('what ends a metric', () => {
  const bad = 9
  const plan = { pass: 'value < 2', fail: 'value > 5' }
  test('more failures than allowed, in all', () => {
    expect(run({ ...plan, failureLimit: 1 }, [1, bad, 1]).decision).toBe('continue')
    const failed = run({ ...plan, failureLimit: 1 }, [1, bad, 1, bad, 1])
    expect(failed.decision).toBe('fail')
    expect(sentence(failed)).toBe('m: 2 of 4 measurements failed, more than 1; the last: value > 5 with value 9.')
  })
  test('more inconclusive ones than allowed', () => {
    expect(run(plan, [1, 3]).decision).toBe('inconclusive')
    expect(sentence(run(plan, [1, 3]))).toBe(
      'm: 1 of 2 measurements inconclusive, and none may be; the last: neither value < 2 nor value > 5 with value 3.',
    )
  })
  test('more errors in a row than allowed; one that works begins anew', () => {
    const error = { error: 'timeout' }
    expect(run(plan, [error, error, error, error, 1, error, error, error, error]).decision).toBe('continue')
    const stuck = run(plan, [error, error, error, error, error])
    expect(stuck.decision).toBe('inconclusive')
    expect(sentence(stuck)).toBe('m: 5 errors in a row, more than 4; the last: timeout.')
  })
  test('its count, to which errors do not belong; without one it never passes', () => {
    expect(run({ ...plan, count: 2 }, [1, { error: 'x' }]).decision).toBe('continue')
    expect(run({ ...plan, count: 2 }, [1, { error: 'x' }, 1]).decision).toBe('pass')
    expect(run(plan, [1, 1, 1]).decision).toBe('continue')
    expect(run({ ...plan, count: 2 }, [1, bad]).decision).toBe('fail')
  })
  test('for good', () => {
    const measured = fc.oneof(fc.constantFrom<number | null>(1, 3, bad, Number.NaN, null), fc.constant({ error: 'x' }))
    fc.assert(
      fc.property(fc.array(measured), fc.array(measured), fc.nat(3), (first, more, failureLimit) => {
        const limits = { ...plan, failureLimit, count: 5, inconclusiveLimit: 1, errorLimit: 1 }
        const { decision } = run(limits, first)
        if (decision !== 'continue') expect(run(limits, [...first, ...more]).decision).toBe(decision)
      }),
    )
  })
})

describe('over a table', () => {
  const interval = (label: number, bad: number): Interval => ({
    interval: label,
    metrics: {
      errors: { form: 'ratio', canary: { bad, total: 100 }, baseline: { bad: 1, total: 100 } },
      cpu: { form: 'gauge', canary: { values: [0.5, 0.7] } },
    },
  })
  const judge = (plan: ThresholdPlanInput, intervals: readonly Interval[]) => judgeAll(thresholdJudge, readThresholdPlan(plan), intervals)

  test('value is the rate or the mean of the canary; samples are at hand', () => {
    const conditions = ['value == 0.03', 'canary.bad / canary.total > 2 * baseline.bad / baseline.total', 'canary.bad == 3']
    for (const pass of conditions)
      expect(judge({ metrics: [{ name: 'errors', form: 'ratio', pass, count: 1 }] }, [interval(1, 3)]).verdict).toBe('pass')
    expect(
      judge({ metrics: [{ name: 'cpu', pass: 'value == canary.mean && size(canary.values) == 2', count: 1 }] }, [interval(1, 3)]).verdict,
    ).toBe('pass')
  })
  test('one metric fails all; what comes later changes nothing', () => {
    const plan: ThresholdPlanInput = {
      metrics: [
        { name: 'cpu', pass: 'value < 1', count: 2 },
        { name: 'errors', fail: 'value > 0.05', failureLimit: 1 },
      ],
    }
    const verdict = judge(
      plan,
      [1, 9, 1, 9, 1].map((bad, at) => interval(at + 1, bad)),
    )
    expect(verdict).toMatchObject({
      verdict: 'fail',
      decidedAt: 4,
      interval: 5,
      by: { metric: 'errors', engine: 'threshold', also: [] },
      calm: false,
    })
    expect(verdict.because).toBe('errors: 2 of 4 measurements failed, more than 1; the last: value > 0.05 with value 0.09.')
    expect(verdict.metrics.map(({ name, verdict: each }) => [name, each])).toEqual([
      ['cpu', 'pass'],
      ['errors', 'fail'],
    ])
  })
  test('a metric that is not there is an error', () => {
    const intervals = [1, 2, 3, 4, 5].map((label): Interval => ({ interval: label, metrics: {} }))
    expect(judge({ metrics: [{ name: 'errors', fail: 'value > 0.05' }] }, intervals)).toMatchObject({
      verdict: 'inconclusive',
      because: 'errors: 5 errors in a row, more than 4; the last: interval 5 has no data.',
    })
  })
  test('a label that does not rise is ignored', () => {
    const plan = { metrics: [{ name: 'errors', fail: 'value > 0.05' }] }
    expect(judge(plan, [interval(2, 1), interval(2, 9), interval(1, 9)])).toEqual(judge(plan, [interval(2, 1)]))
  })
  test('a verdict has no numbers that JSON lacks', () => {
    const empty = { interval: 1, metrics: { errors: { form: 'ratio' as const, canary: { bad: 0, total: 0 } } } }
    const verdict = judge({ metrics: [{ name: 'errors', fail: 'value > 0.05' }] }, [empty])
    expect(JSON.parse(JSON.stringify(verdict))).toEqual(verdict)
    expect(verdict.verdict).toBe('inconclusive')
  })
  test('plans say their faults', () => {
    expect(() => readThresholdPlan({ metrics: [{ name: 'a', failurLimit: 2 }] })).toThrow(ReadError)
    expect(() => readThresholdPlan({ metrics: [{ name: 'a', failurLimit: 2 }] })).toThrow(
      'metrics[0].failurLimit is not known: did you mean failureLimit?',
    )
    expect(() => readThresholdPlan({ metrics: [{ name: 'a' }, { name: 'a' }] })).toThrow('a stands twice')
    expect(() => judge({ metrics: [{ name: 'errors', form: 'ratio', pass: 'canary.bda < 1' }] }, [])).toThrow('did you mean bad?')
  })
})

describe('one number of a sample', () => {
  test('rates and means', () => {
    expect(point('ratio', { bad: 3, total: 60 })).toBe(0.05)
    expect(point('count', { count: 3 })).toBe(3)
    expect(point('gauge', { values: [1e308, 1e308] })).toBe(1e308)
    expect(point('raw', { samples: [] })).toBeNaN()
    expect(mean([1, 2])).toBe(1.5)
  })
  test('a histogram counts by the middles of its buckets', () => {
    expect(
      point('histogram', {
        buckets: [
          [1, 2],
          [3, 2],
          [Number.POSITIVE_INFINITY, 4],
        ],
      }),
    ).toBe((2 * 0.5 + 2 * 2 + 4 * 3) / 8)
    expect(point('histogram', { buckets: [[Number.POSITIVE_INFINITY, 4]] })).toBe(0)
    expect(point('histogram', { buckets: [] })).toBeNaN()
  })
})
