import { describe, expect, it } from 'vitest'
import { planFor } from '../plan.ts'
import { gaussian, uniform } from './histogram/testing/lognormal.ts'
import { type RawState, rawEngine } from './raw.ts'

const enough = Math.log(1 / 0.05)

function begin(): RawState {
  const [plan] = planFor([{ name: 'latency', form: 'raw' }]).metrics
  if (!plan) throw new Error('no metric')
  return rawEngine.begin(
    { ...plan, history: { dispersion: 1 } },
    { gates: [{ share: 1, beta: 0.05, fresh: false }], starts: { planned: 60 } },
  )
}

function play(factor: number, intervals: number, unit = 1, seed = 1): RawState {
  const random = uniform(seed)
  const samples = (n: number, median: number): number[] =>
    Array.from({ length: n }, () => (random() < 0.05 ? 0 : unit * median * Math.exp(0.6 * gaussian(random))))
  let state = begin()
  for (let interval = 0; interval < intervals; interval++)
    state = rawEngine.observe(state, { samples: samples(600, 0.1 * factor) }, { samples: samples(1400, 0.1) }, false)
  return state
}

describe('raw observations', () => {
  it('that are 1.5 times as large in the canary are found at once, and not passed', () => {
    const { harm, pass } = rawEngine.evidence(play(1.5, 2))
    expect(harm[0]?.logE).toBeGreaterThan(enough)
    expect(pass[0]).toBeLessThan(0)
  })

  it('of equal arms pass', () => {
    const state = play(1, 15)
    const { harm, pass } = rawEngine.evidence(state)
    expect(Math.max(...harm.map(({ logE }) => logE))).toBeLessThan(1)
    expect(pass[0]).toBeGreaterThan(enough)
    expect(rawEngine.shown(state).estimate).toBeCloseTo(1, 1)
    expect(rawEngine.need(state, 0, enough)?.intervals).toBe(0)
  })

  it('tolerate 9 % and allow 29.7 %: whole buckets', () => {
    const { comparison } = play(1, 1).histogram
    expect(comparison?.kind === 'shifted' && [comparison.tolerated, comparison.allowed]).toEqual([4, 12])
  })

  it('give the same evidence in any unit', () => {
    for (const unit of [1000, 1e-6, 1 / 3]) expect(rawEngine.evidence(play(1.1, 4, unit))).toEqual(rawEngine.evidence(play(1.1, 4)))
  })

  it('may be very far apart', () => {
    const samples = [5e-324, 1e-300, 1, 2, 3, 1e300, 1.7e308]
    const state = rawEngine.observe(begin(), { samples }, { samples }, false)
    expect(rawEngine.shown(state)).toMatchObject({ canary: { total: 7 }, estimate: 1 })
    expect(rawEngine.evidence(state).harm[0]?.logE).toBeLessThan(0)
  })

  it('are nothing when there are none, or zeros only', () => {
    const state = rawEngine.observe(
      rawEngine.observe(begin(), { samples: [] }, { samples: [1] }, false),
      { samples: [0] },
      { samples: [0, 0] },
      false,
    )
    expect(rawEngine.evidence(state).harm[0]?.logE).toBe(0)
    expect(rawEngine.shown(state)).toEqual({ canary: { total: 1 }, baseline: { total: 3 } })
  })

  it('under 0 or not finite are refused in a sentence', () => {
    expect(() => rawEngine.observe(begin(), { samples: [1, -2] }, { samples: [] }, false)).toThrow('use a gauge')
    expect(() => rawEngine.observe(begin(), { samples: [] }, { samples: [Number.NaN] }, false)).toThrow('finite')
    expect(() => rawEngine.observe(begin(), { samples: [Number.POSITIVE_INFINITY] }, { samples: [] }, false)).toThrow('finite')
  })
})
