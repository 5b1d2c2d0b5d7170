import { describe, expect, it } from 'vitest'
import { bound, course, held, release } from './course.ts'
import { metricKinds } from './metric.ts'

describe('a course', () => {
  it('under a constant load stays where it is without a run, whatever is measured', () => {
    for (const metric of metricKinds)
      for (const baseShare of metric.hasBase ? [0, 0.5] : [0])
        expect(new Set(course({ metric, baseShare, replicas: 17, load: 'constant', run: [{ minutes: 30, weight: 0 }] }))).toEqual(
          new Set([17]),
        )
  })

  it('comes to rest at the bound of a canary that grows with them, or without end', () => {
    const [, , average] = metricKinds
    if (!average) throw new Error('no such metric')
    for (const [baseShare, weight] of [
      [0.3, 50],
      [0.3, 100],
      [0.3, 25],
      [0.5, 50],
    ] as const) {
      const highest = Math.max(...course({ metric: average, baseShare, replicas: 100, load: 'constant', run: held(weight) }))
      const rest = 100 * bound(baseShare, weight)
      // One that comes from below stops within the tolerance of 10 %.
      expect(highest).toBeGreaterThan(rest / 1.1)
      expect(highest).toBeLessThanOrEqual(Math.ceil(rest) + 2)
    }
    const endless = course({ metric: average, baseShare: 0.5, replicas: 100, load: 'constant', run: held(100) })
    expect(Math.max(...endless)).toBeGreaterThan(300)
  })

  it('follows a load that doubles, with a run and without', () => {
    const [cpu] = metricKinds
    if (!cpu) throw new Error('no such metric')
    const last = course({ metric: cpu, baseShare: 0, replicas: 20, load: 'rising', run: release }).at(-1) ?? 0
    expect(last).toBeGreaterThanOrEqual(36)
    expect(last).toBeLessThanOrEqual(40)
  })
})
