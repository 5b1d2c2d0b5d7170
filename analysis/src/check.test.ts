import { expect, test } from 'vitest'
import { checkInterval, TableError } from './check.ts'
import type { Measurement } from './table.ts'

function refusal(measured: Measurement): string | undefined {
  try {
    checkInterval({ interval: 3, metrics: { slow: measured } })
    return undefined
  } catch (error) {
    if (error instanceof TableError) return error.message
    throw error
  }
}

test.each<[Measurement, string | undefined]>([
  [
    { form: 'histogram', baseline: { buckets: [[-1, 100]] } },
    'interval 3, slow: baseline.buckets up to -1 is 100: a histogram holds values from 0 up; write values that can be negative as a gauge, one number a pod',
  ],
  [{ form: 'histogram', baseline: { buckets: [[-1, 0]] } }, undefined],
  [
    {
      form: 'histogram',
      canary: {
        buckets: [
          [1, 2],
          [1, 3],
        ],
      },
    },
    'interval 3, slow: canary.buckets has the edge 1 after 1: upper edges are numbers in ascending order, each once',
  ],
  [
    { form: 'histogram', canary: { buckets: [[1, Number.NaN]] } },
    'interval 3, slow: canary.buckets up to 1 is NaN: write a count from 0 to 1,000,000,000,000,000',
  ],
  [
    { form: 'count', canary: { count: 1, exposure: 2e15 } },
    'interval 3, slow: canary.exposure is 2000000000000000: write a count from 0 to 1,000,000,000,000,000',
  ],
  [
    { form: 'gauge', canary: { values: [1, -1] } },
    'interval 3, slow: canary.values holds -1: gauges are compared by their ratio, so each must be a number from 0 up',
  ],
  [
    { form: 'raw', canary: { samples: [Number.NaN] } },
    'interval 3, slow: canary.samples holds NaN: observations must be numbers from 0 up',
  ],
])('%j', (measured, message) => {
  expect(refusal(measured)).toBe(message)
})
