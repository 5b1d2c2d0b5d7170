import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bucketsOf, Distribution } from './googleDistribution.ts'

const options = fc.oneof(
  fc.record({
    linearBuckets: fc.record({
      numFiniteBuckets: fc.integer({ min: 1, max: 20 }),
      width: fc.integer({ min: 1, max: 9 }),
      offset: fc.integer({ min: 0, max: 9 }),
    }),
  }),
  fc.record({
    exponentialBuckets: fc.record({
      numFiniteBuckets: fc.integer({ min: 1, max: 20 }),
      growthFactor: fc.constantFrom(1.5, 2, 10),
      scale: fc.constantFrom(0.001, 1),
    }),
  }),
  fc
    .uniqueArray(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 20 })
    .map((bounds) => ({ explicitBuckets: { bounds: bounds.sort((a, b) => a - b) } })),
)

test('buckets follow one another without a gap, from all below to all above, and hold what was counted', () => {
  fc.assert(
    fc.property(options, fc.func(fc.integer({ min: 1, max: 9 })), (bucketOptions, count) => {
      const explicit = 'explicitBuckets' in bucketOptions ? bucketOptions.explicitBuckets.bounds.length + 1 : undefined
      const finite =
        'linearBuckets' in bucketOptions
          ? bucketOptions.linearBuckets.numFiniteBuckets
          : 'exponentialBuckets' in bucketOptions
            ? bucketOptions.exponentialBuckets.numFiniteBuckets
            : 0
      const bucketCounts = Array.from({ length: explicit ?? finite + 2 }, (_, index) => String(count(index)))
      const buckets = bucketsOf(Distribution.parse({ bucketOptions, bucketCounts })) ?? []
      expect(buckets.map(([, , inIt]) => String(inIt))).toEqual(bucketCounts)
      expect([buckets[0]?.[0], buckets.at(-1)?.[1]]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY])
      for (const [index, [lower, upper]] of buckets.entries()) {
        expect(lower).toBeLessThan(upper)
        if (index > 0) expect(lower).toBe(buckets[index - 1]?.[1])
      }
    }),
  )
})

test('bounds are as documented', () => {
  const bounds = (bucketOptions: unknown) =>
    bucketsOf(Distribution.parse({ bucketOptions, bucketCounts: ['1', '1', '1', '1'] }))?.map(([, upper]) => upper)
  expect(bounds({ linearBuckets: { numFiniteBuckets: 2, width: 10 } })).toEqual([0, 10, 20, Number.POSITIVE_INFINITY])
  expect(bounds({ exponentialBuckets: { numFiniteBuckets: 2, growthFactor: 4, scale: 0.5 } })).toEqual([
    0.5,
    2,
    8,
    Number.POSITIVE_INFINITY,
  ])
  expect(bounds({ explicitBuckets: { bounds: [1, 5, 7] } })).toEqual([1, 5, 7, Number.POSITIVE_INFINITY])
})

test('without buckets there is nothing to say, unless nothing was counted', () => {
  expect(bucketsOf(Distribution.parse({ count: '5' }))).toBeUndefined()
  expect(bucketsOf(Distribution.parse({ count: '0' }))).toEqual([])
  expect(bucketsOf(Distribution.parse({ bucketOptions: { explicitBuckets: { bounds: [1] } } }))).toEqual([])
})
