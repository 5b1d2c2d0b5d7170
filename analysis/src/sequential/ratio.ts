import type { MetricPlan } from '../plan.ts'
import type { RatioSample } from '../table.ts'
import type { Need } from '../verdict.ts'
import { beginCalm, type CalmState, type CounterGate, calmGrowth, observeCalm } from './calm.ts'
import type { MetricEngine, MetricEvidence, Setting, Shown } from './engine.ts'
import { beginHarm, type HarmSetup, type HarmState, harmEvidence, observeHarm } from './harm.ts'
import { leanOf } from './kernel.ts'
import { type Limits, usual } from './limits.ts'

export interface RatioState {
  readonly setup: HarmSetup
  readonly harm: HarmState
  readonly gates: readonly CounterGate[]
  readonly calm: CalmState
  readonly canary: RatioSample
  readonly baseline: RatioSample
  /** Intervals in which both arms had requests. */
  readonly intervals: number
  /** Mantel and Haenszel's sums: the estimate of the ratio that stays right when rate and weights change between intervals. */
  readonly over: number
  readonly under: number
}

const none: RatioSample = { bad: 0, total: 0 }

/** Of alpha, for the counts when their dispersion is known: they are the quicker engine then. */
const knownShare = 0.8

/** Events of how many: two engines, by counts and by intervals, which share the alpha (they are martingales in different filtrations). */
export const ratioEngine: MetricEngine<'ratio', RatioState> = {
  form: 'ratio',
  begin: (plan, setting) => beginRates(plan, setting, { ...usual.ratio, atLeast: 0.001, floor: 0.0005 }),
  observe: observeRates,
  evidence: ratesEvidence,
  shown: ratesShown,
  need: ratesNeed,
}

export function beginRates(
  plan: MetricPlan,
  { gates, starts }: Setting,
  otherwise: Limits & { readonly atLeast: number; readonly floor: number },
): RatioState {
  const margin = plan.margin ?? otherwise.margin
  const atLeast = plan.atLeast ?? otherwise.atLeast
  const known = plan.history.dispersion
  const setup: HarmSetup = {
    rho: 1 + (plan.tolerance ?? otherwise.tolerance),
    delta: 0,
    floor: plan.floor ?? otherwise.floor,
    dispersion: (typeof known === 'number' ? known : known?.[0]) ?? 'learned',
    rare: true,
    starts,
  }
  // What a release may hide at a step is bounded by the share of the traffic it has there: at share w by 1/w times the final margins.
  const bounds = gates.map(({ share, budget, fresh }) => ({ margin: 1 + margin / share, extra: (budget ?? atLeast) / share, fresh }))
  return {
    setup,
    harm: beginHarm(setup),
    gates: bounds,
    calm: beginCalm(bounds),
    canary: none,
    baseline: none,
    intervals: 0,
    over: 0,
    under: 0,
  }
}

export function observeRates(state: RatioState, canary: RatioSample, baseline: RatioSample, renewed: boolean): RatioState {
  const all = canary.total + baseline.total
  const said = leanOf(canary, baseline) !== undefined
  const harm = observeHarm(state.setup, state.harm, canary, baseline)
  return {
    setup: state.setup,
    harm,
    gates: state.gates,
    calm: observeCalm(state.gates, state.calm, canary, baseline, harm.divided.calm, renewed),
    canary: plus(state.canary, canary),
    baseline: plus(state.baseline, baseline),
    intervals: state.intervals + (said ? 1 : 0),
    over: state.over + (said ? canary.bad * (baseline.total / all) : 0),
    under: state.under + (said ? baseline.bad * (canary.total / all) : 0),
  }
}

export function ratesEvidence({ setup, harm, calm }: RatioState): MetricEvidence {
  const { count, interval } = harmEvidence(setup, harm)
  const share = setup.dispersion === 'learned' ? 0.5 : knownShare
  return {
    harm: [
      { engine: 'counts', logE: count, share },
      { engine: 'intervals', logE: interval, share: 1 - share },
    ],
    pass: calm.peaks,
  }
}

export function ratesShown({ harm, canary, baseline, over, under }: RatioState): Shown {
  return { canary, baseline, dispersion: harm.divided.harm, ...(under > 0 ? { estimate: over / under } : {}) }
}

/** Expects of the intervals to come what the past ones brought on average, with both arms at the common rate. */
export function ratesNeed({ harm, gates, calm, canary, baseline, intervals }: RatioState, place: number, nats: number): Need | undefined {
  const reached = calm.peaks[place] ?? Number.NEGATIVE_INFINITY
  const gate = gates[place]
  if (reached >= nats) return { intervals: 0, requests: canary.total }
  if (intervals === 0 || !gate) return undefined
  const rate = (canary.bad + baseline.bad) / (canary.total + baseline.total)
  const each = (total: number) => ({ bad: (rate * total) / intervals, total: total / intervals })
  const { growth, ahead } = calmGrowth(gate, calm, place, each(canary.total), each(baseline.total), harm.divided.calm)
  if (!(growth > 0)) return undefined
  const further = Math.ceil(Math.max(1, (nats - ahead) / growth))
  return { intervals: further, requests: canary.total + Math.ceil((further * canary.total) / intervals) }
}

function plus(sum: RatioSample, { bad, total }: RatioSample): RatioSample {
  return { bad: sum.bad + bad, total: sum.total + total }
}
