import type { Interval, Measurement } from '../../../analysis/src/table.ts'
import type { Stream } from '../random/philox.ts'

type Collect = (intervals: readonly Interval[], stream: Stream) => readonly Interval[]

function mapMetrics(interval: Interval, change: (measurement: Measurement) => Measurement): Interval {
  return { ...interval, metrics: Object.fromEntries(Object.entries(interval.metrics).map(([name, measured]) => [name, change(measured)])) }
}

/** Some scrapes of an arm fail: the arm is left out. */
export function missingScrapes(share: number): Collect {
  return (intervals, stream) =>
    intervals.map((interval) => {
      const noCanary = stream.uniform() < share
      const noBaseline = stream.uniform() < share
      return mapMetrics(interval, (measured) => {
        const { canary, baseline, form } = measured
        return { form, ...(noCanary ? {} : { canary }), ...(noBaseline ? {} : { baseline }) } as Measurement
      })
    })
}

/** Some intervals lack one pod of an arm, because its counter began anew: numerator and denominator of that pod are left out together. */
export function counterResets(share: number): Collect {
  return (intervals, stream) =>
    intervals.map((interval) => {
      const arm = stream.uniform() < 0.5 ? 'canary' : 'baseline'
      if (stream.uniform() >= share) return interval
      const kept = arm === 'canary' ? 1 / 2 : 7 / 8
      return mapMetrics(interval, (measured) => {
        const sample = measured.form === 'ratio' ? measured[arm] : undefined
        if (measured.form !== 'ratio' || !sample) return measured
        return { ...measured, [arm]: { bad: Math.round(sample.bad * kept), total: Math.round(sample.total * kept) } }
      })
    })
}

/** Some intervals come after their successor. */
export function lateData(share: number): Collect {
  return (intervals, stream) => {
    const order = [...intervals]
    for (let at = 0; at + 1 < order.length; at++) {
      const [now, next] = [order[at], order[at + 1]]
      if (now && next && stream.uniform() < share) {
        order[at] = next
        order[at + 1] = now
        at++
      }
    }
    return order
  }
}

/** A pod of either arm starts anew now and then: its gauge is far off for an interval, and it answers a few requests badly. */
export function podRestarts(share: number): Collect {
  const pods = { canary: 2, baseline: 8 }
  return (intervals, stream) =>
    intervals.map((interval) => {
      let now = interval
      for (const arm of ['canary', 'baseline'] as const) {
        for (let pod = 0; pod < pods[arm]; pod++) {
          if (stream.uniform() >= share) continue
          now = mapMetrics(now, (measured) => restarted(measured, arm, pod))
        }
      }
      return now
    })
}

function restarted(measured: Measurement, arm: 'canary' | 'baseline', pod: number): Measurement {
  if (measured.form === 'ratio') {
    const sample = measured[arm]
    return sample ? { ...measured, [arm]: { ...sample, bad: Math.min(sample.total, sample.bad + 3) } } : measured
  }
  if (measured.form !== 'gauge') return measured
  const sample = measured[arm]
  return sample ? { ...measured, [arm]: { values: sample.values.map((value, at) => (at === pod ? value * 1.5 : value)) } } : measured
}
