import type { CommandView, EventView, HistoryItem, Offer, PodView, ReleaseDetail } from '../../../../controller/src/server/dto/detail.ts'
import type { AnalysisView, MetricView, Series } from '../../../../controller/src/server/dto/evidence.ts'
import { storyNow } from '../../gallery/story.ts'

/** A release as the server tells it, for stories and tests. */

export const ago = (minutes: number): string => new Date(storyNow - minutes * 60_000).toISOString()
export const hostile = '<img src=x onerror=alert(1)>'
export const long = 'payments-reconciliation-nightly-settlement-and-dispute-notification-service'

export const old = { hash: '6c8f2c9d7b', revision: 41, images: ['registry.example.com/shop/web:v8.2.0'] }
export const fresh = { hash: '5d91aa7c4f', revision: 42, images: ['registry.example.com/shop/web:v8.3.0'] }

const titles = [
  ['weight', '5 % of the traffic', 5],
  ['pause', 'pause of 5m'],
  ['weight', '20 % of the traffic', 20],
  ['evidence', 'evidence at 20 %'],
  ['weight', '50 % of the traffic', 50],
  ['evidence', 'evidence for the promotion'],
] as const

/** Steps with the run at one of them; at none when it is undefined. */
export const stepsAt = (now: number | undefined): ReleaseDetail['steps'] =>
  titles.map(([kind, text, weight], index) => ({
    index,
    kind,
    text,
    ...(weight === undefined ? {} : { weight }),
    state: now === undefined || index > now ? 'next' : index === now ? 'now' : 'done',
    ...(index === now ? { since: ago(16) } : {}),
  }))

export const offer = (action: Offer['action'], more: Partial<Offer> = {}): Offer => ({
  action,
  possible: true,
  allowed: true,
  effect: effects[action],
  run: 12,
  step: 3,
  revision: fresh.hash,
  ...more,
})

const effects: Record<Offer['action'], string> = {
  promote: 'Goes on to step 5, "50 % of the traffic", without the evidence that is missing.',
  promoteFull: 'Leaves out all steps that are left: the new version gets all traffic.',
  pause: 'Stays at 20 % until somebody resumes it. The judge goes on watching.',
  resume: 'Goes on from step 4.',
  abort: 'All traffic goes back to v8.2.0 within seconds; the new pods are removed. The template stays held.',
  retry: 'Begins a new run of the same template.',
  approve: 'One more vote for step 4.',
  reject: 'Refuses step 4: the run is rolled back.',
  undo: 'Begins a run back to the version that you choose.',
  restart: 'Replaces all pods, by way of a run.',
}

export const inRun: Offer[] = [
  offer('promote'),
  offer('promoteFull'),
  offer('pause'),
  offer('resume', { possible: false, because: 'it is not paused' }),
  offer('abort'),
  offer('retry', { possible: false, because: 'a run is under way' }),
]

export const atRest: Offer[] = [
  offer('restart', { run: undefined, step: undefined }),
  {
    ...offer('undo', { run: undefined, step: undefined, revision: undefined }),
    versions: [
      { hash: '77b0c4d5f1', revision: 39, images: ['registry.example.com/shop/web:v8.1.4'], promotedAt: ago(60 * 24 * 16) },
      { hash: '1e03b5b2aa', revision: 37, images: ['registry.example.com/shop/web:v8.1.3'], promotedAt: ago(60 * 24 * 30) },
    ],
  },
]

