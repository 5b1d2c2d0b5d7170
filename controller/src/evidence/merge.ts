import { type Arm, combine, type Form, type Interval, type Measurement, type Samples } from '@serin/analysis'

/**
 * Neighbouring intervals of the same weight merged in pairs: counts are added, levels of pods are averaged. The pair has the label of its later one.
 * An arm that one of the two lacks is that of the other.
 */
export function merged(intervals: readonly Interval[]): Interval[] {
  const pairs: Interval[] = []
  for (let at = 0; at < intervals.length; at++) {
    const [first, second] = [intervals[at], intervals[at + 1]]
    if (!first) break
    if (!second || first.weight !== second.weight) {
      pairs.push(first)
      continue
    }
    pairs.push(pairOf(first, second))
    at++
  }
  return pairs
}

function pairOf(first: Interval, second: Interval): Interval {
  const names = new Set([...Object.keys(first.metrics), ...Object.keys(second.metrics)])
  const metrics = [...names].flatMap((name): [string, Measurement][] => {
    const [one, other] = [first.metrics[name], second.metrics[name]]
    if (!one || !other) return [[name, (one ?? other) as Measurement]]
    return [[name, both(one, other)]]
  })
  return { ...second, ...(first.baselineUnsteady ? { baselineUnsteady: true } : {}), metrics: Object.fromEntries(metrics) }
}

function both(one: Measurement, other: Measurement): Measurement {
  if (one.form !== other.form) return other
  const form = one.form
  const arm = (name: Arm) => {
    const [a, b] = [one[name], other[name]]
    return a && b ? inTurn[form]([a, b] as never) : (a ?? b)
  }
  const [canary, baseline] = [arm('canary'), arm('baseline')]
  return { form, ...(canary ? { canary } : {}), ...(baseline ? { baseline } : {}) } as Measurement
}

/** The arms of one interval after the other: as those of several pods, but for gauges, which stay one value for each pod. */
const inTurn: { readonly [F in Form]: (samples: readonly [Samples[F], Samples[F]]) => Samples[F] } = {
  ...combine,
  gauge: ([a, b]) =>
    a.values.length === b.values.length ? { values: a.values.map((value, at) => (value + (b.values[at] ?? value)) / 2) } : b,
}
