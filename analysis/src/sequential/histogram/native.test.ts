import { describe, expect, it } from 'vitest'
import { exponential } from './layout.ts'
import { nativeBuckets, spanBuckets } from './native.ts'

describe('a native histogram', () => {
  it('becomes buckets by its schema, with its zero bucket and its lowest edge', () => {
    const { buckets } = nativeBuckets({ schema: 1, zeroThreshold: 0, zeroCount: 4, positive: { offset: 3, counts: [5, 0, 7] } })
    expect(buckets).toEqual([
      [0, 4],
      [2, 0],
      [2 ** 1.5, 5],
      [4, 0],
      [2 ** 2.5, 7],
    ])
  })

  it('tells its growth from a single bucket', () => {
    const sample = nativeBuckets({ schema: 3, zeroThreshold: 2 ** -128, zeroCount: 1, positive: { offset: -20, counts: [9] } })
    expect(exponential(sample)?.log).toBe(Math.LN2 / 8)
  })

  it('is merged to schema 8 when it is finer', () => {
    const fine = nativeBuckets({ schema: 10, zeroThreshold: 0, zeroCount: 0, positive: { offset: 1, counts: [1, 2, 3, 4, 5] } })
    expect(fine.buckets).toEqual([
      [1, 0],
      [2 ** (1 / 256), 10],
      [2 ** (2 / 256), 5],
    ])
  })

  it('keeps a zero bucket that reaches into the others', () => {
    const { buckets } = nativeBuckets({ schema: 0, zeroThreshold: 3, zeroCount: 2, positive: { offset: 2, counts: [5, 6] } })
    expect(buckets).toEqual([
      [3, 2],
      [4, 5],
      [8, 6],
    ])
  })

  it('with observations under 0 is refused in a sentence', () => {
    const negative = { offset: 0, counts: [0, 1] }
    expect(() => nativeBuckets({ schema: 3, zeroThreshold: 0, zeroCount: 0, positive: { offset: 0, counts: [] }, negative })).toThrow(
      'use a gauge',
    )
    expect(() => spanBuckets([{ lower: -2, upper: -1, count: 1 }])).toThrow('use a gauge')
  })
})

it('buckets with both edges keep their holes apart', () => {
  const { buckets } = spanBuckets([
    { lower: 4, upper: 8, count: 2 },
    { lower: -1e-38, upper: 1e-38, count: 3 },
    { lower: 1, upper: 2, count: 1 },
  ])
  expect(buckets).toEqual([
    [0, 3],
    [1, 0],
    [2, 1],
    [4, 0],
    [8, 2],
  ])
})
