import type { MetricPlan } from '../../plan.ts'
import type { Need } from '../../verdict.ts'
import type { MetricEvidence, Setting, Shown } from '../engine.ts'
import { usual } from '../limits.ts'
import { type AtEdges, sameEdge } from './align.ts'
import { beginEdge, type Edge, edgesHarm, edgesNeed, leastCalm, observeEdge, unknownPair, worstEdge } from './edge.ts'
import { nearestEdges, type Tail } from './edges.ts'
import { addToEdges, edgeQuantile } from './quantile.ts'

/** Arms compared at the same edges, because a classic layout cannot be shifted: tolerance and margin are ratios of what lies above an edge. */
export interface Unshifted {
  readonly kind: 'unshifted'
  readonly edges: readonly ClassicEdge[]
  /** Intervals that said something, and what they had at all their edges. */
  readonly intervals: number
  readonly sums: AtEdges | undefined
  readonly canary: number
  readonly baseline: number
}

interface ClassicEdge extends Edge {
  readonly upper: number
}

/** Both arms of an interval at the edges that both have, and all observations of each. */
export interface Interval {
  readonly at: AtEdges
  readonly canary: number
  readonly baseline: number
}

/** Undefined when there is no usable edge yet. */
export function beginUnshifted(plan: MetricPlan, setting: Setting, { at, canary, baseline }: Interval): Unshifted | undefined {
  const tails = at.uppers.map((edge, i): Tail => ({ edge, tail: ((at.canary[i] ?? 0) + (at.baseline[i] ?? 0)) / (canary + baseline) }))
  const chosen = plan.history.edges ? snapped(plan.history.edges, at.uppers) : nearestEdges(tails)
  if (chosen.length === 0) return undefined
  const margin = plan.margin ?? usual.edged.margin
  const rho = 1 + (plan.tolerance ?? usual.edged.tolerance)
  const edges = chosen.map(
    (upper, place): ClassicEdge => ({ upper, ...beginEdge(plan, setting, place, rho, (share) => 1 + margin / share) }),
  )
  return { kind: 'unshifted', edges, intervals: 0, sums: undefined, canary: 0, baseline: 0 }
}

/** One more interval. An edge that one of the arms lacks says nothing. O(buckets). */
export function observeUnshifted(state: Unshifted, { at, canary, baseline }: Interval, renewed: boolean): Unshifted {
  const said = canary > 0 && baseline > 0
  const edges = state.edges.map((edge): ClassicEdge => {
    const i = said ? placeAmong(at.uppers, edge.upper) : -1
    const pair =
      i < 0 ? unknownPair : { canary: { bad: at.canary[i] ?? 0, total: canary }, baseline: { bad: at.baseline[i] ?? 0, total: baseline } }
    return { upper: edge.upper, ...observeEdge(edge, pair, pair, renewed) }
  })
  if (!said) return { ...state, edges }
  return {
    kind: 'unshifted',
    edges,
    intervals: state.intervals + 1,
    sums: addToEdges(state.sums, at),
    canary: state.canary + canary,
    baseline: state.baseline + baseline,
  }
}

/** The interval engine is one t-process an edge: they may not be averaged, so they share their half of alpha. */
export function unshiftedEvidence({ edges }: Unshifted): MetricEvidence {
  const { count, intervals } = edgesHarm(edges)
  return {
    harm: [
      { engine: 'counts', logE: count, share: 0.5 },
      ...intervals.map((logE) => ({ engine: 'intervals', logE, share: 0.5 / edges.length })),
    ],
    pass: leastCalm(edges),
  }
}

export function unshiftedNeed({ edges, intervals }: Unshifted, gate: number, nats: number): Need | undefined {
  return intervals > 0 ? edgesNeed(edges, intervals, gate, nats) : undefined
}

/** What both arms have above the edge at which the canary looks worst. */
export function unshiftedAbove({ edges }: Unshifted): Shown['above'] {
  const worst = worstEdge(edges)
  if (!worst) return undefined
  const { canary, baseline } = worst.seen
  return canary.total > 0 && baseline.total > 0
    ? { edge: worst.upper, canary: canary.bad / canary.total, baseline: baseline.bad / baseline.total }
    : undefined
}

/** Quotient of the arms' medians so far. */
export function unshiftedEstimate({ sums, canary, baseline }: Unshifted): number | undefined {
  const ours = sums && edgeQuantile(sums.uppers, sums.canary, canary, 0.5)
  const theirs = sums && edgeQuantile(sums.uppers, sums.baseline, baseline, 0.5)
  return ours && theirs ? ours / theirs : undefined
}

/** The edges that are nearest (by their quotient) to those chosen before the run; the same one for two of them if need be. */
function snapped(edges: readonly number[], uppers: readonly number[]): readonly number[] {
  if (uppers.length === 0) return []
  const distance = (upper: number, edge: number): number =>
    upper > 0 && edge > 0 ? Math.abs(Math.log(upper / edge)) : Math.abs(upper - edge)
  return edges.map((edge) => uppers.reduce((best, upper) => (distance(upper, edge) < distance(best, edge) ? upper : best)))
}

function placeAmong(uppers: readonly number[], upper: number): number {
  let low = 0
  let high = uppers.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((uppers[middle] ?? 0) < upper && !sameEdge(uppers[middle] ?? 0, upper)) low = middle + 1
    else high = middle
  }
  return low <= high && sameEdge(uppers[low] ?? Number.NaN, upper) ? low : -1
}
