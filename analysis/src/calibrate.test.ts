import { expect, test } from 'vitest'
import { CalibrationError } from './calibrate/errors.ts'
import { type PodRow, placebos } from './calibrate/placebos.ts'
import { calibrate, withHistory } from './calibrate.ts'
import { JudgePlan } from './plan.ts'
import { clustered, normal, uniforms } from './random.ts'
import type { Bucket, Interval, Measurement } from './table.ts'

/** Errors of ten pods in clusters of `size`, at a rate that drifts and has bursts that all pods share. */
function clusteredErrors(size: number, seed: number, intervals = 400): PodRow[] {
  return Array.from({ length: intervals }, (_, interval) => {
    const uniform = uniforms(seed, interval)
    const rate = (0.01 + (0.01 * interval) / intervals) * (interval % 50 === 0 ? 10 : 1)
    const pods = Array.from({ length: 10 }, (_, pod) => [
      `pod-${pod}`,
      { total: 1000, bad: size * clustered(uniform, (1000 * rate) / size, 1) },
    ])
    return { interval, metric: 'errors', form: 'ratio', pods: Object.fromEntries(pods) }
  })
}

test.each([1, 3, 8])('the size %s of clusters is found within a fifth, whatever drift and bursts the pods share', (size) => {
  for (const seed of [1, 2, 3]) {
    const { metrics } = calibrate(placebos(clusteredErrors(size, seed), 2, 3, seed), [{ name: 'errors', form: 'ratio' }])
    const assumed = metrics[0]?.history?.dispersion as number
    // What chance explains is no clustering.
    expect(assumed).toBeGreaterThanOrEqual(size === 1 ? 1 : 1.2 * size * 0.8)
    expect(assumed).toBeLessThan(1.2 * size * 1.2)
  }
})

test('a pod that is always worse counts as variation', () => {
  const rows = clusteredErrors(1, 1).map((row): PodRow => {
    if (row.form !== 'ratio') return row
    const { 'pod-3': slow = { bad: 0, total: 0 }, ...rest } = row.pods
    return { ...row, pods: { ...rest, 'pod-3': { ...slow, bad: 6 * slow.bad } } }
  })
  const draws = placebos(rows, 1, 10, 1)
  expect(calibrate(draws, [{ name: 'errors', form: 'ratio' }]).metrics[0]?.history?.dispersion).toBeGreaterThan(3)
})

test('it says how many times as much errors vary', () => {
  const { sentences } = calibrate(placebos(clusteredErrors(3, 1), 2, 1, 1), [{ name: 'errors', form: 'ratio' }])
  expect(sentences[0]).toMatch(
    /^errors: bad events vary (2\.[5-9]|3(\.[0-5])?) times as much as independent ones \(400 intervals\); \d(\.\d)? times is assumed\.$/,
  )
})

test('with fewer than 20 intervals that say something there is no history, and it says so', () => {
  const draws = placebos(clusteredErrors(1, 1, 19), 2, 5, 1)
  const { metrics, sentences } = calibrate(draws, [{ name: 'errors', form: 'ratio' }])
  expect(metrics[0]).not.toHaveProperty('history')
  expect(metrics[0]?.intervals).toBe(19)
  expect(sentences[0]).toBe(
    'errors: only 19 intervals with bad events in the history, too few to trust (20 are needed): its variation is learned during the run, which takes longer.',
  )
  const quiet = draws.map((draw) =>
    draw.map(
      (each): Interval => ({
        ...each,
        metrics: { errors: { form: 'ratio', canary: { bad: 0, total: 100 }, baseline: { bad: 0, total: 900 } } },
      }),
    ),
  )
  expect(calibrate(quiet, [{ name: 'errors', form: 'ratio' }]).metrics[0]).toMatchObject({ intervals: 0 })
})

/** Lognormal latencies, median 100 and sd 0.6, in buckets that grow by 2^(1/8); `clusters` of equal ones. */
function latency(seed: number, interval: number, total: number, clusters: number): Bucket[] {
  const uniform = uniforms(seed, interval, total)
  const growth = Math.LN2 / 8
  return Array.from({ length: 60 }, (_, at): Bucket => {
    const place = at + 25
    const density = (Math.exp(-0.5 * ((growth * (place - 0.5) - Math.log(100)) / 0.6) ** 2) / (0.6 * Math.sqrt(2 * Math.PI))) * growth
    return [Math.exp(growth * place), clusters * clustered(uniform, (total * density) / clusters, 1)]
  })
}

function latencies(clusters: number): Interval[] {
  return Array.from({ length: 300 }, (_, interval) => ({
    interval,
    metrics: {
      latency: {
        form: 'histogram',
        canary: { buckets: latency(1, interval, 600, clusters) },
        baseline: { buckets: latency(1, interval, 5400, clusters) },
      },
    },
  }))
}

