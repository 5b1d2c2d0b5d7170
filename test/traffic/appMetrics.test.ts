import { expect, test } from 'vitest'
import { appMetrics } from './appMetrics.ts'

test('a code that never came has no series', () => {
  const metrics = appMetrics()
  metrics.observe(200, 0.01)
  expect(metrics.text()).toContain('http_requests_total{code="200"} 1\n')
  expect(metrics.text()).not.toContain('code="500"')
})

test('buckets count what is at or below their edge', () => {
  const metrics = appMetrics()
  for (const seconds of [0.005, 0.006, 0.3, 60]) metrics.observe(200, seconds)
  const bucket = (le: string) => Number(new RegExp(`bucket{le="${le.replace('+', '\\+')}"} (\\d+)`).exec(metrics.text())?.[1])
  expect(['0.005', '0.01', '0.25', '0.5', '10', '+Inf'].map(bucket)).toEqual([1, 2, 2, 3, 3, 4])
  expect(metrics.text()).toMatch(/_sum 60\.311\n.*_count 4\n$/)
})
