import type { Bucket, HistogramSample } from '../../table.ts'
import { HistogramError } from './errors.ts'

/** Relative error up to which an upper edge lies on a grid: edges written as text have about so many digits. */
const onGrid = 1e-6

/** Growth of one bucket in an exponential layout: coarser ones cannot be shifted by as little as a tolerance, finer ones are noise. */
export const growths = { least: 1.002, most: 1.35 }

/** Edges `anchor * e^(k * log)` for whole k. */
export interface Grid {
  readonly anchor: number
  /** Log of the growth of one bucket. */
  readonly log: number
}

/**
 * The grid of an exponential layout: all uppers but the first (which may be that of the zero bucket), 0 and Infinity are whole powers of one
 * growth of at most 1.35 apart. Buckets missing between them are empty, so they do not matter unless all are missing in a regular pattern: then
 * the layout counts as the coarser one. Undefined for a classic layout, and when there are too few buckets to tell.
 *
 * O(buckets). Throws a HistogramError for uppers or counts that make no sense, as everything here that reads a sample.
 */
export function exponential({ buckets }: HistogramSample): Grid | undefined {
  checkBuckets(buckets)
  const from = buckets.findIndex(([upper]) => upper > 0)
  if (from < 0) return undefined
  const bounded = isBounded(buckets)
  const to = buckets.length - (bounded ? 1 : 0)
  const all = gridOf(buckets, from, to, bounded)
  const rest = gridOf(buckets, from + 1, to, bounded)
  // An edge that alone asks for a finer grid than all the others is the zero bucket's.
  return all && rest && to - from > 3 && rest.log > 1.5 * all.log ? rest : (all ?? rest)
}

/** The list ends with Infinity: what is beyond its last edge, and below its first, is not known more exactly. */
function isBounded(buckets: readonly Bucket[]): boolean {
  return buckets.at(-1)?.[0] === Number.POSITIVE_INFINITY
}

/** The grid of the uppers from one place (included) to another (excluded). */
function gridOf(buckets: readonly Bucket[], from: number, to: number, bounded: boolean): Grid | undefined {
  // Any two edges are powers of their quotient: of a list that ends with Infinity they do not make an exponential layout yet.
  if (to - from < (bounded ? 3 : 2)) return undefined
  const upper = (at: number): number => buckets[at]?.[0] ?? 0
  const least = Math.log(growths.least)
  let step = Math.log(upper(from + 1) / upper(from))
  for (let at = from + 2; at < to && step >= least; at++) step = commonStep(step, Math.log(upper(at) / upper(at - 1)))
  if (!(step >= least) || step > Math.log(growths.most) + onGrid) return undefined
  const anchor = upper(from)
  const span = between(anchor, upper(to - 1))
  const log = exactly(span / Math.round(span / step))
  for (let at = from; at < to; at++) {
    const place = between(anchor, upper(at))
    if (Math.abs(place - Math.round(place / log) * log) > onGrid) return undefined
  }
  return { anchor, log }
}

/** Log of the quotient of two edges, which may be too far apart to have one. */
export function between(lower: number, upper: number): number {
  return Math.log(upper) - Math.log(lower)
}

/** Euclid's common measure of two lengths that are known up to rounding. */
function commonStep(a: number, b: number): number {
  let [long, short] = a > b ? [a, b] : [b, a]
  for (let turn = 0; turn < 40; turn++) {
    const rest = Math.abs(long - Math.round(long / short) * short)
    if (rest <= 4 * onGrid) return short
    long = short
    short = rest
  }
  return 0
}

/** Native histograms grow by 2^(2^-schema); other growths are kept to twelve digits, so that the unit of the edges does not change them. */
function exactly(log: number): number {
  const native = Math.LN2 * 2 ** Math.round(Math.log2(log / Math.LN2))
  return Math.abs(log / native - 1) < 1e-5 ? native : Number(log.toPrecision(12))
}

/** Buckets of one arm on a grid. */
export interface Placed {
  /** Place of each bucket's upper edge on the grid, ascending. */
  readonly at: readonly number[]
  readonly counts: readonly number[]
  readonly total: number
  /** Observations up to an edge that lies on no grid: zeros, or what a zero bucket holds. `upTo` is the first place at or above it. */
  readonly under: { readonly upTo: number; readonly count: number }
  /** Observations beyond the last edge. */
  readonly over: number
  /** Whether the list said that it ends there. */
  readonly bounded: boolean
}

/**
 * Puts a sample of an exponential layout on a grid that is as fine or coarser by a power of two. Undefined when it does not fit.
 * `stride` is the common measure of the steps between the uppers if it is a power of two: over 1 when the sample is the coarser one.
 */
