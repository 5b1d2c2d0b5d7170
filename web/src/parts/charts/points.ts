import type { Series } from '../../../../controller/src/server/dto/evidence.ts'

export type Point = Series['points'][number]

/** A series as a chart draws it: columns of equal length over `at` (seconds). `point` says which point of the series it is; null: put in where intervals are missing, so that the line breaks. */
export interface Columns {
  at: number[]
  point: (number | null)[]
  canary: (number | null)[]
  baseline: (number | null)[]
  estimate: (number | null)[]
  low: (number | null)[]
  high: (number | null)[]
}

/** Never joins over a hole: where an interval is missing, an empty one stands. */
export function columnsOf(points: readonly Point[]): Columns {
  const columns: Columns = { at: [], point: [], canary: [], baseline: [], estimate: [], low: [], high: [] }
  const times = points.map(({ at }) => Date.parse(at) / 1000)
  const usual = median(times.slice(1).map((at, index) => at - (times[index] ?? at)))
  points.forEach((point, index) => {
    const at = times[index] ?? 0
    const before = times[index - 1]
    if (before !== undefined && usual > 0 && at - before > usual * 1.5) push(columns, before + usual, null)
    push(columns, at, index, point)
  })
  return columns
}

function push(columns: Columns, at: number, index: number | null, point?: Point): void {
  columns.at.push(at)
  columns.point.push(index)
  for (const key of ['canary', 'baseline', 'estimate', 'low', 'high'] as const) columns[key].push(point?.[key] ?? null)
}

/** Indexes of values with nothing on either side: no line shows them, so a dot must. */
export function lonely(values: readonly (number | null)[]): number[] {
  return values.flatMap((value, index) =>
    value !== null && (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null ? [index] : [],
  )
}

/** What the axis of ratios shows: all estimates, the limits, no difference, and the band as it is now. The wide band of the first looks is cut off. */
export function ratioRange(points: readonly Point[], limits: Series['limits']): [number, number] {
  const last = points.findLast(({ estimate }) => estimate !== null)
  const shown = [1, limits?.tolerance, limits?.margin, last?.low, last?.high, ...points.map(({ estimate }) => estimate)].filter(
    (value): value is number => typeof value === 'number' && Number.isFinite(value),
  )
  const low = Math.min(...shown)
  const high = Math.max(...shown)
  const room = Math.max((high - low) * 0.25, 0.02)
  return [Math.max(0, low - room), high + room]
}

/** Limits that are not there are drawn far away: the band is open on that side. */
export function openBand(columns: Columns, range: readonly [number, number]): { low: (number | null)[]; high: (number | null)[] } {
  const far = range[1] + (range[1] - range[0]) * 10
  return {
    low: columns.low.map((low, index) => (columns.estimate[index] === null ? null : (low ?? 0))),
    high: columns.high.map((high, index) => (columns.estimate[index] === null ? null : Math.min(high ?? far, far))),
  }
}

/** Why there is no data at an instant, as the series tells it. */
export function gapAt(series: Pick<Series, 'gaps'>, at: string): string | undefined {
  const instant = Date.parse(at)
  return series.gaps.find(({ from, to }) => Date.parse(from) <= instant && instant <= Date.parse(to))?.because
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

/** What a time axis spans, in seconds: at least a minute, around a single point too; else it would span days, and its ticks all read the same. */
export function timeRange(low: number, high: number): [number, number] {
  const lacks = Math.max(0, 60 - (high - low)) / 2
  return [low - lacks, high + lacks]
}
