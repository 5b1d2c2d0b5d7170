import { baselineShare, type JudgePlan } from '../plan.ts'
import type { Interval, Measurement } from '../table.ts'
import { logE } from './kernel.ts'

// Whether the traffic goes where it was told to go, by the requests that the two versions counted.

/** Shares off by more than a quarter count. */
const offBy = 0.25

/**
 * The canary's part of both arms' traffic as configured, 0 to 1. `lessIsFine`: the baseline has other callers too. `moreIsFine`: its pods crash, and what
 * crashes counts nothing.
 */
export interface Told {
  readonly share: number
  readonly lessIsFine: boolean
  readonly moreIsFine: boolean
}

/** What the weight of an interval comes to; undefined where no router is told weights, or nothing says which. */
export function toldBy(plan: JudgePlan, { weight, baselineUnsteady = false }: Interval): Told | undefined {
  if (weight === undefined || !plan.routed) return undefined
  const canary = weight / 100
  return {
    share: canary / (canary + baselineShare(plan, canary)),
    lessIsFine: plan.bypass && plan.baseline === 'stable',
    moreIsFine: baselineUnsteady,
  }
}

/**
 * Nats against "within a quarter of the configured share", above 0 only when it is off by more: the count kernel with requests as the events and the
 * shares as what they come from. Undefined where there are no requests to compare.
 */
export function shareOff(measured: Measurement | undefined, { share, lessIsFine, moreIsFine }: Told): number | undefined {
  if (measured?.form !== 'ratio' || !measured.canary || !measured.baseline || !(share > 0 && share < 1)) return undefined
  const canary = { bad: measured.canary.total, total: share }
  const baseline = { bad: measured.baseline.total, total: 1 - share }
  const all = canary.bad + baseline.bad
  if (all === 0) return undefined
  const got = canary.bad / all
  if (Math.abs(got - share) <= offBy * share || (got < share ? lessIsFine : moreIsFine)) return 0
  const tolerated = got > share ? 1 + offBy : 1 / (1 - offBy)
  const bet = { rho: tolerated, delta: 0, ratio: 2 * tolerated }
  // Just off counts a little, so that a lasting small deviation is noticed by its length alone.
  return Math.max(Number.MIN_VALUE, got > share ? logE(canary, baseline, bet) : logE(baseline, canary, bet))
}

/** Whether the canary had more than its share and a quarter of it, by any metric that counts requests; `baselineUnsteady` is what would excuse it. */
export function exceedsShare(plan: JudgePlan, interval: Interval): boolean {
  const told = toldBy(plan, interval)
  if (!told || told.moreIsFine) return false
  return plan.metrics.some(({ name }) => (shareOff(interval.metrics[name], { ...told, lessIsFine: true }) ?? 0) > 0)
}
