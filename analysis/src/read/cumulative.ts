import type { Bucket, HistogramSample } from '../table.ts'
import { type Place, refuse } from './readError.ts'

type Arms = { readonly canary?: HistogramSample; readonly baseline?: HistogramSample }

/** Fewer edges than that may well rise by chance. */
const leastEdges = 4

/**
 * Whether counts look cumulative: in every arm that has data they never fall from edge to edge, over at least 4 edges of which more than one is
 * not zero. Undefined when there is no data to tell by; `sure` when both arms have some.
 */
export function looksCumulative({ canary, baseline }: Arms): { is: boolean; sure: boolean } | undefined {
  const arms = [canary, baseline].filter((arm): arm is HistogramSample => arm?.buckets.some(([, count]) => count > 0) ?? false)
  if (arms.length === 0) return undefined
  const is = arms.every(({ buckets }) => rises(buckets))
  return { is, sure: arms.length === 2 }
}

function rises(buckets: readonly Bucket[]): boolean {
  return (
    buckets.length >= leastEdges &&
    buckets.filter(([, count]) => count > 0).length > 1 &&
    buckets.every(([, count], at) => count >= (buckets[at - 1]?.[1] ?? 0))
  )
}

/** Counts of each bucket from counts up to each edge. Counts that fall are a ReadError; `because` says why they were taken for cumulative. */
export function perBucket(sample: HistogramSample, arm: string, because: string, place: Place): HistogramSample {
  const { buckets } = sample
  return {
    buckets: buckets.map(([upper, count], at): Bucket => {
      const below = buckets[at - 1]?.[1] ?? 0
      if (count < below)
        refuse(
          place,
          `${arm}${place.glue}buckets`,
          `falls from ${below} to ${count} at the edge ${upper}, but ${because}: write "cumulative": false where counts are of each bucket alone`,
        )
      return [upper, count - below]
    }),
  }
}
