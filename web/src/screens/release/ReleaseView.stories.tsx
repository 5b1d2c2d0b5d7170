import type { ReactNode } from 'react'
import type { Problem } from '../../../../controller/src/server/dto/problem.ts'
import { ApiError, Unreachable } from '../../api/client.ts'
import { type Story, storyNow } from '../../gallery/story.ts'
import { told } from '../../gallery/told.tsx'
import type { Asking } from './asking.ts'
import { DemoPanel } from './DemoPanel.tsx'
import {
  ago,
  analysis,
  atRest,
  bad,
  command,
  commands,
  crashing,
  events,
  fresh,
  good,
  history,
  hostile,
  inRun,
  long,
  moving,
  offer,
  old,
  open,
  pods,
  resting,
  run,
  seriesOf,
  silent,
  stepsAt,
  tried,
} from './fixtures.ts'
import { ReleaseFailed, ReleaseLoading } from './ReleaseStates.tsx'
import { ReleaseView, type ReleaseViewProps } from './ReleaseView.tsx'

const nothing = () => {}

const story = (name: string, content: ReactNode): Story => ({ name: `release/${name}`, render: () => told(content) })

const idle: Asking = { state: 'idle' }

const base: ReleaseViewProps = {
  release: moving,
  analysis: { value: analysis },
  series: { value: seriesOf(open) },
  trends: {
    [open.name]: seriesOf(open).points.map(({ canary }) => canary),
    [good.name]: seriesOf(good).points.map(({ canary }) => canary),
    [tried.name]: seriesOf(tried, false).points.map(({ canary }) => canary),
  },
  metric: open.name,
  pods: { value: pods },
  events: { value: events },
  commands: { value: commands },
  manifest: { value: 'apiVersion: serin.dev/v1alpha1\nkind: Rollout\nmetadata:\n  name: web\n  namespace: shop\n' },
  asking: idle,
  onMetric: nothing,
  onAnalysis: nothing,
  onManifest: nothing,
  onChoose: nothing,
  onClose: nothing,
  onSend: nothing,
}

const view = (name: string, more: Partial<ReleaseViewProps>): Story => story(name, <ReleaseView {...base} {...more} />)

const calm: Partial<ReleaseViewProps> = {
  release: resting,
  analysis: { value: { ...analysis, name: 'web-11', metrics: [good], phase: 'Pass', verdict: 'Pass', endedAt: ago(60 * 24 * 9) } },
  series: { value: seriesOf(good, false) },
  trends: undefined,
  metric: good.name,
  commands: { value: [] },
  events: { value: [] },
}

const failed = { ...analysis, metrics: [bad, open, silent], phase: 'Fail', verdict: 'Fail', message: bad.because }

const problem = (more: Partial<Problem>): ApiError =>
  new ApiError({
    type: 'https://serin.dev/problems',
    code: 'SERIN-404-ROLLOUT',
    title: 'Not found',
    status: 404,
    detail: 'There is no Rollout "web" in namespace shop.',
    effect: 'Runs under way continue.',
    requestId: '5d0f3c1e-77b1-4a1e-9a39-6b2f0c1d2e3f',
    ...more,
  })

const forbidden = problem({
  code: 'SERIN-403-VERB',
  title: 'You may not see this',
  status: 403,
  detail: 'vera may not get rollouts.serin.dev "web" in namespace shop.',
  missing: { verb: 'get', resource: 'rollouts.serin.dev', namespace: 'shop', name: 'web' },
})

