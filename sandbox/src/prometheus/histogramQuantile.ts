import { entry } from '../controllers/entry.ts'
import { type Labels, nameLabel, signatureOf } from './labels.ts'
import { numberOf } from './literals.ts'
import type { VectorElement } from './value.ts'

interface Bucket {
  upper: number
  /** Observations up to `upper`. */
  count: number
}

/** The quantile of every histogram among the elements, which are its classic buckets: one element a set of labels besides `le`. */
export function histogramQuantiles(quantile: number, elements: readonly VectorElement[]): VectorElement[] {
  const histograms = new Map<string, { labels: Labels; buckets: Bucket[] }>()
  for (const { labels, value } of elements) {
    const upper = numberOf(labels.le ?? '')
    if (upper === undefined) continue
    const key = signatureOf(
      labels,
      Object.keys(labels)
        .filter((name) => name !== 'le' && name !== nameLabel)
        .sort(),
    )
    const { le: _, [nameLabel]: __, ...rest } = labels
    entry(histograms, key, () => ({ labels: rest, buckets: [] })).buckets.push({ upper, count: value })
  }
  return [...histograms.values()].map(({ labels, buckets }) => ({ labels, value: bucketQuantile(quantile, buckets) }))
}

/** Within a bucket observations count as spread evenly, the lowest beginning at zero. NaN without a bucket up to +Inf or without observations. */
function bucketQuantile(quantile: number, given: readonly Bucket[]): number {
  if (Number.isNaN(quantile)) return Number.NaN
  if (quantile < 0) return Number.NEGATIVE_INFINITY
  if (quantile > 1) return Number.POSITIVE_INFINITY
  const buckets = monotonic(given)
  const last = buckets.at(-1)
  if (!last || last.upper !== Number.POSITIVE_INFINITY || buckets.length < 2 || !(last.count > 0)) return Number.NaN
  const rank = quantile * last.count
  const found = buckets.findIndex(({ count }) => count >= rank)
  const bucket = buckets[found]
  const below = buckets[found - 1]
  if (!bucket || bucket === last) return buckets.at(-2)?.upper ?? Number.NaN
  if (!below && bucket.upper <= 0) return bucket.upper
  const lower = below?.upper ?? 0
  const before = below?.count ?? 0
  return lower + (bucket.upper - lower) * ((rank - before) / (bucket.count - before))
}

/** Sorted, equal edges joined, and no count less than the one before, as scrapes in mid-count can make it. */
function monotonic(given: readonly Bucket[]): Bucket[] {
  const buckets: Bucket[] = []
  for (const { upper, count } of [...given].sort((a, b) => a.upper - b.upper)) {
    const before = buckets.at(-1)
    if (before?.upper === upper) before.count += count
    else buckets.push({ upper, count })
  }
  let most = Number.NEGATIVE_INFINITY
  for (const bucket of buckets) {
    most = Math.max(most, bucket.count)
    bucket.count = most
  }
  return buckets
}
