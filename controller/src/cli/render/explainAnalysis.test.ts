import { describe, expect, test } from 'vitest'
import { AnalysisRunSpec, AnalysisRunStatus } from '../../api/analysisRun.ts'
import type { AnalysisSeen } from '../analyses/read.ts'
import { ago, entry, now } from '../testing/fixtures.ts'
import { analysisInRun, analysisOver } from './explainAnalysis.ts'

const spec = AnalysisRunSpec.parse({
  metrics: [{ name: 'errors', gauge: { query: 'x' } }],
  arms: { canary: { pods: 'a' }, baseline: { pods: 'b' } },
})

function analysis(status: Partial<AnalysisRunStatus> | undefined): AnalysisSeen {
  const metadata = { name: 'checkout-7', namespace: 'shop' }
  const raw = { apiVersion: 'serin.dev/v1alpha1', kind: 'AnalysisRun', metadata, spec }
  const parsed = status && AnalysisRunStatus.parse({ phase: 'Running', message: 'as it is', ...status })
  return { metadata, spec, status: parsed, raw }
}

const metric = { name: 'errors', verdict: 'Running', because: 'errors: about the same.' } as const

describe('of a run under way', () => {
  test('nobody looked at it, or it has not begun', () => {
    expect(analysisInRun(analysis(undefined), '', now).known).toEqual([
      'Its analysis checkout-7 was made, and the controller has not looked at it yet.',
    ])
    expect(analysisInRun(analysis({ phase: 'Pending', message: 'waiting for the first traffic' }), '', now).known).toEqual([
      'Its analysis checkout-7 has not begun: waiting for the first traffic.',
    ])
  })
  test('how far it is, and of a metric how much is missing where its sentence does not say', () => {
    const its = analysis({ intervals: 4, startedAt: ago(3), through: ago(1), metrics: [{ ...metric, needed: { intervals: 8 } }] })
    expect(analysisInRun(its, '', now).known).toEqual([
      'Its analysis checkout-7 judges: 4 intervals of 30s, through 11:59:00 UTC; the data of the next are on their way.',
      'errors is not decided: about the same. A pass needs about 8 more intervals (4m), if both are alike.',
    ])
  })
  test('what a metric counts for, and nothing twice', () => {
    const tried = { ...metric, name: 'b', because: '', dryRun: true }
    const its = analysis({ metrics: [metric, tried, { ...tried, name: 'c', verdict: 'Pass', dryRun: false, gate: false }] })
    expect(analysisInRun(its, 'evidence: errors: about the same.', now).known.slice(1)).toEqual([
      'b is not decided (tried out: decides nothing).',
      'c has passed (need not pass).',
    ])
  })
  test.each([
    ['MetricSource shop/default', 'kubectl get metricsource default -n shop -o yaml'],
    ['ClusterMetricSource central', 'kubectl get clustermetricsource central -o yaml'],
  ])('a problem of %s comes with the command that shows it', (what, command) => {
    const problem = { what, kind: 'SourceDown', because: 'the connection was refused', since: ago(2) } as const
    const { known, next } = analysisInRun(analysis({ problems: [problem] }), '', now)
    expect(known.at(-1)).toBe(`It is held up since 2m: a source does not answer: ${what}: the connection was refused.`)
    expect(next.map((one) => one.command)).toEqual([command, 'serin sources -n shop'])
  })
})

test('after it: the verdict and what failed', () => {
  const its = analysis({ phase: 'Fail', verdict: 'Fail', by: 'errors', message: 'errors: ten times' })
  expect(analysisOver(its, entry(7, 'v2', 'RolledBack'))).toEqual(['The verdict of run 7 (checkout-7): Fail by errors. errors: ten times.'])
})
