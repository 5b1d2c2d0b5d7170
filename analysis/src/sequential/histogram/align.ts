import type { HistogramSample } from '../../table.ts'
import { checkBuckets, edgeAt, exponential, type Grid, growths, type Placed, placeOf, placeOn, regrid } from './layout.ts'

/** Both arms of an interval on one exponential grid. */
export interface OnGrid {
  readonly grid: Grid
  readonly canary: Placed
  readonly baseline: Placed
}

/**
 * Puts both arms on the coarser of their grids, and of the run's when it has one already. Undefined when they do not share one: other edges,
 * or none that can be shifted.
 */
export function alignGrids(canary: HistogramSample, baseline: HistogramSample, run?: Grid): OnGrid | undefined {
  const first = run ?? coarserOf(exponential(canary), exponential(baseline))
  const ours = first && fit(first, canary)
  const theirs = ours && fit(first, baseline)
  if (!theirs) return undefined
  const grid = coarserOf(ours.grid, theirs.grid) ?? first
  // Grids of one run are powers of two of each other, but two coarser ones may have kept every other edge alternately.
  if (grid.log > growths.most || !nested(ours.grid, grid) || !nested(theirs.grid, grid)) return undefined
  return { grid, canary: regrid(ours.placed, ours.grid, grid), baseline: regrid(theirs.placed, theirs.grid, grid) }
}

/** The same two samples with the edges of the coarser one. Undefined when they do not share a grid. */
export function mergeToCoarser(a: HistogramSample, b: HistogramSample): readonly [HistogramSample, HistogramSample] | undefined {
  checkBuckets(a.buckets)
  checkBuckets(b.buckets)
  const both = alignGrids(a, b)
  return both && [sampleOf(both.canary, both.grid), sampleOf(both.baseline, both.grid)]
}

/** Buckets on a grid as a sample, with the lower edge of every bucket as an empty bucket of its own, so that the layout can be told again. */
export function sampleOf(placed: Placed, grid: Grid): HistogramSample {
  const { at, counts, under, over, bounded } = placed
  const buckets: [number, number][] = []
  if (under.count > 0) buckets.push([0, under.count])
  for (let i = 0; i < at.length; i++) {
    const place = at[i] ?? 0
    if (place - 1 !== at[i - 1]) buckets.push([edgeAt(grid, place - 1), 0])
    buckets.push([edgeAt(grid, place), counts[i] ?? 0])
  }
  if (bounded) buckets.push([Number.POSITIVE_INFINITY, over])
  return { buckets }
}

/** A sample on a grid, or on one of its own that is coarser by a power of two; a finer one is merged. */
function fit(grid: Grid, sample: HistogramSample): { grid: Grid; placed: Placed } | undefined {
  const direct = placeOn(grid, sample)
  if (direct) {
    if (direct.stride === 1) return { grid, placed: direct }
    const coarser = { anchor: edgeAt(grid, direct.at[0] ?? 0), log: grid.log * direct.stride }
    return { grid: coarser, placed: regrid(direct, grid, coarser) }
  }
  const own = exponential(sample)
  const placed = own && nested(own, grid) ? placeOn(own, sample) : undefined
  return own && placed && { grid, placed: regrid(placed, own, grid) }
}

/** Whether every edge of the coarser grid is one of the finer, and the coarser is so by a power of two. */
function nested(fine: Grid, coarse: Grid): boolean {
  const power = Math.log2(coarse.log / fine.log)
  return power > -0.5 && Math.abs(power - Math.round(power)) < 1e-6 && placeOf(fine, coarse.anchor) !== undefined
}

function coarserOf(a: Grid | undefined, b: Grid | undefined): Grid | undefined {
  if (!a || !b) return a ?? b
  return b.log > a.log * 1.000001 ? b : a
}

/** Both arms of an interval at the edges that both have. */
export interface AtEdges {
  /** Ascending, finite. */
  readonly uppers: readonly number[]
  /** Observations above each edge. */
  readonly canary: readonly number[]
  readonly baseline: readonly number[]
}

/** What lies above the edges that both arms have: an edge that one of them lacks is unknown. */
export function alignEdges({ buckets: a }: HistogramSample, { buckets: b }: HistogramSample): AtEdges {
  const uppers: number[] = []
  const canary: number[] = []
  const baseline: number[] = []
  let i = a.length - 1
  let j = b.length - 1
  let aboveA = 0
  let aboveB = 0
  while (i >= 0 && j >= 0) {
    const upperA = a[i]?.[0] ?? 0
    const upperB = b[j]?.[0] ?? 0
    const same = sameEdge(upperA, upperB)
    if (same && Number.isFinite(upperA)) {
      uppers.push(upperA)
      canary.push(aboveA)
      baseline.push(aboveB)
    }
    if (same || upperA > upperB) aboveA += a[i--]?.[1] ?? 0
    if (same || upperB > upperA) aboveB += b[j--]?.[1] ?? 0
  }
  return { uppers: uppers.reverse(), canary: canary.reverse(), baseline: baseline.reverse() }
}

/** Equal but for rounding. */
export function sameEdge(a: number, b: number): boolean {
  return a === b || Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b))
}
