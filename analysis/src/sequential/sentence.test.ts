import { describe, expect, it } from 'vitest'
import { judge } from '../judgeTable.ts'
import type { PlanInput } from '../plan.ts'
import type { Interval, Measurement } from '../table.ts'

const again = (times: number, measured: Measurement): Interval[] =>
  Array.from({ length: times }, (_, at) => ({ interval: at + 1, metrics: { m: measured } }))
const said = (times: number, measured: Measurement, plan?: Partial<PlanInput>) => judge(again(times, measured), plan).because
const ratio = (canary: number, baseline: number): Measurement => ({
  form: 'ratio',
  canary: { bad: canary, total: 600 },
  baseline: { bad: baseline, total: 5400 },
})
const gauge = (canary: number, baseline: number): Measurement => ({
  form: 'gauge',
  canary: { values: [canary] },
  baseline: { values: [baseline] },
})
const buckets = (...counts: readonly number[]) => ({
  buckets: [0.1, 0.25, 0.5, 1, Number.POSITIVE_INFINITY].map((upper, at) => [upper, counts[at] ?? 0] as const),
})

describe('a verdict says', () => {
  it('how many times the baseline, with its limits, the counts, and how unlikely that is by chance', () => {
    expect(said(6, ratio(15, 27))).toBe(
      "m: 5 times the baseline's (2.9 to 8.3): 90 of 3,600 requests on the canary against 162 of 32,400 on the baseline. Such a difference by chance: less than 1 in 1,000,000,000.",
    )
  })

  it('what is missing for a pass, and how long that takes', () => {
    expect(said(10, ratio(3, 27))).toBe(
      "m: about the same as the baseline's (0.5 to 1.8): 30 of 6,000 requests on the canary against 270 of 54,000 on the baseline. 6,000 of about 9,000 canary requests needed for a pass; at the present rate 5 minutes more.",
    )
  })

  it('that a pass would come after the deadline', () => {
    expect(said(8, { form: 'ratio', canary: { bad: 0, total: 2 }, baseline: { bad: 1, total: 110 } })).toMatch(
      /at the present rate, which is after the deadline\.$/,
    )
  })

  it('no forecast of a pass where it looks like harm', () => {
    expect(said(3, ratio(7, 27))).toMatch(/It looks like harm, but it may still be chance\.$/)
  })

  it('when it passed, also when the table goes on', () => {
    expect(said(60, ratio(3, 27))).toMatch(/^m: surely within the margin; about the same as .* Passed after 1\d minutes\.$/)
  })

  it('at which edge a histogram is worse', () => {
    const worse = { form: 'histogram', canary: buckets(290, 200, 50, 40, 20), baseline: buckets(2700, 1900, 600, 150, 50) } as const
    expect(said(10, worse)).toMatch(
      /: above 0\.5: 10 % of the canary's observations, 3\.7 % of the baseline's: 6,000 observations on the canary, 54,000 on the baseline\./,
    )
  })

  it('that histograms have no edge in common', () => {
    const apart = {
      form: 'histogram',
      canary: {
        buckets: [
          [0.1, 5],
          [0.3, 5],
        ],
      },
      baseline: {
        buckets: [
          [0.2, 50],
          [0.7, 5],
        ],
      },
    } as const
    expect(said(3, apart)).toContain('no bucket edge in common')
  })

  it('which arm is silent', () => {
    expect(said(2, { form: 'ratio', baseline: { bad: 25, total: 5400 } })).toMatch(/^m: no data of the canary yet\./)
    expect(said(2, { form: 'ratio', canary: { bad: 25, total: 5400 } })).toMatch(/^m: no data of the baseline yet\./)
    expect(said(2, { form: 'gauge' })).toMatch(/^m: no data of both arms yet\./)
  })

  it('what to do about events that never happen', () => {
    expect(said(10, { form: 'count', canary: { count: 0 }, baseline: { count: 0 } })).toMatch(
      /allow some with atLeast, or let it not gate\.$/,
    )
  })

  it('that gauges of zeros are alike', () => {
    expect(judge(again(8, gauge(0, 0))).verdict).toBe('pass')
    expect(said(8, gauge(0, 0))).toContain('0 on the canary against 0 on the baseline')
  })

  it('numbers that fit each other', () => {
    const uneven = [...again(4, gauge(1, 2)), ...again(8, gauge(4, 2)).slice(4)]
    expect(judge(uneven).because).toMatch(/1\.3 times the baseline's: 2\.5 on the canary against 2 on the baseline/)
  })
})
