const halfLogTwoPi = 0.5 * Math.log(2 * Math.PI)
const eulerGamma = 0.5772156649015329

/** zeta(k) - 1 for k = 2, 3, ...: sums of powers, so they are computed and not copied. The sum stops at 60, its rest is the midpoint integral. */
const zetaMinusOne: readonly number[] = Array.from({ length: 32 }, (_, at) => {
  const k = at + 2
  const last = 60
  // Euler-Maclaurin rest after the last term: integral, half a term, and two derivatives.
  let sum = last ** (1 - k) / (k - 1) - last ** -k / 2 + (k * last ** (-k - 1)) / 12 - (k * (k + 1) * (k + 2) * last ** (-k - 3)) / 720
  for (let n = last; n >= 2; n--) sum += n ** -k
  return sum
})

/** log Gamma(2 + z) for |z| <= 0.5: its Taylor series, whose terms shrink fourfold; exact to the last digits also near z = 0. */
function logGammaNearTwo(z: number): number {
  let sum = 0
  for (let k = zetaMinusOne.length + 1; k >= 2; k--) {
    const term = (zetaMinusOne[k - 2] ?? 0) / k
    sum = (k % 2 === 0 ? term : -term) + z * sum
  }
  return z * (1 - eulerGamma + z * sum)
}

/** log Gamma(x) - [(x - 1/2) log x - x + log(2 pi)/2] for x >= 10: Stirling's series, B_2k / (2k (2k - 1) x^(2k - 1)). */
export function stirlingRest(x: number): number {
  if (!(x >= 10)) throw new RangeError(`Stirling's series is used from 10 on, got ${x}`)
  const s = 1 / (x * x)
  return (
    (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s * (1 / 1188 - s * (691 / 360360 - s * (1 / 156 - (s * 3617) / 122400))))))) /
    x
  )
}

/** log Gamma(x) for x > 0, to about 1e-15 relative (also near its zeros 1 and 2). Throws otherwise. */
export function logGamma(x: number): number {
  if (!(x > 0)) throw new RangeError(`logGamma needs x > 0, got ${x}`)
  if (x >= 10) return x === Infinity ? x : (x - 0.5) * Math.log(x) - x + (halfLogTwoPi + stirlingRest(x))
  if (x <= 0.5) return logGammaNearTwo(x) - Math.log(x) - Math.log1p(x)
  if (x <= 1.5) return logGammaNearTwo(x - 1) - Math.log1p(x - 1)
  let product = 1
  let rest = x
  while (rest > 2.5) {
    rest -= 1
    product *= rest
  }
  return Math.log(product) + logGammaNearTwo(rest - 2)
}

/** log B(a, b) = log Gamma(a) + log Gamma(b) - log Gamma(a + b) for a, b > 0, in a form where large arguments do not cancel. */
export function logBeta(a: number, b: number): number {
  const small = Math.min(a, b)
  const large = Math.max(a, b)
  if (!(small > 0)) throw new RangeError(`logBeta needs a, b > 0, got ${a} and ${b}`)
  const sum = small + large
  if (large < 10) return logGamma(small) + logGamma(large) - logGamma(sum)
  const decay = (large - 0.5) * Math.log1p(-small / sum)
  if (small < 10) return logGamma(small) + (small - small * Math.log(sum)) + decay + (stirlingRest(large) - stirlingRest(sum))
  const rests = stirlingRest(small) + stirlingRest(large) - stirlingRest(sum)
  return halfLogTwoPi + rests - 0.5 * Math.log(sum) + (small - 0.5) * Math.log(small / sum) + decay
}
