import { type Counts, gridOf, logEs } from './kernel.ts'
import { beginUsual, isUnwell, observeUsual, type Usual } from './usual.ts'

/** Multiples of the margin betted on. */
const grid = gridOf([0.9, 0.75, 0.5, 0.2, 0.03])
const alternatives = grid.factors.length

/** One question "surely not worse than": rejects `p_canary >= margin * p_baseline + extra`. */
export interface CounterGate {
  readonly margin: number
  readonly extra: number
  /** Only intervals since the last change of weight count. */
  readonly fresh: boolean
}

/** A proof of harmlessness in one pair of counters, of all gates. */
export interface CalmState {
  /** Log wealth by gate and alternative, at dispersion 1. */
  readonly wealth: Float64Array
  /** By gate: the highest log e-value so far. A test may stop at any time, so what was reached once stays. */
  readonly peaks: readonly number[]
  /** What the baseline usually shows. */
  readonly usual: Usual
}

export function beginCalm(gates: readonly CounterGate[]): CalmState {
  return { wealth: new Float64Array(gates.length * alternatives), peaks: gates.map(() => Number.NEGATIVE_INFINITY), usual: beginUsual }
}

/**
 * One more interval: O(1). `renewed` says that the weight has changed since the last one; Infinity as dispersion: counts are not trusted now.
 * An interval in which the baseline itself is unwell proves nothing: what hits both arms makes them alike, whatever the canary does by itself.
 * Leaving it out is safe, because it is chosen by the baseline's events alone, and many of these speak for a pass.
 */
export function observeCalm(
  gates: readonly CounterGate[],
  state: CalmState,
  canary: Counts,
  baseline: Counts,
  dispersion: number,
  renewed: boolean,
): CalmState {
  const wealth = new Float64Array(state.wealth.length)
  const unwell = isUnwell(state.usual, baseline, dispersion)
  const peaks = gates.map(({ margin, extra, fresh }, gate) => {
    const again = fresh && renewed
    const from = gate * alternatives
    const gained = unwell ? [] : logEs(canary, baseline, margin, extra, grid)
    for (let at = 0; at < alternatives; at++) wealth[from + at] = (again ? 0 : (state.wealth[from + at] ?? 0)) + (gained[at] ?? 0)
    return Math.max(
      again ? Number.NEGATIVE_INFINITY : (state.peaks[gate] ?? Number.NEGATIVE_INFINITY),
      averageLogE(wealth, from, dispersion),
    )
  })
  return { wealth, peaks, usual: observeUsual(state.usual, baseline, unwell) }
}

function averageLogE(wealth: Float64Array, from: number, dispersion: number): number {
  let high = Number.NEGATIVE_INFINITY
  for (let at = from; at < from + alternatives; at++) high = Math.max(high, wealth[at] ?? high)
  let sum = 0
  for (let at = from; at < from + alternatives; at++) sum += Math.exp(((wealth[at] ?? high) - high) / dispersion)
  return high / dispersion + Math.log(sum / alternatives)
}

/**
 * How evidence for a gate would grow with intervals like the ones given: nats an interval of the alternative that grows fastest, and where that one
 * stands now.
 */
export function calmGrowth(
  gate: CounterGate,
  { wealth }: CalmState,
  place: number,
  canary: Counts,
  baseline: Counts,
  dispersion: number,
): { growth: number; ahead: number } {
  return logEs(canary, baseline, gate.margin, gate.extra, grid)
    .map((log, at) => ({
      growth: log / dispersion,
      ahead: (wealth[place * alternatives + at] ?? 0) / dispersion - Math.log(alternatives),
    }))
    .reduce((best, one) => (one.growth > best.growth ? one : best))
}