export const history: HistoryItem[] = [
  {
    id: 11,
    from: { hash: '77b0c4d5f1', revision: 39, images: ['registry.example.com/shop/web:v8.1.4'] },
    to: old,
    result: 'Promoted',
    because: 'All steps were taken.',
    analysis: 'web-11',
    startedAt: ago(60 * 24 * 9 + 31),
    endedAt: ago(60 * 24 * 9),
  },
  {
    id: 10,
    from: { hash: '77b0c4d5f1', revision: 39, images: ['registry.example.com/shop/web:v8.1.4'] },
    to: { hash: '4f4f0a9e21', revision: 40, images: ['registry.example.com/shop/web:v8.2.0-rc1'] },
    result: 'RolledBack',
    because: 'http-5xx rose to 16 times the old version (at least 9.8 times), over the limit of 1.05.',
    analysis: 'web-10',
    startedAt: ago(60 * 24 * 12 + 6),
    endedAt: ago(60 * 24 * 12),
  },
  {
    id: 9,
    from: { hash: '77b0c4d5f1', revision: 39, images: ['registry.example.com/shop/web:v8.1.4'] },
    to: { hash: '0b1d9a77c2', revision: 38, images: ['registry.example.com/shop/web:v8.1.5'] },
    result: 'Aborted',
    because: 'anna aborted it: wrong feature flag',
    by: 'anna',
    startedAt: ago(60 * 24 * 14 + 12),
    endedAt: ago(60 * 24 * 14),
  },
]

export const run: NonNullable<ReleaseDetail['run']> = {
  id: 12,
  startedAt: ago(31),
  stage: 'Stepping',
  step: { index: 3, kind: 'evidence', since: ago(16) },
  steps: 6,
  weight: { wanted: 20, actual: 20 },
  from: old,
  to: fresh,
  waiting: {
    for: 'evidence at 20 %',
    because: 'latency-p95 is not decided yet: 214 ms against 208 ms, it may still be 12 % slower',
    since: ago(16),
  },
  analysis: { name: 'web-12', phase: 'Running', verdict: 'Running', message: '1 of 3 metrics is not decided yet.' },
}

/** A healthy release between runs. */
export const resting: ReleaseDetail = {
  namespace: 'shop',
  name: 'web',
  uid: 'b1c1d2',
  version: '4711',
  workload: { kind: 'Deployment', name: 'web' },
  strategy: 'canary',
  team: 'shop',
  phase: 'Healthy',
  message: 'Version 6c8f2c9d7b serves.',
  stable: old,
  last: { id: 11, result: 'Promoted', because: 'All steps were taken.', endedAt: ago(60 * 24 * 9) },
  since: ago(60 * 24 * 9),
  steps: stepsAt(undefined),
  arms: [{ arm: 'stable', version: old, set: 'web-6c8f2c9d7b', share: 100, replicas: 12, available: 12 }],
  routes: [{ kind: 'HTTPRoute', name: 'web' }],
  service: 'web',
  conditions: [
    { type: 'Ready', status: 'True', reason: 'Healthy', message: 'Version 6c8f2c9d7b serves.', since: ago(60 * 24 * 9) },
    { type: 'Reconciling', status: 'False', reason: 'Healthy', message: '', since: ago(60 * 24 * 9) },
    { type: 'Stalled', status: 'False', reason: 'Healthy', message: '', since: ago(60 * 24 * 9) },
  ],
  discarded: [],
  analyses: [],
  history,
  offers: atRest,
  labels: [{ key: 'team', value: 'shop' }],
}

/** The same with a run that waits for evidence. */
export const moving: ReleaseDetail = {
  ...resting,
  phase: 'Progressing',
  message: 'Run 12 is at step 4 of 6.',
  run,
  trigger: 'Template',
  since: ago(16),
  next: {
    good: 'Goes on to 50 % at about 10:24.',
    bad: 'All traffic goes back to the old version within 2 s.',
    silent: 'After 5 min without data it pauses.',
  },
  steps: stepsAt(3),
  shifts: [
    { at: ago(30), weight: 5 },
    { at: ago(17), weight: 20 },
  ],
  arms: [
    { arm: 'canary', version: fresh, set: 'web-5d91aa7c4f', share: 20, replicas: 4, available: 4 },
    { arm: 'baseline', version: old, set: 'web-5d91aa7c4f-baseline', share: 20, replicas: 4, available: 4 },
    { arm: 'stable', version: old, set: 'web-6c8f2c9d7b', share: 60, replicas: 12, available: 12 },
  ],
  offers: inRun,
  conditions: [
    { type: 'Ready', status: 'False', reason: 'Progressing', message: 'Run 12 is at step 4 of 6.', since: ago(31) },
    { type: 'Reconciling', status: 'True', reason: 'Progressing', message: 'It waits for evidence at 20 %.', since: ago(31) },
  ],
}

