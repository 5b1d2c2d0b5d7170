import type { CountSample } from '../table.ts'
import type { MetricEngine } from './engine.ts'
import { usual } from './limits.ts'
import { beginRates, observeRates, type RatioState, ratesEvidence, ratesNeed, ratesShown } from './ratio.ts'

/**
 * Events without a denominator: rates per exposure. Only the quotient of the arms' exposures matters, so there is no floor and no absolute
 * difference unless the plan asks for one, in events per unit of exposure.
 */
export const countEngine: MetricEngine<'count', RatioState> = {
  form: 'count',
  begin: (plan, setting) => beginRates(plan, withoutBudget(setting), { ...usual.count, atLeast: 0, floor: 0 }),
  observe: (state, canary, baseline, renewed) => observeRates(state, rate(canary), rate(baseline), renewed),
  evidence: ratesEvidence,
  shown: ratesShown,
  need: ratesNeed,
}

function rate({ count, exposure = 1 }: CountSample): { bad: number; total: number } {
  return { bad: count, total: exposure }
}

/** A budget is a share of requests: it says nothing of events per exposure. */
function withoutBudget(setting: Parameters<typeof beginRates>[1]): Parameters<typeof beginRates>[1] {
  return { ...setting, gates: setting.gates.map(({ budget: _, ...gate }) => gate) }
}
