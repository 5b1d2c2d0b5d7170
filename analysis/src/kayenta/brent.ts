/** Kayenta's absolute tolerance. Decisions depend on it: a limit of 7e-5 compared with a quarter of 9e-5 is a verdict. */
const TOLERANCE = 1e-4
const ROUNDS = 1001
const EPSILON = 2.220446049250313e-16

/**
 * A root of `f` between `lower` and `upper` by Brent's method of 1973 (zeroin), step for step as Kayenta and R take it, because the
 * point where it stops is part of a verdict. Guarantees: at most 1001 evaluations; never throws of itself. It does not ask that the ends
 * have opposite signs: then, and when an end is infinite, the result is whatever the iteration comes to, NaN included.
 */
export function brentRoot(f: (at: number) => number, lower: number, atLower: number, upper: number, atUpper: number): number {
  if (atLower === 0) return lower
  if (atUpper === 0) return upper
  let previous = lower
  let fPrevious = atLower
  let best = upper
  let fBest = atUpper
  let opposite = lower
  let fOpposite = atLower
  for (let round = 0; round < ROUNDS; round++) {
    const lastStep = best - previous
    if (Math.abs(fOpposite) < Math.abs(fBest)) {
      previous = best
      fPrevious = fBest
      best = opposite
      fBest = fOpposite
      opposite = previous
      fOpposite = fPrevious
    }
    const tolerance = 2 * EPSILON * Math.abs(best) + TOLERANCE / 2
    let step = (opposite - best) / 2
    // Within one unit in the last place of zero means zero or the smallest subnormal.
    if (Math.abs(step) <= tolerance || Math.abs(fBest) <= Number.MIN_VALUE) return best
    if (Math.abs(lastStep) >= tolerance && Math.abs(fPrevious) > Math.abs(fBest)) {
      const gap = opposite - best
      let [p, q] =
        previous === opposite ? secant(fBest / fPrevious, gap) : inverseQuadratic(fPrevious, fBest, fOpposite, gap, best - previous)
      if (p > 0) q = -q
      else p = -p
      if (p < 0.75 * gap * q - Math.abs(tolerance * q) / 2 && p < Math.abs((lastStep * q) / 2)) step = p / q
    }
    if (Math.abs(step) < tolerance) step = step > 0 ? tolerance : -tolerance
    previous = best
    fPrevious = fBest
    best += step
    fBest = f(best)
    if ((fBest > 0 && fOpposite > 0) || (fBest < 0 && fOpposite < 0)) {
      opposite = previous
      fOpposite = fPrevious
    }
  }
  return best
}

/** The step as a fraction p / q, divided only when it is taken. */
function secant(ratio: number, gap: number): [number, number] {
  return [gap * ratio, 1 - ratio]
}

function inverseQuadratic(fPrevious: number, fBest: number, fOpposite: number, gap: number, back: number): [number, number] {
  const s = fPrevious / fOpposite
  const t = fBest / fOpposite
  const u = fBest / fPrevious
  return [u * (gap * s * (s - t) - back * (t - 1)), (s - 1) * (t - 1) * (u - 1)]
}
