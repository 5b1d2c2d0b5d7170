import type { TemplateItem, TemplateView, Try } from '../../../../controller/src/server/dto/measuring.ts'
import { analysis, errors, latency } from '../report/fixtures.ts'
import { starter } from './starter.ts'

export const http: TemplateView = {
  scope: 'Namespace',
  namespace: 'shop',
  name: 'http',
  judge: 'sequential',
  metrics: [
    { name: 'errors', form: 'ratio', gate: true },
    { name: 'latency', form: 'histogram', gate: true },
    { name: 'memory', form: 'gauge', gate: false },
  ],
  args: [
    { name: 'method', required: true },
    { name: 'code', value: '5..', required: false },
  ],
  usedBy: [
    { namespace: 'shop', name: 'web' },
    { namespace: 'shop', name: 'cart' },
  ],
  yaml: starter.replace('namespace: default', 'namespace: shop'),
}

export const everywhere: TemplateItem = {
  scope: 'Cluster',
  name: 'default',
  judge: 'sequential',
  metrics: [{ name: 'errors', form: 'ratio', gate: true }],
  args: [],
  usedBy: Array.from({ length: 14 }, (_, at) => ({ namespace: `team-${at}`, name: 'web' })),
}

export const unused: TemplateItem = {
  scope: 'Namespace',
  namespace: 'find',
  name: 'smoke',
  judge: 'threshold',
  metrics: [{ name: 'smoke', form: 'job', gate: true }],
  args: [{ name: 'path', required: true }],
  usedBy: [],
}

export const running: Try = {
  name: 'web-try-x7k2p',
  namespace: 'shop',
  analysis: {
    ...analysis,
    name: 'web-try-x7k2p',
    namespace: 'shop',
    stage: '',
    phase: 'Running',
    verdict: 'Running',
    message: 'The first intervals are being asked for.',
    intervals: 12,
    metrics: [latency],
    problems: [],
  },
  done: false,
  plan: [],
}

export const done: Try = {
  ...running,
  analysis: {
    ...running.analysis,
    phase: 'Inconclusive',
    verdict: 'Inconclusive',
    message: 'latency-p95 is not decided after 120 intervals.',
    intervals: 120,
    metrics: [
      {
        ...errors,
        verdict: 'Pass',
        because: 'errors is at most 1.1 times the baseline’s.',
        ratio: { estimate: 1.02, low: 0.95, high: 1.1 },
        canary: { value: 0.0013, samples: 9000 },
      },
      latency,
    ],
  },
  done: true,
  plan: [
    {
      metric: 'http-5xx',
      toPass: '12 minutes',
      detects: [
        { ratio: 2, after: '3 minutes' },
        { ratio: 5, after: '45 s' },
      ],
    },
    {
      metric: 'latency-p95',
      detects: [{ ratio: 2, after: '90 s' }],
      remark: 'The quantile falls between two wide buckets: 0.1 and 0.5 s.',
    },
  ],
  backtest: { runs: 24, falseAlarms: 1, inconclusive: 2, text: 'At 03:10, http-5xx: 9 of 410 requests against 2 of 1,100.' },
}
