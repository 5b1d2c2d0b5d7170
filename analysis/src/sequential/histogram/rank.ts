import type { Placed } from './layout.ts'

/**
 * The chance that an observation of the canary is above one of the baseline's moved up by `shift` places, ties counted half, less 1/2, times the
 * square root of its information `h` = 12 / (1/Nc + 1/Nb): about standard normal when both are equal, and under 0 on average when the canary is
 * slower by less than the shift. Undefined for an empty arm. O(buckets).
 */
export function rankContrast(canary: Placed, baseline: Placed, shift: number): { z: number; h: number } | undefined {
  if (!(canary.total > 0 && baseline.total > 0)) return undefined
  // What one arm only knows to be beyond some place cannot be told from what the other has there.
  const lowest = Math.max(lowestOf(canary), lowestOf(baseline) + shift)
  const highest = Math.min(highestOf(canary), highestOf(baseline) + shift)
  const ours = classes(canary, 0, lowest, highest)
  const theirs = classes(baseline, shift, lowest, highest)
  let below = 0
  let above = 0
  let j = 0
  for (let i = 0; i < ours.places.length; i++) {
    const place = ours.places[i] ?? 0
    while (j < theirs.places.length && (theirs.places[j] ?? 0) < place) below += theirs.counts[j++] ?? 0
    const tied = theirs.places[j] === place ? (theirs.counts[j] ?? 0) : 0
    above += ((ours.counts[i] ?? 0) / canary.total) * ((below + tied / 2) / baseline.total)
  }
  const h = 12 / (1 / canary.total + 1 / baseline.total)
  return { z: (above - 0.5) * Math.sqrt(h), h }
}

/** The highest place that the zero bucket may reach up to. */
function lowestOf({ under }: Placed): number {
  return under.count > 0 ? under.upTo : Number.NEGATIVE_INFINITY
}

/** The place beyond which observations are only known to be there. */
function highestOf({ at, over }: Placed): number {
  return over > 0 ? (at.at(-1) ?? Number.NEGATIVE_INFINITY) : Number.POSITIVE_INFINITY
}

/** Counts by place, with one class for everything up to `lowest` and one beyond `highest`. */
function classes(
  { at, counts, under, over }: Placed,
  shift: number,
  lowest: number,
  highest: number,
): { places: number[]; counts: number[] } {
  const places = [Number.NEGATIVE_INFINITY]
  const sums = [under.count]
  let end = over
  for (let i = 0; i < at.length; i++) {
    const place = (at[i] ?? 0) + shift
    const count = counts[i] ?? 0
    if (place > highest) end += count
    else if (place <= lowest) sums[0] = (sums[0] ?? 0) + count
    else {
      places.push(place)
      sums.push(count)
    }
  }
  places.push(Number.POSITIVE_INFINITY)
  sums.push(end)
  return { places, counts: sums }
}
