import type { MetricPlan } from '../plan.ts'
import type { Form, Measurement, Samples } from '../table.ts'
import type { Need } from '../verdict.ts'
import type { MetricEngine, MetricEvidence, Setting, Shown } from './engine.ts'
import { engines } from './engines.ts'

/** One metric on its way: an engine for each direction that would be harm. */
export interface MetricState {
  readonly plan: MetricPlan
  /** Is the canary's higher? And is it lower, which is the same with the arms swapped. */
  readonly higher?: unknown
  readonly lower?: unknown
  readonly evidence: MetricEvidence
  /** Highest log e-value of harm by engine so far: what the always-valid p is made of. Decisions look at the present ones. */
  readonly peaks: readonly number[]
}

export function beginMetric(plan: MetricPlan, setting: Setting): MetricState {
  const engine = engineOf(plan)
  const sides = {
    ...(plan.direction === 'decrease' ? {} : { higher: engine.begin(plan, setting) }),
    ...(plan.direction === 'increase' ? {} : { lower: engine.begin(plan, setting) }),
  }
  return { plan, ...sides, evidence: evidenceOf(engine, sides), peaks: [] }
}

/** What an arm that is missing looks like to an engine: it says nothing, but the other arm is counted. */
const empty: Samples = {
  ratio: { bad: 0, total: 0 },
  count: { count: 0, exposure: 0 },
  histogram: { buckets: [] },
  gauge: { values: [] },
  raw: { samples: [] },
}

/** The engine of each direction sees the same interval, the one with its arms swapped. */
export function observeMetric(state: MetricState, measured: Measurement, renewed: boolean): MetricState {
  if (!measured.canary && !measured.baseline) return state
  const { canary = empty[measured.form], baseline = empty[measured.form] } = measured
  const engine = engineOf(state.plan)
  const sides = {
    ...('higher' in state ? { higher: engine.observe(state.higher, canary, baseline, renewed) } : {}),
    ...('lower' in state ? { lower: engine.observe(state.lower, baseline, canary, renewed) } : {}),
  }
  const evidence = evidenceOf(engine, sides)
  const peaks = evidence.harm.map(({ logE }, at) => Math.max(logE, state.peaks[at] ?? Number.NEGATIVE_INFINITY))
  return { plan: state.plan, ...sides, evidence, peaks }
}

/** Harm in either direction shares the alpha; harmlessness wants both. */
function evidenceOf(engine: MetricEngine<Form, unknown>, sides: Pick<MetricState, 'higher' | 'lower'>): MetricEvidence {
  const higher = 'higher' in sides ? engine.evidence(sides.higher) : undefined
  const lower = 'lower' in sides ? engine.evidence(sides.lower) : undefined
  if (!higher || !lower) return higher ?? named(lower) ?? { harm: [], pass: [] }
  return {
    harm: [...higher.harm, ...(named(lower)?.harm ?? [])].map((one) => ({ ...one, share: one.share / 2 })),
    pass: higher.pass.map((logE, at) => Math.min(logE, lower.pass[at] ?? Number.NEGATIVE_INFINITY)),
  }
}

/** Sums and ratio with the arms as they are. */
export function metricShown(state: MetricState): Shown {
  const engine = engineOf(state.plan)
  if ('higher' in state) return engine.shown(state.higher)
  const { canary, baseline, estimate, dispersion, above } = engine.shown(state.lower)
  return {
    ...(dispersion === undefined ? {} : { dispersion }),
    ...(above ? { above: { edge: above.edge, canary: above.baseline, baseline: above.canary } } : {}),
    ...(baseline ? { canary: baseline } : {}),
    ...(canary ? { baseline: canary } : {}),
    ...(estimate === undefined ? {} : { estimate: 1 / estimate }),
  }
}

export function metricNeed(state: MetricState, gate: number, nats: number): Need | undefined {
  const engine = engineOf(state.plan)
  const needs = [
    ...('higher' in state ? [engine.need(state.higher, gate, nats)] : []),
    ...('lower' in state ? [withoutRequests(engine.need(state.lower, gate, nats))] : []),
  ]
  if (needs.some((need) => need === undefined)) return undefined
  return needs.reduce((most, need) => ((need?.intervals ?? 0) > (most?.intervals ?? 0) ? need : most))
}

/** Chance, at most, of evidence of harm as strong as the strongest so far, however often one looked, were there none. */
export function alwaysValidP(state: MetricState): number {
  const { harm } = state.evidence
  return Math.min(1, ...harm.map(({ share }, at) => Math.exp(-(state.peaks[at] ?? Number.NEGATIVE_INFINITY)) / share))
}

function engineOf({ form }: MetricPlan): MetricEngine<Form, unknown> {
  // The sample's form was compared with the plan's before it gets here.
  return engines[form] as {
    observe(state: unknown, canary: Samples[Form], baseline: Samples[Form], renewed: boolean): unknown
  } & MetricEngine<Form, unknown>
}

function named(evidence: MetricEvidence | undefined): MetricEvidence | undefined {
  return evidence && { ...evidence, harm: evidence.harm.map((one) => ({ ...one, engine: `${one.engine}, lower` })) }
}

/** Of the swapped arms the canary's requests are the baseline's. */
function withoutRequests(need: Need | undefined): Need | undefined {
  return need && { intervals: need.intervals }
}
