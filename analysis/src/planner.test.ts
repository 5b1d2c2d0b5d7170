import { expect, test } from 'vitest'
import { calibrate, withHistory } from './calibrate.ts'
import { JudgePlan, type PlanInput } from './plan.ts'
import { PlannerError } from './planner/errors.ts'
import { type PlanningInput, planRelease, type ReleaseForecast } from './planner.ts'
import { clustered, normal, uniforms } from './random.ts'
import { sequentialJudge } from './sequential/judge.ts'
import type { Bucket, Interval } from './table.ts'

interface Service {
  readonly requests: number
  readonly rate: number
  readonly dispersion?: number
  readonly intervals?: number
}

/** The stable version's history, a tenth of it as the pseudo-canary. */
function errorHistory({ requests, rate, dispersion = 1, intervals = 300 }: Service, seed = 1): Interval[] {
  return Array.from({ length: intervals }, (_, interval) => {
    const uniform = uniforms(seed, interval)
    const arm = (share: number) => ({
      total: requests * share,
      bad: Math.min(requests * share, clustered(uniform, requests * share * rate, dispersion)),
    })
    return { interval, metrics: { errors: { form: 'ratio', canary: arm(0.1), baseline: arm(0.9) } } }
  })
}

const errors = { name: 'errors', form: 'ratio' as const }

function planned(draw: readonly Interval[], input: PlanInput = { metrics: [errors] }, rest: Partial<PlanningInput> = {}): ReleaseForecast {
  const plan = JudgePlan.parse(input)
  return planRelease({ plan: withHistory(plan, calibrate([draw], plan.metrics)), history: [draw], ...rest })
}

const codes = ({ warnings }: ReleaseForecast) => warnings.map(({ code }) => code)

/** Poisson numbers from another generator (mulberry32) by another method than the planner's. */
function otherPoisson(seed: number): (mean: number) => number {
  let state = seed >>> 0
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let word = Math.imul(state ^ (state >>> 15), state | 1)
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61)
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32
  }
  return (mean) => {
    let count = -1
    for (let time = 0; time < mean; count++) time -= Math.log(1 - uniform())
    return count + (mean > 0 ? 0 : 1)
  }
}

/** Median minutes until a pass or fail, of releases made from the true rate, events in clusters of two. */
function bruteForce(plan: JudgePlan, { requests, rate }: Service, times: number): { pass: number; fail: number } {
  const ends = { pass: [] as number[], fail: [] as number[] }
  const runs = 300
  for (let run = 0; run < runs; run++) {
    const poisson = otherPoisson(run * 7919 + 3)
    let state = sequentialJudge.begin(plan)
    for (let interval = 1; interval <= 60 && !state.passed && !state.failed; interval++) {
      const canary = { total: 0.1 * requests, bad: 2 * poisson((0.1 * requests * rate * times) / 2) }
      const baseline = { total: 0.9 * requests, bad: 2 * poisson((0.9 * requests * rate) / 2) }
      state = sequentialJudge.observe(state, { interval, weight: 10, metrics: { errors: { form: 'ratio', canary, baseline } } })
      if (state.passed) ends.pass.push(interval)
      if (state.failed) ends.fail.push(interval)
    }
  }
  const median = (list: number[]) => [...list, ...new Array<number>(runs - list.length).fill(99)].sort((a, b) => a - b)[runs / 2] ?? 99
  return { pass: median(ends.pass), fail: median(ends.fail) }
}

test('its medians are those of releases simulated from the truth by other means, within a quarter', () => {
  const service = { requests: 6000, rate: 0.005, dispersion: 2 }
  const plan = JudgePlan.parse({ metrics: [errors], bake: 60 })
  const draw = errorHistory(service)
  const full = withHistory(plan, calibrate([draw], plan.metrics))
  const forecast = planRelease({ plan: full, history: [draw] })
  const healthy = bruteForce(full, service, 1)
  const doubled = bruteForce(full, service, 2)
  expect(Math.abs((forecast.pass.median ?? 0) / 60 / healthy.pass - 1)).toBeLessThan(0.25)
  const x2 = forecast.metrics[0]?.found?.find(({ times }) => times === 2)?.fail
  expect(Math.abs((x2?.median ?? 0) / 60 / doubled.fail - 1)).toBeLessThan(0.25)
})

