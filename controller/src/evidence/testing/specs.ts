import type { Interval } from '@serin/analysis'
import { AnalysisRunSpec, type AnalysisRunSpecInput } from '../../api/analysisRun.ts'

export const start = Date.parse('2026-01-01T12:00:00Z')

/** A share of errors, judged against stable. */
const errors = { name: 'errors', ratio: { bad: 'bad', total: 'total' } }

export function spec(more: Partial<AnalysisRunSpecInput> = {}): AnalysisRunSpec {
  return AnalysisRunSpec.parse({
    metrics: [errors],
    arms: { canary: { pods: 'web-two-[a-z0-9]{5}' }, baseline: { pods: 'web-one-[a-z0-9]{5}' } },
    interval: '60s',
    bake: '2m',
    ...more,
  })
}

/** Requests of both versions: `bad` of 1,000 on the canary, 45 of 9,000 on the baseline. */
export function interval(at: number, bad: number, more: Partial<Interval> = {}): Interval {
  const measured = { form: 'ratio' as const, canary: { bad, total: 1000 }, baseline: { bad: 45, total: 9000 } }
  return { interval: at, weight: 10, metrics: { errors: measured }, ...more }
}

/** One number of a condition, a Job or a webhook. */
export function number(at: number, name: string, value: number): Interval {
  return { interval: at, metrics: { [name]: { form: 'gauge', canary: { values: [value] } } } }
}
