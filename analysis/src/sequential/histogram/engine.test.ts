import { describe, expect, it } from 'vitest'
import { planFor } from '../../plan.ts'
import type { HistogramSample } from '../../table.ts'
import type { Setting } from '../engine.ts'
import { type HistogramState, histogramEngine } from './engine.ts'
import { classic, gaussian, type Latency, native, uniform } from './testing/lognormal.ts'

type Maker = typeof native
type Known = { dispersion?: number | number[]; edges?: number[] }

const setting: Setting = { gates: [{ share: 1, beta: 0.05, fresh: false }], starts: { planned: 60 } }
const enough = Math.log(1 / 0.05)

function begin(history: Known = { dispersion: 1 }, how: Setting = setting): HistogramState {
  const [plan] = planFor([{ name: 'latency', form: 'histogram' }]).metrics
  if (!plan) throw new Error('no metric')
  return histogramEngine.begin({ ...plan, history }, how)
}

interface World {
  readonly make?: Maker
  readonly canary?: Partial<Latency>
  /** Standard deviation of a shared swing of the level, autocorrelated by 0.8. */
  readonly swing?: number
  readonly intervals?: number
  readonly history?: Known
}

/** When harm, and when harmlessness, was first seen; 0 for never. */
function run(seed: number, { make = native, canary = {}, swing = 0, intervals = 60, history }: World): { harm: number; pass: number } {
  const random = uniform(seed)
  let state = begin(history)
  let level = 0
  const seen = { harm: 0, pass: 0 }
  for (let interval = 1; interval <= intervals && !seen.harm; interval++) {
    level = 0.8 * level + 0.6 * swing * gaussian(random)
    const median = 0.1 * Math.exp(level)
    const slower = { ...canary, median: median * (canary.median ?? 1) }
    state = histogramEngine.observe(state, make(random, 600, slower), make(random, 5400, { median }), false)
    const { harm, pass } = histogramEngine.evidence(state)
    if (harm.some(({ logE, share }) => logE >= enough - Math.log(share))) seen.harm = interval
    if (!seen.pass && (pass[0] ?? 0) >= enough) seen.pass = interval
  }
  return seen
}

const runs = (n: number, world: World): { harm: number; pass: number }[] => Array.from({ length: n }, (_, seed) => run(seed, world))
const quantile = (values: readonly number[], p: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(p * (values.length - 1))] ?? Number.NaN
const found = (world: World, p: number): number =>
  quantile(
    runs(20, world).map(({ harm }) => harm || 1000),
    p,
  )

