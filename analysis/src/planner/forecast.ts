import type { Moment } from './simulate.ts'

/** When something happens, over simulated releases: those in which it never does count as later than all others. */
export interface Forecast {
  /** Share of the releases in which it happens before the deadline. */
  readonly share: number
  /** Seconds from the start; left out when it happens in fewer than half, or nine of ten, of them. */
  readonly median?: number
  readonly p90?: number
  /** Canary requests by then, where the history counts them. */
  readonly requests?: { readonly median: number; readonly p90?: number }
}

export function forecast(moments: readonly (Moment | undefined)[], interval: number): Forecast {
  const happened = moments.filter((moment) => moment !== undefined)
  if (moments.length === 0) return { share: 0 }
  const share = happened.length / moments.length
  const never = moments.filter((moment) => moment === undefined).map(() => Number.POSITIVE_INFINITY)
  const after = [...happened.map(({ intervals }) => intervals * interval), ...never].sort((a, b) => a - b)
  const served = [...happened.map(({ requests }) => requests ?? Number.POSITIVE_INFINITY), ...never].sort((a, b) => a - b)
  const [median, p90] = [nearest(after, 0.5), nearest(after, 0.9)]
  const [half, most] = [nearest(served, 0.5), nearest(served, 0.9)]
  return {
    share,
    ...(Number.isFinite(median) ? { median } : {}),
    ...(Number.isFinite(p90) ? { p90 } : {}),
    ...(Number.isFinite(half) ? { requests: { median: half, ...(Number.isFinite(most) ? { p90: most } : {}) } } : {}),
  }
}

/** The value below which a share of the sorted list lies: one of the list, since nothing lies between a time and never. */
function nearest(sorted: readonly number[], share: number): number {
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN
}
