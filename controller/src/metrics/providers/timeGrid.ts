import type { Instant } from '../../clock.ts'
import { SourceError } from '../errors.ts'
import type { RangeQuery, Series } from '../provider.ts'

/** Time that is asked for: from `start` up to, and without, `end`. Milliseconds. */
export interface Window {
  readonly start: Instant
  readonly end: Instant
}

// More series than this are no comparison of two versions but a query without a sum.
const mostSeries = 5_000

/**
 * The window of whole buckets that a range query needs: one for each edge, the last of which ends at `to` or less than `align` before it.
 * `align` is what the source's buckets are aligned to: the step where they begin at multiples of it, a second where they begin at the window's start.
 */
export function bucketWindow(query: RangeQuery, align: number): Window {
  const down = (at: Instant) => Math.floor(at / align) * align
  return { start: down(query.from) - query.step, end: down(query.to) }
}

/** The window in which a single number is looked for. At least a minute: many sources keep one point a minute. */
export const valueWindow = (at: Instant, interval: number): Window => {
  const end = Math.floor(at / 1000) * 1000
  return { start: end - Math.max(Math.ceil(interval / 1000) * 1000, 60_000), end }
}

/**
 * Puts what ends at an instant onto the grid: on the first edge at or after it, so that nothing is placed on an edge before it is over. Outside the
 * range it is left out; of two for one edge the later stays. Ascending.
 */
export function onGrid<T>(ends: Iterable<readonly [end: Instant, value: T]>, query: RangeQuery): [Instant, T][] {
  const byEdge = new Map<Instant, readonly [Instant, T]>()
  for (const [end, value] of ends) {
    const edge = query.from + Math.ceil((end - query.from) / query.step) * query.step
    if (!(edge >= query.from && edge <= query.to)) continue
    const other = byEdge.get(edge)
    if (!other || other[0] <= end) byEdge.set(edge, [end, value])
  }
  return [...byEdge].map(([edge, [, value]]): [Instant, T] => [edge, value]).sort(([a], [b]) => a - b)
}

/** Numbers on the grid, by onGrid, of buckets as long as the step that are named by their begin or their end. What is no finite number is left out. */
export function bucketsOnGrid(
  points: readonly (readonly [Instant, number])[],
  named: 'begin' | 'end',
  query: RangeQuery,
): [Instant, number][] {
  const late = named === 'begin' ? query.step : 0
  return onGrid(
    points.filter(([, value]) => Number.isFinite(value)).map(([at, value]) => [at + late, value] as const),
    query,
  )
}

/** The step in seconds. Throws a SourceError (query) when it is no whole number of them, or no multiple of what the source can do. */
export function stepSeconds(query: RangeQuery, vendor: string, multipleOf = 1): number {
  const seconds = query.step / 1000
  if (Number.isInteger(seconds) && seconds > 0 && seconds % multipleOf === 0) return seconds
  const unit = multipleOf === 1 ? 'whole seconds' : multipleOf === 60 ? 'whole minutes' : `a multiple of ${multipleOf}s`
  throw new SourceError(
    'query',
    `${vendor} cannot give amounts of ${seconds}s: write an interval of ${unit}, like ${multipleOf === 1 ? '30s' : '1m'}`,
  )
}

/**
 * Fetches a range in parts of at most `mostEdges` edges, one after the other, and joins the series of the same labels.
 * Throws a SourceError (query) when there are more than 5,000 series.
 */
export async function inParts(query: RangeQuery, mostEdges: number, fetch: (part: RangeQuery) => Promise<Series[]>): Promise<Series[]> {
  const joined = new Map<string, Series>()
  for (let from = query.from; from <= query.to; from += mostEdges * query.step) {
    const to = Math.min(query.to, from + (mostEdges - 1) * query.step)
    for (const series of await fetch({ ...query, from, to })) {
      const key = JSON.stringify(Object.entries(series.labels).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      const before = joined.get(key)
      joined.set(key, before ? join(before, series) : series)
      boundSeries(joined.size)
    }
  }
  return [...joined.values()]
}

/** Throws a SourceError (query) when there are more than 5,000 series. */
export function boundSeries(count: number): void {
  if (count > mostSeries)
    throw new SourceError('query', `the query gives more than ${mostSeries} series: let it choose fewer, or add some up`)
}

function join(a: Series, b: Series): Series {
  const histograms = a.histograms || b.histograms ? { histograms: distinct([...(a.histograms ?? []), ...(b.histograms ?? [])]) } : {}
  return { labels: a.labels, points: distinct([...a.points, ...b.points]), ...histograms }
}

function distinct<T>(points: readonly (readonly [Instant, T])[]): [Instant, T][] {
  return [...new Map(points.map(([at, value]) => [at, value]))].sort(([a], [b]) => a - b)
}
