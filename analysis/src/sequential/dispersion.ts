import type { Counts } from './kernel.ts'

/**
 * What is known of how bad events cluster within an arm: counts with dispersion phi vary phi times as much as independent ones.
 * Known from the service's own history, or learned while the run goes on.
 */
export type Dispersion = number | 'learned'

/** What a run has shown of the dispersion so far. */
export interface Spread {
  /** The latest standardised differences between the arms. */
  readonly differences: readonly number[]
  /** How much the baseline itself varies from interval to interval, where that is asked: of so many steps, and the sum of their squares. */
  readonly baseline?: { readonly last: Counts; readonly steps: number; readonly squares: number }
}

export const noSpread: Spread = { differences: [] }

/** Of fewer expected events the standardised difference is too skewed to tell a spread. */
const leastInformation = 0.5

/** So many are kept: more do not make the spread much better known. */
const most = 60

/** Adds one interval's standardised difference `z`, of information `h` = total * share * (1 - share). */
export function observeDifference(spread: Spread, z: number, h: number): Spread {
  if (!(h > leastInformation)) return spread
  const { differences } = spread
  return { ...spread, differences: [...differences.slice(differences.length >= most ? 1 : 0), z] }
}

/**
 * Adds one interval of the baseline, for events that may cluster so much that the canary has seen no cluster yet: its rate's step since the last
 * interval, squared, in units of what independent events would make (Poisson). Rush hours and incidents count as clusters too, which is safe.
 */
export function observeBaseline(spread: Spread, now: Counts): Spread {
  const { last, steps, squares } = spread.baseline ?? { last: undefined, steps: 0, squares: 0 }
  const both = last ? last.bad + now.bad : 0
  if (!last || !(both > 0)) return { ...spread, baseline: { last: now, steps, squares } }
  // (x/m - y/n)^2 / (p (1/m + 1/n)) with p = (x + y)/(m + n), which is (x n - y m)^2 / ((x + y) m n).
  const apart = last.bad * now.total - now.bad * last.total
  const step = (apart / last.total) * (apart / now.total)
  return { ...spread, baseline: { last: now, steps: steps + 1, squares: squares + step / both } }
}

/** What is believed before anything is seen, as if so many intervals had shown that dispersion, and how many are really needed. */
interface Prior {
  readonly weight: number
  readonly dispersion: number
  readonly least: number
}

/** Looking for harm the differences are soon believed, so that gross harm is found soon. After one interval only what is beyond any clusters counts. */
const forHarm: Prior = { weight: 4, dispersion: 1.5, least: 2 }

/** For a pass the baseline is believed longer: a few quiet intervals are no proof that errors do not come in clusters. */
const forCalm: Prior = { weight: 30, dispersion: 1.4, least: 6 }

/** Standard normal quantile of 0.2: the true dispersion is below the bound in about four of five cases. */
const quantile = -0.8416212335729143

/** Dispersions for which the wealth of harm is kept while it is being learned; beyond the last the counts are not trusted at all. */
const widest = 24
export const levels: readonly number[] = [1, 1.5, 2, 3, 4, 6, 8, 12, 16, widest]

/** What counts are divided by: looking for harm, with its place among the levels, and for a pass. Infinity (place -1) when they are not trusted. */
export interface Divided {
  readonly place: number
  readonly harm: number
  readonly calm: number
}

/** `seen` is the number of intervals that had data of both arms; `rare` says that the canary may have seen no cluster yet. */
export function learned(spread: Spread, seen: number, rare: boolean): Divided {
  const harm = rare && seen < forHarm.least ? widest : dispersionBound(spread, forHarm)
  const place = levels.findIndex((level) => level >= harm)
  const divided = levels[place] ?? Number.POSITIVE_INFINITY
  return {
    place,
    harm: divided,
    calm: rare ? (seen < forCalm.least ? Number.POSITIVE_INFINITY : dispersionBound(spread, forCalm)) : divided,
  }
}

/**
 * Upper bound of the dispersion: the scaled inverse-chi-square posterior's 80 % quantile, by Wilson and Hilferty's approximation of
 * chi-square (1931). The differences are taken about their own mean, or about two means, before and after the most likely change, where the bound
 * is lower so: a harm of the canary that lasts, or begins late, does not count as noise.
 */
function dispersionBound({ differences, baseline }: Spread, { weight, dispersion }: Prior): number {
  const { one, two } = within(differences, baseline ? leastSideOfRare : leastSide)
  const own = baseline && baseline.steps > 0 ? baseline.squares / baseline.steps : 0
  const believed = weight * Math.max(dispersion, own)
  // To find the change costs as much as two means more.
  const [alike, changed] = [differences.length - 1, differences.length - 4]
  return Math.max(
    1,
    Math.min((believed + one) / chiSquare(weight + Math.max(0, alike)), (believed + two) / chiSquare(weight + Math.max(0, changed))),
  )
}

/** What is exceeded in four of five cases with so many degrees of freedom. */
function chiSquare(df: number): number {
  const third = 2 / (9 * df)
  return df * (1 - third + quantile * Math.sqrt(third)) ** 3
}

/** Fewer on one side of a change could be anything, unless the baseline tells of clusters too. */
const leastSide = 5
const leastSideOfRare = 2

/** Sums of squares about one mean, and about the two before and after the most likely change. */
function within(differences: readonly number[], side: number): { one: number; two: number } {
  const n = differences.length
  let sum = 0
  let all = 0
  for (let at = 0; at < n; at++) {
    const z = differences[at] ?? 0
    sum += z
    all += z * z
  }
  const alike = n > 0 ? (sum * sum) / n : 0
  let changed = alike
  let before = 0
  for (let left = 1; left <= n - side; left++) {
    before += differences[left - 1] ?? 0
    if (left < side) continue
    changed = Math.max(changed, (before * before) / left + ((sum - before) * (sum - before)) / (n - left))
  }
  return { one: Math.max(0, all - alike), two: Math.max(0, all - changed) }
}