test('a usual service gets a forecast, a sentence and no warning', () => {
  const forecast = planned(errorHistory({ requests: 12_000, rate: 0.005 }))
  expect(forecast.warnings).toEqual([])
  expect(forecast.traffic).toEqual({ all: 12_000, canary: 1200 })
  expect(forecast.pass.share).toBeGreaterThan(0.95)
  expect(forecast.falseAlarms).toBeLessThan(0.03)
  expect(forecast.sentences[0]).toMatch(
    /^At 1,200 canary requests a minute this passes in about \d+ minutes \(90 % within \d+ minutes\)\.$/,
  )
  expect(forecast.sentences[1]).toMatch(/^The smallest increase of errors it finds within one hour is x1\.\d/)
  const [usually, surely] = forecast.metrics[0]?.smallest ?? []
  expect(usually?.times).toBeLessThanOrEqual(surely?.times ?? 0)
})

test('more traffic: sooner passes, smaller harm found', () => {
  const [little, much] = [2000, 40_000].map((requests) =>
    planned(errorHistory({ requests, rate: 0.005 }), { metrics: [errors] }, { runs: 80 }),
  )
  expect(much?.pass.median).toBeLessThan(little?.pass.median ?? 0)
  expect(much?.metrics[0]?.smallest[0]?.times).toBeLessThan(little?.metrics[0]?.smallest[0]?.times ?? 0)
})

test('the same input gives the same forecast, another seed another one', () => {
  const draw = errorHistory({ requests: 3000, rate: 0.01 })
  const input = { metrics: [errors] }
  expect(planned(draw, input, { runs: 40 })).toEqual(planned(draw, input, { runs: 40 }))
  expect(planned(draw, input, { runs: 40, seed: 2 }).pass).not.toEqual(planned(draw, input, { runs: 40 }).pass)
})

test('too little traffic: it cannot pass before the deadline, and every remedy named is enough', () => {
  const service = { requests: 900, rate: 0.01 }
  const draw = errorHistory(service)
  const forecast = planned(draw)
  const warning = forecast.warnings.find(({ metric }) => metric === 'errors')
  expect(['cannot-pass', 'may-not-pass']).toContain(warning?.code)
  expect(forecast.pass.share).toBeLessThan(0.8)
  expect(forecast.sentences.at(-1)).toContain('What would help: a deadline of')
  expect(warning?.remedies.map(({ change }) => change)).toEqual(['deadline', 'margin', 'atLeast', 'weight', 'traffic'])
  for (const { change, to } of warning?.remedies ?? []) {
    const better = { runs: 60, ...(change === 'weight' ? { weight: to } : change === 'deadline' ? { deadline: to } : {}) }
    const metric = { ...errors, ...(change === 'margin' ? { margin: to } : change === 'atLeast' ? { atLeast: to } : {}) }
    const table = change === 'traffic' ? errorHistory({ ...service, requests: to * service.requests }) : draw
    const { share } = planned(table, { metrics: [metric] }, better).pass
    expect(share, change).toBeGreaterThan(Math.max(0.7, forecast.pass.share))
  }
})

test('hardly any traffic: no healthy release passes, and it says so', () => {
  const forecast = planned(errorHistory({ requests: 60, rate: 0.001 }), { metrics: [errors] }, { runs: 60 })
  expect(codes(forecast)).toEqual(['cannot-pass'])
  expect(forecast.pass.share).toBe(0)
  expect(forecast.sentences.at(-1)).toContain('errors passes before the deadline of one hour in none of 60 simulated healthy releases.')
})

test('a deadline of a day is forecast from fewer releases', () => {
  const { simulated } = planned(errorHistory({ requests: 6000, rate: 0.005 }), { metrics: [errors] }, { deadline: 86_400 })
  expect(simulated).toEqual({ healthy: 33, worse: 17, seed: 1 })
})