describe.each([
  ['an exponential', native],
  ['a classic', classic],
] as const)('%s histogram of latencies', (layout, make) => {
  it('of equal arms is not called harmful, and passes in about ten minutes', () => {
    const all = runs(make === native ? 100 : 60, { make })
    expect(all.filter(({ harm }) => harm > 0).length).toBeLessThanOrEqual(1)
    expect(all.filter(({ pass }) => pass > 0).length).toBeGreaterThanOrEqual(all.length - 1)
    expect(
      quantile(
        all.map(({ pass }) => pass),
        0.5,
      ),
    ).toBeLessThanOrEqual(10)
  })

  it('of arms that swing together by 15 % is not called harmful', () => {
    expect(runs(40, { make, swing: 0.15 }).filter(({ harm }) => harm > 0)).toEqual([])
  })

  it('finds x1.5 within two intervals and +25 % within four, though its dispersion is learned a little later', () => {
    expect(found({ make, canary: { median: 1.5 } }, 1)).toBeLessThanOrEqual(2)
    expect(found({ make, canary: { median: 1.25 } }, 0.9)).toBeLessThanOrEqual(4)
    expect(found({ make, canary: { median: 1.5 }, history: {} }, 1)).toBeLessThanOrEqual(3)
    expect(found({ make, canary: { median: 1.25 }, history: {} }, 0.5)).toBeLessThanOrEqual(layout === 'a classic' ? 6 : 5)
  })

  it('finds 1 % of requests that are ten times slower, and does not pass them', () => {
    const all = runs(20, { make, canary: { slow: { share: 0.01, factor: 10 } } })
    expect(
      quantile(
        all.map(({ harm }) => harm || 1000),
        0.9,
      ),
    ).toBeLessThanOrEqual(20)
    expect(all.filter(({ pass }) => pass > 0)).toEqual([])
  })

  it('never passes +50 %', () => {
    const state = Array.from({ length: 30 }).reduce<{ random: () => number; state: HistogramState }>(
      ({ random, state: before }) => ({
        random,
        state: histogramEngine.observe(before, make(random, 600, { median: 0.15 }), make(random, 5400, { median: 0.1 }), false),
      }),
      { random: uniform(7), state: begin() },
    ).state
    expect(histogramEngine.evidence(state).pass[0]).toBeLessThan(0)
  })

  it('gives the same evidence in any unit', () => {
    const scaled = (sample: HistogramSample, unit: number): HistogramSample => ({
      buckets: sample.buckets.map(([upper, count]) => [upper * unit, count]),
    })
    const evidence = (unit: number, history: Known) => {
      const random = uniform(11)
      let state = begin(history)
      for (let interval = 0; interval < 12; interval++)
        state = histogramEngine.observe(
          state,
          scaled(make(random, 600, { median: 0.11 }), unit),
          scaled(make(random, 5400, { median: 0.1 }), unit),
          false,
        )
      return { ...histogramEngine.evidence(state), estimate: histogramEngine.shown(state).estimate?.toFixed(9) }
    }
    for (const unit of [1000, 1e-3, 60, 1 / 3]) {
      expect(evidence(unit, {})).toEqual(evidence(1, {}))
      expect(evidence(unit, { edges: [0.1 * unit, 0.25 * unit], dispersion: [1, 2] })).toEqual(
        evidence(1, { edges: [0.1, 0.25], dispersion: [1, 2] }),
      )
    }
  })

  it('of swapped arms is evidence in the other direction only', () => {
    const random = uniform(5)
    let state = begin()
    let swapped = begin()
    for (let interval = 0; interval < 10; interval++) {
      const slow = make(random, 3000, { median: 0.15 })
      const fast = make(random, 3000, { median: 0.1 })
      state = histogramEngine.observe(state, slow, fast, false)
      swapped = histogramEngine.observe(swapped, fast, slow, false)
    }
    const harm = (of: HistogramState): number => Math.max(...histogramEngine.evidence(of).harm.map(({ logE }) => logE))
    expect(harm(state)).toBeGreaterThan(50)
    expect(harm(swapped)).toBeLessThan(0)
    expect(histogramEngine.evidence(swapped).pass[0]).toBeGreaterThan(50)
    expect((histogramEngine.shown(state).estimate ?? 0) * (histogramEngine.shown(swapped).estimate ?? 0)).toBeCloseTo(1, 9)
  })

  it('replays bit for bit and changes neither state nor samples', () => {
    const freeze = <T>(value: T): T => {
      // A view of an array buffer cannot be frozen; the second play would differ if one were changed.
      if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) && !Object.isFrozen(value)) {
        Object.freeze(value)
        Object.values(value).forEach(freeze)
      }
      return value
    }
    const play = () => {
      const random = uniform(3)
      let state = freeze(begin({}))
      for (let interval = 0; interval < 8; interval++)
        state = freeze(
          histogramEngine.observe(
            state,
            freeze(make(random, 600, { median: 0.1 })),
            freeze(make(random, 5400, { median: 0.1 })),
            interval === 4,
          ),
        )
      return state
    }
    expect(play()).toEqual(play())
  })

  it('says nothing in intervals in which an arm is empty', () => {
    const random = uniform(9)
    const first = histogramEngine.observe(begin(), make(random, 600, { median: 0.1 }), make(random, 5400, { median: 0.1 }), false)
    const before = histogramEngine.evidence(first)
    const without = (canary: HistogramSample, baseline: HistogramSample) =>
      histogramEngine.evidence(histogramEngine.observe(first, canary, baseline, false))
    const some = make(random, 600, { median: 0.3 })
    for (const after of [without(some, { buckets: [] }), without({ buckets: [] }, some), without({ buckets: [[0.1, 0]] }, some)]) {
      expect(after.pass).toEqual(before.pass)
      for (const [at, { logE }] of after.harm.entries()) {
        if (Number.isFinite(logE)) expect(logE).toBeCloseTo(before.harm[at]?.logE ?? 0, 10)
        else expect(logE).toBe(before.harm[at]?.logE)
      }
    }
  })
})

