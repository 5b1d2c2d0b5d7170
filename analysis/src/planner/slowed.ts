import { edgeAt, exponential, placeOn } from '../sequential/histogram/layout.ts'
import type { Bucket } from '../table.ts'

/**
 * The same observations, each `times` as large: within a bucket they are taken to lie evenly in the logarithm (in the first, which has no lower
 * edge, evenly from 0). Counts become fractions. Exponential layouts grow beyond their last edge; in a classic one the last bucket takes the rest.
 */
export function slowed(buckets: readonly Bucket[], times: number): readonly Bucket[] {
  if (times === 1) return buckets
  const grid = exponential({ buckets })
  const placed = grid && placeOn(grid, { buckets })
  if (!grid || !placed || placed.bounded) return slowedClassic(buckets, times)
  const shift = Math.log(times) / grid.log
  const whole = Math.floor(shift)
  const part = shift - whole
  const counts = new Map<number, number>()
  const add = (at: number, count: number) => counts.set(at, (counts.get(at) ?? 0) + count)
  for (const [i, at] of placed.at.entries()) {
    const count = placed.counts[i] ?? 0
    add(at + whole, count * (1 - part))
    if (part > 0) add(at + whole + 1, count * part)
  }
  const moved = [...counts].sort(([a], [b]) => a - b).map(([at, count]): Bucket => [edgeAt(grid, at), count])
  const rest = buckets.slice(0, buckets.length - placed.at.length).filter(([upper]) => upper < (moved[0]?.[0] ?? Number.POSITIVE_INFINITY))
  return [...rest, ...moved]
}

function slowedClassic(buckets: readonly Bucket[], times: number): readonly Bucket[] {
  const counts = buckets.map(() => 0)
  for (const [at, [upper, count]] of buckets.entries()) {
    const lower = at > 0 ? (buckets[at - 1]?.[0] ?? 0) : 0
    let below = 0
    for (let to = 0; to < buckets.length; to++) {
      const edge = buckets[to]?.[0] ?? 0
      const share = to === buckets.length - 1 ? 1 : shareBelow(edge / times, lower, upper)
      if (share > below) counts[to] = (counts[to] ?? 0) + count * (share - below)
      below = Math.max(below, share)
    }
  }
  return buckets.map(([upper], at) => [upper, counts[at] ?? 0])
}

/** How much of a bucket lies at or below x. */
function shareBelow(x: number, lower: number, upper: number): number {
  if (x >= upper) return 1
  // Of what is beyond the last finite edge nothing is known: it stays there.
  if (x <= lower || upper === Number.POSITIVE_INFINITY) return 0
  return lower > 0 ? Math.log(x / lower) / Math.log(upper / lower) : (x - lower) / (upper - lower)
}
