import { describe, expect, test } from 'vitest'
import type { AnalysisRunSpecInput } from '../api/analysisRun.ts'
import { assess } from './assessment.ts'
import { emptyBench, heard } from './bench.ts'
import { interval, number, spec, start } from './testing/specs.ts'

/** What is said after these intervals of these parts. */
function said(more: Partial<AnalysisRunSpecInput>, heardOf: Record<string, ReturnType<typeof interval>[]>, elapsed: number) {
  const of = spec(more)
  let bench = emptyBench(of, start)
  for (const [key, intervals] of Object.entries(heardOf)) bench = heard(bench, key, intervals)
  const parts = bench.record.parts.map((part, at) => ({ part, verdict: bench.sittings[at]?.verdict() as never }))
  return assess(of, parts, elapsed)
}
const good = (count: number) => Array.from({ length: count }, (_, at) => interval(at + 1, 5))
const bad = (count: number) => Array.from({ length: count }, (_, at) => interval(at + 1, 50))
const limit = (more: object = {}) => ({ name: 'queue', threshold: { query: 'q', pass: 'value < 5', ...more } })
const errors = { name: 'errors', ratio: { bad: 'b', total: 't' } }

describe('one word over all parts', () => {
  test('passes when both versions are surely alike', () => {
    expect(said({}, { sequential: good(40) }, 40 * 60_000).verdict).toBe('Pass')
  })
  test('fails with the metric that failed', () => {
    const { verdict, by, because } = said({}, { sequential: bad(4) }, 240_000)
    expect([verdict, by]).toEqual(['Fail', 'errors'])
    expect(because).toContain('errors: ')
  })
  test('a condition that fails fails what the judge would pass', () => {
    const parts = { sequential: good(40), 'threshold-60s': [number(1, 'queue', 9)] }
    expect(said({ metrics: [errors, limit()] }, parts, 40 * 60_000)).toMatchObject({ verdict: 'Fail', by: 'queue' })
  })
  test('what is tried out decides nothing, and is shown', () => {
    const parts = { sequential: good(40), 'dry-threshold-60s': [number(1, 'queue', 9)] }
    const { verdict, metrics } = said({ metrics: [errors, { ...limit(), dryRun: true }] }, parts, 40 * 60_000)
    expect(verdict).toBe('Pass')
    expect(metrics.find(({ name }) => name === 'queue')).toMatchObject({ verdict: 'Fail', dryRun: true })
  })
  test('judge none: the comparison is shown, conditions decide', () => {
    const parts = { 'dry-sequential': bad(5), 'threshold-60s': [number(1, 'queue', 1)] }
    expect(said({ judge: { kind: 'none' }, metrics: [errors, limit({ count: 1 })] }, parts, 300_000).verdict).toBe('Pass')
  })
})

describe('conditions', () => {
  test('one without a count is watched as long as bake says, and never holds longer', () => {
    expect(said({ metrics: [limit()] }, { 'threshold-60s': [number(1, 'queue', 1)] }, 60_000).verdict).toBe('Running')
    expect(said({ metrics: [limit()] }, { 'threshold-60s': [number(1, 'queue', 1), number(2, 'queue', 1)] }, 120_000).verdict).toBe('Pass')
  })
  test('one that never had a number passes nothing, however long it is watched', () => {
    const typo = [1, 2, 3].map((at) => ({ interval: at, metrics: {} }))
    expect(said({ metrics: [limit()] }, { 'threshold-60s': typo }, 180_000).verdict).toBe('Running')
    expect(said({ metrics: [limit()] }, { 'threshold-60s': [number(1, 'queue', 1), ...typo.slice(1)] }, 180_000).verdict).toBe('Running')
  })
  test('one without numbers holds nothing up where that is to be ignored', () => {
    const typo = Array.from({ length: 6 }, (_, at) => ({ interval: at + 1, metrics: {} }))
    expect(said({ metrics: [limit()] }, { 'threshold-60s': typo }, 360_000).verdict).toBe('Inconclusive')
    expect(said({ metrics: [limit()], ignoreMissing: true }, { 'threshold-60s': typo }, 360_000).verdict).toBe('Pass')
  })
  test('one with a count passes with it, bake or not', () => {
    expect(said({ metrics: [limit({ count: 1 })] }, { 'threshold-60s': [number(1, 'queue', 1)] }, 60_000).verdict).toBe('Pass')
  })
  test('one that never gets its count is inconclusive at the deadline', () => {
    const few = { metrics: [limit({ count: 100 })], deadline: '3m' }
    expect(said(few, { 'threshold-60s': [number(1, 'queue', 1)] }, 120_000).verdict).toBe('Running')
    expect(said(few, { 'threshold-60s': [number(1, 'queue', 1)] }, 180_000)).toMatchObject({ verdict: 'Inconclusive' })
  })
  test('a Job passes with 1 and fails with 0', () => {
    const job = { metrics: [{ name: 'smoke', job: { template: {} } }] }
    expect(said(job, {}, 0).verdict).toBe('Running')
    expect(said(job, { 'once-smoke': [number(1, 'smoke', 1)] }, 0).verdict).toBe('Pass')
    expect(said(job, { 'once-smoke': [number(1, 'smoke', 0)] }, 0).verdict).toBe('Fail')
  })
})

describe("Kayenta's rules", () => {
  const kayenta = { judge: { kind: 'kayenta' as const }, bake: '10m', deadline: '1h' }
  const noisy = (at: number, scale: number) => interval(at + 1, Math.round(scale * (5 + ((at * 7) % 5))))
  test('are not asked before the bake time is over', () => {
    const awful = Array.from({ length: 9 }, (_, at) => noisy(at, 20))
    expect(said(kayenta, { kayenta: awful }, 9 * 60_000).verdict).toBe('Running')
    expect(said(kayenta, { kayenta: [...awful, noisy(9, 20)] }, 10 * 60_000).verdict).toBe('Fail')
  })
  test('with after: asked once', () => {
    const once = { ...kayenta, judge: { kind: 'kayenta' as const, kayenta: { after: '5m' } } }
    expect(said(once, { kayenta: Array.from({ length: 5 }, (_, at) => noisy(at, 20)) }, 5 * 60_000).verdict).toBe('Fail')
  })
})
