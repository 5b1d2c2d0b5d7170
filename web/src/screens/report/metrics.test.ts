import { describe, expect, it } from 'vitest'
import type { MetricView } from '../../../../controller/src/server/dto/evidence.ts'
import { chosen, classOf, differenceOf, metricClasses, tallyOf } from './metrics.ts'

const metric = (more: Partial<MetricView> = {}): MetricView => ({
  name: 'errors',
  form: 'ratio',
  verdict: 'Running',
  because: '',
  gate: true,
  dryRun: false,
  ...more,
})

describe('the class of a metric', () => {
  it('follows the verdict, whatever was measured', () => {
    expect(classOf(metric({ verdict: 'Fail' }))).toBe('bad')
    expect(classOf(metric({ verdict: 'Pass' }))).toBe('good')
  })

  it('is undecided as soon as anything was measured, and no data before', () => {
    expect(classOf(metric())).toBe('noData')
    expect(classOf(metric({ canary: { value: 0 } }))).toBe('undecided')
    expect(classOf(metric({ dataAt: '2026-03-14T10:00:00Z' }))).toBe('undecided')
    expect(classOf(metric({ verdict: 'Inconclusive', ratio: { estimate: 1 } }))).toBe('undecided')
    expect(classOf(metric({ canary: { samples: 0 }, ratio: {} }))).toBe('noData')
  })
})

describe('a list of metrics', () => {
  const metrics = [
    metric({ name: 'a', verdict: 'Pass' }),
    metric({ name: 'b', verdict: 'Fail' }),
    metric({ name: 'c' }),
    metric({ name: 'd', verdict: 'Pass' }),
  ]

  it('is counted by class', () => expect(tallyOf(metrics)).toEqual({ bad: 1, undecided: 0, noData: 1, good: 2 }))

  it('shows the worst first and keeps its order else', () => {
    expect(chosen(metrics, new Set(metricClasses)).map(({ name }) => name)).toEqual(['b', 'c', 'a', 'd'])
    expect(chosen(metrics, new Set(['good'])).map(({ name }) => name)).toEqual(['a', 'd'])
    expect(chosen(metrics, new Set())).toEqual([])
  })
})

it('there is a difference only between two values', () => {
  expect(differenceOf(metric({ canary: { value: 0.02 }, baseline: { value: 0.01 } }))).toBeCloseTo(0.01)
  expect(differenceOf(metric({ canary: { value: 0.02 } }))).toBeUndefined()
  expect(differenceOf(metric({ canary: { value: 0 }, baseline: { value: 0 } }))).toBe(0)
})
