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

/** How far beyond estimates and limits the axis follows a band. */
const reach = 4

/** What the axis of ratios shows: all estimates, the limits, no difference, and the band as it is now as far as it is near. Above zero, for an axis of logarithms. */
export function ratioRange(points: readonly Point[], limits: Series['limits']): [number, number] {
  const last = points.findLast(({ estimate }) => estimate !== null)
  const shown = [1, limits?.tolerance, limits?.margin, ...points.map(({ estimate }) => estimate)].filter(positive)
  const nearest = Math.min(...shown)
  const farthest = Math.max(...shown)
  const low = Math.min(nearest, Math.max(last?.low ?? nearest, nearest / reach))
  const high = Math.max(farthest, Math.min(last?.high ?? farthest, farthest * reach))
  const room = Math.max((high / low) ** 0.15, 1.02)
  return [low / room, high * room]
}

const positive = (value: number | null | undefined): value is number => typeof value === 'number' && Number.isFinite(value) && value > 0

/** Round ratios within a range, few enough to be read. */
export function ratioTicks([low, high]: readonly [number, number]): number[] {
  if (high / low < 2.5) {
    const rough = (high - low) / 6
    const power = 10 ** Math.floor(Math.log10(rough))
    const step = ([1, 2, 5].find((size) => size * power >= rough) ?? 10) * power
    const first = Math.ceil(low / step)
    return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, at) => Number(((first + at) * step).toPrecision(6)))
  }
  const decades = Math.log10(high / low)
  const sizes = decades < 1.5 ? [1, 1.5, 2, 3, 5, 7] : decades < 4 ? [1, 2, 5] : [1]
  const ticks: number[] = []
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++)
    ticks.push(...sizes.map((size) => Number((size * 10 ** power).toPrecision(6))))
  return ticks.filter((tick) => tick >= low && tick <= high)
}

/** A band that is open on one side is drawn to far beyond the axis. Where neither side is limited nothing is known, and there is none. */
export function openBand(columns: Columns, range: readonly [number, number]): { low: (number | null)[]; high: (number | null)[] } {
  const near = range[0] / 100
  const far = range[1] * 100
  const known = columns.estimate.map((estimate, at) => estimate !== null && ((columns.low[at] ?? 0) > 0 || columns.high[at] !== null))
  return {
    low: columns.low.map((low, at) => (known[at] ? Math.max(low ?? near, near) : null)),
    high: columns.high.map((high, at) => (known[at] ? Math.min(high ?? far, far) : null)),
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
