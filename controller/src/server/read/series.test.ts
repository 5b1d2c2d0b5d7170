import type { Interval } from '@serin/analysis'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AnalysisRunSpec } from '../../api/analysisRun.ts'
import { emptyBench, heard } from '../../evidence/bench.ts'
import type { RunRecord } from '../../evidence/record.ts'
import { statusOf } from '../../evidence/status.ts'
import { Series } from '../dto/evidence.ts'
import { coursesOf, type PartCourse } from './course.ts'
import { seriesOf } from './series.ts'
import { quantile } from './values.ts'

const start = Date.UTC(2026, 0, 1)
const spec = AnalysisRunSpec.parse({
  metrics: [{ name: 'errors', ratio: { bad: 'a', total: 'b' } }],
  arms: { canary: { pods: 'a' }, baseline: { pods: 'b' } },
  interval: '10s',
  deadline: '99h',
})
const interval = (n: number, canary: [number, number] | undefined, baseline: [number, number] | undefined, weight = 10): Interval => {
  const arm = (pair: [number, number] | undefined) => pair && { bad: pair[0], total: pair[1] }
  const [one, other] = [arm(canary), arm(baseline)]
  return {
    interval: n,
    weight,
    metrics: { errors: { form: 'ratio', ...(one ? { canary: one } : {}), ...(other ? { baseline: other } : {}) } },
  }
}
const recordOf = (intervals: readonly Interval[]): RunRecord => heard(emptyBench(spec, start), 'sequential', intervals).record

function judged(record: RunRecord, known: readonly PartCourse[] = []): { courses: PartCourse[]; looks: number } {
  const looking = coursesOf(record, known)
  let looks = 0
  for (let look = looking.next(); ; look = looking.next()) {
    if (look.done) return { courses: look.value, looks }
    looks++
  }
}
const series = (intervals: readonly Interval[]) =>
  Series.parse(seriesOf({ spec }, judged(recordOf(intervals)).courses, 'errors', { start }))

describe('a series', () => {
  test('has a point an interval; where there is no data it is null, never zero, and the gap says of whom', () => {
    const { points, gaps } = series([
      interval(1, [1, 100], [2, 400]),
      interval(2, undefined, [2, 400]),
      interval(3, undefined, [1, 400]),
      interval(4, undefined, undefined),
      interval(5, [0, 100], [0, 400]),
    ])
    expect(points.map(({ canary, baseline }) => [canary, baseline])).toEqual([
      [0.01, 0.005],
      [null, 0.005],
      [null, 0.0025],
      [null, null],
      [0, 0],
    ])
    const at = (seconds: number) => new Date(start + seconds * 1000).toISOString()
    expect(gaps).toEqual([
      { from: at(10), to: at(30), because: 'no data of the new version' },
      { from: at(30), to: at(40), because: 'no data of either version' },
    ])
    expect(points[0]?.at).toBe(at(10))
  })

  test('requests of nobody are no data', () => {
    expect(series([interval(1, [0, 0], [0, 400])]).points[0]).toMatchObject({ canary: null, baseline: 0 })
  })

  test('marks changes of the weight where they begin to count', () => {
    const { marks } = series([interval(1, [1, 100], [1, 100], 5), interval(2, [1, 100], [1, 100], 5), interval(3, [1, 100], [1, 100], 50)])
    expect(marks.map(({ text, at }) => [text, Date.parse(at) - start])).toEqual([
      ['5 % of the traffic', 0],
      ['50 % of the traffic', 20_000],
    ])
  })

  test('of more than a thousand intervals has at most a thousand points, each of the sums', () => {
    const { points } = series(Array.from({ length: 1001 }, (_, n) => interval(n + 1, [n % 2, 10], [0, 10])))
    expect(points).toHaveLength(501)
    expect(points[0]).toMatchObject({ canary: 0.05, baseline: 0 })
    expect(Date.parse(points.at(-1)?.at ?? '')).toBe(start + 1001 * 10_000)
  })

  test('of a metric that nobody has measured yet says so; of an unknown one there is none', () => {
    expect(seriesOf({ spec }, [], 'errors', { start })).toMatchObject({ points: [], summary: 'errors: nothing is measured yet.' })
    expect(seriesOf({ spec }, [], 'other', { start })).toBeUndefined()
  })
})

const tables = fc.array(fc.tuple(fc.nat(5), fc.integer({ min: 5, max: 50 }), fc.nat(5), fc.integer({ min: 5, max: 200 })), {
  minLength: 1,
  maxLength: 40,
})
const intervalsOf = (table: readonly (readonly [number, number, number, number])[]) =>
  table.map(([a, b, c, d], n) => interval(n + 1, [a, b], [c, d]))

test('property: the last look says what the status says, bit for bit', () => {
  fc.assert(
    fc.property(tables, (table) => {
      const bench = heard(emptyBench(spec, start), 'sequential', intervalsOf(table))
      const status = statusOf({
        spec,
        before: undefined,
        course: { state: 'running', start },
        bench,
        problems: [],
        learned: [],
        record: { text: '', times: 0 },
        now: start,
      })
      const last = judged(bench.record).courses[0]?.looks.at(-1)?.get('errors')
      const { verdict, ratio } = status.metrics[0] ?? {}
      expect(last).toEqual({ verdict, estimate: ratio?.estimate ?? null, low: ratio?.low ?? null, high: ratio?.high ?? null })
    }),
    { numRuns: 50 },
  )
})

test('property: a course that goes on is the same as one made anew, and judges only what is new', () => {
  fc.assert(
    fc.property(tables, tables, (first, second) => {
      const before = judged(recordOf(intervalsOf(first))).courses
      const all = recordOf(intervalsOf([...first, ...second]))
      const further = judged(all, before)
      expect(further.looks).toBe(second.length)
      expect(further.courses).toEqual(judged(all).courses)
    }),
    { numRuns: 30 },
  )
})

test('property: a quantile lies between the edges of its bucket and rises with its share', () => {
  const buckets = fc
    .array(fc.nat(20), { minLength: 1, maxLength: 8 })
    .map((counts) => counts.map((count, at): [number, number] => [(at + 1) / 10, count]))
  fc.assert(
    fc.property(
      buckets,
      fc.double({ min: 0.01, max: 0.99, noNaN: true }),
      fc.double({ min: 0.01, max: 0.99, noNaN: true }),
      (given, one, other) => {
        fc.pre(given.some(([, count]) => count > 0))
        const [low, high] = [Math.min(one, other), Math.max(one, other)]
        expect(quantile(given, low)).toBeLessThanOrEqual(quantile(given, high) + 1e-12)
        const total = given.reduce((sum, [, count]) => sum + count, 0)
        const upTo = (edge: number) => given.filter(([upper]) => upper <= edge + 1e-12).reduce((sum, [, count]) => sum + count, 0)
        expect(upTo(Math.ceil(quantile(given, high) * 10 - 1e-9) / 10)).toBeGreaterThanOrEqual(high * total - 1e-9)
      },
    ),
  )
})
