import type { Instant } from '../clock.ts'

/** Intervals of one length that follow on each other: interval k is (from + k * step, from + (k + 1) * step]. Milliseconds. */
export interface Grid {
  readonly from: Instant
  readonly step: number
  readonly intervals: number
}

/**
 * How many intervals before the first one are looked at: a value that is missing at an interval's begin is taken from so far back. What an
 * interval holds depends on nothing before that, so any split of a fetch gives the same.
 */
export const lookback = 5

/** Index of an interval's last edge in a list of values on the edges; its begin is the one before. */
export const endOf = (interval: number) => lookback + 1 + interval

/** The first edge of a list of values on the edges. */
export const firstEdge = ({ from, step }: Grid): Instant => from - lookback * step

/** How many edges there are, with those of the lookback. */
export const edgeCount = ({ intervals }: Grid) => lookback + 1 + intervals

/** Place of an instant among the edges; undefined when it is none of them. */
export function edgeAt(at: Instant, grid: Grid): number | undefined {
  const edge = Math.round((at - firstEdge(grid)) / grid.step)
  // Sources that count in seconds may be a rounding off.
  return edge >= 0 && edge < edgeCount(grid) && Math.abs(firstEdge(grid) + edge * grid.step - at) <= 1 ? edge : undefined
}

/** Values on the edges, NaN where there is none or one that does not count; points elsewhere are ignored. */
export function onEdges(
  points: readonly (readonly [at: Instant, value: number])[],
  grid: Grid,
  counts: (value: number) => boolean = () => true,
): Float64Array {
  const values = new Float64Array(edgeCount(grid)).fill(Number.NaN)
  for (const point of points) {
    const edge = edgeAt(point[0], grid)
    if (edge !== undefined && counts(point[1])) values[edge] = point[1]
  }
  return values
}

/**
 * Amounts by interval of a cumulative counter given by its values on the edges; NaN where nothing is known. A value that fell is a restart: all of
 * it is new. An edge without a value adds nothing; what happened since the last known value belongs to the interval in which it is seen again.
 * Without a value in the lookback it counts from 0 where `fromZero` says so, else the interval is unknown. Never negative for values that are not.
 */
export function increases(values: Float64Array, fromZero: Uint8Array): Float64Array {
  const amounts = new Float64Array(fromZero.length).fill(Number.NaN)
  let last = -1
  for (let edge = 0; edge < values.length; edge++) {
    const value = values[edge] ?? Number.NaN
    if (Number.isNaN(value)) continue
    const interval = edge - lookback - 1
    if (interval >= 0) {
      if (last >= interval) amounts[interval] = increase(values[last] ?? 0, value)
      else if (fromZero[interval] === 1) amounts[interval] = value
    }
    last = edge
  }
  return amounts
}

function increase(before: number, now: number): number {
  return now >= before ? now - before : now
}

/**
 * By interval, whether a series that was not there in the lookback began at 0. It did when its pod was seen in the lookback with any other series,
 * or when somebody was seen at every edge of it: then the source worked, and the pod is new. After a silence it may be an old one that is back.
 */
export function countsFromZero(pod: Uint8Array, anybody: Uint8Array, intervals: number): Uint8Array {
  const from = new Uint8Array(intervals)
  let seen = 0
  let heard = 0
  for (let edge = 0; edge < intervals + lookback; edge++) {
    seen += pod[edge] ?? 0
    heard += anybody[edge] ?? 0
    const interval = edge - lookback
    if (interval < 0) continue
    from[interval] = seen > 0 || heard === lookback + 1 ? 1 : 0
    seen -= pod[interval] ?? 0
    heard -= anybody[interval] ?? 0
  }
  return from
}
