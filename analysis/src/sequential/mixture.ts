import { logAdd } from '../special/logSpace.ts'

/**
 * Average of e-processes over a grid of alternatives, each begun at every possible start: a fault and its time are both unknown.
 * An average of e-processes is one, so the chance that it ever reaches 1/alpha under the null is at most alpha (Ville).
 * Kept once for each divisor of the log e-values, as long as it is not known which is right.
 */
export interface Mixture {
  /** Log wealth over the starts so far: the alternatives of the first divisor, then those of the second, and so on. */
  readonly wealth: Float64Array
  /** Intervals so far. */
  readonly steps: number
}

/** How the prior over the start of a fault is spread: half on the first interval, the rest evenly on the following planned ones. `'first'` = all on the first. */
export type Starts = 'first' | { readonly planned: number }

export function beginMixture(alternatives: number, divisors = 1): Mixture {
  return { wealth: new Float64Array(alternatives * divisors).fill(Number.NEGATIVE_INFINITY), steps: 0 }
}

/** One more interval. `logEs` has one log e-value an alternative, in the order of the grid. */
export function observeMixture(
  { wealth, steps }: Mixture,
  logEs: readonly number[],
  starts: Starts,
  divisors: readonly number[] = [1],
): Mixture {
  const born = Math.log(startShare(steps + 1, starts))
  const next = new Float64Array(wealth.length)
  let at = 0
  for (const divisor of divisors)
    for (const log of logEs) {
      next[at] = logAdd(wealth[at] ?? Number.NEGATIVE_INFINITY, born) + log / divisor
      at++
    }
  return { wealth: next, steps: steps + 1 }
}

/** Log of the mixture's e-value at the divisor in this place. What is betted on starts still to come counts as it is. */
export function mixtureLogE({ wealth, steps }: Mixture, starts: Starts, place = 0, divisors = 1): number {
  const alternatives = wealth.length / divisors
  let high = Number.NEGATIVE_INFINITY
  for (let at = place * alternatives; at < (place + 1) * alternatives; at++) high = Math.max(high, wealth[at] ?? high)
  let sum = 0
  if (high > Number.NEGATIVE_INFINITY)
    for (let at = place * alternatives; at < (place + 1) * alternatives; at++) sum += Math.exp((wealth[at] ?? high) - high)
  const unborn = startsToCome(steps, starts)
  return logAdd(sum > 0 ? high + Math.log(sum / alternatives) : high, unborn > 0 ? Math.log(unborn) : Number.NEGATIVE_INFINITY)
}

/** Prior of a fault that begins with interval `at` (from 1). */
function startShare(at: number, starts: Starts): number {
  if (starts === 'first' || starts.planned <= 1) return at === 1 ? 1 : 0
  if (at === 1) return 0.5
  return at <= starts.planned ? 0.5 / (starts.planned - 1) : 0
}

function startsToCome(steps: number, starts: Starts): number {
  if (steps === 0) return 1
  if (starts === 'first' || starts.planned <= 1) return 0
  return (0.5 * Math.max(0, starts.planned - steps)) / (starts.planned - 1)
}
