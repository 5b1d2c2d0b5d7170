import type { MetricPlan } from '../../plan.ts'
import type { Need } from '../../verdict.ts'
import { beginCalm } from '../calm.ts'
import type { MetricEvidence, Setting, Shown } from '../engine.ts'
import { usual } from '../limits.ts'
import { noContrasts, observeContrast, type TProcess, tLogE } from '../tProcess.ts'
import type { OnGrid } from './align.ts'
import { beginEdge, type Edge, edgesHarm, edgesNeed, leastCalm, observeEdge, type Pair, unknownPair, worstEdge } from './edge.ts'
import { aboveAt, nearestEdges, pooledTails } from './edges.ts'
import { between, edgeAt, type Grid } from './layout.ts'
import { addToGrid, type GridSum, gridQuantile, shareAbove } from './quantile.ts'
import { rankContrast } from './rank.ts'

/**
 * Arms compared on an exponential grid: what the canary has above an edge that is moved up by a whole number of buckets, against what the
 * baseline has above the edge itself. Moved by the tolerance it is a counter that looks for harm, moved by the margin one that looks for
 * harmlessness.
 */
export interface Shifted {
  readonly kind: 'shifted'
  readonly grid: Grid
  /** Buckets by which the canary may be slower: without harm, and without hindering a pass. */
  readonly tolerated: number
  readonly allowed: number
  readonly edges: readonly ShiftedEdge[]
  readonly ranks: TProcess
  /** Information of the first rank contrast: the unit of the others. */
  readonly unit: number
  /** Intervals that said something, and what they had. */
  readonly intervals: number
  readonly canary: GridSum | undefined
  readonly baseline: GridSum | undefined
}

interface ShiftedEdge extends Edge {
  readonly place: number
}

/** Undefined when there is no usable edge yet. */
export function beginShifted(plan: MetricPlan, setting: Setting, both: OnGrid): Shifted | undefined {
  const { grid } = both
  const tolerated = Math.max(1, wholeBuckets(plan.tolerance ?? usual.gridded.tolerance, grid))
  const places = plan.history.edges ? snapped(plan.history.edges, grid) : nearestEdges(pooledTails(both, tolerated))
  if (places.length === 0) return undefined
  // At every step the shift is the same: only what may be hidden from all requests depends on the share of the traffic.
  const edges = places.map((place, at): ShiftedEdge => ({ place, ...beginEdge(plan, setting, at, 1, () => 1) }))
  return {
    kind: 'shifted',
    grid,
    tolerated,
    allowed: Math.max(tolerated, wholeBuckets(plan.margin ?? usual.gridded.margin, grid)),
    edges,
    ranks: noContrasts,
    unit: 0,
    intervals: 0,
    canary: undefined,
    baseline: undefined,
  }
}

/** One more interval; undefined arms are those that do not fit the grid: they say nothing. O(buckets). */
export function observeShifted(plan: MetricPlan, before: Shifted, both: OnGrid | undefined, renewed: boolean): Shifted {
  const state = both && both.grid.log > before.grid.log * 1.000001 ? coarsened(plan, before, both.grid) : before
  const { grid, tolerated, allowed } = state
  const pair = (place: number, shift: number): Pair => {
    const canary = both && aboveAt(both.canary, place + shift)
    const baseline = both && aboveAt(both.baseline, place)
    if (canary === undefined || baseline === undefined) return unknownPair
    return { canary: { bad: canary, total: both?.canary.total ?? 0 }, baseline: { bad: baseline, total: both?.baseline.total ?? 0 } }
  }
  const edges = state.edges.map((edge): ShiftedEdge => {
    return { place: edge.place, ...observeEdge(edge, pair(edge.place, tolerated), pair(edge.place, allowed), renewed) }
  })
  const contrast = both && rankContrast(both.canary, both.baseline, tolerated)
  if (!both || !contrast) return { ...state, edges }
  const unit = state.unit || contrast.h
  return {
    kind: 'shifted',
    grid,
    tolerated,
    allowed,
    edges,
    ranks: observeContrast(state.ranks, contrast.z, contrast.h / unit),
    unit,
    intervals: state.intervals + 1,
    canary: addToGrid(state.canary, both.canary, grid),
    baseline: addToGrid(state.baseline, both.baseline, grid),
  }
}

export function shiftedEvidence({ edges, ranks }: Shifted): MetricEvidence {
  return {
    harm: [
      { engine: 'counts', logE: edgesHarm(edges).count, share: 0.5 },
      { engine: 'intervals', logE: tLogE(ranks), share: 0.5 },
    ],
    pass: leastCalm(edges),
  }
}

export function shiftedNeed({ edges, intervals }: Shifted, gate: number, nats: number): Need | undefined {
  return intervals > 0 ? edgesNeed(edges, intervals, gate, nats) : undefined
}

/** What both arms have above the same edge, where the canary looks worst. */
export function shiftedAbove({ edges, grid, canary, baseline }: Shifted): Shown['above'] {
  const worst = worstEdge(edges)
  if (!worst || !canary || !baseline) return undefined
  const ours = shareAbove(canary, edgeAt(grid, worst.place))
  const theirs = shareAbove(baseline, edgeAt(grid, worst.place))
  return ours && theirs && { edge: ours.edge, canary: ours.share, baseline: theirs.share }
}

/** Quotient of the arms' medians so far. */
export function shiftedEstimate({ canary, baseline }: Shifted): number | undefined {
  const ours = canary && gridQuantile(canary, 0.5)
  const theirs = baseline && gridQuantile(baseline, 0.5)
  return ours && theirs ? ours / theirs : undefined
}

/** The most buckets that make no more than the given relative difference. */
function wholeBuckets(difference: number, grid: Grid): number {
  return Math.floor(Math.log1p(difference) / grid.log + 1e-6)
}

/** The places nearest to edges that were chosen before the run. Two edges that fall together stay two, so that each keeps its dispersion. */
function snapped(edges: readonly number[], grid: Grid): readonly number[] {
  return edges.map((edge) => Math.round(between(grid.anchor, edge) / grid.log))
}

/**
 * The same on a coarser grid, because a histogram has lost resolution for good. Harm goes on: who is slower by no more than the tolerance is so at
 * any edge and with any shift at least as wide. Harmlessness begins again: it was asked of edges that are no more.
 */
function coarsened(plan: MetricPlan, state: Shifted, grid: Grid): Shifted {
  const times = Math.round(grid.log / state.grid.log)
  const offset = between(grid.anchor, state.grid.anchor) / grid.log
  const tolerated = Math.max(Math.ceil(state.tolerated / times), wholeBuckets(plan.tolerance ?? usual.gridded.tolerance, grid))
  return {
    ...state,
    grid,
    tolerated,
    allowed: Math.max(tolerated, wholeBuckets(plan.margin ?? usual.gridded.margin, grid)),
    edges: state.edges.map((edge) => ({
      ...edge,
      place: Math.ceil(edge.place / times + offset - 1e-4),
      calm: beginCalm(edge.gates),
      seen: unknownPair,
    })),
  }
}
