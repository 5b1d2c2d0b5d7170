import type { JudgePlan } from '../plan.ts'
import type { Cause } from '../verdict.ts'
import type { MetricEvidence, Setting } from './engine.ts'
import type { GuardState } from './guards.ts'
import type { MetricState } from './metric.ts'

/** Everything the judge keeps: a few hundred numbers a metric, however long the run. */
export interface SequentialState {
  readonly plan: JudgePlan
  readonly setting: Setting
  readonly metrics: readonly MetricState[]
  readonly guards: readonly GuardState[]
  /** Nats that each metric's harm must reach at share 1: log(1 / (alpha * its weight)). */
  readonly limits: readonly number[]
  /** Intervals so far, and the label of the last. */
  readonly seen: number
  readonly last?: number
  /** The weight of the last interval, and how many more intervals are left out since it changed. */
  readonly weight?: number
  readonly unsettled: number
  /** The weight has changed since the last interval that counted. */
  readonly renewed: boolean
  /** Count of the last interval in which anything looked like harm at all. */
  readonly restless: number
  /** Label of the interval, and how many there had been. */
  readonly failed?: { readonly at: number; readonly after: number; readonly because?: string; readonly by: Cause }
  readonly passed?: { readonly at: number; readonly after: number }
  /** A reason why nothing can be decided at present. */
  readonly stuck?: string
}

/** In the order of the plan's metrics. */
export type Evidences = readonly MetricEvidence[]

/** Nats that an engine with this share of its metric's alpha must reach. */
export function limit(state: SequentialState, metric: number, share: number): number {
  return (state.limits[metric] ?? Number.POSITIVE_INFINITY) - Math.log(share)
}

/** Every gating metric has passed the gate at this place. */
export function gatePassed({ metrics, setting }: SequentialState, evidence: Evidences, at: number): boolean {
  const needs = -Math.log(setting.gates[at]?.beta ?? 0)
  return evidence.every(({ pass }, metric) => !metrics[metric]?.plan.gate || (pass[at] ?? Number.NEGATIVE_INFINITY) >= needs)
}
