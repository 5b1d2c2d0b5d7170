import { KayentaError } from './errors.ts'

/**
 * The normalised rank statistic of a sorted sample `x` moved down by `mu`, beside the sorted sample `y`: average ranks for ties, variance
 * corrected for ties, and half a unit of continuity correction towards zero. Neither sample may hold NaN or be empty; `tiesInY` is
 * `tieSum(y)`. Non-increasing in mu. A difference that is NaN (infinity less itself) ranks as the highest value.
 *
 * Values that become equal by the rounding of the subtraction are ties. Rank sums are half integers and tie sums integers, so they are
 * exact in whatever order they are added: only the last two lines round.
 * @throws KayentaError 'all-tied' when every value is equal
 */
export function shiftStatistic(x: Float64Array, y: Float64Array, mu: number, tiesInY: number): number {
  const m = x.length
  const n = y.length
  const untied = tiesInY === 0 && Number.isFinite(mu) ? rankSumIfUntied(x, y, mu) : undefined
  const { doubledRankSum, ties } =
    untied ?? (Number.isFinite(mu) ? rankMerge(x, y, mu, tiesInY) : rankMerge(movedInfinitely(x, mu), y, 0, tiesInY))
  const d = doubledRankSum / 2 - (m * (m + 1)) / 2 - (m * n) / 2
  const correction = d > 0 ? 0.5 : d < 0 ? -0.5 : 0
  const sigma = Math.sqrt(((m * n) / 12) * (m + n + 1 - ties / ((m + n) * (m + n - 1))))
  if (sigma === 0) throw new KayentaError('all-tied', 'Every sample has the same value: there is no order to test.')
  return (d - correction) / sigma
}

/**
 * Twice the rank sum of x - mu among both samples, and the sum of t^3 - t over all groups of t equal values, in one pass.
 * Both sorted, without NaN; mu finite.
 */
export function rankMerge(x: Float64Array, y: Float64Array, mu: number, tiesInY: number): { doubledRankSum: number; ties: number } {
  const m = x.length
  const n = y.length
  let doubledRankSum = 0
  let ties = tiesInY
  let below = 0
  let at = 0
  while (at < m) {
    const value = (x[at] as number) - mu
    let next = at + 1
    while (next < m && (x[next] as number) - mu === value) next++
    while (below < n && (y[below] as number) < value) below++
    let upTo = below
    while (upTo < n && y[upTo] === value) upTo++
    const equal = upTo - below
    const size = next - at + equal
    doubledRankSum += (next - at) * (2 * (at + below) + size + 1)
    if (size > 1) ties += size * size * size - size - (equal * equal * equal - equal)
    at = next
    below = upTo
  }
  return { doubledRankSum, ties }
}

/**
 * The same where no two values are equal, undefined where some are. Which sample goes next is as good as random, so a branch on it is
 * mispredicted half the time: the comparison is used as a number instead, which makes long samples about 1.6 times faster.
 */
function rankSumIfUntied(x: Float64Array, y: Float64Array, mu: number): { doubledRankSum: number; ties: number } | undefined {
  const m = x.length
  const n = y.length
  for (let at = 1; at < m; at++) if ((x[at] as number) - mu === (x[at - 1] as number) - mu) return undefined
  let at = 0
  let below = 0
  let wins = 0
  while (at < m && below < n) {
    const value = (x[at] as number) - mu
    const other = y[below] as number
    if (value === other) return undefined
    const less = Number(other < value)
    below += less
    wins += Math.imul(1 - less, below)
    at += 1 - less
  }
  return { doubledRankSum: m * (m + 1) + 2 * (wins + (m - at) * n), ties: 0 }
}

/** The sum of t^3 - t over the groups of t equal values of one sorted sample. */
export function tieSum(sorted: Float64Array): number {
  let ties = 0
  let from = 0
  for (let at = 1; at <= sorted.length; at++) {
    if (at < sorted.length && sorted[at] === sorted[from]) continue
    const size = at - from
    ties += size * size * size - size
    from = at
  }
  return ties
}

function movedInfinitely(x: Float64Array, mu: number): Float64Array {
  return x.map((value) => {
    const difference = value - mu
    return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference
  })
}
