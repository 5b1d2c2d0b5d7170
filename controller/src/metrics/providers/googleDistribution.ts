import { z } from 'zod'
import type { NativeBucket } from '../provider.ts'

/** Numbers of 64 bits come as strings. */
const Count = z.union([z.string().regex(/^\d+$/).transform(Number), z.number()])

export const Distribution = z.object({
  count: Count.optional(),
  bucketOptions: z
    .object({
      linearBuckets: z.object({ numFiniteBuckets: z.int().min(1), width: z.number(), offset: z.number().default(0) }).optional(),
      exponentialBuckets: z.object({ numFiniteBuckets: z.int().min(1), growthFactor: z.number(), scale: z.number() }).optional(),
      explicitBuckets: z.object({ bounds: z.array(z.number()).min(1) }).optional(),
    })
    .optional(),
  bucketCounts: z.array(Count).max(10_000).default([]),
})
export type Distribution = z.output<typeof Distribution>

/**
 * The buckets that hold something, each between its edges. The first bucket is all below the first bound, the last all from the last one on; counts at
 * the end of the list that are 0 may be missing there. Undefined: it has no buckets at all.
 */
export function bucketsOf({ bucketOptions, bucketCounts, count }: Distribution): NativeBucket[] | undefined {
  const bound = boundsOf(bucketOptions)
  if (!bound) return (count ?? 0) === 0 ? [] : undefined
  return bucketCounts.flatMap((inIt, index): NativeBucket[] => (inIt > 0 ? [[bound(index - 1), bound(index), inIt]] : []))
}

/** The bound above bucket i, by number; -1 lies below the first. */
function boundsOf(options: Distribution['bucketOptions']): ((index: number) => number) | undefined {
  const within = (finite: number, at: (index: number) => number) => (index: number) =>
    index < 0 ? Number.NEGATIVE_INFINITY : index > finite ? Number.POSITIVE_INFINITY : at(index)
  const { linearBuckets, exponentialBuckets, explicitBuckets } = options ?? {}
  if (linearBuckets) return within(linearBuckets.numFiniteBuckets, (index) => linearBuckets.offset + linearBuckets.width * index)
  if (exponentialBuckets)
    return within(exponentialBuckets.numFiniteBuckets, (index) => exponentialBuckets.scale * exponentialBuckets.growthFactor ** index)
  if (explicitBuckets)
    return within(explicitBuckets.bounds.length - 1, (index) => explicitBuckets.bounds[index] ?? Number.POSITIVE_INFINITY)
  return undefined
}
