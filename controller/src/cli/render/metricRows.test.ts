import { expect, test } from 'vitest'
import type { MetricStatus } from '../../api/analysisRun.ts'
import { metricPhrase, metricRows, problemText } from './metricRows.ts'

const look = { colour: false, unicode: true, columns: 0 }
const metric = (more: Partial<MetricStatus> = {}): MetricStatus => ({
  name: 'errors',
  verdict: 'Running',
  because: '',
  ratio: { estimate: 1.234, low: 0.84, high: 1.9 },
  evidence: { harm: 1, harmNeeds: 4, pass: 3, passNeeds: 3 },
  ...more,
})

test('a row a metric: its word, both bars, the ratio with its limits', () => {
  expect(metricRows(look, [metric()])[1]).toBe('errors  Running  ██░░░░  25 %  ██████ 100 %  1.2× (0.84 to 1.9)')
})

test('evidence to the contrary is none, and none looks the same', () => {
  expect(metricPhrase(look, metric({ evidence: { harm: -2, harmNeeds: 4, passNeeds: 3 } }))).toBe(
    'errors 1.2× (0.84 to 1.9) harm 0 % pass 0 %',
  )
})

test('a condition has no bars, what is tried out stands in brackets and says what that means', () => {
  const { evidence: _, ratio: __, ...bare } = metric({ name: 'limit', verdict: 'Fail', dryRun: true })
  expect(metricRows(look, [bare])).toEqual([
    'METRIC  VERDICT  TO HARM  TO PASS  RATIO',
    'limit   (Fail)',
    '(…) is tried out: it decides nothing.',
  ])
  expect(metricPhrase(look, bare)).toBe('limit (Fail)')
})

test.each([0, 60, 80])('no line is wider than the terminal of %i columns, nor than 80 where there is none', (columns) => {
  const wide = metric({ name: 'a'.repeat(63), verdict: 'Inconclusive', ratio: { estimate: 12345, low: 1234, high: 123456 } })
  for (const line of metricRows({ ...look, columns }, [wide, metric()])) expect([...line].length).toBeLessThanOrEqual(columns || 80)
})

test('no metrics, no table', () => {
  expect(metricRows(look, [])).toEqual([])
})

test('a problem names its subject once', () => {
  const problem = { kind: 'SourceDown', what: 'MetricSource shop/default', since: '' } as const
  expect(problemText({ ...problem, because: 'the connection was refused' })).toBe(
    'a source does not answer: MetricSource shop/default: the connection was refused',
  )
  expect(problemText({ ...problem, because: 'MetricSource shop/default is asked again in 4 s' })).toBe(
    'a source does not answer: MetricSource shop/default is asked again in 4 s',
  )
})
