import { logGamma, stirlingRest } from './gamma.ts'
import { log1mExp, log1pDeficit } from './logSpace.ts'

const logTwoPi = Math.log(2 * Math.PI)

/** log of the chance that a Gamma(shape a, scale 1) variable is at most x: the regularised lower incomplete gamma function. For a > 0, x >= 0. */
export function logGammaLower(a: number, x: number): number {
  if (!(a > 0 && x >= 0)) throw new RangeError(`the incomplete gamma function needs a > 0 and x >= 0, got ${a} and ${x}`)
  if (x === 0 || x === Infinity) return x === 0 ? -Infinity : 0
  return x < a + 1 ? Math.min(0, logDensity(a, x) + Math.log(series(a, x))) : log1mExp(upper(a, x))
}

/** log of the chance that a Gamma(shape a, scale 1) variable exceeds x. For a > 0, x >= 0. */
export function logGammaUpper(a: number, x: number): number {
  if (!(a > 0 && x >= 0)) throw new RangeError(`the incomplete gamma function needs a > 0 and x >= 0, got ${a} and ${x}`)
  if (x === 0 || x === Infinity) return x === 0 ? 0 : -Infinity
  return x < a + 1 ? log1mExp(Math.min(0, logDensity(a, x) + Math.log(series(a, x)))) : upper(a, x)
}

function upper(a: number, x: number): number {
  return Math.min(0, logDensity(a, x) + Math.log(continuedFraction(a, x)))
}

/** log of x^a e^-x / Gamma(a). */
function logDensity(a: number, x: number): number {
  if (a < 10) return a * Math.log(x) - x - logGamma(a)
  return 0.5 * (Math.log(a) - logTwoPi) - stirlingRest(a) - a * log1pDeficit((x - a) / a)
}

/** 1/a + x/(a (a+1)) + x^2/(a (a+1) (a+2)) + ... */
function series(a: number, x: number): number {
  let term = 1 / a
  let sum = term
  for (let n = a + 1; term > 1e-17 * sum; n++) {
    term *= x / n
    sum += term
  }
  return sum
}

/** Lentz's evaluation of Legendre's continued fraction, for x >= a + 1. */
function continuedFraction(a: number, x: number): number {
  let b = x + 1 - a
  let c = 1e300
  let d = 1 / b
  let fraction = d
  for (let i = 1; i < 100_000; i++) {
    const numerator = -i * (i - a)
    b += 2
    d = 1 / (numerator * d + b)
    c = b + numerator / c
    fraction *= d * c
    if (Math.abs(d * c - 1) < 1e-16) break
  }
  return fraction
}
