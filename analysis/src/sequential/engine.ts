import type { MetricPlan } from '../plan.ts'
import type { Form, Samples } from '../table.ts'
import type { ArmSummary, MetricVerdict, Need } from '../verdict.ts'
import type { Starts } from './mixture.ts'

/** One question of harmlessness asked of every metric: the final one, one a step of the ramp, and the one since the last change of weight. */
export interface Gate {
  /** Share of all traffic that the canary has when the question is asked, 0 to 1; 1 for the final margins. */
  readonly share: number
  /** The absolute difference allowed at share 1, when it is not the metric's own (the budget of a ramp). */
  readonly budget?: number
  readonly beta: number
  /** Only intervals since the last change of weight count. */
  readonly fresh: boolean
}

/** What all metrics of a judge share. */
export interface Setting {
  readonly gates: readonly Gate[]
  readonly starts: Starts
}

/** Evidence of a metric after an interval: natural logs of e-values. */
export interface MetricEvidence {
  /** Of harm, by engine, each with its share of the metric's alpha; shares sum to 1. */
  readonly harm: readonly { readonly engine: string; readonly logE: number; readonly share: number }[]
  /** Of harmlessness, by gate: the highest reached so far, of the part (edge, direction) that has reached least. */
  readonly pass: readonly number[]
}

/** What is kept of a metric to tell people, beside the evidence. */
export interface Shown {
  readonly canary?: ArmSummary
  readonly baseline?: ArmSummary
  /** Canary over baseline so far. */
  readonly estimate?: number
  /** Histograms: where the arms differ most. */
  readonly above?: NonNullable<MetricVerdict['above']>
  /** What counts are divided by; Infinity when they cannot be trusted. Rates only. */
  readonly dispersion?: number
}

/**
 * How one form of metric is judged in one direction: "is the canary's higher?". One file a form, entered in engines.ts; the other directions are
 * the same engine with the arms swapped.
 */
export interface MetricEngine<F extends Form, State> {
  readonly form: F
  begin(plan: MetricPlan, setting: Setting): State
  /** `renewed`: the weight changed since the last interval. Never changes the state given. */
  observe(state: State, canary: Samples[F], baseline: Samples[F], renewed: boolean): State
  evidence(state: State): MetricEvidence
  shown(state: State): Shown
  /** About what is missing until the evidence for the gate reaches so many nats; undefined when it will not, or nobody can tell yet. */
  need(state: State, gate: number, nats: number): Need | undefined
}

/** A forecast for evidence that grows evenly: what has been reached in `intervals` goes on so. */
export function evenly(reached: number, nats: number, intervals: number): Need | undefined {
  if (reached >= nats) return { intervals: 0 }
  return reached > 0.1 * nats ? { intervals: Math.ceil(((nats - reached) * intervals) / reached) } : undefined
}
