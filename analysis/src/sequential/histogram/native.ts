import type { Bucket, HistogramSample } from '../../table.ts'
import { HistogramError } from './errors.ts'

/** A native (exponential) histogram of one arm and interval, as Prometheus and OpenTelemetry define it. */
export interface NativeHistogram {
  /** Buckets grow by 2^(2^-schema). Prometheus has -4 to 8, OpenTelemetry calls it scale and has up to 20. */
  readonly schema: number
  readonly zeroThreshold: number
  readonly zeroCount: number
  readonly positive: NativeBuckets
  readonly negative?: NativeBuckets
}

/** `counts[i]` observations in (g^(offset + i - 1), g^(offset + i)]: not cumulative, not deltas. In OpenTelemetry's offset it is one less. */
export interface NativeBuckets {
  readonly offset: number
  readonly counts: readonly number[]
}

/** Finer buckets than Prometheus' finest are merged: they could not matter. */
const finest = 8

/** A zero bucket up to so little holds zeros. */
const zero = 1e-30

/**
 * The buckets of a native histogram, with explicit zeros inside its span and its lowest edge as an empty bucket, so that the growth can be told
 * from any part of it. Throws a HistogramError when there are observations under 0.
 */
export function nativeBuckets({ schema, zeroThreshold, zeroCount, positive, negative }: NativeHistogram): HistogramSample {
  if (!Number.isInteger(schema))
    throw new HistogramError('bad-upper', `The schema of a native histogram must be a whole number, not ${schema}.`)
  if (negative?.counts.some((count) => count > 0))
    throw new HistogramError(
      'negative-observations',
      'The native histogram has observations under 0, which histograms are not judged by: use a gauge for them.',
    )
  const merged = 2 ** Math.max(0, schema - finest)
  const growth = 2 ** -Math.min(schema, finest)
  const buckets: Bucket[] = zeroCount > 0 ? [[zeroThreshold > zero ? zeroThreshold : 0, zeroCount]] : []
  const first = Math.ceil(positive.offset / merged)
  const counts: number[] = []
  for (const [at, count] of positive.counts.entries()) {
    const place = Math.ceil((positive.offset + at) / merged) - first
    counts[place] = (counts[place] ?? 0) + count
  }
  for (const [at, count] of [0, ...counts].entries()) {
    const upper = 2 ** ((first + at - 1) * growth)
    const last = buckets.at(-1)
    if (last && upper <= last[0]) buckets[buckets.length - 1] = [last[0], last[1] + count]
    else buckets.push([upper, count])
  }
  return { buckets }
}

/**
 * Buckets with both their edges, of which some in between may be missing because they are empty (so Prometheus' API lists them), as a sample
 * whose layout can be told. A lower edge at or under 0 is a zero bucket's. Throws a HistogramError when there are observations under 0.
 */
export function spanBuckets(list: readonly { readonly lower: number; readonly upper: number; readonly count: number }[]): HistogramSample {
  const buckets: Bucket[] = []
  for (const { lower, upper, count } of [...list].sort((a, b) => a.upper - b.upper)) {
    if (upper <= 0 && lower < 0 && count > 0)
      throw new HistogramError(
        'negative-observations',
        `The bucket from ${lower} to ${upper} has ${count} observations under 0, which histograms are not judged by: use a gauge for them.`,
      )
    const before = buckets.at(-1)?.[0] ?? Number.NEGATIVE_INFINITY
    if (lower > 0 && lower > before * (1 + 1e-9)) buckets.push([lower, 0])
    buckets.push([lower < 0 && upper <= zero ? 0 : upper, count])
  }
  return { buckets }
}