describe('a histogram', () => {
  it('with everything in one bucket is no evidence, until an interval has edges', () => {
    const one: HistogramSample = {
      buckets: [
        [0.1, 0],
        [0.2, 500],
      ],
    }
    let state = begin()
    for (let interval = 0; interval < 5; interval++) state = histogramEngine.observe(state, one, one, false)
    expect(histogramEngine.evidence(state)).toEqual({ harm: [{ engine: 'counts', logE: 0, share: 1 }], pass: [Number.NEGATIVE_INFINITY] })
    expect(histogramEngine.shown(state)).toEqual({ canary: { total: 2500 }, baseline: { total: 2500 } })
    const random = uniform(1)
    state = histogramEngine.observe(state, native(random, 600, { median: 0.2 }), native(random, 5400, { median: 0.1 }), false)
    expect(histogramEngine.evidence(state).harm[0]?.logE).toBeGreaterThan(enough)
  })

  it('takes huge and fractional counts', () => {
    const times = (sample: HistogramSample, factor: number): HistogramSample => ({
      buckets: sample.buckets.map(([upper, count]) => [upper, count * factor]),
    })
    for (const [factor, make] of [
      [1e12, native],
      [0.37, native],
      [1e12, classic],
      [0.37, classic],
    ] as const) {
      const random = uniform(2)
      let state = begin({})
      for (let interval = 0; interval < 6; interval++)
        state = histogramEngine.observe(
          state,
          times(make(random, 600, { median: 0.2 }), factor),
          times(make(random, 5400, { median: 0.1 }), factor),
          false,
        )
      const { harm, pass } = histogramEngine.evidence(state)
      expect(Math.max(...harm.map(({ logE }) => logE))).toBeGreaterThan(4)
      for (const logE of [...harm.map((one) => one.logE), ...pass]) expect(logE).not.toBeNaN()
    }
  })

  it('goes on when a native histogram loses resolution, with the harm seen so far', () => {
    const random = uniform(4)
    const coarse = ({ buckets }: HistogramSample): HistogramSample => {
      const counts = new Map<number, number>()
      for (const [upper, count] of buckets) {
        const place = Math.ceil(Math.round(Math.log2(upper) * 8) / 2)
        counts.set(place, (counts.get(place) ?? 0) + count)
      }
      return { buckets: [...counts].map(([place, count]) => [2 ** (place / 4), count]) }
    }
    let state = begin()
    for (let interval = 0; interval < 3; interval++)
      state = histogramEngine.observe(state, native(random, 600, { median: 0.13 }), native(random, 5400, { median: 0.1 }), false)
    const before = histogramEngine.evidence(state)
    state = histogramEngine.observe(state, coarse(native(random, 600, { median: 0.13 })), native(random, 5400, { median: 0.1 }), false)
    const merged = histogramEngine.evidence(state)
    expect(merged.harm[0]?.logE).toBeGreaterThan((before.harm[0]?.logE ?? 0) - 1)
    for (let interval = 0; interval < 20; interval++)
      state = histogramEngine.observe(state, native(random, 6000, { median: 0.1 }), coarse(native(random, 54_000, { median: 0.1 })), false)
    expect(histogramEngine.evidence(state).pass[0]).toBeGreaterThan(enough)
  })

  it('passes no edge whose difference may still hide more than the budget at the share of a step', () => {
    const shares = [0.01, 0.1, 1]
    const gates = shares.map((share) => ({ share, budget: 0.001, beta: 0.2, fresh: false }))
    const random = uniform(6)
    let state = begin({ dispersion: 1 }, { ...setting, gates })
    for (let interval = 0; interval < 5; interval++)
      state = histogramEngine.observe(state, native(random, 100, { median: 0.15 }), native(random, 9900, { median: 0.1 }), false)
    const [first = 0, second = 0, last = 0] = histogramEngine.evidence(state).pass
    expect(first).toBeGreaterThan(second)
    expect(second).toBeGreaterThan(last)
  })

  it('asks a fresh gate anew after a change of weight', () => {
    const random = uniform(8)
    let state = begin(
      { dispersion: 1 },
      {
        ...setting,
        gates: [
          { share: 1, beta: 0.05, fresh: false },
          { share: 1, beta: 0.2, fresh: true },
        ],
      },
    )
    const next = (renewed: boolean): readonly number[] => {
      state = histogramEngine.observe(state, native(random, 600, { median: 0.1 }), native(random, 5400, { median: 0.1 }), renewed)
      return histogramEngine.evidence(state).pass
    }
    for (let interval = 0; interval < 9; interval++) next(false)
    const [all = 0, fresh = 0] = next(false)
    expect(fresh).toBe(all)
    const [still = 0, anew = 0] = next(true)
    expect(still).toBeGreaterThanOrEqual(all)
    expect(anew).toBeLessThan(all)
  })

  it('foretells about when it passes', () => {
    const random = uniform(10)
    let state = begin({ dispersion: 3 })
    let foretold: number | undefined
    let interval = 0
    while (interval < 60 && (histogramEngine.evidence(state).pass[0] ?? 0) < enough) {
      state = histogramEngine.observe(state, native(random, 600, { median: 0.1 }), native(random, 5400, { median: 0.1 }), false)
      interval++
      if (interval === 3) foretold = histogramEngine.need(state, 0, enough)?.intervals
    }
    expect(foretold).toBeDefined()
    expect(Math.abs((foretold ?? 0) + 3 - interval)).toBeLessThanOrEqual(4)
    expect(histogramEngine.need(state, 0, enough)?.intervals).toBe(0)
  })

  it('of a million buckets takes no longer than a moment', () => {
    const linear = (seed: number): HistogramSample => ({
      buckets: Array.from({ length: 1_000_000 }, (_, at) => [(at + 1) / 1000, (at * 7919 + seed) % 5]),
    })
    const canary = linear(1)
    const baseline = linear(2)
    const started = performance.now()
    const state = histogramEngine.observe(begin(), canary, baseline, false)
    expect(performance.now() - started).toBeLessThan(5000)
    expect(histogramEngine.shown(state).estimate).toBeCloseTo(1, 3)
  })
})
