import type { Interval } from '@serin/analysis'
import { expect, test } from 'vitest'
import { AnalysisRunSpec } from '../api/analysisRun.ts'
import { emptyBench } from './bench.ts'
import { packed, type RunRecord, unpacked } from './record.ts'

const spec = AnalysisRunSpec.parse({
  metrics: [
    { name: 'errors', ratio: { bad: 'b', total: 't' } },
    { name: 'latency', histogram: { query: 'h' } },
    { name: 'memory', gauge: { query: 'g' } },
  ],
  arms: { canary: { pods: 'new' }, baseline: { pods: 'old' } },
  interval: '60s',
})

const upTo = (...edges: number[]) => ({ buckets: edges.map((edge, at): [number, number] => [edge, at]) })
const whole: Interval = {
  interval: 1,
  weight: 5,
  metrics: {
    errors: { form: 'ratio', canary: { bad: 1, total: 3 }, baseline: { bad: 0.1, total: 1e21 } },
    latency: { form: 'histogram', canary: upTo(0.005, 0.25, Number.POSITIVE_INFINITY), baseline: upTo(0.1, 1) },
    memory: { form: 'gauge', canary: { values: [5e-324, 1 / 3] } },
  },
}
const half: Interval = {
  interval: 2,
  metrics: { latency: { form: 'histogram', baseline: upTo(1, Number.POSITIVE_INFINITY) }, errors: { form: 'ratio' } },
}
const last: Interval = { interval: 3, metrics: { latency: { form: 'histogram', canary: { buckets: [] } } } }

test('a record reads back as the same doubles, infinite edges too, and the record that was packed stays as it was', () => {
  const { record } = emptyBench(spec, Date.UTC(2026, 0, 1))
  const full: RunRecord = { ...record, parts: record.parts.map((part) => ({ ...part, intervals: [whole, half, last] })) }
  const before = structuredClone(full)
  const text = packed(full)
  expect(unpacked(text)).toEqual(full)
  expect(full).toEqual(before)
  // So that a record that was read packs to the same bytes.
  expect(packed(unpacked(text) ?? record)).toBe(text)
})
