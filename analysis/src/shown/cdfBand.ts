import { solve } from '../special/solve.ts'

/**
 * Half width of a band around the empirical distribution function of t observations that holds for all values, at all t from 1 on, with a
 * chance of at least 1 - alpha, whatever the (constant) distribution: 0.85 sqrt((log(1 + log t) + C) / t). Infinity for t < 1.
 *
 * Source: Howard & Ramdas, arXiv 1906.09712, with a constant C optimised for each alpha.
 */
export function cdfBand(t: number, alpha: number): number {
  return t >= 1 ? 0.85 * Math.sqrt((Math.log1p(Math.log(t)) + cdfConstant(alpha)) / t) : Number.POSITIVE_INFINITY
}

/**
 * The smallest C for which the band's proof holds: 4 e^(-G C) (1 + 1 / ((G - 1) log eta)) = alpha with
 * G = (2 / eta) (0.85 - sqrt(2 (eta - 1) / C))^2, over the ratio eta > 1 between the moments at which the proof looks. The published closed form
 * 0.8 log(1612 / alpha) is a little larger. alpha = 0.1, 0.05, 0.025, 0.01, 0.005 give 7.623, 8.123, 8.623, 9.284, 9.783.
 */
export function cdfConstant(alpha: number): number {
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`alpha is between 0 and 1, got ${alpha}`)
  // Golden section over log(eta - 1): the constant has one minimum.
  const shrink = (Math.sqrt(5) - 1) / 2
  let [from, to] = [Math.log(1e-4), Math.log(0.5)]
  let [left, right] = [to - shrink * (to - from), from + shrink * (to - from)]
  let [atLeft, atRight] = [constantAt(left, alpha), constantAt(right, alpha)]
  while (to - from > 1e-5) {
    if (atLeft < atRight) {
      ;[to, right, atRight] = [right, left, atLeft]
      left = to - shrink * (to - from)
      atLeft = constantAt(left, alpha)
    } else {
      ;[from, left, atLeft] = [left, right, atRight]
      right = from + shrink * (to - from)
      atRight = constantAt(right, alpha)
    }
  }
  return Math.min(atLeft, atRight)
}

/** C for one eta = 1 + e^logStep. */
function constantAt(logStep: number, alpha: number): number {
  const step = Math.exp(logStep)
  const excess = (c: number) => {
    const power = (2 / (1 + step)) * Math.max(0, 0.85 - Math.sqrt((2 * step) / c)) ** 2
    if (power <= 1) return Number.POSITIVE_INFINITY
    return Math.log(4) - power * c + Math.log1p(1 / ((power - 1) * Math.log1p(step))) - Math.log(alpha)
  }
  // As C grows, G rises to 1.445 / eta, which must exceed 1.
  return 1.445 / (1 + step) <= 1.001 ? Number.POSITIVE_INFINITY : solve(excess, { low: 1e-6, high: 1e9, tolerance: 1e-9 })
}