test('a plan that could not pass at all says why', () => {
  const draw = errorHistory({ requests: 6000, rate: 0.005 })
  const few = { runs: 10 }
  const beyond = planned(draw, { metrics: [errors], bake: 1800 }, { ...few, deadline: 900 })
  expect(codes(beyond)).toEqual(['bake-beyond-deadline'])
  expect(beyond.sentences.at(-1)).toBe(
    'The bake time of 30 minutes is longer than the deadline of 15 minutes: nothing can pass. What would help: a deadline of one hour.',
  )
  expect(codes(planned(draw, { metrics: [errors], warmup: 60 }, few))).toContain('warmup-beyond-deadline')
  expect(codes(planned(draw, { metrics: [{ ...errors, gate: false }] }, few))).toContain('no-gate')
})

test('no traffic: a warning, no forecast, no exception', () => {
  const forecast = planned(errorHistory({ requests: 0, rate: 0 }))
  expect(codes(forecast)).toEqual(['no-traffic'])
  expect(forecast.pass).toEqual({ share: 0 })
  expect(forecast.metrics).toEqual([{ name: 'errors', form: 'ratio', pass: { share: 0 }, smallest: [] }])
})

test('where nothing bad ever happened it passes by the absolute difference, and finds a rate', () => {
  const forecast = planned(errorHistory({ requests: 12_000, rate: 0 }))
  expect(codes(forecast)).toEqual(['spotless'])
  expect(forecast.pass.share).toBeGreaterThan(0.99)
  const [usually] = forecast.metrics[0]?.smallest ?? []
  expect(usually?.rate).toBeLessThan(0.01)
  expect(forecast.sentences.join(' ')).toMatch(/The smallest rate of errors it finds within one hour is 0\.\d+ %/)
})

test('a metric that the history lacks is named', () => {
  const forecast = planned(
    errorHistory({ requests: 12_000, rate: 0.005 }),
    { metrics: [errors, { name: 'cpu', form: 'gauge' }] },
    { runs: 10 },
  )
  expect(forecast.warnings.find(({ metric }) => metric === 'cpu')?.code).toBe('no-history')
  expect(forecast.pass.share).toBe(0)
})

test('a ramp: every step is left in turn, and the requests are few at first', () => {
  const forecast = planned(errorHistory({ requests: 6000, rate: 0.005 }), { metrics: [errors], ramp: {} })
  const steps = forecast.ramp ?? []
  expect(steps.map(({ weight }) => weight)).toEqual([1, 5, 25, 50])
  for (const [at, { left }] of steps.entries()) {
    expect(left.share).toBeGreaterThan(0.95)
    if (at > 0) expect(left.median).toBeGreaterThan(steps[at - 1]?.left.median ?? 0)
  }
  expect(forecast.pass.median).toBeGreaterThanOrEqual(steps.at(-1)?.left.median ?? 0)
  expect(steps[0]?.left.requests?.median).toBeLessThanOrEqual(60 * ((steps[0]?.left.median ?? 0) / 60))
  expect(forecast.sentences.join(' ')).toContain('The ramp leaves 1 % after')
  expect(forecast.warnings).toEqual([])
})

/** Two gauges and latencies beside the errors. */
function wholeHistory(intervals: number): Interval[] {
  const growth = Math.LN2 / 8
  return errorHistory({ requests: 6000, rate: 0.005, intervals }).map((each) => {
    const uniform = uniforms(5, each.interval)
    const latency = (total: number): { buckets: Bucket[] } => ({
      buckets: Array.from({ length: 50 }, (_, at): Bucket => {
        const place = at + 30
        const density = (Math.exp(-0.5 * ((growth * (place - 0.5) - Math.log(100)) / 0.6) ** 2) / (0.6 * Math.sqrt(2 * Math.PI))) * growth
        return [Math.exp(growth * place), clustered(uniform, total * density, 1)]
      }),
    })
    const gauge = () => ({ form: 'gauge' as const, canary: { values: [2 * Math.exp(0.03 * normal(uniform))] }, baseline: { values: [2] } })
    return {
      ...each,
      metrics: {
        ...each.metrics,
        latency: { form: 'histogram', canary: latency(600), baseline: latency(5400) },
        cpu: gauge(),
        memory: gauge(),
      },
    }
  })
}

