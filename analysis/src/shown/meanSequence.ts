/** Fewer observations are too few for the normal approximation. */
const least = 30

/** Observations summed up. `deviation` is their standard deviation. */
export interface Moments {
  readonly count: number
  readonly mean: number
  readonly deviation: number
}

/**
 * Asymptotic confidence sequence of a mean, narrowest around `optimum` observations: covers it at all looks from 30 on with a chance that nears
 * 1 - alpha. Undefined before. Not for raw latencies and other heavy tails: on a lognormal of sigma 1.5 it missed in 30 % where 5 % were asked.
 *
 * Source: Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas, arXiv 2103.06476.
 */
export function meanSequence(
  { count, mean, deviation }: Moments,
  { alpha, optimum }: { alpha: number; optimum: number },
): { readonly low: number; readonly high: number } | undefined {
  if (!(alpha > 0 && alpha < 1 && optimum > 0))
    throw new RangeError(`needs 0 < alpha < 1 and an optimum over 0, got ${alpha} and ${optimum}`)
  if (!(count >= least)) return undefined
  const square = (Math.log1p(-2 * Math.log(alpha)) - 2 * Math.log(alpha)) / optimum
  const spread = count * square + 1
  const reach = deviation * Math.sqrt(((2 * spread) / (count * count * square)) * (Math.log(spread) / 2 - Math.log(alpha)))
  return { low: mean - reach, high: mean + reach }
}
