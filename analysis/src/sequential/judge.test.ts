import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeAll } from '../judge.ts'
import { judge } from '../judgeTable.ts'
import { JudgePlan, type PlanInput } from '../plan.ts'
import { clustered, nameOf, poisson, uniforms } from '../random.ts'
import type { Interval, Measurement } from '../table.ts'
import type { Verdict } from '../verdict.ts'
import { sequentialJudge } from './judge.ts'

const errors = { name: 'errors', form: 'ratio' } as const
const planned = (plan: Partial<PlanInput> = {}) => JudgePlan.parse({ metrics: [errors], ...plan })
const verdictOf = (intervals: readonly Interval[], plan = planned()) => judgeAll(sequentialJudge, plan, intervals)

/** A minute of 600 canary and 5,400 baseline requests. */
function minute(interval: number, canary: number, baseline: number, weight?: number): Interval {
  const metrics = { errors: ratio(canary, 600, baseline, 5400) }
  return weight === undefined ? { interval, metrics } : { interval, weight, metrics }
}

function ratio(canary: number, ofCanary: number, baseline: number, ofBaseline: number): Measurement {
  return { form: 'ratio', canary: { bad: canary, total: ofCanary }, baseline: { bad: baseline, total: ofBaseline } }
}

/** Label of the first interval at which the verdict is reached, or undefined. */
function firstly(wanted: Verdict['verdict'], intervals: readonly Interval[], plan = planned()): number | undefined {
  let state = sequentialJudge.begin(plan)
  for (const interval of intervals) {
    state = sequentialJudge.observe(state, interval)
    if (sequentialJudge.verdict(state).verdict === wanted) return interval.interval
  }
  return undefined
}

/** Runs of an hour in which the canary has `times` the baseline's rate of 0.5 %. */
function hours(runs: number, times: number, dispersion = 1, from = 1): Interval[][] {
  return Array.from({ length: runs }, (_, run) => {
    const uniform = uniforms(1, run, nameOf(`${times} ${dispersion}`))
    const draw = (mean: number) => (dispersion === 1 ? poisson(uniform, mean) : clustered(uniform, mean, dispersion))
    return Array.from({ length: 60 }, (_, at) => minute(at + 1, draw(at + 1 >= from ? 3 * times : 3), draw(27)))
  })
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]

describe('the sequential judge on error rates', () => {
  const known = planned({ metrics: [{ ...errors, history: { dispersion: 1 } }] })

  it('fails hardly a healthy release in an hour of looks, with the dispersion known or not', () => {
    for (const plan of [known, planned()]) {
      const failed = hours(400, 1).filter((run) => firstly('fail', run, plan) !== undefined)
      expect(failed.length).toBeLessThanOrEqual(2)
    }
    const clusters = hours(400, 1, 5).filter((run) => firstly('fail', run) !== undefined)
    expect(clusters.length).toBeLessThanOrEqual(6)
  })

  it('passes healthy releases in well under half an hour', () => {
    const passes = hours(200, 1).flatMap((run) => firstly('pass', run, known) ?? [])
    expect(passes.length).toBeGreaterThanOrEqual(196)
    expect(median(passes)).toBeLessThanOrEqual(15)
    expect(Math.min(...passes)).toBeGreaterThanOrEqual(5)
  })

  it('finds a doubling within a median of 22 minutes, and five times the errors within 3', () => {
    for (const plan of [known, planned()]) {
      const doubled = hours(200, 2).flatMap((run) => firstly('fail', run, plan) ?? [])
      expect(doubled.length).toBeGreaterThanOrEqual(196)
      expect(median(doubled)).toBeLessThanOrEqual(22)
      const five = hours(200, 5).flatMap((run) => firstly('fail', run, plan) ?? [])
      expect(five).toHaveLength(200)
      expect(median(five)).toBeLessThanOrEqual(3)
    }
  })

  it('finds a fault that begins after half an hour, also when it has passed before', () => {
    const late = hours(100, 5, 1, 31).flatMap((run) => firstly('fail', run, known) ?? [])
    expect(late).toHaveLength(100)
    expect(median(late)).toBeLessThanOrEqual(36)
  })

  it('hardly ever passes a release that is exactly at the margin', () => {
    // 1.5 times 0.5 % and 0.1 % more: 5.1 bad requests of 600.
    const passed = hours(300, 5.1 / 3).filter((run) => firstly('pass', run, known) !== undefined)
    expect(passed.length).toBeLessThanOrEqual(22)
  })

  it('passes on requests without a single error', () => {
    const quiet = Array.from({ length: 60 }, (_, at) => minute(at + 1, 0, 0))
    expect(firstly('pass', quiet, known)).toBeLessThanOrEqual(9)
  })

  it('fails at once when all requests fail, known or not how errors cluster', () => {
    for (const plan of [known, planned()]) expect(firstly('fail', [minute(1, 600, 27)], plan)).toBe(1)
  })

  it('finds errors where the baseline has none', () => {
    const run = Array.from({ length: 20 }, (_, at) => minute(at + 1, 3, 0))
    expect(firstly('fail', run, known)).toBeLessThanOrEqual(6)
  })

  it('does not take a few quiet minutes for proof where errors come in clusters', () => {
    // Exactly at the margin, in clusters of ten: five minutes in a hundred runs would be easily quiet.
    const runs = Array.from({ length: 200 }, (_, run) => {
      const uniform = uniforms(2, run)
      return Array.from({ length: 60 }, (_, at) => minute(at + 1, 10 * poisson(uniform, 0.51), 10 * poisson(uniform, 2.7)))
    })
    expect(runs.filter((run) => firstly('pass', run) !== undefined).length).toBeLessThanOrEqual(18)
    expect(runs.filter((run) => firstly('fail', run, planned({ alpha: 0.01 })) === 1)).toHaveLength(0)
  })

  it('does not mind errors below the floor', () => {
    const run = Array.from({ length: 60 }, (_, at) => minute(at + 1, at % 5 === 0 ? 1 : 0, 0))
    expect(firstly('fail', run, known)).toBeUndefined()
  })
})

