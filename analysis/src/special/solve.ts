/** Where a root lies and how closely it is wanted. The ends may stand in either order. */
export interface Search {
  readonly low: number
  readonly high: number
  /** Widest bracket at the end, absolute. Never under a few ulps of the root. Default 0: as close as doubles go. */
  readonly tolerance?: number
}

/**
 * Root of a continuous function with different signs at `low` and `high` (either may have a value of 0 or be infinite), by Chandrupatla's method:
 * inverse quadratic steps where three points look like a smooth curve, bisection otherwise. So it never needs more than a few times
 * the steps of bisection, and about ten where the function is smooth.
 *
 * Throws a RangeError when the signs at the ends agree or a value is NaN.
 *
 * Source: Chandrupatla, A new hybrid quadratic/bisection algorithm for finding the zero of a nonlinear function, Adv. Eng. Software 28 (1997).
 */
export function solve(f: (x: number) => number, { low, high, tolerance = 0 }: Search): number {
  let near = { x: low, y: f(low) }
  let far = { x: high, y: f(high) }
  if (near.y === 0) return low
  if (far.y === 0) return high
  if (!(Math.sign(near.y) * Math.sign(far.y) < 0))
    throw new RangeError(`no change of sign between ${low} (${near.y}) and ${high} (${far.y})`)
  let fraction = 0.5
  for (;;) {
    const x = near.x + fraction * (far.x - near.x)
    const next = { x, y: f(x) }
    if (Number.isNaN(next.y)) throw new RangeError(`no value at ${x}`)
    const last = Math.sign(next.y) === Math.sign(near.y) ? near : far
    if (last === far) far = near
    near = next
    const best = Math.abs(near.y) < Math.abs(far.y) ? near : far
    const width = Math.abs(far.x - near.x)
    const limit = Math.max(tolerance, 2 * Number.EPSILON * Math.abs(best.x), Number.MIN_VALUE) / width
    if (best.y === 0 || limit > 0.5) return best.x
    fraction = Math.min(1 - limit, Math.max(limit, nextFraction(near, far, last)))
  }
}

interface Point {
  readonly x: number
  readonly y: number
}

/** How far to go from `near` to `far`: by the inverse parabola through three points where it is monotone there, else half way. */
function nextFraction(near: Point, far: Point, last: Point): number {
  const xi = (near.x - far.x) / (last.x - far.x)
  const phi = (near.y - far.y) / (last.y - far.y)
  if (!(phi * phi < xi && (1 - phi) * (1 - phi) < 1 - xi)) return 0.5
  const toFar = (near.y / (far.y - near.y)) * (last.y / (far.y - last.y))
  const toLast = (((last.x - near.x) / (far.x - near.x)) * near.y * far.y) / ((last.y - near.y) * (last.y - far.y))
  const fraction = toFar + toLast
  return Number.isFinite(fraction) ? fraction : 0.5
}
