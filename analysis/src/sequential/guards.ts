import type { MetricPlan } from '../plan.ts'
import type { Measurement } from '../table.ts'
import { mean } from './gauge.ts'
import { shareOff, type Told } from './traffic.ts'

// What stands outside the averaged tests: a canary that is plainly broken, data that do not come, traffic that does not go where it should.

/** Of one metric: how many intervals in a row something was wrong. */
export interface GuardState {
  readonly hot: number
  readonly missing: number
  /** With a share of the traffic that is off, and the nats against chance so far. */
  readonly off: number
  readonly offEvidence: number
}

export const calmGuards: GuardState = { hot: 0, missing: 0, off: 0, offEvidence: 0 }

const hotIntervals = 2
const leastEvents = 20
const missingIntervals = 3
const offIntervals = 3
/** With fewer requests than make this sure, chance explains a share that is off. */
const offNats = Math.log(1000)

/** One more interval; `told` is the share of the traffic that was configured, if it is known. */
export function observeGuards(state: GuardState, plan: MetricPlan, measured: Measurement | undefined, told: Told | undefined): GuardState {
  const rate = canaryRate(measured)
  const hot = plan.hardMax !== undefined && rate !== undefined && rate.events >= leastEvents && rate.rate > plan.hardMax
  const off = told && shareOff(measured, told)
  return {
    hot: hot ? state.hot + 1 : 0,
    missing: measured?.baseline ? (measured.canary ? 0 : state.missing + 1) : state.missing,
    off: off === undefined ? state.off : off > 0 ? state.off + 1 : 0,
    offEvidence: off === undefined ? state.offEvidence : off > 0 ? state.offEvidence + off : 0,
  }
}

export type Alarm = { readonly guard: 'breaker' | 'missing' | 'share'; readonly because: string }

export function alarm(state: GuardState, plan: MetricPlan): Alarm | undefined {
  if (state.hot >= hotIntervals)
    return {
      guard: 'breaker',
      because: `${plan.name} on the canary was above its hard limit of ${plan.hardMax} in ${hotIntervals} intervals in a row.`,
    }
  if (state.missing >= missingIntervals)
    return {
      guard: 'missing',
      because: `${plan.name} of the canary has been missing for ${state.missing} intervals, while the baseline has data.`,
    }
  if (state.off >= offIntervals && state.offEvidence >= offNats)
    return {
      guard: 'share',
      because: `For ${state.off} intervals the canary has had a share of the traffic more than 25 % off the configured weight: the routing does not do what it was told.`,
    }
  return undefined
}

function canaryRate(measured: Measurement | undefined): { rate: number; events: number } | undefined {
  switch (measured?.form) {
    case 'ratio':
      return measured.canary && { rate: measured.canary.bad / measured.canary.total, events: measured.canary.total }
    case 'count':
      return measured.canary && { rate: measured.canary.count / (measured.canary.exposure ?? 1), events: measured.canary.count }
    case 'gauge': {
      const { canary } = measured
      return canary && canary.values.length > 0 ? { rate: mean(canary), events: leastEvents } : undefined
    }
    default:
      return undefined
  }
}
