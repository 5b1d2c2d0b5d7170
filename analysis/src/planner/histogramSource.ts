import { binned } from '../calibrate/binned.ts'
import { calibrateTails } from '../calibrate/tails.ts'
import type { MetricPlan } from '../plan.ts'
import { clustered, type Uniform } from '../random.ts'
import { totalOf } from '../sequential/histogram/edges.ts'
import type { Bucket, Interval, Measurement } from '../table.ts'
import { slowed } from './slowed.ts'
import type { Source } from './sources.ts'

/** Fewer intervals tell nothing of a dispersion. */
const leastIntervals = 20

/**
 * Buckets as independent clustered counts around the history's shape of that interval. How clustered is read from the placebos' tails; that
 * neighbouring intervals of one arm may be alike is not imitated.
 */
export function histogramSource(
  metric: MetricPlan,
  draws: readonly (readonly Interval[])[],
  shapes: readonly (readonly Bucket[])[],
): Source | undefined {
  const totals = shapes.map((buckets) => totalOf({ buckets }))
  const all = totals.reduce((sum, total) => sum + total, 0)
  if (!(all > 0)) return undefined
  const placed = draws.flatMap((draw) =>
    draw.flatMap(({ interval, metrics }) => {
      const measurement = metrics[metric.name]
      return measurement ? [{ interval, measurement }] : []
    }),
  )
  const { edges, dispersion, shares } = calibrateTails(placed, leastIntervals, metric.history.edges)
  // The tail's own share of all is part of what was measured: independent observations of which half are above vary half as much.
  const spreads = dispersion.map((measured, at) => Math.max(1, measured.dispersion / (1 - (shares[at] ?? 0))))
  const spreadAt = (upper: number): number =>
    spreads[
      Math.max(
        0,
        edges.findLastIndex((edge) => edge < upper),
      )
    ] ?? 1
  const draw = (uniform: Uniform, buckets: readonly Bucket[], share: number): Bucket[] =>
    buckets.map(([upper, count]) => [upper, count > 0 ? clustered(uniform, count * share, spreadAt(upper)) : 0])
  // Shapes of the factor asked for last: a search asks for the same one over many runs.
  let memo: { factor: number; shapes: (readonly Bucket[])[] } = { factor: 1, shapes: [] }
  const shapeOf = (factor: number, from: number, shape: readonly Bucket[]): readonly Bucket[] => {
    if (memo.factor !== factor) memo = { factor, shapes: [] }
    const known = memo.shapes[from] ?? slowed(shape, factor)
    memo.shapes[from] = known
    return known
  }
  return {
    spotless: false,
    volume: all / shapes.length,
    begin: ({ times }) => {
      const factor = metric.direction === 'decrease' ? 1 / times : times
      return (uniform, from, shares) => {
        const shape = shapes[from]
        if (!shape || !((totals[from] ?? 0) > 0)) return undefined
        return {
          form: 'histogram',
          canary: { buckets: draw(uniform, shapeOf(factor, from, shape), shares.canary) },
          baseline: { buckets: draw(uniform, shape, shares.baseline) },
        }
      }
    },
  }
}

export function rawSource(
  metric: MetricPlan,
  draws: readonly (readonly Interval[])[],
  whole: readonly (Measurement | undefined)[],
): Source | undefined {
  const shapes = whole.map((measurement) =>
    measurement?.form === 'raw' && measurement.baseline ? binned(measurement.baseline).buckets : [],
  )
  return histogramSource(metric, draws, shapes)
}
