import { Registry } from 'prom-client'
import { describe, expect, test } from 'vitest'
import type { RolloutStatus } from '../api/rolloutStatus.ts'
import { longestWait, rolloutMetrics } from './rolloutMetrics.ts'

const now = Date.parse('2026-01-01T12:00:00Z')
const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString()

function status(phase: RolloutStatus['phase'], run?: object): RolloutStatus {
  return { phase, message: '', conditions: [], history: [], lastRun: 0, answers: [], ...(run ? { run } : {}) } as RolloutStatus
}
const waiting = (seconds: number, more: object = {}) => ({
  stage: 'Stepping',
  step: { index: 0, kind: 'weight', since: ago(9_999) },
  waiting: { for: 'pods', because: 'they are slow', since: ago(seconds) },
  ...more,
})

async function seriesOf(statuses: () => RolloutStatus[] | undefined): Promise<{ text(): Promise<string>; judged(seconds: number): void }> {
  const registry = new Registry()
  const { judged } = rolloutMetrics({ registry, statuses, now: () => now })
  const text = async () => (await registry.metrics()).replaceAll(/^#.*\n/gm, '')
  return { text, judged }
}

test('Rollouts are counted by phase, also where there is none', async () => {
  const { text } = await seriesOf(() => [status('Healthy'), status('Healthy'), status('Degraded')])
  expect(await text()).toContain(
    ['Healthy"} 2', 'Progressing"} 0', 'Paused"} 0', 'Degraded"} 1'].map((rest) => `serin_rollouts{phase="${rest}`).join('\n'),
  )
})

test('a standby has no series, and one that leads again has them again', async () => {
  let leads = false
  const { text } = await seriesOf(() => (leads ? [status('Progressing', waiting(30))] : undefined))
  expect(await text()).not.toMatch(/serin_rollouts|serin_run_waiting/)
  leads = true
  expect(await text()).toMatch(/serin_rollouts\{phase="Progressing"\} 1[\s\S]*serin_run_waiting_seconds_max 30/)
  leads = false
  expect(await text()).not.toMatch(/serin_rollouts|serin_run_waiting/)
})

describe('the longest wait', () => {
  test('is that of the run which has stood still longest, in any stage', () => {
    expect(longestWait([], now)).toBe(0)
    expect(longestWait([status('Progressing', waiting(30)), status('Degraded', waiting(90, { stage: 'RollingBack' }))], now)).toBe(90_000)
  })

  test.each([
    ['people', status('Paused', waiting(500))],
    ['the end of a pause', status('Progressing', waiting(500, { step: { index: 1, kind: 'pause', since: ago(500) } }))],
    ['nothing', status('Progressing', waiting(500, { waiting: undefined }))],
    ['nothing, without a run', status('Healthy')],
  ])('leaves out what waits for %s', (_, other) => {
    expect(longestWait([other, status('Progressing', waiting(7))], now)).toBe(7_000)
  })
})

test('how late analyses are judged is a histogram', async () => {
  const { text, judged } = await seriesOf(() => [])
  judged(0.2)
  judged(45)
  expect(await text()).toMatch(/serin_analysis_lag_seconds_bucket\{le="0\.25"\} 1\n/)
  expect(await text()).toMatch(/serin_analysis_lag_seconds_sum 45\.2\nserin_analysis_lag_seconds_count 2/)
})
