import { type Dispersion, type Divided, learned, levels, noSpread, observeBaseline, observeDifference, type Spread } from './dispersion.ts'
import { type Counts, gridOf, leanOf, logEs, logEsFloor } from './kernel.ts'
import { beginMixture, type Mixture, mixtureLogE, observeMixture, type Starts } from './mixture.ts'
import { noContrasts, observeContrast, type TProcess, tLogE } from './tProcess.ts'

/** Multiples of the tolerated ratio betted on. */
const grid = gridOf([1.1, 1.25, 1.6, 2.5, 6, 30])

/** A search for harm in one pair of counters: requests and bad ones of both arms, or what lies above an edge of a histogram. */
export interface HarmSetup {
  /** Ratio of rates, and difference besides, that never count as harm. */
  readonly rho: number
  readonly delta: number
  /** A canary's rate up to this is never harm; 0 for none. */
  readonly floor: number
  readonly dispersion: Dispersion
  /** Events that are rare enough for whole clusters of them to be missing from the canary so far. */
  readonly rare: boolean
  readonly starts: Starts
}

export interface HarmState {
  /** What the log e-values are divided by: one number when the dispersion is known, else every level. */
  readonly divisors: readonly number[]
  readonly relative: Mixture
  readonly absolute: Mixture | undefined
  readonly contrasts: TProcess
  /** Information of the first contrast: the unit of the others. */
  readonly unit: number
  readonly spread: Spread
  /** Intervals that had data of both arms. */
  readonly seen: number
  readonly divided: Divided
}

export function beginHarm(setup: HarmSetup): HarmState {
  const { dispersion, floor } = setup
  const divisors = dispersion === 'learned' ? levels : [dispersion]
  const mixture = beginMixture(grid.factors.length, divisors.length)
  return {
    divisors,
    relative: mixture,
    absolute: floor > 0 ? mixture : undefined,
    contrasts: noContrasts,
    unit: 0,
    spread: noSpread,
    seen: 0,
    divided: dividedBy(setup, noSpread, 0),
  }
}

/** One more interval: O(1). Without requests in an arm only the clock of the start prior goes on. */
export function observeHarm(setup: HarmSetup, state: HarmState, canary: Counts, baseline: Counts): HarmState {
  const { rho, delta, floor, starts, dispersion, rare } = setup
  const { divisors } = state
  const lean = leanOf(canary, baseline)
  const relative = observeMixture(state.relative, logEs(canary, baseline, rho, delta, grid), starts, divisors)
  const absolute =
    state.absolute && observeMixture(state.absolute, lean === undefined ? silence : logEsFloor(canary, floor, grid), starts, divisors)
  if (lean === undefined) return { ...state, relative, absolute }
  // The standardised surplus of the canary's bad events over its share of them, and the information behind it.
  const share = (rho * lean) / (rho * lean + 1)
  const bad = canary.bad + baseline.bad
  const h = bad * share * (1 - share)
  // Of less than a millionth of an event nothing is learned.
  const said = h > 1e-6
  const z = said ? (canary.bad - bad * share) / Math.sqrt(h) : 0
  const unit = state.unit || (said ? h : 0)
  const seen = state.seen + 1
  const spread =
    dispersion === 'learned' ? observeDifference(rare ? observeBaseline(state.spread, baseline) : state.spread, z, h) : noSpread
  return {
    divisors,
    relative,
    absolute,
    contrasts: said ? observeContrast(state.contrasts, z, h / unit) : state.contrasts,
    unit,
    spread,
    seen,
    divided: dividedBy(setup, spread, seen),
  }
}

const silence = grid.factors.map(() => 0)

/** Log e-values of harm now, of the two engines: by counts, whose dispersion is known or bounded, and by the intervals' own spread. */
export function harmEvidence(
  { starts }: HarmSetup,
  { divisors: { length: divisors }, relative, absolute, contrasts, divided: { place } }: HarmState,
): { count: number; interval: number } {
  if (place < 0) return { count: Number.NEGATIVE_INFINITY, interval: absolute ? Number.NEGATIVE_INFINITY : tLogE(contrasts) }
  const elevated = absolute ? mixtureLogE(absolute, starts, place, divisors) : Number.POSITIVE_INFINITY
  return {
    count: Math.min(mixtureLogE(relative, starts, place, divisors), elevated),
    interval: Math.min(tLogE(contrasts), elevated),
  }
}

function dividedBy({ dispersion, rare }: HarmSetup, spread: Spread, seen: number): Divided {
  return dispersion === 'learned' ? learned(spread, seen, rare) : { place: 0, harm: dispersion, calm: dispersion }
}
