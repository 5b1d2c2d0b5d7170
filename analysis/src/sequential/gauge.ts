import type { GaugeSample } from '../table.ts'
import { evenly, type MetricEngine } from './engine.ts'
import { usual } from './limits.ts'
import { noContrasts, observeContrast, type TProcess, tLogE, tLogEBelow } from './tProcess.ts'
import { noSlope, observeSlope, type Slope, slopeLogE } from './trend.ts'

export interface GaugeState {
  /** Log of what is tolerated, and of what each gate allows. */
  readonly tolerated: number
  readonly gates: readonly { readonly allowed: number; readonly fresh: boolean }[]
  /** Lag-1 autocorrelation of the log ratio. */
  readonly memory: number
  readonly harm: TProcess
  readonly pass: readonly { readonly contrasts: TProcess; readonly peak: number }[]
  readonly trend: Slope | undefined
  readonly intervals: number
  /** Averages over the intervals. */
  readonly canary: number
  readonly baseline: number
}

/** One number per pod: the log ratio of the arms' means, interval by interval, as a t-process whose variance is inflated by the gauge's memory. */
export const gaugeEngine: MetricEngine<'gauge', GaugeState> = {
  form: 'gauge',
  begin(plan, { gates }) {
    const margin = plan.margin ?? usual.gauge.margin
    return {
      tolerated: Math.log1p(plan.tolerance ?? usual.gauge.tolerance),
      gates: gates.map(({ share, fresh }) => ({ allowed: Math.log1p(margin / share), fresh })),
      memory: plan.history.correlation ?? usualMemory,
      harm: noContrasts,
      pass: gates.map(() => ({ contrasts: noContrasts, peak: Number.NEGATIVE_INFINITY })),
      trend: plan.trend ? noSlope : undefined,
      intervals: 0,
      canary: 0,
      baseline: 0,
    }
  },

  observe(state, canary, baseline, renewed) {
    const ratio = logRatio(state, canary, baseline)
    if (ratio === undefined) return renewed ? { ...state, pass: afresh(state) } : state
    return {
      ...state,
      intervals: state.intervals + 1,
      canary: onward(state.canary, mean(canary), state.intervals),
      baseline: onward(state.baseline, mean(baseline), state.intervals),
      harm: observeContrast(state.harm, ratio - state.tolerated),
      pass: (renewed ? afresh(state) : state.pass).map(({ contrasts, peak }, at) => {
        const more = observeContrast(contrasts, ratio - (state.gates[at]?.allowed ?? 0))
        return { contrasts: more, peak: Math.max(peak, tLogEBelow(more, state.memory)) }
      }),
      trend: state.trend && observeSlope(state.trend, ratio),
    }
  },

  evidence({ harm, pass, trend, memory }) {
    const level = { engine: 'level', logE: tLogE(harm, memory), share: trend ? 0.5 : 1 }
    return {
      harm: trend ? [level, { engine: 'trend', logE: slopeLogE(trend, memory), share: 0.5 }] : [level],
      pass: pass.map(({ peak }) => peak),
    }
  },

  shown({ intervals, canary, baseline }) {
    if (intervals === 0) return {}
    return { canary: { mean: canary }, baseline: { mean: baseline }, ...(baseline > 0 ? { estimate: canary / baseline } : {}) }
  },

  need: ({ pass, intervals }, gate, nats) => evenly(pass[gate]?.peak ?? 0, nats, intervals),
}

/** Lag-1 autocorrelation of the log ratio when it has not been measured: that of CPU and memory, averaged over a minute. */
const usualMemory = 0.8

/** The weight changed: gates that want only what comes now begin again. */
function afresh({ pass, gates }: GaugeState): GaugeState['pass'] {
  return pass.map((gate, at) => (gates[at]?.fresh ? { contrasts: noContrasts, peak: Number.NEGATIVE_INFINITY } : gate))
}

/** Undefined when an arm has no pods. Where one arm is zero, both are lifted by 5 % of the usual level. */
function logRatio(
  { canary: usualCanary, baseline: usualBaseline }: GaugeState,
  canary: GaugeSample,
  baseline: GaugeSample,
): number | undefined {
  if (canary.values.length === 0 || baseline.values.length === 0) return undefined
  const over = mean(canary)
  const under = mean(baseline)
  if (over > 0 && under > 0) return Math.log(over) - Math.log(under)
  const lift = 0.05 * Math.max(over, under, usualCanary, usualBaseline)
  // Nothing but zeros so far: the arms are alike.
  return lift > 0 ? Math.log(over + lift) - Math.log(under + lift) : 0
}

/** The average after one more value. */
function onward(average: number, value: number, before: number): number {
  return average * (before / (before + 1)) + value / (before + 1)
}

/** Divided before it is added, so that it does not overflow. */
export function mean({ values }: GaugeSample): number {
  return values.reduce((sum, value) => sum + value / values.length, 0)
}
