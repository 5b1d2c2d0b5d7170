import type { MetricPlan } from '../../plan.ts'
import type { HistogramSample } from '../../table.ts'
import type { MetricEngine, Setting } from '../engine.ts'
import { alignEdges, alignGrids } from './align.ts'
import { checkBuckets } from './layout.ts'
import { beginShifted, observeShifted, type Shifted, shiftedAbove, shiftedEstimate, shiftedEvidence, shiftedNeed } from './shifted.ts'
import {
  beginUnshifted,
  observeUnshifted,
  type Unshifted,
  unshiftedAbove,
  unshiftedEstimate,
  unshiftedEvidence,
  unshiftedNeed,
} from './unshifted.ts'

export interface HistogramState {
  readonly plan: MetricPlan
  readonly setting: Setting
  /** How the arms are compared: undefined until an interval has edges to compare them at, then kept for the whole run. */
  readonly comparison: Shifted | Unshifted | undefined
  /** Observations so far. */
  readonly canary: number
  readonly baseline: number
}

/**
 * Whether the canary's observations (latencies, sizes) are larger: at up to five edges, chosen before the run or in the first interval that has
 * some, what lies above them is counted as a ratio's bad events are. Harm at some of them fails; a pass asks for all of them.
 *
 * `observe` is O(buckets) and throws a HistogramError for a sample that makes no sense or has observations under 0.
 */
export const histogramEngine: MetricEngine<'histogram', HistogramState> = {
  form: 'histogram',

  begin: (plan, setting) => ({ plan, setting, comparison: undefined, canary: 0, baseline: 0 }),

  observe(state, canary, baseline, renewed) {
    const ours = checkBuckets(canary.buckets)
    const theirs = checkBuckets(baseline.buckets)
    return {
      ...state,
      comparison: compare(state, canary, baseline, { canary: ours, baseline: theirs }, renewed),
      canary: state.canary + ours,
      baseline: state.baseline + theirs,
    }
  },

  evidence({ comparison, setting }) {
    switch (comparison?.kind) {
      case 'shifted':
        return shiftedEvidence(comparison)
      case 'unshifted':
        return unshiftedEvidence(comparison)
      case undefined:
        return { harm: [{ engine: 'counts', logE: 0, share: 1 }], pass: setting.gates.map(() => Number.NEGATIVE_INFINITY) }
    }
  },

  shown({ comparison, canary, baseline }) {
    const estimate = comparison?.kind === 'shifted' ? shiftedEstimate(comparison) : comparison && unshiftedEstimate(comparison)
    const above = comparison?.kind === 'shifted' ? shiftedAbove(comparison) : comparison && unshiftedAbove(comparison)
    return {
      canary: { total: canary },
      baseline: { total: baseline },
      ...(estimate === undefined ? {} : { estimate }),
      ...(above ? { above } : {}),
    }
  },

  need({ comparison }, gate, nats) {
    if (!comparison) return undefined
    return comparison.kind === 'shifted' ? shiftedNeed(comparison, gate, nats) : unshiftedNeed(comparison, gate, nats)
  },
}

function compare(
  { plan, setting, comparison }: HistogramState,
  canary: HistogramSample,
  baseline: HistogramSample,
  totals: { readonly canary: number; readonly baseline: number },
  renewed: boolean,
): Shifted | Unshifted | undefined {
  const said = totals.canary > 0 && totals.baseline > 0
  if (comparison?.kind === 'shifted')
    return observeShifted(plan, comparison, said ? alignGrids(canary, baseline, comparison.grid) : undefined, renewed)
  if (!comparison && !said) return undefined
  const both = comparison ? undefined : alignGrids(canary, baseline)
  if (both) {
    const shifted = beginShifted(plan, setting, both)
    return shifted && observeShifted(plan, shifted, both, renewed)
  }
  const interval = { at: alignEdges(canary, baseline), ...totals }
  const unshifted = comparison ?? beginUnshifted(plan, setting, interval)
  return unshifted && observeUnshifted(unshifted, interval, renewed)
}
