import type { CommandView } from '../../../../controller/src/server/dto/detail.ts'
import type { AnalysisView, MetricView, Report, Series } from '../../../../controller/src/server/dto/evidence.ts'
import { ago } from '../../gallery/story.ts'

const served = { hash: '6b8f4c7d9', revision: 41, images: ['registry.example/shop/search:8.4.1'] }
const released = { hash: '7c9d5e8fa', revision: 42, images: ['registry.example/shop/search:8.5.0'] }

export const errors: MetricView = {
  name: 'http-5xx',
  form: 'ratio',
  verdict: 'Fail',
  because:
    'http-5xx is 16.7 times the baseline’s (13.9 to 20.1): 1,212 of 60,300 requests on the canary against 72 of 59,700 on the baseline; up to 1.5 times is tolerated.',
  gate: true,
  dryRun: false,
  unit: 'share',
  canary: { value: 0.0201, samples: 60_300 },
  baseline: { value: 0.0012, samples: 59_700 },
  ratio: { estimate: 16.7, low: 13.9, high: 20.1 },
  limits: { tolerance: 1.5, margin: 2 },
  evidence: { harm: 9.4, harmNeeds: 4.6, pass: 0, passNeeds: 3 },
  dataAt: ago(12),
}
export const latency: MetricView = {
  name: 'latency-p95',
  form: 'histogram',
  verdict: 'Running',
  because: 'latency-p95 is not decided: 1.05 times the baseline’s (0.97 to 1.12).',
  gate: true,
  dryRun: false,
  unit: 'seconds',
  canary: { value: 0.219, samples: 60_300 },
  baseline: { value: 0.208, samples: 59_700 },
  ratio: { estimate: 1.05, low: 0.97, high: 1.12 },
  limits: { tolerance: 1.05, margin: 1.1 },
  evidence: { harm: 0.8, harmNeeds: 4.6, pass: 1.9, passNeeds: 3 },
  needed: { intervals: 12, requests: 24_000 },
  dataAt: ago(12),
}
export const memory: MetricView = {
  name: 'memory',
  form: 'gauge',
  verdict: 'Pass',
  because: 'memory is at most 1.02 times the baseline’s, within its margin of 1.2.',
  gate: false,
  dryRun: false,
  unit: 'bytes',
  canary: { value: 268_435_456 },
  baseline: { value: 267_386_880 },
  ratio: { estimate: 1.004, low: 0.98, high: 1.02 },
  dataAt: ago(12),
}
export const orders: MetricView = {
  name: 'orders',
  form: 'count',
  verdict: 'Running',
  because: 'No data of either version for 12 intervals: is there traffic, and are the pods scraped?',
  gate: false,
  dryRun: true,
}

export const analysis: AnalysisView = {
  name: 'search-42',
  namespace: 'find',
  rollout: 'search',
  run: 42,
  stage: 'Background',
  phase: 'Fail',
  verdict: 'Fail',
  message: errors.because,
  startedAt: ago(36),
  endedAt: ago(12),
  templates: ['find/http', 'default'],
  judge: 'sequential, record format 3',
  intervals: 48,
  intervalSeconds: 30,
  through: ago(12),
  bakeEndsAt: ago(26),
  deadlineAt: ago(-24),
  alpha: 0.01,
  beta: 0.05,
  metrics: [errors, latency, memory, orders],
  problems: [{ what: 'orders', kind: 'NoData', because: 'no data of either version for 12 intervals', since: ago(30) }],
  ramp: [
    { weight: 1, passed: true },
    { weight: 5, passed: true },
    { weight: 25, passed: false },
  ],
  learned: ['http-5xx: pods differ 1.3 times as much as chance (480 intervals).', 'latency-p95: pods differ no more than chance.'],
  replay: 'serin record search-42 -n find | serin judge --replay -f -',
}

export const report: Report = {
  namespace: 'find',
  name: 'search',
  run: 42,
  startedAt: ago(36),
  ended: {
    id: 42,
    from: served,
    to: released,
    result: 'RolledBack',
    because: errors.because,
    by: 'anna@example.com',
    analysis: 'search-42',
    startedAt: ago(36),
    endedAt: ago(11),
  },
  from: served,
  to: released,
  verdict:
    'Rolled back after 25 min: http-5xx rose from 0.12 % to 2.01 %, 16.7 times the baseline’s (13.9 to 20.1), where up to 1.5 times is tolerated.',
  analyses: [analysis],
  similar: [
    { run: 38, endedAt: ago(60 * 24 * 21), because: 'http-5xx was 4.1 times the baseline’s (2.2 to 7.9).' },
    { run: 17, endedAt: ago(60 * 24 * 90), because: 'http-5xx was 2.9 times the baseline’s (1.6 to 5.3).' },
  ],
}

/** A course with a gap in the middle, drifting towards what the metric came to. */
export function seriesOf(metric: MetricView, points = 48): Series {
  const to = metric.ratio?.estimate ?? 1
  const base = metric.baseline?.value ?? 0
  const wave = (at: number) => 1 + 0.12 * Math.sin(at * 1.7) + 0.06 * Math.cos(at * 3.1)
  const known = (at: number) => base > 0 && (at < 18 || at > 23)
  const rise = (at: number) => 1 + (to - 1) / (1 + Math.exp((points * 0.7 - at) / 2))
  return {
    metric: metric.name,
    ...(metric.unit === undefined ? {} : { unit: metric.unit }),
    points: Array.from({ length: base > 0 ? points : 0 }, (_, at) => ({
      at: ago(12 + (points - 1 - at) / 2),
      canary: known(at) ? base * rise(at) * wave(at + 5) : null,
      baseline: known(at) ? base * wave(at) : null,
      estimate: at > 1 ? rise(at) : null,
      low: at > 1 ? Math.max(0, rise(at) * (1 - 1 / Math.sqrt(at))) : null,
      high: at > 3 ? rise(at) * (1 + 1.6 / Math.sqrt(at)) : null,
    })),
    ...(metric.limits ? { limits: metric.limits } : {}),
    gaps: base > 0 ? [{ from: ago(27), to: ago(24), because: 'the source did not answer' }] : [],
    marks: [{ at: ago(30), text: '5 % of the traffic', kind: 'weight' }],
    summary: `${metric.name} went from 1 to ${to} times the baseline’s within ${points} intervals.`,
  }
}

export const commands: CommandView[] = [
  {
    name: 'search-pause-x1',
    action: 'pause',
    by: 'anna@example.com',
    run: 42,
    reason: 'lunch deploys of billing',
    phase: 'Done',
    message: 'run 42 is paused at 5 %',
    askedAt: ago(33),
    answeredAt: ago(33),
  },
  {
    name: 'search-promote-x2',
    action: 'promote',
    run: 42,
    step: 2,
    phase: 'Refused',
    message: 'the run was at step 3 by then',
    askedAt: ago(25),
    answeredAt: ago(25),
  },
]
