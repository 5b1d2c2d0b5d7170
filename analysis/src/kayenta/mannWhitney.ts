import { normalQuantile } from '../special/normalQuantile.ts'
import { shown } from './arguments.ts'
import { brentRoot } from './brent.ts'
import { KayentaError } from './errors.ts'
import { DEFAULT_SEED, type Noise, readNoise, seededNoise } from './noise.ts'
import { shiftStatistic, tieSum } from './ranks.ts'
import { isConstant, type Samples, withoutNaN } from './samples.ts'

/** By how much the experiment lies above the control: the limits of a confidence interval and a point estimate, in the samples' unit. */
export type LocationShift = { readonly low: number; readonly high: number; readonly estimate: number }

export const DEFAULT_CONF_LEVEL = 0.98

/** Standard deviation of the noise on two constant arms, as a part of the arm's value: an arm of zeros gets none. */
const NOISE = 1e-5

/**
 * The rank test's confidence interval for a shift: always the normal approximation with tie and continuity correction, inverted by root
 * finding to 1e-4 absolute. Where both arms are constant, noise is added first. NaN are dropped;
 * null for the level or the noise is the default.
 * @throws KayentaError 'no-samples' for an empty arm, 'all-tied' when all values are equal after a shift, 'bad-argument' for a level outside 0..1
 */
export function mannWhitney(experiment: Samples, control: Samples, confLevel?: number | null, noise?: Noise | null): LocationShift {
  const level = readConfLevel(confLevel)
  const x = withoutNaN(experiment, 'experiment').sort()
  const y = withoutNaN(control, 'control').sort()
  if (x.length === 0 || y.length === 0) throw new KayentaError('no-samples', 'The rank test needs at least one sample in each arm.')
  return shiftOfSorted(x, y, level, readNoise(noise) ?? seededNoise(DEFAULT_SEED))
}

/** The level, or 0.98 for null. @throws KayentaError 'bad-argument' for one outside 0..1 */
export function readConfLevel(level: unknown): number {
  const given = level ?? DEFAULT_CONF_LEVEL
  if (typeof given === 'number' && given >= 0 && given <= 1) return given
  throw new KayentaError('bad-argument', `The confidence level is ${shown(given)}; write a number between 0 and 1, such as 0.98.`)
}

/** The same for arms that are sorted, not empty, and hold no NaN, and a level in 0..1. Both arms may be overwritten. */
export function shiftOfSorted(x: Float64Array, y: Float64Array, confLevel: number, noise: Noise): LocationShift {
  const z = normalQuantile((1 - confLevel) / 2)
  if (isConstant(x) && isConstant(y)) {
    disturb(x, noise, 0)
    disturb(y, noise, 1)
  }
  const tiesInY = tieSum(y)
  const at = (mu: number): number => shiftStatistic(x, y, mu, tiesInY)
  const muMin = (x[0] as number) - (y[y.length - 1] as number)
  const muMax = (x[x.length - 1] as number) - (y[0] as number)
  const atMin = at(muMin)
  const atMax = at(muMax)
  const limit = (q: number): number => {
    if (atMin - q <= 0) return muMin
    if (atMax - q >= 0) return muMax
    return brentRoot((mu) => at(mu) - q, muMin, atMin - q, muMax, atMax - q)
  }
  return { low: limit(-z), high: limit(z), estimate: brentRoot(at, muMin, atMin, muMax, atMax) }
}

function disturb(constant: Float64Array, noise: Noise, stream: number): void {
  for (let index = 0; index < constant.length; index++) {
    const value = constant[index] as number
    if (Number.isFinite(value)) constant[index] = value + NOISE * value * noise(stream, index)
  }
  constant.sort()
}