describe('what may not make a difference', () => {
  const sizes = fc.record({ canary: fc.nat(60), baseline: fc.nat(300) })
  const table = fc
    .array(sizes, { minLength: 1, maxLength: 25 })
    .map((rows) => rows.map(({ canary, baseline }, at) => minute(at + 1, canary, baseline)))

  it('which arm is called which, when the direction turns with it', () => {
    fc.assert(
      fc.property(table, (intervals) => {
        const swapped = intervals.map(({ interval, metrics: { errors: metric } }) => ({
          interval,
          metrics: { errors: { form: 'ratio', canary: metric?.baseline, baseline: metric?.canary } as Measurement },
        }))
        const up = verdictOf(intervals, planned({ metrics: [{ ...errors, direction: 'increase', history: { dispersion: 2 } }] }))
        const down = verdictOf(swapped, planned({ metrics: [{ ...errors, direction: 'decrease', history: { dispersion: 2 } }] }))
        expect(down.verdict).toBe(up.verdict)
        expect(down.metrics[0]?.evidence).toEqual(up.metrics[0]?.evidence)
        const either = planned({ metrics: [{ ...errors, direction: 'either' }] })
        expect(verdictOf(swapped, either).verdict).toBe(verdictOf(intervals, either).verdict)
      }),
      { numRuns: 60 },
    )
  })

  it('whether a record is judged live, again, or after a trip through JSON: bit for bit', () => {
    fc.assert(
      fc.property(table, fc.nat(), (intervals, seed) => {
        const plan = planned()
        const live = intervals.reduce(sequentialJudge.observe, sequentialJudge.begin(plan))
        const again = JSON.parse(JSON.stringify(intervals)) as Interval[]
        const cut = seed % (intervals.length + 1)
        const halves = again
          .slice(cut)
          .reduce(
            sequentialJudge.observe,
            again.slice(0, cut).reduce(sequentialJudge.observe, sequentialJudge.begin(JudgePlan.parse(JSON.parse(JSON.stringify(plan))))),
          )
        expect(JSON.stringify(sequentialJudge.verdict(halves))).toBe(JSON.stringify(sequentialJudge.verdict(live)))
      }),
      { numRuns: 60 },
    )
  })

  it('a label that has been seen', () => {
    const once = [minute(1, 3, 27), minute(2, 5, 22)]
    const twice = [minute(1, 3, 27), minute(1, 600, 0), minute(2, 5, 22), minute(2, 600, 0)]
    expect(verdictOf(twice)).toEqual(verdictOf(once))
  })

  it('the unit of gauges and observations', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 1000 })), { minLength: 12, maxLength: 40 }),
        (pairs) => {
          const inUnit = (unit: number) =>
            pairs.map(
              ([canary, baseline], at): Interval => ({
                interval: at + 1,
                metrics: {
                  memory: {
                    form: 'gauge',
                    canary: { values: [canary * unit] },
                    baseline: { values: [baseline * unit, (baseline + 1) * unit] },
                  },
                  latency: { form: 'raw', canary: { samples: [canary * unit, baseline * unit] }, baseline: { samples: [baseline * unit] } },
                },
              }),
            )
          const plan = planned({
            metrics: [
              { name: 'memory', form: 'gauge' },
              { name: 'latency', form: 'raw' },
            ],
            bake: 0,
          })
          expect(verdictOf(inUnit(1000), plan).verdict).toBe(verdictOf(inUnit(1), plan).verdict)
        },
      ),
      { numRuns: 40 },
    )
  })
})