const opened = (action: Parameters<typeof offer>[0], more = {}): Asking => ({
  state: 'open',
  offer: offer(action, more),
  openedAt: storyNow - 20_000,
})

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
  view('loading parts', { analysis: {}, series: {}, pods: {}, events: {}, commands: {}, trends: undefined, metric: undefined }),
  view('parts that failed', {
    analysis: { error: new Unreachable('The server does not answer.'), retry: nothing },
    series: {},
    pods: {
      error: problem({
        code: 'SERIN-403-VERB',
        title: 'You may not see this',
        status: 403,
        detail: 'vera may not list pods in namespace shop.',
        missing: { verb: 'list', resource: 'pods', namespace: 'shop' },
      }),
    },
    events: { error: new Unreachable('The server does not answer.'), retry: nothing },
    trends: undefined,
    metric: undefined,
  }),
  view('hostile names', {
    release: {
      ...moving,
      name: hostile,
      namespace: hostile,
      team: hostile,
      message: hostile,
      run: {
        ...run,
        to: { hash: hostile, images: [hostile] },
        from: { hash: hostile, images: [hostile] },
        waiting: { for: hostile, because: hostile, since: ago(3) },
      },
      steps: stepsAt(3).map((step) => ({ ...step, text: hostile })),
      arms: [{ arm: 'canary', version: { hash: hostile, images: [hostile] }, share: 20, replicas: 4, available: 4 }],
      routes: [{ kind: hostile, name: hostile }],
      conditions: [{ type: hostile, status: 'True', reason: hostile, message: hostile, since: ago(3) }],
      discarded: [hostile],
      next: { good: hostile, bad: hostile, silent: hostile },
      history: [
        {
          id: 11,
          from: { hash: hostile, images: [hostile] },
          to: { hash: hostile, images: [hostile] },
          result: 'Aborted',
          because: hostile,
          by: hostile,
          startedAt: ago(90),
          endedAt: ago(80),
        },
      ],
    },
    analysis: {
      value: {
        ...analysis,
        message: hostile,
        metrics: [{ ...open, name: hostile, because: hostile, unit: hostile }],
        problems: [{ what: hostile, kind: hostile, because: hostile, since: ago(3) }],
      },
    },
    series: {
      value: {
        ...seriesOf(open),
        metric: hostile,
        summary: hostile,
        marks: [{ at: ago(10), text: hostile, kind: 'command' }],
        gaps: [{ from: ago(18), to: ago(14), because: hostile }],
      },
    },
    metric: hostile,
    pods: { value: [{ ...crashing, name: hostile, message: hostile, phase: hostile, node: hostile }] },
    events: { value: [{ type: 'Warning', reason: hostile, note: hostile, about: { kind: hostile, name: hostile }, count: 2, at: ago(3) }] },
    commands: { value: [command({ by: hostile, reason: hostile, message: hostile })] },
    manifest: { value: hostile },
  }),
  view('very long names', {
    release: {
      ...moving,
      name: long,
      namespace: long,
      run: {
        ...run,
        to: {
          ...fresh,
          images: [`registry.example.com/${long}/${long}:2026.03.14-rc.1-build.8812-g4c1e77aa`, `registry.example.com/sidecars/${long}:v1`],
        },
      },
      steps: Array.from({ length: 30 }, (_, index) => ({
        index,
        kind: 'weight',
        text: `${index + 1} % of the traffic, ${long}`,
        state: index < 9 ? ('done' as const) : index === 9 ? ('now' as const) : ('next' as const),
      })),
    },
    pods: { value: Array.from({ length: 300 }, (_, index) => ({ ...crashing, name: `${long}-${index}` })) },
    events: {
      value: Array.from(
        { length: 200 },
        (_, index) => ({ ...(events[index % 3] ?? events[0]), at: ago(index) }) as (typeof events)[number],
      ),
    },
  }),
  view('dialog to promote', { asking: opened('promote') }),
  view('dialog to abort', { asking: opened('abort') }),
  view('dialog to undo', { ...calm, asking: { state: 'open', offer: atRest[1] ?? offer('undo'), openedAt: storyNow } }),
  view('dialog while sending', { asking: { state: 'sending', offer: offer('promote'), openedAt: storyNow } }),
  view('dialog refused by the server', {
    asking: {
      ...opened('promote'),
      error: problem({
        code: 'SERIN-403-VERB',
        status: 403,
        title: 'You may not do this',
        detail: 'vera may not promote rollouts.serin.dev "web" in namespace shop.',
        missing: { verb: 'promote', resource: 'rollouts.serin.dev', namespace: 'shop', name: 'web' },
      }),
    } as Asking,
  }),
  view('conflict', {
    release: {
      ...moving,
      run: { ...run, step: { index: 4, kind: 'weight', since: ago(0) } },
      offers: inRun.map((one) => ({ ...one, step: 4 })),
    },
    asking: opened('promote'),
    commands: {
      value: [
        command({
          action: 'promote',
          reason: undefined,
          message: 'anna ended the waiting for evidence of step 4',
          askedAt: ago(0.05),
          answeredAt: ago(0.05),
        }),
      ],
    },
  }),
  view('asked', {
    asking: { state: 'following', offer: offer('pause'), command: command({ phase: 'Pending', message: '' }), sentAt: storyNow - 900 },
  }),
  view('asked and not answered', {
    asking: { state: 'following', offer: offer('pause'), command: command({ phase: 'Pending', message: '' }), sentAt: storyNow - 60_000 },
  }),
  view('done', { asking: { state: 'answered', offer: offer('pause'), command: command() } }),
  view('refused', {
    asking: {
      state: 'answered',
      offer: offer('promote'),
      command: command({ action: 'promote', phase: 'Refused', message: 'it was aimed at step 4; the run is at step 5' }),
    },
  }),
  story('loading', <ReleaseLoading namespace="shop" name="web" />),
  story('not found', <ReleaseFailed namespace="shop" name="web" error={problem({})} retry={nothing} />),
  story('forbidden', <ReleaseFailed namespace="shop" name="web" error={forbidden} retry={nothing} />),
  story(
    'server away',
    <ReleaseFailed namespace="shop" name="web" error={new Unreachable('The server does not answer.')} retry={nothing} />,
  ),
]
