import { ago, type Story, storyNow } from '../../gallery/story.ts'
import { DemoPanel } from './DemoPanel.tsx'
import { analysis, bad, good, open, seriesOf, silent } from './fixtures/evidence.ts'
import { crashing, pods } from './fixtures/pods.ts'
import { atRest, fresh, history, inRun, moving, offer, old, resting, run, stepsAt } from './fixtures/release.ts'
import { calm, nothing, view } from './storyOf.tsx'

const failed = { ...analysis, metrics: [bad, open, silent], phase: 'Fail', verdict: 'Fail', message: bad.because }

const refused = {
  ...resting,
  phase: 'Degraded' as const,
  attention: { kind: 'RolledBack' as const, since: ago(6) },
  since: ago(6),
  message: bad.because,
  refused: { because: bad.because, result: 'RolledBack' as const },
  last: { id: 12, result: 'RolledBack' as const, because: bad.because, endedAt: ago(6) },
  history: [
    {
      id: 12,
      from: old,
      to: fresh,
      result: 'RolledBack' as const,
      because: bad.because,
      analysis: 'web-12',
      startedAt: ago(31),
      endedAt: ago(6),
    },
    ...history,
  ],
  offers: [offer('retry'), { ...atRest[1], ...offer('undo') }],
}

/** Where a release can be, and who looks at it. */
export const stories: readonly Story[] = [
  view('waiting for evidence', {}),
  view('several analyses', {
    release: {
      ...moving,
      analyses: [
        { name: 'web-12-step-4', run: 12, stage: 'Step', step: 3, phase: 'Running', message: '' },
        { name: 'web-12', run: 12, stage: 'Background', phase: 'Running', message: '' },
      ],
    },
  }),
  view('healthy', calm),
  view('healthy without a run', {
    ...calm,
    release: { ...resting, last: undefined, history: [], steps: stepsAt(undefined), offers: [] },
  }),
  view('starting', {
    release: {
      ...moving,
      run: {
        ...run,
        stage: 'Starting',
        step: undefined,
        weight: { wanted: 0, actual: 0 },
        analysis: undefined,
        waiting: {
          for: '4 of 4 pods of the new version to become available',
          because: '2 of them are Pending: 0/6 nodes are available: insufficient cpu',
          since: ago(3),
        },
      },
      arms: [{ arm: 'canary', version: fresh, share: 0, replicas: 4, available: 2 }, ...resting.arms],
      steps: stepsAt(-1),
      shifts: [],
      next: undefined,
    },
    pods: { value: [crashing, ...pods] },
  }),
  view('stuck', {
    release: {
      ...moving,
      attention: { kind: 'Stuck', since: ago(14) },
      arms: [{ arm: 'canary', version: fresh, share: 5, replicas: 4, available: 1 }, ...resting.arms],
      run: {
        ...run,
        weight: { wanted: 20, actual: 5 },
        waiting: {
          for: '4 pods of the new version to become available',
          because: '1 of them crashes: CrashLoopBackOff, exit code 1',
          since: ago(14),
        },
      },
    },
    pods: { value: [crashing, ...pods] },
  }),
  view('promoting', {
    release: {
      ...moving,
      run: { ...run, stage: 'Promoting', step: undefined, weight: { wanted: 100, actual: 100 }, waiting: undefined },
      steps: stepsAt(6),
    },
  }),
  view('rolling back', {
    release: {
      ...moving,
      outcome: { result: 'RolledBack', because: bad.because },
      run: { ...run, stage: 'RollingBack', step: undefined, weight: { wanted: 0, actual: 20 }, waiting: undefined },
      offers: [],
    },
    analysis: { value: failed },
    series: { value: seriesOf(bad) },
    metric: bad.name,
  }),
  view('stuck on its way back', {
    release: {
      ...moving,
      attention: { kind: 'Stuck', since: ago(14) },
      outcome: { result: 'RolledBack', because: bad.because },
      run: {
        ...run,
        stage: 'RollingBack',
        step: undefined,
        weight: { wanted: 20, actual: 20 },
        waiting: {
          for: 'stable to have its 4 pods back (0 are available)',
          because: 'traffic goes back only as fast as stable can carry it',
          since: ago(14),
          stuck:
            'pods of checkout:v1 do not come back: CrashLoopBackOff, the last by exit code 3 (4 of 4 pods). It goes on when they do; serin release checkout -n shop --reason "..." lets in what Deployment checkout asks for instead, past Serin',
        },
      },
      offers: [],
    },
  }),
  view('rolled back', {
    release: refused,
    analysis: { value: { ...failed, endedAt: ago(6) } },
    series: { value: seriesOf(bad) },
    metric: bad.name,
  }),
  view('paused', {
    release: {
      ...moving,
      phase: 'Paused',
      attention: { kind: 'Paused', since: ago(9) },
      run: { ...run, paused: { since: ago(9), by: 'anna' } },
      offers: [offer('resume'), offer('promoteFull'), offer('abort')],
    },
  }),
  view('waiting for approval', {
    release: {
      ...moving,
      attention: { kind: 'Approval', since: ago(4) },
      run: {
        ...run,
        step: { index: 3, kind: 'approve', since: ago(4) },
        waiting: {
          for: 'approval by 2 of group sre',
          because: '1 of 2 votes: anna approved',
          since: ago(4),
          until: new Date(storyNow + 40 * 60_000).toISOString(),
        },
      },
      offers: [offer('approve'), offer('reject'), offer('promote'), offer('pause'), offer('abort'), offer('promoteFull')],
    },
    analysis: { value: { ...analysis, metrics: [good, { ...open, verdict: 'Pass', needed: undefined }] } },
  }),
  view('waiting for a decision', {
    release: {
      ...moving,
      attention: { kind: 'Decision', since: ago(4) },
      run: {
        ...run,
        step: { index: 1, kind: 'pause', since: ago(4) },
        waiting: { for: 'somebody to promote', because: 'the step is a pause without an end', since: ago(4) },
      },
      steps: stepsAt(1),
    },
  }),
  view('no data', {
    release: { ...moving, attention: { kind: 'NoData', since: ago(11) } },
    analysis: {
      value: {
        ...analysis,
        metrics: [silent, open],
        problems: [
          {
            what: 'orders-per-minute',
            kind: 'SourceDown',
            because: 'source prometheus does not answer: timeout after 10 s',
            since: ago(11),
          },
          { what: 'latency-p95', kind: 'Remark', because: 'histogram buckets above 2.5 s are joined', since: ago(30) },
        ],
      },
    },
    series: {
      value: {
        ...seriesOf(silent),
        points: seriesOf(open).points.map((point) => ({ ...point, canary: null, baseline: null, estimate: null, low: null, high: null })),
      },
    },
    metric: silent.name,
    trends: undefined,
  }),
  view('controller away', { analysis: { value: { ...analysis, through: ago(12) } } }),
  view('degraded', {
    ...calm,
    release: {
      ...resting,
      phase: 'Degraded',
      attention: { kind: 'Failed', since: ago(40) },
      since: ago(40),
      message: 'Deployment web is gone: nothing can be released.',
      arms: [],
      offers: [],
    },
  }),
  view('not looked at yet', {
    ...calm,
    release: {
      ...resting,
      phase: 'Unknown',
      message: '',
      stable: undefined,
      last: undefined,
      history: [],
      arms: [],
      conditions: [],
      offers: [],
    },
    pods: { value: [] },
  }),
  view('demo', {
    ...calm,
    demo: <DemoPanel busy={undefined} shipped="slow" error={undefined} onShip={nothing} />,
  }),
  view('not live', { stale: { since: storyNow - 42_000, retry: nothing } }),
  view('deleted while looking', { gone: true }),
  view('viewer', {
    release: {
      ...moving,
      offers: inRun.map((one) => ({
        ...one,
        allowed: false,
        because: `the right to ${one.action} rollouts.serin.dev in namespace shop is missing; whoever manages roles there can grant it`,
      })),
    },
  }),
  view('read-only', { readOnly: true }),
]