describe('guards', () => {
  it('fails a canary that is above its hard limit twice, however bad the baseline is', () => {
    const plan = planned({ metrics: [{ ...errors, hardMax: '50%' }] })
    const verdict = verdictOf([minute(1, 400, 3600), minute(2, 400, 3600)], plan)
    expect(verdict).toMatchObject({ verdict: 'fail', by: { engine: 'breaker' } })
    expect(verdict.because).toContain('hard limit of 0.5')
    expect(verdictOf([minute(1, 400, 3600), minute(2, 200, 3600), minute(3, 400, 3600)], plan).verdict).toBe('continue')
  })

  const mute = (interval: number): Interval => ({ interval, metrics: { errors: { form: 'ratio', baseline: { bad: 27, total: 5400 } } } })

  it('waits when the canary says nothing, fails when it must speak, and goes on when it speaks again', () => {
    const silent = [minute(1, 3, 27), mute(2), mute(3), mute(4)]
    expect(verdictOf(silent)).toMatchObject({ verdict: 'inconclusive', because: expect.stringContaining('missing for 3 intervals') })
    expect(verdictOf([...silent, minute(5, 3, 27)]).verdict).toBe('continue')
    expect(verdictOf(silent, planned({ metrics: [{ ...errors, mustHaveData: true }] }))).toMatchObject({
      verdict: 'fail',
      by: { engine: 'missing' },
    })
  })

  it('is undecided when the traffic is not where it should be', () => {
    const at = (weight: number) => [1, 2, 3].map((interval) => minute(interval, 3, 27, weight))
    expect(verdictOf(at(10)).verdict).toBe('continue')
    expect(verdictOf(at(50))).toMatchObject({ verdict: 'inconclusive', because: expect.stringContaining('routing') })
    expect(verdictOf(at(50), planned({ routed: false })).verdict).toBe('continue')
    // A handful of requests is off by chance.
    const few = [1, 2, 3].map((interval): Interval => ({ interval, weight: 10, metrics: { errors: ratio(0, 2, 0, 8) } }))
    expect(verdictOf(few).verdict).toBe('continue')
  })

  it('takes more than its share for no wonder while the baseline is unsteady, and less for one', () => {
    const unsteady = (weight: number) => [1, 2, 3].map((at): Interval => ({ ...minute(at, 3, 27, weight), baselineUnsteady: true }))
    expect(verdictOf(unsteady(5)).verdict).toBe('continue')
    expect(verdictOf(unsteady(50))).toMatchObject({ verdict: 'inconclusive', because: expect.stringContaining('routing') })
    const steady = [1, 2, 3, 4].map((at) => minute(at, 3, 27, 5))
    expect(verdictOf(steady).verdict).toBe('inconclusive')
    expect(verdictOf(steady.with(2, { ...minute(3, 3, 27, 5), baselineUnsteady: true })).verdict).toBe('continue')
  })

  it('knows that fresh pods get no more than the canary leaves, and that a change of weight comes amid an interval', () => {
    const fresh = planned({ baseline: 'fresh' })
    const all = [1, 2, 3].map((interval): Interval => ({ interval, weight: 100, metrics: { errors: ratio(20, 6000, 0, 0) } }))
    expect(verdictOf(all, fresh).verdict).toBe('continue')
    const most = [1, 2, 3].map((interval): Interval => ({ interval, weight: 80, metrics: { errors: ratio(16, 4800, 4, 1200) } }))
    expect(verdictOf(most, fresh).verdict).toBe('continue')
    const climbing = [1, 5, 25, 75].map((weight, interval): Interval => {
      const got = [0.01, 0.03, 0.15, 0.5][interval] ?? 0
      return { interval, weight, metrics: { errors: ratio(0, 6000 * got, 0, 6000 * (1 - got)) } }
    })
    expect(verdictOf(climbing).verdict).toBe('continue')
  })

  it('is inconclusive at the deadline, and says what would have been needed', () => {
    const sparse = Array.from({ length: 60 }, (_, at): Interval => ({ interval: at + 1, metrics: { errors: ratio(0, 2, at % 2, 18) } }))
    const verdict = verdictOf(sparse)
    expect(verdict.verdict).toBe('inconclusive')
    expect(verdict.because).toMatch(/Undecided after one hour.*canary requests needed for a pass/)
    expect(verdict.calm).toBe(true)
  })
})