test('edges of a histogram are those nearest to the usual tails, each with its dispersion', () => {
  const { history } = calibrate([latencies(1)], [{ name: 'latency', form: 'histogram' }]).metrics[0] ?? {}
  // Quantiles of the lognormal at tails of 0.5, 0.25, 0.1, 0.05 and 0.01; a bucket is 9 % wide.
  const quantiles = [0, 0.674, 1.282, 1.645, 2.326].map((z) => 100 * Math.exp(0.6 * z))
  expect(history?.edges).toHaveLength(5)
  for (const [at, edge] of (history?.edges ?? []).entries()) expect(Math.abs(Math.log(edge / (quantiles[at] ?? 0)))).toBeLessThan(0.09)
  expect(Math.max(...([history?.dispersion].flat() as number[]))).toBeLessThan(1.5)
  const clumped = calibrate([latencies(6)], [{ name: 'latency', form: 'histogram' }]).metrics[0]?.history?.dispersion as number[]
  expect(clumped.at(-1)).toBeGreaterThan(6 * 0.99 * 1.2 * 0.8)
  expect(clumped.at(-1)).toBeLessThan(6 * 0.99 * 1.2 * 1.2)
})

test('edges that the plan names are kept', () => {
  const metric = { name: 'latency', form: 'histogram' as const, history: { edges: [Math.exp((Math.LN2 / 8) * 60)] } }
  expect(calibrate([latencies(1)], [metric]).metrics[0]?.history?.edges).toEqual(metric.history.edges)
})

test('single observations are calibrated as the histogram that they make', () => {
  const draw = Array.from({ length: 60 }, (_, interval): Interval => {
    const uniform = uniforms(3, interval)
    const samples = (n: number) => ({ samples: Array.from({ length: n }, () => 100 * Math.exp(0.6 * normal(uniform))) })
    return { interval, metrics: { latency: { form: 'raw', canary: samples(100), baseline: samples(400) } } }
  })
  const { history } = calibrate([draw], [{ name: 'latency', form: 'raw' }]).metrics[0] ?? {}
  expect(Math.abs(Math.log((history?.edges?.[0] ?? 0) / 100))).toBeLessThan(0.09)
  expect(history?.edges?.length).toBeGreaterThanOrEqual(4)
})

/** A gauge whose log ratio has that lag-1 autocorrelation. */
function gauge(correlation: number, intervals: number, seed: number): Interval[] {
  const uniform = uniforms(seed)
  let noise = normal(uniform)
  return Array.from({ length: intervals }, (_, interval) => {
    noise = correlation * noise + Math.sqrt(1 - correlation ** 2) * normal(uniform)
    const level = 2 + Math.sin(interval / 40)
    return {
      interval,
      metrics: {
        memory: { form: 'gauge', canary: { values: [level * Math.exp(0.05 * noise)] }, baseline: { values: [level, level] } },
      } satisfies Record<string, Measurement>,
    }
  })
}

test.each([0, 0.5, 0.9])('an autocorrelation of %s is found, from long histories and from several short ones', (correlation) => {
  const metric = [{ name: 'memory', form: 'gauge' as const }]
  const long = calibrate([gauge(correlation, 2000, 1)], metric).metrics[0]?.history?.correlation ?? Number.NaN
  expect(Math.abs(long - correlation)).toBeLessThan(0.09)
  const short =
    calibrate(
      Array.from({ length: 60 }, (_, seed) => gauge(correlation, 30, seed)),
      metric,
    ).metrics[0]?.history?.correlation ?? Number.NaN
  expect(Math.abs(short - correlation)).toBeLessThan(0.09)
})

test('intervals on both sides of a gap are not neighbours', () => {
  const halves = gauge(0.9, 4000, 1).filter(({ interval }) => interval % 4 < 2)
  const found = calibrate([halves], [{ name: 'memory', form: 'gauge' }]).metrics[0]?.history?.correlation ?? Number.NaN
  expect(Math.abs(found - 0.9)).toBeLessThan(0.09)
})

test('what the plan states of a history stands, the rest is filled in', () => {
  const plan = JudgePlan.parse({
    metrics: [
      { name: 'errors', form: 'ratio', history: { dispersion: 7 } },
      { name: 'latency', form: 'histogram' },
    ],
  })
  const table = latencies(1).map(
    (each): Interval => ({
      ...each,
      metrics: { ...each.metrics, errors: { form: 'ratio', canary: { bad: 10, total: 100 }, baseline: { bad: 90, total: 900 } } },
    }),
  )
  const filled = withHistory(plan, calibrate([table], plan.metrics))
  expect(filled.metrics[0]?.history).toEqual({ dispersion: 7 })
  expect(filled.metrics[1]?.history.edges).toHaveLength(5)
  expect(filled.metrics[1]?.history.dispersion).toHaveLength(5)
})

test('history in another form or out of order is refused', () => {
  expect(() => calibrate([gauge(0, 30, 1)], [{ name: 'memory', form: 'ratio' }])).toThrow(
    'memory is planned as ratio, but its history in interval 0 is gauge',
  )
  expect(() => calibrate([gauge(0, 30, 1).toReversed()], [{ name: 'memory', form: 'gauge' }])).toThrow(CalibrationError)
})