const four: PlanInput = {
  metrics: [
    errors,
    { name: 'latency', form: 'histogram' },
    { name: 'cpu', form: 'gauge' },
    { name: 'memory', form: 'gauge', direction: 'either' },
  ],
}

test('four metrics are forecast together: latency is found soonest, no warning', () => {
  const forecast = planned(wholeHistory(120), four, { runs: 60 })
  expect(forecast.warnings).toEqual([])
  const by = (name: string) => forecast.metrics.find((metric) => metric.name === name)
  expect(by('latency')?.found?.[0]?.fail.median).toBeLessThanOrEqual(120)
  expect(by('cpu')?.smallest[0]?.times).toBeLessThanOrEqual(1.5)
  expect(by('memory')?.found?.[0]?.fail.share).toBe(1)
  for (const { pass } of forecast.metrics) expect(pass.share).toBeGreaterThan(0.9)
})

test('a gauge that varies too much is told to wait longer or to allow more', () => {
  const noisy = Array.from({ length: 200 }, (_, interval): Interval => {
    const uniform = uniforms(2, interval)
    return {
      interval,
      metrics: { cpu: { form: 'gauge', canary: { values: [Math.exp(0.6 * normal(uniform))] }, baseline: { values: [1] } } },
    }
  })
  const forecast = planned(noisy, { metrics: [{ name: 'cpu', form: 'gauge' }], deadline: 1800 }, { runs: 40 })
  expect(forecast.pass.share).toBeLessThan(0.5)
  expect(forecast.traffic).toBeUndefined()
  expect(forecast.warnings[0]?.remedies.map(({ change }) => change)).toContain('margin')
})

test('events without a denominator: the remedies do not speak of a difference of rates, and a fresh baseline takes longer', () => {
  const crashes = Array.from({ length: 300 }, (_, interval): Interval => {
    const uniform = uniforms(3, interval)
    const arm = (exposure: number) => ({ exposure, count: clustered(uniform, 1.5 * exposure, 1) })
    return { interval, metrics: { crashes: { form: 'count', canary: arm(1), baseline: arm(9) } } }
  })
  const metrics = [{ name: 'crashes', form: 'count' as const }]
  const stable = planned(crashes, { metrics }, { runs: 60 })
  const fresh = planned(crashes, { metrics, baseline: 'fresh' }, { runs: 60 })
  expect(fresh.pass.share).toBeLessThan(stable.pass.share)
  const changes = fresh.warnings[0]?.remedies.map(({ change }) => change)
  expect(changes).toContain('deadline')
  expect(changes).not.toContain('atLeast')
})

test('a gauge with too few intervals before the deadline is named with the deadline it needs', () => {
  const forecast = planned(wholeHistory(40), { ...four, deadline: 180, bake: 60 }, { runs: 10 })
  const few = forecast.warnings.filter(({ code }) => code === 'few-intervals')
  expect(few.map(({ metric }) => metric)).toEqual(['cpu', 'memory'])
  expect(few[0]?.remedies[0]?.to).toBeGreaterThan(180)
})

test('input that makes no sense is refused in a sentence', () => {
  const draw = errorHistory({ requests: 100, rate: 0.01, intervals: 3 })
  const plan = JudgePlan.parse({ metrics: [errors] })
  expect(() => planRelease({ plan, history: [] })).toThrow('There is no history of the stable version yet')
  expect(() => planRelease({ plan, history: [draw], weight: 100 })).toThrow('A canary weight of 100 % leaves nothing to compare with')
  expect(() => planRelease({ plan: { ...plan, baseline: 'fresh' }, history: [draw], weight: 60 })).toThrow(PlannerError)
  expect(() => planRelease({ plan, history: [draw], runs: 0 })).toThrow(PlannerError)
  expect(() => planRelease({ plan, history: [draw], deadline: Number.POSITIVE_INFINITY })).toThrow(PlannerError)
})
