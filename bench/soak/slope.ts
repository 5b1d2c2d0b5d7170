/** A line through points in time, by Theil and Sen: the median of the slopes between every two points, so that single odd points do not move it. */
export interface Slope {
  perHour: number
  /** 95 % limits after Sen, from Kendall's statistic. */
  low: number
  high: number
}

export interface Point {
  hours: number
  value: number
}

const z95 = 1.959964

/** Needs three points at different times. */
export function slopeOf(points: readonly Point[]): Slope {
  const slopes = points.flatMap((a, at) => points.slice(at + 1).map((b) => (b.value - a.value) / (b.hours - a.hours))).sort((a, b) => a - b)
  const n = points.length
  if (n < 3) throw new Error(`a slope needs three points, not ${n}`)
  const spread = z95 * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18)
  const nth = (rank: number) => slopes[Math.min(slopes.length - 1, Math.max(0, Math.round(rank)))] ?? Number.NaN
  const middle = (slopes.length - 1) / 2
  return {
    perHour: ((slopes[Math.floor(middle)] ?? Number.NaN) + (slopes[Math.ceil(middle)] ?? Number.NaN)) / 2,
    low: nth((slopes.length - spread) / 2 - 1),
    high: nth((slopes.length + spread) / 2),
  }
}
