import type { Interval, Measurement } from '@serin/analysis'
import { describe, expect, it } from 'vitest'
import { merged } from './merge.ts'

const interval = (at: number, weight: number, m: Measurement): Interval => ({ at, weight, metrics: { m } }) as unknown as Interval
const pair = (one: Measurement, other: Measurement) => merged([interval(1, 5, one), interval(2, 5, other)])[0]?.metrics.m

describe('neighbouring intervals of one weight', () => {
  it('become one, with the label of the later; a change of weight keeps them apart', () => {
    const ratio: Measurement = { form: 'ratio', canary: { bad: 1, total: 10 } }
    const all = merged([interval(1, 5, ratio), interval(2, 5, ratio), interval(3, 5, ratio), interval(4, 25, ratio)])
    expect(all.map((one) => [(one as unknown as { at: number }).at, one.weight])).toEqual([
      [2, 5],
      [3, 5],
      [4, 25],
    ])
  })

  it('have their counts added and the levels of their pods averaged', () => {
    expect(pair({ form: 'ratio', canary: { bad: 1, total: 10 } }, { form: 'ratio', canary: { bad: 2, total: 30 } })).toEqual({
      form: 'ratio',
      canary: { bad: 3, total: 40 },
    })
    expect(pair({ form: 'gauge', canary: { values: [1, 3] } }, { form: 'gauge', canary: { values: [3, 5] } })).toEqual({
      form: 'gauge',
      canary: { values: [2, 4] },
    })
  })

  it('are of an unsteady baseline when one of them is', () => {
    const calm: Interval = { interval: 1, weight: 5, metrics: {} }
    const unsteady: Interval = { interval: 2, weight: 5, baselineUnsteady: true, metrics: {} }
    expect(merged([calm, unsteady])).toEqual([unsteady])
    expect(
      merged([
        { ...unsteady, interval: 1 },
        { ...calm, interval: 2 },
      ]),
    ).toEqual([unsteady])
    expect(merged([calm, { ...calm, interval: 2 }])).toEqual([{ ...calm, interval: 2 }])
  })

  it('keep the arm that only one of them has', () => {
    const both = pair({ form: 'ratio', canary: { bad: 1, total: 10 } }, { form: 'ratio', baseline: { bad: 2, total: 30 } })
    expect(both).toEqual({ form: 'ratio', canary: { bad: 1, total: 10 }, baseline: { bad: 2, total: 30 } })
  })

  it('meet at the edges that both histograms have', () => {
    const early = {
      buckets: [
        [0.1, 5],
        [0.5, 3],
        [Number.POSITIVE_INFINITY, 2],
      ] as [number, number][],
    }
    const late = {
      buckets: [
        [0.1, 4],
        [Number.POSITIVE_INFINITY, 6],
      ] as [number, number][],
    }
    expect(pair({ form: 'histogram', canary: early }, { form: 'histogram', canary: late })).toEqual({
      form: 'histogram',
      canary: {
        buckets: [
          [0.1, 9],
          [Number.POSITIVE_INFINITY, 11],
        ],
      },
    })
  })
})
