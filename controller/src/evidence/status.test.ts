import { describe, expect, test } from 'vitest'
import type { AnalysisRunSpecInput } from '../api/analysisRun.ts'
import { AnalysisRunStatus } from '../api/analysisRun.ts'
import { emptyBench, heard, stored } from './bench.ts'
import { unpacked } from './record.ts'
import { type Known, statusOf } from './status.ts'
import { interval, spec, start } from './testing/specs.ts'

const minute = 60_000
const background = { for: { rollout: 'web', run: 1, stage: 'Background' as const } }

/** The status after these intervals. */
function after(intervals: ReturnType<typeof interval>[], more: Partial<AnalysisRunSpecInput> = {}, known: Partial<Known> = {}) {
  const of = spec(more)
  const bench = heard(emptyBench(of, start), 'sequential', intervals)
  return statusOf({
    spec: of,
    before: undefined,
    course: { state: 'running', start },
    bench,
    problems: [],
    learned: [],
    record: stored(bench),
    now: start + 60 * minute,
    ...known,
  })
}
const good = (count: number) => Array.from({ length: count }, (_, at) => interval(at + 1, 5))
const bad = (count: number) => Array.from({ length: count }, (_, at) => interval(at + 1, 60))

describe('the status of an analysis', () => {
  test('is one that the API server takes', () => {
    for (const status of [after([]), after(good(3)), after(good(40)), after(bad(5))])
      expect(AnalysisRunStatus.parse(status)).toEqual(status)
  })
  test('says how far it is, what is known, what is missing, and about how long it will take', () => {
    const { intervals, through, message, metrics } = after(good(6))
    expect([intervals, through]).toEqual([6, new Date(start + 6 * minute).toISOString()])
    expect(message).toMatch(
      /^errors: .*30 of 6,000 requests on the canary against 270 of 54,000 on the baseline.*needed for a pass; at the present rate/,
    )
    expect(metrics[0]).toMatchObject({ name: 'errors', verdict: 'Running', dataAt: through, needed: { intervals: expect.any(Number) } })
  })
  test('keeps a record that says the same when it is judged again', () => {
    const { record = '' } = after(bad(5))
    expect(unpacked(record)?.parts[0]?.intervals).toEqual(bad(5))
  })
  test('one made by hand ends with its word', () => {
    expect(after(good(40))).toMatchObject({ phase: 'Pass', verdict: 'Pass', endedAt: expect.any(String) })
    expect(after(bad(5))).toMatchObject({ phase: 'Fail', verdict: 'Fail', by: 'errors' })
  })
  test('one beside a run goes on after a pass, and ends with a fail', () => {
    expect(after(good(40), background)).toMatchObject({ phase: 'Running', verdict: 'Pass' })
    expect(after(bad(5), background).phase).toBe('Fail')
  })
  test('when its run is over it ends: passed, or stopped without an answer', () => {
    const over = { course: { state: 'over' as const, because: 'run 1 is over' } }
    expect(after(good(40), background, over).phase).toBe('Pass')
    expect(after(good(2), background, over)).toMatchObject({ phase: 'Stopped', message: expect.stringContaining('run 1 is over') })
  })
})

describe('what keeps it from measuring', () => {
  const silent = (from: number, arm?: 'canary' | 'baseline') =>
    Array.from({ length: 3 }, (_, at): ReturnType<typeof interval> => {
      const { metrics, ...rest } = interval(from + at, 5)
      const { errors } = metrics
      if (!arm || errors?.form !== 'ratio') return { ...rest, metrics: {} }
      const kept = arm === 'canary' ? { baseline: errors.baseline } : { canary: errors.canary }
      return { ...rest, metrics: { errors: { form: 'ratio' as const, ...kept } as typeof errors } }
    })
  test('three intervals without data are said, with the version that lacks them', () => {
    const because = (arm?: 'canary' | 'baseline') => after([...good(2), ...silent(3, arm)]).problems[0]?.because
    expect(because('canary')).toContain(
      'no data of the new version (pods web-two-[a-z0-9]{5}) for 3 intervals, though the old one has some',
    )
    expect(because('baseline')).toContain('no data of the old version (pods web-one-[a-z0-9]{5})')
    expect(because()).toContain('no data of either version')
  })
  test('two are not, and those of warm-up do not count', () => {
    expect(after([...good(2), ...silent(3).slice(0, 2)]).problems).toEqual([])
    expect(after(silent(1), { warmup: '2m' }).problems).toEqual([])
  })
  test('what is known to be wrong with it is said instead, since when it is so', () => {
    const problem = { what: 'errors', kind: 'Query' as const, because: 'it does not parse' }
    const first = after([...good(2), ...silent(3)], {}, { problems: [problem], now: start })
    const later = after([...good(2), ...silent(3)], {}, { problems: [problem], before: first, now: start + minute })
    expect(later.problems).toEqual([{ ...problem, since: new Date(start).toISOString() }])
  })
  test('coarser records are counted', () => {
    const { record } = after(good(3))
    expect(after(good(3), {}, { record: { text: record ?? '', times: 2 } }).coarsened).toBe(2)
  })
})
