import { ago, hostile, wordy as long, type Story } from '../../gallery/story.ts'
import { analysis, open, seriesOf } from './fixtures/evidence.ts'
import { command, events } from './fixtures/happened.ts'
import { crashing } from './fixtures/pods.ts'
import { fresh, moving, run, stepsAt } from './fixtures/release.ts'
import { view } from './storyOf.tsx'

/** What others wrote, wherever it can stand. */
export const stories: readonly Story[] = [
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
]