describe('the ramp', () => {
  const ramp = planned({ metrics: [{ ...errors, history: { dispersion: 1 } }], ramp: { weights: [1, 5, 25, 50] } })
  const at = (interval: number, weight: number, canary: number, baseline: number): Interval => ({
    interval,
    weight,
    metrics: { errors: ratio(canary, 60 * weight, baseline, 60 * (100 - weight)) },
  })

  it('lets a step go when no more than the budget can be hidden, long before the final margins hold', () => {
    const verdict = verdictOf([at(1, 1, 0, 30)], ramp)
    expect(verdict.verdict).toBe('continue')
    expect(verdict.ramp?.[0]).toEqual({ weight: 1, passed: true })
    expect(verdict.ramp?.[3]).toEqual({ weight: 50, passed: false })
  })

  it('passes only at the last weight, and with evidence from there', () => {
    const up = [1, 5, 25].flatMap((weight, step) =>
      [1, 2, 3].map((minute) => at(step * 3 + minute, weight, Math.round(0.3 * weight), Math.round(0.3 * (100 - weight)))),
    )
    expect(verdictOf(up, ramp).verdict).toBe('continue')
    const top = (from: number) => Array.from({ length: 20 }, (_, more) => at(from + more, 50, 15, 15))
    expect(verdictOf([...up, ...top(10)], ramp).verdict).toBe('pass')
    expect(firstly('pass', [...up, ...top(10)], ramp)).toBeGreaterThan(10)
  })
})

describe('tables that nobody expects', () => {
  it.each([
    [
      'a negative count',
      { form: 'ratio', canary: { bad: -1, total: 5 }, baseline: { bad: 0, total: 5 } },
      'interval 1, errors: canary.bad is -1: a count cannot be negative',
    ],
    [
      'more bad than all',
      { form: 'ratio', canary: { bad: 6, total: 5 }, baseline: { bad: 0, total: 5 } },
      'interval 1, errors: canary.bad is 6 of a total of 5',
    ],
    ['no number', { form: 'ratio', canary: { bad: Number.NaN, total: 5 }, baseline: { bad: 0, total: 5 } }, 'canary.bad is NaN'],
    ['another form', { form: 'gauge', canary: { values: [1] } }, 'the form is gauge, but the plan says ratio'],
  ] as [string, Measurement, string][])('refuses %s with a sentence', (_, measured, sentence) => {
    expect(() => verdictOf([{ interval: 1, metrics: { errors: measured } }])).toThrow(sentence)
  })

  it('gives a verdict of finite numbers for anything else', () => {
    const count = fc.oneof(fc.nat(1000), fc.constantFrom(0, 1e-300, 1e15), fc.double({ min: 0, max: 1e6, noNaN: true }))
    const value = fc.oneof(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }), fc.constantFrom(0, 1e308, 5e-324))
    const arm = fc.option(
      fc.tuple(count, count).map(([bad, more]) => ({ bad, total: Math.min(1e15, bad + more) })),
      { nil: undefined },
    )
    const gauge = fc.option(
      fc.array(value, { maxLength: 3 }).map((values) => ({ values })),
      { nil: undefined },
    )
    const buckets = fc.option(
      fc
        .array(count, { minLength: 3, maxLength: 3 })
        .map((counts) => ({ buckets: counts.map((of, at) => [at === 2 ? Number.POSITIVE_INFINITY : at + 1, of] as const) })),
      { nil: undefined },
    )
    const measured = (form: string, of: fc.Arbitrary<unknown>) =>
      fc
        .tuple(of, of)
        .map(([canary, baseline]) => ({ form, ...(canary ? { canary } : {}), ...(baseline ? { baseline } : {}) }) as Measurement)
    const row = fc.record({ errors: measured('ratio', arm), memory: measured('gauge', gauge), latency: measured('histogram', buckets) })
    const plan = planned({
      metrics: [
        { ...errors, direction: 'either' },
        { name: 'memory', form: 'gauge', direction: 'either', trend: true },
        { name: 'latency', form: 'histogram', direction: 'either' },
      ],
      ramp: {},
      deadline: 600,
    })
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 14 }), (rows) => {
        const intervals = rows.map((metrics, at): Interval => ({ interval: at, weight: 10, metrics }))
        for (const verdict of [verdictOf(intervals, plan), judge(intervals, plan)]) {
          for (const number of numbersIn(verdict)) expect(Number.isFinite(number)).toBe(true)
          expect(['continue', 'pass', 'fail', 'inconclusive']).toContain(verdict.verdict)
          expect(verdict.because).not.toMatch(/NaN|Infinity|undefined/)
        }
      }),
      { numRuns: 150 },
    )
  })
})

function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : []
}