export function placeOn(grid: Grid, { buckets }: HistogramSample): (Placed & { readonly stride: number }) | undefined {
  const places = Math.exp(grid.log)
  const bounded = isBounded(buckets)
  const to = buckets.length - (bounded ? 1 : 0)
  const at: number[] = []
  const counts: number[] = []
  let under = { upTo: Number.NEGATIVE_INFINITY, count: 0 }
  let total = 0
  let steps = 0
  let before = 0
  let place = 0
  for (let i = 0; i < to; i++) {
    const bucket = buckets[i] as Bucket
    const upper = bucket[0]
    const count = bucket[1]
    total += count
    if (!(upper > 0)) {
      under = { upTo: Number.NEGATIVE_INFINITY, count: under.count + count }
      continue
    }
    // Next to each other as a rule: only a hole and the ends ask for a logarithm.
    const next = before > 0 && i < to - 1 && Math.abs(upper / before / places - 1) <= 2 * onGrid
    const now = next ? place + 1 : placeOf(grid, upper)
    if (now === undefined) {
      if (at.length > 0 || under.upTo > Number.NEGATIVE_INFINITY) return undefined
      under = { upTo: Math.ceil(between(grid.anchor, upper) / grid.log), count: under.count + count }
      continue
    }
    if (at.length > 0) {
      if (now <= place) return undefined
      if (steps !== 1) steps = common(steps, now - place)
    }
    at.push(now)
    counts.push(count)
    before = upper
    place = now
  }
  const over = bounded ? (buckets.at(-1)?.[1] ?? 0) : 0
  return { at, counts, total: total + over, under, over, bounded, stride: steps > 0 && Number.isInteger(Math.log2(steps)) ? steps : 1 }
}

/** The place of an edge on a grid; undefined when it lies between two. */
export function placeOf(grid: Grid, upper: number): number | undefined {
  const length = between(grid.anchor, upper)
  const place = Math.round(length / grid.log)
  return Math.abs(length - place * grid.log) <= onGrid ? place + 0 : undefined
}

/** The edge at a place. */
export function edgeAt(grid: Grid, place: number): number {
  return Math.exp(Math.log(grid.anchor) + place * grid.log)
}

/** Puts buckets of one grid into those of another as fine or coarser: each goes where its upper edge falls. */
export function regrid(placed: Placed, from: Grid, to: Grid): Placed {
  if (from === to || (from.anchor === to.anchor && from.log === to.log)) return placed
  const scale = from.log / to.log
  const offset = between(to.anchor, from.anchor) / to.log
  const at: number[] = []
  const counts: number[] = []
  for (let i = 0; i < placed.at.length; i++) {
    const place = Math.ceil((placed.at[i] ?? 0) * scale + offset - onGrid / to.log) + 0
    const count = placed.counts[i] ?? 0
    const last = at.length - 1
    if (at[last] === place) counts[last] = (counts[last] ?? 0) + count
    else {
      at.push(place)
      counts.push(count)
    }
  }
  const upTo = Math.ceil(placed.under.upTo * scale + offset - onGrid / to.log)
  return { ...placed, at, counts, under: { upTo, count: placed.under.count } }
}

/** The observations of both, on the same grid. */
export function addPlaced(a: Placed, b: Placed): Placed {
  const rest = {
    total: a.total + b.total,
    under: { upTo: Math.max(a.under.upTo, b.under.upTo), count: a.under.count + b.under.count },
    over: a.over + b.over,
    bounded: a.bounded || b.bounded,
  }
  // Most histograms keep their buckets from one interval to the next.
  if (sameNumbers(a.at, b.at)) return { at: a.at, counts: a.counts.map((count, i) => count + (b.counts[i] ?? 0)), ...rest }
  const at: number[] = []
  const counts: number[] = []
  let i = 0
  let j = 0
  while (i < a.at.length || j < b.at.length) {
    const place = Math.min(a.at[i] ?? Number.POSITIVE_INFINITY, b.at[j] ?? Number.POSITIVE_INFINITY)
    let count = 0
    if (a.at[i] === place) count += a.counts[i++] ?? 0
    if (b.at[j] === place) count += b.counts[j++] ?? 0
    at.push(place)
    counts.push(count)
  }
  return { at, counts, ...rest }
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  if (a === b) return true
  let at = a.length === b.length ? 0 : -1
  while (at >= 0 && at < a.length && a[at] === b[at]) at++
  return at === a.length
}

/** How many observations there are. Throws a HistogramError unless uppers ascend and counts are numbers from 0 on. Values under 0 have no place: latencies and sizes have none. */
export function checkBuckets(buckets: readonly Bucket[]): number {
  let before = Number.NEGATIVE_INFINITY
  let total = 0
  for (const bucket of buckets) {
    const upper = bucket[0]
    const count = bucket[1]
    if (!(upper > before))
      throw new HistogramError('bad-upper', `The upper edges of a histogram must be ascending numbers: ${upper} follows ${before}.`)
    if (!(count >= 0 && count < Number.POSITIVE_INFINITY))
      throw new HistogramError('bad-count', `A bucket's count must be a number from 0 on: the bucket up to ${upper} has ${count}.`)
    if (upper < 0 && count > 0)
      throw new HistogramError(
        'negative-observations',
        `The bucket up to ${upper} has ${count} observations under 0, which histograms are not judged by: use a gauge for them.`,
      )
    before = upper
    total += count
  }
  return total
}

function common(a: number, b: number): number {
  let [x, y] = [a, b]
  while (y > 0) [x, y] = [y, x % y]
  return x
}
