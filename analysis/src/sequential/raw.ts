import type { MetricPlan } from '../plan.ts'
import type { Bucket, HistogramSample, RawSample } from '../table.ts'
import type { MetricEngine, Setting } from './engine.ts'
import { type HistogramState, histogramEngine } from './histogram/engine.ts'
import { HistogramError } from './histogram/errors.ts'

/** Growth of a bucket: 2^(1/32), 2.2 %. A tolerance of 10 % is four buckets, a margin of 30 % twelve. */
const log = Math.LN2 / 32

/** Beyond these, edges have no room: less is zero, more is as much. */
const range = { least: 1e-300, most: 1e300 }

/** Observations that lie on an edge but for rounding belong under it, whatever their unit. */
const rounding = 1e-9

export interface RawState {
  readonly plan: MetricPlan
  readonly setting: Setting
  /** The edge that all others are counted from: the least positive observation of the first interval that has one, so that the unit does not matter. */
  readonly anchor: number | undefined
  readonly histogram: HistogramState
}

/**
 * Single observations: counted into an exponential histogram, interval by interval, and judged as one. `observe` is O(observations); it throws a
 * HistogramError for one that is under 0 or not a finite number.
 */
export const rawEngine: MetricEngine<'raw', RawState> = {
  form: 'raw',
  begin: (plan, setting) => ({ plan, setting, anchor: undefined, histogram: histogramEngine.begin(plan, setting) }),
  observe(state, canary, baseline, renewed) {
    const anchor = state.anchor ?? leastPositive([canary, baseline])
    const histogram = histogramEngine.observe(state.histogram, binned(canary, anchor), binned(baseline, anchor), renewed)
    return { ...state, anchor, histogram }
  },
  evidence: ({ histogram }) => histogramEngine.evidence(histogram),
  shown: ({ histogram }) => histogramEngine.shown(histogram),
  need: ({ histogram }, gate, nats) => histogramEngine.need(histogram, gate, nats),
}

function leastPositive(arms: readonly RawSample[]): number | undefined {
  let least = Number.POSITIVE_INFINITY
  for (const { samples } of arms) for (const value of samples) if (value >= range.least && value < least) least = value
  return least < Number.POSITIVE_INFINITY ? Math.min(least, range.most) : undefined
}

/** Counts by bucket. Each has its lower edge as an empty bucket where nothing lies below, so that the growth can be told from any sample. */
export function binned({ samples }: RawSample, anchor = 1): HistogramSample {
  const start = Math.log(anchor)
  let zeros = 0
  const counts = new Map<number, number>()
  for (const value of samples) {
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) throw unusable(value)
    if (value < range.least) zeros++
    else {
      const place = Math.ceil((Math.log(Math.min(value, range.most)) - start) / log - rounding)
      counts.set(place, (counts.get(place) ?? 0) + 1)
    }
  }
  const buckets: Bucket[] = zeros > 0 ? [[0, zeros]] : []
  let before: number | undefined
  for (const [place, count] of [...counts].sort(([a], [b]) => a - b)) {
    if (before !== place - 1) buckets.push([Math.exp(start + (place - 1) * log), 0])
    buckets.push([Math.exp(start + place * log), count])
    before = place
  }
  return { buckets }
}

function unusable(value: number): HistogramError {
  return value < 0
    ? new HistogramError(
        'negative-observations',
        `Raw observations must not be under 0, like ${value}: use a gauge for values that can be negative.`,
      )
    : new HistogramError('bad-observation', `Raw observations must be finite numbers, not ${value}.`)
}
