import type { HistogramSample } from '../../table.ts'
import { alignEdges, alignGrids, type OnGrid, sameEdge, sampleOf } from './align.ts'
import { addPlaced, exponential, type Placed, placeOf, placeOn } from './layout.ts'

/** Tails at which the arms are compared: the middle and what people feel. */
const targets: readonly number[] = [0.5, 0.25, 0.1, 0.05, 0.01]

/** Beyond these an edge says little: too few observations above it, or below. */
const usable = { over: 0.002, under: 0.9 }

/** An edge, or its place on a grid, and the share of the observations that lies above. */
export interface Tail {
  readonly edge: number
  readonly tail: number
}

/**
 * The edges nearest to tails of 0.5, 0.25, 0.1, 0.05 and 0.01 (by their quotient), each once, ascending; edges with a tail of at most 0.002 or at
 * least 0.9 are no candidates. Empty when nothing is usable.
 */
export function nearestEdges(tails: readonly Tail[]): readonly number[] {
  const candidates = tails.filter(({ tail }) => tail > usable.over && tail < usable.under)
  const chosen = targets.flatMap((target) => {
    let best: Tail | undefined
    for (const candidate of candidates) if (!best || distance(candidate.tail, target) < distance(best.tail, target)) best = candidate
    return best ? [best.edge] : []
  })
  return [...new Set(chosen)].sort((a, b) => a - b)
}

function distance(tail: number, target: number): number {
  return tail > target ? tail / target : target / tail
}

/**
 * Pooled tails of both arms at every place on their grid where they can change, the canary's read `shift` places higher. Under "the canary is
 * slower by no more than the shift" the pooled counts do not tell which arm they came from: so edges may be chosen from them in the very interval
 * that is then judged.
 */
export function pooledTails({ canary, baseline }: Pick<OnGrid, 'canary' | 'baseline'>, shift: number): readonly Tail[] {
  const total = canary.total + baseline.total
  const tails: Tail[] = []
  let above = canary.over + baseline.over
  let i = canary.at.length - 1
  let j = baseline.at.length - 1
  while (i >= 0 || j >= 0) {
    const place = Math.max((canary.at[i] ?? Number.NEGATIVE_INFINITY) - shift, baseline.at[j] ?? Number.NEGATIVE_INFINITY)
    if (known(canary, place + shift) && known(baseline, place)) tails.push({ edge: place, tail: above / total })
    if ((canary.at[i] ?? Number.NEGATIVE_INFINITY) - shift === place) above += canary.counts[i--] ?? 0
    if (baseline.at[j] === place) above += baseline.counts[j--] ?? 0
  }
  return tails.reverse()
}

/** Observations above a place on the grid; undefined where the sample cannot tell. O(buckets above). */
export function aboveAt(placed: Placed, place: number): number | undefined {
  if (!known(placed, place)) return undefined
  let sum = placed.over
  for (let i = placed.at.length - 1; i >= 0 && (placed.at[i] ?? 0) > place; i--) sum += placed.counts[i] ?? 0
  return sum
}

/** Whether it is known what lies above a place: not inside the zero bucket, nor beyond the ends of a list that has some there. */
function known({ at, under, over, bounded }: Placed, place: number): boolean {
  if (under.count > 0 && place < under.upTo) return false
  if (!bounded) return true
  return at.length > 0 && place >= (at[0] ?? 0) && (over === 0 || place <= (at.at(-1) ?? 0))
}

/** Edges for a history: of a sample of all its observations. Of any layout; without a shift. Empty when nothing is usable. */
export function chooseEdges(pooled: HistogramSample): readonly number[] {
  const { uppers, canary } = alignEdges(pooled, pooled)
  const total = totalOf(pooled)
  return total > 0 ? nearestEdges(uppers.map((edge, at) => ({ edge, tail: (canary[at] ?? 0) / total }))) : []
}

/**
 * How many observations lie above each edge; undefined where the sample cannot tell. In an exponential layout edges lie on its grid (a coarser
 * sample lacks some), in a classic one they are among the sample's own.
 */
export function tails(sample: HistogramSample, edges: readonly number[]): readonly (number | undefined)[] {
  const grid = exponential(sample)
  const placed = grid && placeOn(grid, sample)
  if (placed) {
    return edges.map((edge) => {
      const place = placeOf(grid, edge)
      return place === undefined ? undefined : aboveAt(placed, place)
    })
  }
  const { uppers, canary } = alignEdges(sample, sample)
  return edges.map((edge) => canary[uppers.findIndex((upper) => sameEdge(upper, edge))])
}

/** All observations of several samples as one: on the coarsest grid, or at the edges that all of them have. Samples without observations do not count. */
export function pool(samples: Iterable<HistogramSample>): HistogramSample {
  let sum: HistogramSample = { buckets: [] }
  for (const sample of samples) {
    if (!(totalOf(sample) > 0)) continue
    sum = sum.buckets.length === 0 ? sample : plus(sum, sample)
  }
  return sum
}

/** How many observations a sample has. */
export function totalOf({ buckets }: HistogramSample): number {
  let sum = 0
  for (const bucket of buckets) sum += bucket[1]
  return sum
}

function plus(a: HistogramSample, b: HistogramSample): HistogramSample {
  const both = alignGrids(a, b)
  if (both) return sampleOf(addPlaced(both.canary, both.baseline), both.grid)
  const { uppers, canary, baseline } = alignEdges(a, b)
  const above = uppers.map((_, at) => (canary[at] ?? 0) + (baseline[at] ?? 0))
  const total = totalOf(a) + totalOf(b)
  return {
    buckets: [...uppers, Number.POSITIVE_INFINITY].map((upper, at) => [upper, (above[at - 1] ?? total) - (above[at] ?? 0)] as const),
  }
}
