import { logBeta, stirlingRest } from './gamma.ts'
import { log1mExp, log1pDeficit } from './logSpace.ts'
import { solve } from './solve.ts'

const logTwoPi = Math.log(2 * Math.PI)

/**
 * log I_x(a, b): log of the chance that a Beta(a, b) variable is at most x. For a, b > 0 (b and a from 0.5 to 1e7 keep 12 digits of the
 * probability) and 0 <= x <= 1. Not limited by the range of doubles: a chance of 1e-10000 has its log.
 * Give `complement` = 1 - x where it is known better than by subtraction.
 */
export function logBetaLower(x: number, a: number, b: number, complement: number = 1 - x): number {
  if (!(a > 0 && b > 0 && x >= 0 && complement >= 0 && x <= 1))
    throw new RangeError(`logBetaLower needs a, b > 0 and 0 <= x <= 1, got ${x}, ${a}, ${b}`)
  if (x === 0 || complement === 0) return x === 0 ? -Infinity : 0
  // The continued fraction converges on the side of the mean where its tail is the smaller one; the other tail is what is left of 1.
  if (x <= (a + 1) / (a + b + 2)) return Math.min(0, logTail(x, complement, a, b))
  return log1mExp(Math.min(0, logTail(complement, x, b, a)))
}

/** log(1 - I_x(a, b)): log of the chance that a Beta(a, b) variable exceeds x. Same domain and precision as `logBetaLower`. */
export function logBetaUpper(x: number, a: number, b: number, complement: number = 1 - x): number {
  return logBetaLower(complement, b, a, x)
}

/** The x with I_x(a, b) = p, to about 1e-14 relative. For a, b > 0 and 0 <= p <= 1. */
export function betaQuantile(p: number, a: number, b: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`a probability is between 0 and 1, got ${p}`)
  if (p === 0 || p === 1) return p
  const lower = p <= 0.5
  const target = lower ? Math.log(p) : Math.log1p(-p)
  // In logits both ends of (0, 1) are far away, so small answers keep their digits.
  const excess = (logit: number) => {
    const [x, complement] = [1 / (1 + Math.exp(-logit)), 1 / (1 + Math.exp(logit))]
    return lower ? logBetaLower(x, a, b, complement) - target : target - logBetaUpper(x, a, b, complement)
  }
  const centre = Math.log(a / b)
  let reach = 1
  while (excess(centre - reach) > 0 && reach < 1500) reach *= 2
  let ahead = 1
  while (excess(centre + ahead) < 0 && ahead < 1500) ahead *= 2
  const [low, high] = [Math.max(-700, centre - reach), Math.min(700, centre + ahead)]
  if (excess(low) >= 0) return 0
  if (excess(high) <= 0) return 1
  const logit = solve(excess, { low, high, tolerance: 1e-15 })
  return logit < 0 ? Math.exp(logit) / (1 + Math.exp(logit)) : 1 / (1 + Math.exp(-logit))
}

/** log of x^a y^b / (a B(a, b)) times the continued fraction. y = 1 - x. */
function logTail(x: number, y: number, a: number, b: number): number {
  return logDensity(x, y, a, b) - Math.log(a) + Math.log(continuedFraction(x, a, b))
}

/** log of x^a y^b / B(a, b). */
function logDensity(x: number, y: number, a: number, b: number): number {
  if (a < 10 || b < 10) return a * logOf(x, y) + b * logOf(y, x) - logBeta(a, b)
  // Around the mean the large terms cancel exactly, so only deficits are computed.
  const [gap, sum] = [x * b - y * a, a + b]
  const rests = stirlingRest(a) + stirlingRest(b) - stirlingRest(sum)
  const deficits = a * deficit(gap / a, (x * sum) / a) + b * deficit(-gap / b, (y * sum) / b)
  return 0.5 * (Math.log(a) + Math.log(b / sum) - logTwoPi) - rests - deficits
}

/** u - log(1 + u), from 1 + u where that is known better than by addition: far from the mean u is close to -1. */
function deficit(u: number, onePlus: number): number {
  return Math.abs(u) < 0.5 ? log1pDeficit(u) : u - Math.log(onePlus)
}

/** log x, by its complement where that has more digits. */
function logOf(x: number, complement: number): number {
  return x > 0.5 ? Math.log1p(-complement) : Math.log(x)
}

/** Lentz's evaluation of the continued fraction of the incomplete beta function (Abramowitz & Stegun 26.5.8). */
function continuedFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300
  const keep = (value: number) => (Math.abs(value) < tiny ? tiny : value)
  let c = 1
  let d = 1 / keep(1 - ((a + b) * x) / (a + 1))
  let fraction = d
  const most = 1000 + 20 * Math.sqrt(Math.max(a, b))
  for (let m = 1; m <= most; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / keep(1 + even * d)
    c = keep(1 + even / c)
    fraction *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / keep(1 + odd * d)
    c = keep(1 + odd / c)
    fraction *= d * c
    if (Math.abs(d * c - 1) < 1e-16) break
  }
  return fraction
}
