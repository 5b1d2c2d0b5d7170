import type { Bucket, HistogramSample } from '@serin/analysis'
import type { Series } from '../metrics/provider.ts'
import { countsOnEdges, named } from './counters.ts'
import { endOf, type Grid, lookback } from './increase.ts'
import { MetricProblem, type Remarks } from './problems.ts'

/** Counts up to each upper edge of one histogram: its series that differ in `le` only. Ascending; the last is that of Infinity. */
interface Ladder {
  readonly uppers: readonly number[]
  readonly values: readonly Float64Array[]
}

interface How {
  readonly grid: Grid
  readonly counters: 'cumulative' | 'delta'
  readonly fromZero: Uint8Array
  readonly remarks: Remarks
}

/**
 * By interval, what each classic histogram among the series observed in it. A histogram restarts as a whole: when one of its buckets fell, all are
 * new. Throws a MetricProblem for series without `le`.
 */
export function classicSamples(series: readonly Series[], how: How): HistogramSample[][] {
  const samples: HistogramSample[][] = Array.from({ length: how.grid.intervals }, () => [])
  for (const ladder of laddersOf(series, how)) {
    const present = ladder.values.at(-1) ?? new Float64Array()
    let last = -1
    for (let edge = 0; edge < present.length; edge++) {
      if (Number.isNaN(present[edge])) continue
      const interval = edge - endOf(0)
      if (interval >= 0) {
        const before =
          how.counters === 'delta' ? 'nothing' : last >= edge - 1 - lookback ? last : how.fromZero[interval] === 1 ? 'nothing' : undefined
        if (before !== undefined) samples[interval]?.push({ buckets: bucketsAt(ladder, edge, before) })
      }
      last = edge
    }
  }
  return samples
}

function laddersOf(series: readonly Series[], { grid, remarks }: How): Ladder[] {
  const groups = new Map<string, [upper: number, Series][]>()
  for (const one of series) {
    const { le, ...rest } = one.labels
    const upper = le === undefined ? Number.NaN : le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le === '' ? Number.NaN : le)
    if (Number.isNaN(upper))
      throw new MetricProblem(
        'Query',
        `${named(one.labels)} is no bucket: a histogram is asked for by its series …_bucket with their label le, or by a native histogram, without functions`,
      )
    const key = JSON.stringify(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)))
    const group = groups.get(key)
    if (group) group.push([upper, one])
    else groups.set(key, [[upper, one]])
  }
  return [...groups.values()].flatMap((group) => {
    group.sort(([a], [b]) => a - b)
    const last = group.at(-1)
    if (last?.[0] !== Number.POSITIVE_INFINITY) {
      remarks.say(
        'le',
        () => `${named(last?.[1].labels ?? {})} and its like lack the bucket le="+Inf": it is left out; ask for all buckets`,
      )
      return []
    }
    return [{ uppers: group.map(([upper]) => upper), values: group.map(([, one]) => countsOnEdges(one, grid, remarks)) }]
  })
}

/** What was observed since the edge `before`, by bucket, at the uppers that are there at both. */
function bucketsAt({ uppers, values }: Ladder, edge: number, before: number | 'nothing'): Bucket[] {
  const restarted = before === 'nothing' || values.some((of) => (of[edge] ?? Number.NaN) < (of[before] ?? Number.NaN))
  const buckets: Bucket[] = []
  let below = 0
  for (const [at, upper] of uppers.entries()) {
    const now = values[at]?.[edge] ?? Number.NaN
    const amount = restarted ? now : now - (values[at]?.[before] ?? Number.NaN)
    if (Number.isNaN(amount)) continue
    // A scrape does not read all buckets at the same moment.
    const upTo = Math.max(below, amount)
    buckets.push([upper, upTo - below])
    below = upTo
  }
  return buckets
}
