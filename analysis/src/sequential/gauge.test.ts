import { describe, expect, it } from 'vitest'
import { MetricPlan } from '../plan.ts'
import { normal, uniforms } from '../random.ts'
import { gaugeEngine } from './gauge.ts'

const setting = {
  gates: [
    { share: 1, beta: 0.05, fresh: false },
    { share: 1, beta: 0.2, fresh: true },
  ],
  starts: { planned: 60 },
}
const needs = Math.log(1 / (0.05 * 0.15))

interface Noise {
  sd: number
  memory: number
}

/** Of runs of an hour: in which intervals harm and harmlessness are certain. */
function hours(runs: number, level: (at: number) => number, { sd, memory }: Noise, plan: object = { history: { correlation: memory } }) {
  const failed: number[] = []
  const passed: number[] = []
  for (let run = 0; run < runs; run++) {
    const uniform = uniforms(7, run)
    let state = gaugeEngine.begin(MetricPlan.parse({ name: 'cpu', form: 'gauge', ...plan }), setting)
    let [ours, theirs] = [normal(uniform) * sd, normal(uniform) * sd]
    let [failedAt, passedAt] = [0, 0]
    for (let at = 1; at <= 60; at++) {
      ours = memory * ours + Math.sqrt(1 - memory ** 2) * sd * normal(uniform)
      theirs = memory * theirs + Math.sqrt(1 - memory ** 2) * sd * normal(uniform)
      state = gaugeEngine.observe(state, { values: [100 * Math.exp(ours) * level(at)] }, { values: [100 * Math.exp(theirs)] }, false)
      const { harm, pass } = gaugeEngine.evidence(state)
      if (harm.some(({ logE, share }) => logE >= needs - Math.log(share))) failedAt ||= at
      if ((pass[0] ?? 0) >= Math.log(20)) passedAt ||= at
    }
    if (failedAt) failed.push(failedAt)
    if (passedAt) passed.push(passedAt)
  }
  return { failed, passed }
}
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]

describe('a gauge', () => {
  it('that is alike in both arms passes soon and never fails, however long its noise lasts', () => {
    for (const memory of [0, 0.5, 0.8, 0.95]) {
      const { failed, passed } = hours(200, () => 1, { sd: 0.04, memory })
      expect(failed.length).toBeLessThanOrEqual(1)
      expect(passed).toHaveLength(200)
      expect(median(passed)).toBeLessThanOrEqual(8)
    }
  })

  it('exactly at the margin passes in fewer than one of twenty runs', () => {
    for (const memory of [0, 0.5, 0.8]) expect(hours(400, () => 1.3, { sd: 0.04, memory }).passed.length).toBeLessThanOrEqual(24)
  })

  it('that is half as much again is found within ten minutes', () => {
    const { failed } = hours(200, () => 1.5, { sd: 0.04, memory: 0.8 })
    expect(failed).toHaveLength(200)
    expect(median(failed)).toBeLessThanOrEqual(10)
  })

  it('that leaks is found by its trend', () => {
    const leak = (at: number) => 1 + 0.01 * at
    expect(hours(100, leak, { sd: 0.04, memory: 0.8 }, { trend: true }).failed.length).toBeGreaterThan(85)
    expect(hours(200, () => 1, { sd: 0.04, memory: 0.8 }, { trend: true }).failed.length).toBeLessThanOrEqual(2)
  })

  it('compares the arms where only one of them is zero, and begins again where only new intervals count', () => {
    let state = gaugeEngine.begin(MetricPlan.parse({ name: 'queue', form: 'gauge' }), setting)
    for (let at = 0; at < 12; at++) state = gaugeEngine.observe(state, { values: [0] }, { values: [3 + (at % 2)] }, false)
    expect(gaugeEngine.evidence(state).pass[0]).toBeGreaterThan(3)
    const renewed = gaugeEngine.observe(state, { values: [0] }, { values: [3] }, true)
    expect(gaugeEngine.evidence(renewed).pass[1]).toBe(Number.NEGATIVE_INFINITY)
    expect(gaugeEngine.evidence(renewed).pass[0]).toBeGreaterThan(3)
  })
})