export const good: MetricView = {
  name: 'http-5xx',
  form: 'ratio',
  verdict: 'Pass',
  because: 'http-5xx is at most 1.2 times the old version.',
  gate: true,
  dryRun: false,
  unit: 'share',
  canary: { value: 0.0011, samples: 59_700 },
  baseline: { value: 0.0012, samples: 60_300 },
  ratio: { estimate: 0.92, low: 0.71, high: 1.16 },
  limits: { tolerance: 1.05, margin: 1.2 },
  evidence: { harm: -1.2, harmNeeds: 4.6, pass: 3.2, passNeeds: 3 },
  dataAt: ago(0),
}

export const open: MetricView = {
  ...good,
  name: 'latency-p95',
  form: 'histogram',
  verdict: 'Running',
  because: '214 ms against 208 ms; it may still be 12 % slower.',
  unit: 'seconds',
  canary: { value: 0.214, samples: 59_700 },
  baseline: { value: 0.208, samples: 60_300 },
  ratio: { estimate: 1.029, low: 0.94, high: 1.118 },
  limits: { tolerance: 1.05, margin: 1.1 },
  evidence: { harm: 0.4, harmNeeds: 4.6, pass: 1.9, passNeeds: 3 },
  needed: { intervals: 24, requests: 21_000 },
}

export const tried: MetricView = {
  ...good,
  name: 'cpu-per-request',
  form: 'gauge',
  verdict: 'Running',
  because: 'Alike so far.',
  dryRun: true,
  gate: false,
  unit: 'seconds',
  canary: { value: 0.0021 },
  baseline: { value: 0.0021 },
  ratio: { estimate: 1, low: 0.98, high: 1.02 },
  evidence: { harm: -0.3, harmNeeds: 4.6, pass: 2.1, passNeeds: 3 },
}

export const bad: MetricView = {
  ...good,
  verdict: 'Fail',
  because: 'http-5xx is 16 times the old version (at least 9.8 times), over the limit of 1.05.',
  canary: { value: 0.0201, samples: 60_300 },
  ratio: { estimate: 16.7, low: 9.8, high: 24.1 },
  evidence: { harm: 41, harmNeeds: 4.6, pass: -80, passNeeds: 3 },
}

export const silent: MetricView = {
  ...good,
  name: 'orders-per-minute',
  form: 'gauge',
  verdict: 'Running',
  because: 'no data of either version: the source timed out',
  unit: undefined,
  canary: { samples: 0 },
  baseline: { samples: 0 },
  ratio: undefined,
  evidence: undefined,
  dataAt: ago(11),
}

export const analysis: AnalysisView = {
  namespace: 'shop',
  name: 'web-12',
  run: 12,
  rollout: 'web',
  stage: 'Background',
  phase: 'Running',
  verdict: 'Running',
  message: '1 of 3 metrics is not decided yet.',
  startedAt: ago(30),
  templates: ['http'],
  judge: 'sequential 1',
  intervals: 120,
  intervalSeconds: 15,
  through: ago(0),
  bakeEndsAt: new Date(storyNow + 2 * 60_000).toISOString(),
  deadlineAt: new Date(storyNow + 30 * 60_000).toISOString(),
  alpha: 0.01,
  beta: 0.05,
  metrics: [open, good, tried],
  problems: [],
  learned: [],
  replay: 'serin analyze --record web-12.json',
}

