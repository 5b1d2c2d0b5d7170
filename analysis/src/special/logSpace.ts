// Sums and differences of numbers that are known by their logs. -Infinity stands for 0.

/** log(e^a + e^b) without overflow. Either may be -Infinity or +Infinity. */
export function logAdd(a: number, b: number): number {
  const high = Math.max(a, b)
  const less = Math.min(a, b) - high
  // Under 1e-17 the smaller one is lost anyway; a high of -Infinity or Infinity makes `less` NaN or -Infinity.
  return less > -40 ? high + Math.log1p(Math.exp(less)) : high
}

/** log of the sum of e^value; -Infinity for no values. */
export function logSum(values: readonly number[]): number {
  let high = -Infinity
  for (const value of values) high = Math.max(high, value)
  if (!Number.isFinite(high)) return high
  let sum = 0
  for (const value of values) sum += Math.exp(value - high)
  return high + Math.log(sum)
}

/** log(1 - e^x) for x <= 0, with full relative precision of the result at both ends: log1mExp(0) = -Infinity. Throws for x > 0. */
export function log1mExp(x: number): number {
  if (!(x <= 0)) throw new RangeError(`log1mExp needs x <= 0, got ${x}`)
  return x > -Math.LN2 ? Math.log(-Math.expm1(x)) : Math.log1p(-Math.exp(x))
}

/** log(e^a - e^b) for a >= b, a finite or -Infinity. Throws when e^a - e^b would be negative or unknown. */
export function logDiff(a: number, b: number): number {
  if (!(a >= b) || a === Infinity) throw new RangeError(`logDiff needs Infinity > a >= b, got ${a} and ${b}`)
  return b === -Infinity ? a : a + log1mExp(b - a)
}

/**
 * x - log(1 + x) for x > -1: the deficit of a log below its tangent, at least 0, with full relative precision also near 0, where the
 * plain difference has none. Densities of sums are exponentials of it (Loader's saddle-point form), which keeps their digits for large counts.
 */
export function log1pDeficit(x: number): number {
  if (x < -0.4 || x > 0.6) return x - Math.log1p(x)
  // With r = x / (2 + x): log(1 + x) = 2 atanh(r) and x - 2r = x r, so what is left is r x - 2 (r^3/3 + r^5/5 + ...).
  const r = x / (2 + x)
  const square = r * r
  let power = square
  let sum = 0
  for (let odd = 3; power > 1e-18 * square; odd += 2) {
    sum += power / odd
    power *= square
  }
  return r * (x - 2 * sum)
}
