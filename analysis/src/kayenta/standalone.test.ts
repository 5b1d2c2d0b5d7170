import { describe, expect, it } from 'vitest'
import { judge } from './judge.ts'
import { type AnalysisRequest, aggregate, failsFast, sampleWarnings, standaloneAnalysis, windows } from './standalone.ts'

const now = '2026-01-01T00:00:00Z'
const thresholds = { pass: 95, marginal: 75 }
const request = (rest: Partial<AnalysisRequest> = {}, scope: AnalysisRequest['scopes'][number] = {}): AnalysisRequest => ({
  scopes: [scope],
  thresholds,
  ...rest,
})

describe('the windows of an analysis', () => {
  it('in real time grow from the start, each judged an interval after the one before', () => {
    expect(windows(request({ lifetimeDurationMins: 100, analysisIntervalMins: 30 }), now)).toEqual(
      ['00:30:00Z', '01:00:00Z', '01:30:00Z'].map((end) => {
        const window = { start: now, end: `2026-01-01T${end}` }
        return { control: window, experiment: window, waitUntil: window.end }
      }),
    )
  })

  it('in real time begin after the warm-up', () => {
    expect(windows(request({ lifetimeDurationMins: 60, beginAfterMins: 5 }), now)).toEqual([
      {
        control: { start: '2026-01-01T00:05:00Z', end: '2026-01-01T01:05:00Z' },
        experiment: { start: '2026-01-01T00:05:00Z', end: '2026-01-01T01:05:00Z' },
        waitUntil: '2026-01-01T01:05:00Z',
      },
    ])
  })

  it('in retrospect wait for nothing and take no warm-up', () => {
    const scope = { startTimeIso: '2025-06-01T10:00:00Z', endTimeIso: '2025-06-01T11:00:00Z' }
    const [first, second, ...rest] = windows(request({ beginAfterMins: 5, analysisIntervalMins: 30 }, scope), now)
    expect(rest).toEqual([])
    expect(first).not.toHaveProperty('waitUntil')
    expect([first?.experiment, second?.experiment]).toEqual([
      { start: '2025-06-01T10:00:00Z', end: '2025-06-01T10:30:00Z' },
      { start: '2025-06-01T10:00:00Z', end: '2025-06-01T11:00:00Z' },
    ])
  })

  it('slide with a look-back', () => {
    const ends = windows(request({ lifetimeDurationMins: 30, analysisIntervalMins: 10, lookbackMins: 15 }), now).map(
      (one) => one.experiment,
    )
    expect(ends[2]).toEqual({ start: '2026-01-01T00:15:00Z', end: '2026-01-01T00:30:00Z' })
  })

  it('shift the control back by its offset', () => {
    const [only] = windows(request({ lifetimeDurationMins: 60 }, { controlOffsetInMinutes: 60 }), now)
    expect(only?.control).toEqual({ start: '2025-12-31T23:00:00Z', end: now })
  })

  it.each([0, 60, 61, undefined])('are one over the whole lifetime for an interval of %s', (analysisIntervalMins) => {
    expect(windows(request({ lifetimeDurationMins: 60, analysisIntervalMins }), now)).toHaveLength(1)
  })

  it('are the same for times as texts without a zone, milliseconds and Dates', () => {
    const [start, end] = [Date.parse(now), Date.parse(now) + 3_600_000]
    const expected = windows(request({}, { startTimeIso: now, endTimeIso: '2026-01-01T01:00:00Z' }), now)
    expect(windows(request({}, { startTimeIso: start, endTimeIso: new Date(end) }), now)).toEqual(expected)
    expect(windows(request({}, { startTimeIso: '2026-01-01T00:00:00', endTimeIso: '2026-01-01T01:00' }), now)).toEqual(expected)
  })

  it('keep milliseconds only where there are some', () => {
    expect(windows(request({ lifetimeDurationMins: 1 }), Date.parse(now) + 5)[0]?.experiment.start).toBe('2026-01-01T00:00:00.005Z')
  })

  it.each([
    [{ scopes: [] }, 'no scopes'],
    [request(), 'neither endTimeIso nor lifetimeDurationMins'],
    [request({ lifetimeDurationMins: 0 }), 'The lifetime is 0 minutes'],
    [request({ lifetimeDurationMins: 60, beginAfterMins: -1 }), 'beginAfterMins is -1'],
    [request({}, { endTimeIso: 'tomorrow' }), 'endTimeIso is tomorrow'],
    [request({}, { endTimeIso: 1e300 }), 'endTimeIso is the number 1e+300'],
    [request({ lifetimeDurationMins: 1e15 }), 'beyond what a date can say'],
    [request({ lifetimeDurationMins: 1e9, analysisIntervalMins: 1e-9 }), 'judgements'],
  ])('say what is wrong with a request', (wrong, message) => {
    expect(() => windows(wrong, now)).toThrow(message)
  })
})

describe('the verdict', () => {
  it('follows the last score', () => {
    expect(aggregate([100, 95], thresholds).verdict).toBe('pass')
    expect(aggregate([100, 94.99], thresholds).verdict).toBe('fail')
    expect(aggregate([100, 75], thresholds)).toEqual({
      verdict: 'fail',
      reason: 'The last score, 75, does not exceed the marginal threshold of 75.',
    })
    expect(aggregate([80], { marginal: 75 }).verdict).toBe('pass')
    expect(aggregate([0], undefined).verdict).toBe('pass')
    expect(aggregate([], thresholds).verdict).toBe('fail')
  })

  it('comes at once at the marginal threshold, where the class of the score is still Marginal', () => {
    expect([74, 75, 75.01].map((score) => failsFast(score, thresholds))).toEqual([true, true, false])
    expect(failsFast(0, { pass: 95 })).toBe(false)
    expect(failsFast(0, undefined)).toBe(false)
    expect(failsFast(0, { marginal: null })).toBe(false)
  })
})

describe('a whole run', () => {
  const config = {
    metrics: [
      { name: 'errors', query: { type: 'prometheus' }, groups: ['g'] },
      { name: 'hits', query: { type: 'datadog' }, groups: ['g'] },
    ],
  }
  const steady = Array.from({ length: 30 }, (_, at) => 100 + (at % 7))
  const pairs = (factor: number) =>
    ['errors', 'hits'].map((name) => ({ name, values: { control: steady, experiment: steady.map((value) => value * factor) } }))

  it('judges every window and passes', () => {
    const input = { config, request: request({ lifetimeDurationMins: 30, analysisIntervalMins: 10 }), now, pairs: () => pairs(1) }
    expect(standaloneAnalysis(input)).toMatchObject({ verdict: 'pass', failedFast: false, judgements: [{}, {}, {}] })
  })

  it('stops at the first score that does not exceed the marginal threshold', () => {
    const input = {
      config,
      request: request({ lifetimeDurationMins: 30, analysisIntervalMins: 10 }),
      now,
      pairs: ({ experiment }: { experiment: { end: string } }) => pairs(experiment.end === '2026-01-01T00:20:00Z' ? 2 : 1),
    }
    const { verdict, failedFast, judgements } = standaloneAnalysis(input)
    expect([verdict, failedFast, judgements.length]).toEqual(['fail', true, 2])
  })

  it('warns of fewer than 50 control samples, but not for Datadog', () => {
    expect(sampleWarnings(config, judge(config, pairs(1), thresholds))).toEqual([
      'The metric errors has 30 control samples; 50 are advised.',
    ])
  })
})