/** A metric over half an hour whose limits close in, with a gap in the middle. */
export function seriesOf(metric: MetricView, gap = true): Series {
  const wave = (index: number, seed: number) => Math.sin(index * 1.7 + seed) * 0.5 + Math.sin(index * 0.61 + seed * 3) * 0.5
  const level = metric.baseline?.value ?? 0
  const ratio = metric.ratio?.estimate ?? 1
  const points: Series['points'] = Array.from({ length: 60 }, (_, index) => {
    const dark = gap && index >= 24 && index < 32
    const width = 1.9 / Math.sqrt(index + 1)
    const estimate = ratio + (wave(index, 2) * 0.3) / Math.sqrt(index + 2)
    return {
      at: ago(30 - index * 0.5),
      canary: dark ? null : level * ratio * (1 + wave(index, 1) * 0.08),
      baseline: dark ? null : level * (1 + wave(index, 5) * 0.07),
      estimate: dark || index < 2 ? null : estimate,
      low: dark || index < 2 ? null : Math.max(0, estimate - width * 0.45),
      high: dark || index < 4 ? null : estimate + width * 0.5,
      verdict: metric.verdict,
    }
  })
  return {
    metric: metric.name,
    ...(metric.unit === undefined ? {} : { unit: metric.unit }),
    points,
    ...(metric.limits ? { limits: metric.limits } : {}),
    gaps: gap ? [{ from: ago(18), to: ago(14.5), because: 'the source timed out' }] : [],
    marks: [
      { at: ago(29), text: '5 %', kind: 'weight' },
      { at: ago(17), text: '20 %', kind: 'weight' },
      { at: ago(9), text: 'anna paused it', kind: 'command' },
      { at: ago(7), text: 'anna resumed it', kind: 'command' },
    ],
    summary: `${metric.name}: ${metric.because} The limits have closed in since ${ago(30).slice(11, 16)}.`,
  }
}

export const pods: PodView[] = [
  ...Array.from(
    { length: 4 },
    (_, index): PodView => ({
      name: `web-5d91aa7c4f-${'bcdf'[index]}x2k${index}`,
      arm: 'canary',
      phase: 'Running',
      ready: true,
      restarts: 0,
      node: `node-${index + 1}`,
      startedAt: ago(30),
    }),
  ),
  ...Array.from(
    { length: 4 },
    (_, index): PodView => ({
      name: `web-6c8f2c9d7b-${'ghjk'[index]}7qz${index}`,
      arm: 'stable',
      phase: 'Running',
      ready: true,
      restarts: index,
      node: `node-${index + 1}`,
      startedAt: ago(60 * 24 * 9),
    }),
  ),
]

export const crashing: PodView = {
  name: 'web-5d91aa7c4f-zz9pl',
  arm: 'canary',
  phase: 'CrashLoopBackOff',
  ready: false,
  restarts: 7,
  node: 'node-2',
  startedAt: ago(14),
  message: 'back-off 5m0s restarting failed container=web: exit code 1',
}

export const events: EventView[] = [
  {
    type: 'Normal',
    reason: 'StepStarted',
    note: 'step 4 of 6: evidence at 20 %',
    about: { kind: 'Rollout', name: 'web' },
    count: 1,
    at: ago(16),
  },
  {
    type: 'Normal',
    reason: 'WeightConfirmed',
    note: '20 % confirmed by HTTPRoute web',
    about: { kind: 'Rollout', name: 'web' },
    count: 1,
    at: ago(17),
  },
  {
    type: 'Warning',
    reason: 'Unhealthy',
    note: 'Readiness probe failed: connection refused',
    about: { kind: 'Pod', name: 'web-5d91aa7c4f-bx2k0' },
    count: 3,
    at: ago(29),
  },
]

export const command = (more: Partial<CommandView> = {}): CommandView => ({
  name: 'web-pause-x7k2q',
  action: 'pause',
  by: 'anna',
  run: 12,
  step: 3,
  reason: 'looking at the logs',
  phase: 'Done',
  message: 'anna paused it',
  askedAt: ago(9),
  answeredAt: ago(9),
  ...more,
})

export const commands: CommandView[] = [
  command({
    name: 'web-resume-p3v9d',
    action: 'resume',
    reason: undefined,
    message: 'anna let it go on',
    askedAt: ago(7),
    answeredAt: ago(7),
  }),
  command(),
]
