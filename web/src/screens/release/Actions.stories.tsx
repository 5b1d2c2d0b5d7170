import { ago, type Story, storyNow } from '../../gallery/story.ts'
import type { Asking } from './asking.ts'
import { command } from './fixtures/happened.ts'
import { atRest, inRun, moving, offer, run } from './fixtures/release.ts'
import { calm, problem, view } from './storyOf.tsx'

const opened = (action: Parameters<typeof offer>[0], more = {}): Asking => ({
  state: 'open',
  offer: offer(action, more),
  openedAt: storyNow - 20_000,
})

/** An action from the click to the controller's answer. */
export const stories: readonly Story[] = [
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
]
