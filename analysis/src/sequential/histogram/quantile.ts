import type { AtEdges } from './align.ts'
import { aboveAt } from './edges.ts'
import { addPlaced, between, edgeAt, type Grid, type Placed, regrid } from './layout.ts'

/** More buckets of an exponential layout are merged: sums are for people, and bounded. */
const most = 400

/** All observations of an arm so far on a grid, which grows coarser when there are too many buckets. */
export interface GridSum {
  readonly grid: Grid
  readonly sum: Placed
}

export function addToGrid(before: GridSum | undefined, placed: Placed, from: Grid): GridSum {
  const grid = !before || from.log > before.grid.log * 1.000001 ? from : before.grid
  const sum = before ? addPlaced(regrid(before.sum, before.grid, grid), regrid(placed, from, grid)) : placed
  if (sum.at.length <= most) return { grid, sum }
  const coarser = { anchor: grid.anchor, log: 2 * grid.log }
  return addToGrid(undefined, regrid(sum, grid, coarser), coarser)
}

/** Quantile of a sum, log-linear inside its bucket; undefined when it lies beyond the last edge, 0 among zeros. */
export function gridQuantile({ grid, sum }: GridSum, p: number): number | undefined {
  const { at, counts, under, total } = sum
  const wanted = p * total
  let below = under.count
  if (wanted <= below) return 0
  for (let i = 0; i < at.length; i++) {
    const count = counts[i] ?? 0
    if (count > 0 && below + count >= wanted) return edgeAt(grid, (at[i] ?? 0) - 1 + (wanted - below) / count)
    below += count
  }
  return undefined
}

/** Share of a sum above an edge, or above the next that the sum can tell; undefined where it cannot. */
export function shareAbove({ grid, sum }: GridSum, edge: number): { edge: number; share: number } | undefined {
  const place = Math.ceil(between(grid.anchor, edge) / grid.log - 1e-6)
  const above = aboveAt(sum, place)
  return above === undefined || !(sum.total > 0) ? undefined : { edge: edgeAt(grid, place), share: above / sum.total }
}

/** Sums of both arms at the edges that all intervals had. */
export function addToEdges(before: AtEdges | undefined, more: AtEdges): AtEdges {
  if (!before) return more
  if (before.uppers.length === more.uppers.length && before.uppers.every((upper, at) => upper === more.uppers[at])) {
    return { uppers: before.uppers, canary: added(before.canary, more.canary), baseline: added(before.baseline, more.baseline) }
  }
  const places = new Map(more.uppers.map((upper, at) => [upper, at]))
  const kept = before.uppers.flatMap((upper, at) => {
    const other = places.get(upper)
    return other === undefined ? [] : [{ upper, at, other }]
  })
  return {
    uppers: kept.map(({ upper }) => upper),
    canary: kept.map(({ at, other }) => (before.canary[at] ?? 0) + (more.canary[other] ?? 0)),
    baseline: kept.map(({ at, other }) => (before.baseline[at] ?? 0) + (more.baseline[other] ?? 0)),
  }
}

/**
 * Quantile from what lies above each edge, log-linear between edges (linear from 0 on to the first one); undefined when it lies beyond the last.
 */
export function edgeQuantile(uppers: readonly number[], above: readonly number[], total: number, p: number): number | undefined {
  const wanted = (1 - p) * total
  const at = above.findIndex((count) => count <= wanted)
  const upper = uppers[at]
  if (upper === undefined) return undefined
  const lower = uppers[at - 1] ?? 0
  const before = above[at - 1] ?? total
  const share = before > (above[at] ?? 0) ? (before - wanted) / (before - (above[at] ?? 0)) : 1
  return lower > 0 ? lower * (upper / lower) ** share : upper * share
}

function added(a: readonly number[], b: readonly number[]): readonly number[] {
  return a.map((value, at) => value + (b[at] ?? 0))
}
