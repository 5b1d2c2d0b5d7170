import type { MetricPlan } from '../../plan.ts'
import { logSum } from '../../special/logSpace.ts'
import type { Need } from '../../verdict.ts'
import { beginCalm, type CalmState, type CounterGate, calmGrowth, observeCalm } from '../calm.ts'
import type { Dispersion } from '../dispersion.ts'
import type { Setting } from '../engine.ts'
import { beginHarm, type HarmSetup, type HarmState, harmEvidence, observeHarm } from '../harm.ts'
import type { Counts } from '../kernel.ts'

/** Observations above an edge, of both arms, and all of them. */
export interface Pair {
  readonly canary: Counts
  readonly baseline: Counts
}

/** What lies above an edge, as a ratio's bad events are: looked at for harm with the tolerance, and for harmlessness with the margin. */
export interface Edge {
  readonly setup: HarmSetup
  readonly harm: HarmState
  readonly gates: readonly CounterGate[]
  readonly calm: CalmState
  /** Sums of what was looked at for harmlessness. */
  readonly seen: Pair
}

const nothing: Counts = { bad: 0, total: 0 }

/** An edge of which an interval says nothing. */
export const unknownPair: Pair = { canary: nothing, baseline: nothing }

function addPair(a: Pair, b: Pair): Pair {
  return { canary: addCounts(a.canary, b.canary), baseline: addCounts(a.baseline, b.baseline) }
}

function addCounts(a: Counts, b: Counts): Counts {
  return { bad: a.bad + b.bad, total: a.total + b.total }
}

/**
 * The edge at a place in the list. `rho` is the ratio of tails that is tolerated, `margin(share)` the one that a gate at this share of the traffic
 * allows; absolute differences are bounded as harm to all requests.
 */
export function beginEdge(plan: MetricPlan, { gates, starts }: Setting, at: number, rho: number, margin: (share: number) => number): Edge {
  const setup: HarmSetup = { rho, delta: 0, floor: 0, dispersion: edgeDispersion(plan, at), rare: false, starts }
  const asked = gates.map(({ share, budget, fresh }) => ({ margin: margin(share), extra: (budget ?? plan.atLeast ?? 0) / share, fresh }))
  return { setup, harm: beginHarm(setup), gates: asked, calm: beginCalm(asked), seen: unknownPair }
}

/** One more interval: `near` as the tolerance sees it, `far` as the margin does. What the counts vary by is learned from the former. */
export function observeEdge({ setup, harm: before, gates, calm, seen }: Edge, near: Pair, far: Pair, renewed: boolean): Edge {
  const harm = observeHarm(setup, before, near.canary, near.baseline)
  const dispersion = harm.divided.calm
  return { setup, harm, gates, calm: observeCalm(gates, calm, far.canary, far.baseline, dispersion, renewed), seen: addPair(seen, far) }
}

/** From the history of the same list of edges, else the worst of what is known. */
function edgeDispersion({ history: { dispersion, edges } }: MetricPlan, at: number): Dispersion {
  if (dispersion === undefined) return 'learned'
  if (typeof dispersion === 'number') return dispersion
  return (edges && dispersion[at]) ?? (dispersion.length > 0 ? Math.max(...dispersion) : 'learned')
}

/** Log e-values of harm: by counts the plain average over the edges, which share one null and one filtration, and each edge's by intervals. */
export function edgesHarm(edges: readonly Edge[]): { count: number; intervals: readonly number[] } {
  const each = edges.map(({ setup, harm }) => harmEvidence(setup, harm))
  return { count: logSum(each.map(({ count }) => count)) - Math.log(edges.length), intervals: each.map(({ interval }) => interval) }
}

/** The edge at which there is most evidence of harm. */
export function worstEdge<One extends Edge>(edges: readonly One[]): One | undefined {
  const ranked = edges.map((edge) => {
    const { count, interval } = harmEvidence(edge.setup, edge.harm)
    return { edge, logE: Math.max(count, interval) }
  })
  return ranked.reduce<(typeof ranked)[number] | undefined>((worst, one) => (worst && worst.logE >= one.logE ? worst : one), undefined)
    ?.edge
}

/** What every edge has reached at least, by gate: harmless means harmless at all of them. */
export function leastCalm(edges: readonly Edge[]): readonly number[] {
  const [first, ...rest] = edges.map(({ calm }) => calm.peaks)
  return (first ?? []).map((peak, gate) => rest.reduce((least, peaks) => Math.min(least, peaks[gate] ?? least), peak))
}

/** Expects of the intervals to come what the past ones (at least one) brought on average: until every edge has got there. Requests are the canary's observations in all. */
export function edgesNeed(edges: readonly Edge[], intervals: number, place: number, nats: number): Need | undefined {
  let further = 0
  for (const { harm, gates, calm, seen } of edges) {
    const gate = gates[place]
    if (!gate || (calm.peaks[place] ?? Number.NEGATIVE_INFINITY) >= nats) continue
    const each = ({ bad, total }: Counts): Counts => ({ bad: bad / intervals, total: total / intervals })
    const { growth, ahead } = calmGrowth(gate, calm, place, each(seen.canary), each(seen.baseline), harm.divided.calm)
    if (!(growth > 0)) return undefined
    further = Math.max(further, Math.ceil(Math.max(1, (nats - ahead) / growth)))
  }
  const requests = Math.max(0, ...edges.map(({ seen }) => seen.canary.total))
  return { intervals: further, requests: requests + Math.ceil((further * requests) / intervals) }
}
