import fc from 'fast-check'
import { expect, test } from 'vitest'
import { analysis, bad, good, open, silent } from './fixtures/evidence.ts'
import { metricRowsOf, progress, wordOf } from './metricRows.ts'

const rowOf = (metric: typeof good) => metricRowsOf({ ...analysis, metrics: [metric] })[0]

test('a metric that is open says both values, the difference with limits, and what is still needed', () => {
  expect(rowOf(open)).toMatchObject({
    word: 'open',
    canary: '214 ms',
    baseline: '208 ms',
    difference: '+2.9 % (×1.03)',
    band: '[×0.94, ×1.12]',
    need: 'about 6 min, 21,000 requests more',
    pass: 63,
    harm: 8,
  })
})

test('a bad one says by how much', () => {
  expect(rowOf(bad)).toMatchObject({ word: 'bad', canary: '2.01 %', baseline: '0.12 %', difference: '×16.7', need: '' })
})

test('a reason that begins with the name of the metric does not say it twice', () => {
  expect(rowOf({ ...open, because: 'latency-p95: alike so far' })?.because).toBe('alike so far')
})

test('no data is not zero and not undecided', () => {
  expect(rowOf(silent)).toMatchObject({ word: 'noData', canary: 'no data', baseline: 'no data', difference: '' })
  expect(wordOf({ ...open, verdict: 'Inconclusive' }, false)).toBe('undecided')
  expect(wordOf(open, true)).toBe('noData')
  expect(wordOf({ ...open, canary: undefined, baseline: undefined, ratio: undefined }, false)).toBe('open')
})

test('a job shows no values, a condition no baseline', () => {
  expect(rowOf({ ...good, form: 'threshold', baseline: undefined, ratio: undefined })).toMatchObject({ canary: '0.11 %', baseline: '' })
  const condition = {
    ...good,
    form: 'job',
    canary: undefined,
    baseline: undefined,
    ratio: undefined,
    limits: undefined,
    evidence: undefined,
  }
  expect(rowOf(condition)).toMatchObject({ word: 'good', canary: '', baseline: '', difference: '', limit: '', pass: undefined })
})

test('when it is over nothing is needed any more', () => {
  expect(metricRowsOf({ ...analysis, endedAt: analysis.through, metrics: [open, bad] })).toMatchObject([
    { word: 'undecided', need: '' },
    { word: 'bad' },
  ])
})

test('where less is worse the limits are below', () => {
  expect(rowOf({ ...good, limits: { tolerance: 0.91, margin: 0.67 } })?.limit).toBe('harm below ×0.91, passes above ×0.67')
  expect(rowOf(good)?.limit).toBe('harm above ×1.05, passes below ×1.20')
})

test('only what suffices is 100 %', () => {
  fc.assert(
    fc.property(fc.double({ min: -100, max: 100, noNaN: true }), fc.double({ min: 0.1, max: 50, noNaN: true }), (has, needs) => {
      const share = progress(has, needs)
      expect(share === 100).toBe(has >= needs)
      expect(share).toBeGreaterThanOrEqual(0)
    }),
  )
})
