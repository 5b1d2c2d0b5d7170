import { describe, expect, it } from 'vitest'
import { logE } from '../sequential/kernel.ts'
import { logBetaUpper } from '../special/beta.ts'
import { logBeta } from '../special/gamma.ts'
import { logSum } from '../special/logSpace.ts'

/** Log of the kernel's e-value, averaged over all shares above th0 by a Beta(a, b) prior cut off there: trapezoids in the logit of the share. */
function averaged(canary: { bad: number; total: number }, baseline: { bad: number; total: number }, rho: number, strength: number): number {
  const lean = canary.total / baseline.total
  const th0 = (rho * lean) / (rho * lean + 1)
  const [a, b] = [strength * th0, strength * (1 - th0)]
  const from = Math.log(rho * lean)
  const [step, steps] = [0.0005, 60_000]
  const weighted = Array.from({ length: steps + 1 }, (_, at) => {
    const logit = from + at * step
    const th = 1 / (1 + Math.exp(-logit))
    // A share's density times d(share)/d(logit); a half weight at the cut.
    const prior = a * Math.log(th) - b * Math.log1p(Math.exp(logit)) + Math.log(at === 0 ? step / 2 : step)
    return prior + logE(canary, baseline, { rho, delta: 0, ratio: Math.exp(logit) / lean })
  })
  return logSum(weighted) - logBeta(a, b) - logBetaUpper(th0, a, b)
}

describe('the count kernel at a constant weight', () => {
  it('mixes to the beta-binomial closed form', () => {
    for (const [bad, under, share, rho, strength] of [
      [12, 60, 0.1, 1.1, 20],
      [40, 120, 0.25, 1, 100],
      [0, 30, 0.1, 1.1, 20],
      [200, 180, 0.5, 1.1, 50],
    ] as const) {
      const canary = { bad, total: 10_000 * share }
      const baseline = { bad: under, total: 10_000 * (1 - share) }
      const th0 = (rho * share) / (rho * share + 1 - share)
      const [a, b] = [strength * th0, strength * (1 - th0)]
      const closed =
        logBeta(a + bad, b + under) +
        logBetaUpper(th0, a + bad, b + under) -
        logBeta(a, b) -
        logBetaUpper(th0, a, b) -
        bad * Math.log(th0) -
        under * Math.log1p(-th0)
      expect(averaged(canary, baseline, rho, strength)).toBeCloseTo(closed, 5)
    }
  })
})
