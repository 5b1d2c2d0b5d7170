const logRootTwoPi = 0.5 * Math.log(2 * Math.PI)
const rootTwoPi = Math.sqrt(2 * Math.PI)

/** log of the chance that a standard normal variable exceeds x. Good for every x: at 40 it is -804.6. */
export function logNormalTail(x: number): number {
  if (Number.isNaN(x)) throw new RangeError('logNormalTail needs a number')
  if (x < -1) return Math.log1p(-Math.exp(logNormalTail(-x)))
  if (x <= 1) return Math.log(0.5 - centralMass(x))
  return x === Infinity ? -Infinity : -0.5 * x * x - logRootTwoPi - Math.log(inverseMills(x))
}

/** Chance that a standard normal variable is at most x. */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) throw new RangeError('normalCdf needs a number')
  if (x > 1) return 1 - normalCdf(-x)
  return x < -1 ? Math.exp(logNormalTail(-x)) : 0.5 + centralMass(x)
}

/** Phi(x) - 1/2: phi(x) (x + x^3/3 + x^5/15 + ...), whose terms have one sign. For |x| up to 1. */
function centralMass(x: number): number {
  let term = x
  let sum = x
  for (let k = 3; Math.abs(term) > 1e-17 * Math.abs(sum); k += 2) {
    term *= (x * x) / k
    sum += term
  }
  return (sum * Math.exp(-0.5 * x * x)) / rootTwoPi
}

/** phi(x) / (1 - Phi(x)) for x >= 1: Laplace's continued fraction x + 1/(x + 2/(x + 3/...)), from behind. */
function inverseMills(x: number): number {
  let fraction = x
  for (let k = Math.ceil(30 + 400 / (x * x)); k >= 1; k--) fraction = x + k / fraction
  return fraction
}
