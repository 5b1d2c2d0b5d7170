import type { MetricVerdict, Verdict } from '@serin/analysis'
import { describe, expect, test } from 'vitest'
import { verdictLine, verdictView } from './verdict.ts'

const look = { colour: false, unicode: true, columns: 0 }

function verdict(metric: Partial<MetricVerdict>, more: Partial<Verdict> = {}): Verdict {
  return {
    verdict: 'continue',
    because: 'because.',
    interval: 7,
    metrics: [
      {
        name: 'errors',
        form: 'ratio',
        verdict: 'continue',
        because: 'because.',
        evidence: { harm: { has: 0, needs: 3 }, pass: { has: null, needs: 3 } },
        p: 1,
        ...metric,
      },
    ],
    calm: true,
    ...more,
  }
}

/** Name, arms and ratio of the one metric. */
function row(metric: Partial<MetricVerdict>): string[] {
  const [, , head = '', cells = ''] = verdictView(look, verdict(metric))
  return ['CANARY', 'BASELINE', 'RATIO'].map((column, at, all) =>
    cells.slice(head.indexOf(column), head.indexOf(all[at + 1] ?? 'HARM')).trim(),
  )
}

describe('arms', () => {
  test.each<[Partial<MetricVerdict>, [string, string]]>([
    [{ canary: { bad: 0, total: 0 }, baseline: { bad: 25, total: 5400 } }, ['no data', '25 of 5,400']],
    [{ baseline: { mean: 0.5 } }, ['no data', '0.5']],
    [{ canary: { total: 0 }, baseline: { total: 12 } }, ['no data', '12']],
    [{ canary: { bad: 0, total: 600 }, baseline: {} }, ['0 of 600', 'no data']],
    [{ form: 'count', canary: { bad: 5, total: 1 }, baseline: { bad: 3, total: 60 } }, ['5 in 1', '3 in 60']],
    [{ canary: { bad: 3e13, total: 3e15 }, baseline: { bad: 1, total: 1234567 } }, ['3.0e+13 of 3.0e+15', '1 of 1,234,567']],
  ])('%j', (metric, [canary, baseline]) => {
    expect(row(metric)).toEqual([canary, baseline, ''])
  })
})

test.each([
  [{ estimate: 5.08, low: 1.64, high: 14.2 }, '5.1× (1.6 to 14)'],
  [{ estimate: 2.6, low: 0.001, high: 28.2 }, '2.6× (up to 28)'],
  [{ estimate: 2, low: 1.26, high: null }, '2× (1.3 or more)'],
  [{ estimate: 1, low: 0.001, high: null }, '1×'],
  [{ estimate: 1, low: null, high: null }, '1×'],
  [{ estimate: 1234, low: 150.4, high: 23456 }, '1,200× (150 to 23,000)'],
])('a ratio has the digits of the sentences and only limits that say something: %j', (ratio, shown) => {
  expect(row({ ratio })[2]).toBe(shown)
})

test('a verdict that came before the last interval says so, once as a whole and in every later line', () => {
  const failed = verdict({}, { verdict: 'fail', decidedAt: 3 })
  expect(verdictView(look, failed)).toContain('The table is of interval 7; the verdict has stood since 3.')
  expect(verdictView(look, { ...failed, decidedAt: 7 }).join('\n')).not.toContain('stood since')
  expect(verdictLine(look, failed, false)).toMatch(/^interval 7: fail since interval 3 {2}errors /)
  expect(verdictLine(look, { ...failed, decidedAt: 7 }, true)).toMatch(/^interval 7: fail {2}errors .* because\.$/)
})
