import { useState } from 'react'
import type { NotificationItem, NotifierItem } from '../../../../controller/src/server/dto/notifying.ts'
import type { Problem } from '../../../../controller/src/server/dto/problem.ts'
import { ApiError, Unreachable } from '../../api/client.ts'
import { hostile, long, type Story, storyNow } from '../../gallery/story.ts'
import { told } from '../../gallery/told.tsx'
import { ErrorState } from '../../parts/ErrorState.tsx'
import { Skeleton } from '../../parts/Skeleton.tsx'
import { type Choice, keyOf } from './choice.ts'
import { NotifiersFrame, NotifiersView } from './NotifiersView.tsx'
import { RecentDialog } from './RecentDialog.tsx'
import type { Trying } from './useTests.ts'

const ago = (seconds: number) => new Date(storyNow - seconds * 1000).toISOString()
const people = ['WaitingForApproval', 'Paused', 'Promoted', 'RolledBack', 'Aborted', 'Degraded', 'SourceDown', 'Recovered']

const team: NotifierItem = {
  scope: 'Namespace',
  namespace: 'shop',
  name: 'team',
  target: 'slack',
  to: '#shop-releases',
  events: people,
  namespaces: [],
  rollouts: [],
  state: 'Ready',
  lastSentAt: ago(310),
  pending: 0,
  dead: 0,
}
const pager: NotifierItem = {
  ...team,
  name: 'on-call',
  target: 'pagerDuty',
  events: ['RolledBack', 'Degraded', 'SourceDown'],
  rollouts: ['checkout', 'tier=critical'],
  lastSentAt: ago(86_400 * 3),
  test: { id: 't1', result: 'Sent', message: 'the target took it', at: ago(86_400) },
}
const { to: _, ...pagerTo } = pager
const { lastSentAt: __, namespace: ___, ...never } = team
const mail: NotifierItem = {
  ...team,
  name: 'release-notes',
  target: 'email',
  to: 'team@example.com, leads@example.com',
  events: ['Promoted'],
  state: 'Failing',
  lastSentAt: ago(86_400 * 2),
  lastError: { at: ago(95), message: 'smtp.example.com refused the login: look at usernameRef and passwordRef' },
  pending: 2,
  dead: 1,
  test: { id: 't2', result: 'Failed', message: 'smtp.example.com refused the login: look at usernameRef and passwordRef', at: ago(80) },
}
const audit: NotifierItem = {
  ...never,
  scope: 'Cluster',
  name: 'audit',
  target: 'webhook',
  to: 'audit.example.com',
  namespaces: ['shop', 'find'],
  state: 'Unknown',
}
const four = [pagerTo, team, mail, audit]

const problem = (status: number, more: Partial<Problem>): Problem => ({
  type: 'about:blank',
  code: 'SERIN-403-VERB',
  title: 'A right is missing',
  status,
  detail: '',
  effect: 'Runs under way continue; nothing was changed.',
  requestId: 'r-3',
  ...more,
})
const mayNotPatch = new ApiError(
  problem(403, {
    detail: 'vera may not patch notifiers.serin.dev "team" in namespace shop.',
    missing: { verb: 'patch', resource: 'notifiers.serin.dev', namespace: 'shop', name: 'team' },
  }),
)

function Shown({
  items = four,
  first = { q: '', state: undefined },
  stale = false,
  readOnly = false,
  trying = [],
}: {
  items?: NotifierItem[]
  first?: Choice
  stale?: boolean
  readOnly?: boolean
  trying?: [NotifierItem, Trying][]
}) {
  const [choice, setChoice] = useState(first)
  return (
    <NotifiersView
      items={items}
      choice={choice}
      onChoice={setChoice}
      trying={new Map(trying.map(([item, state]) => [keyOf(item), state]))}
      readOnly={readOnly}
      onTest={() => {}}
      onRecent={() => {}}
      staleSince={stale ? storyNow - 95_000 : undefined}
      retry={() => {}}
    />
  )
}

const sent: NotificationItem = {
  namespace: 'shop',
  name: 'checkout-8-waitingforapproval-1',
  event: 'WaitingForApproval',
  at: ago(310),
  of: { kind: 'Rollout', name: 'checkout' },
  run: 8,
  because: 'it waits for somebody to promote it',
  phase: 'Sent',
  message: 'the target took it',
  since: ago(309),
}
const { run: ____, ...source } = sent
const recent: NotificationItem[] = [
  {
    ...sent,
    name: 'a',
    event: 'Promoted',
    at: ago(40),
    because: 'all steps passed',
    phase: 'Pending',
    message: 'refused: 503, tried again in 20 s',
  },
  sent,
  { ...source, name: 'b', event: 'SourceDown', at: ago(7200), of: { kind: 'MetricSource', name: 'default' }, because: 'no answer for 5 m' },
  {
    ...sent,
    name: 'c',
    run: 7,
    event: 'RolledBack',
    at: ago(90_000),
    because: 'errors: 4.9 % of 2,040 requests failed, 0.5 % before',
    phase: 'Dead',
    message: 'given up after a day: smtp.example.com refused the login',
  },
]
const dialog = (items: readonly NotificationItem[] | undefined, error?: unknown) =>
  told(
    <>
      <Shown />
      <RecentDialog notifier={team} items={items} error={error} retry={() => {}} onClose={() => {}} />
    </>,
  )

export const stories: readonly Story[] = [
  {
    name: 'notifiers/loading',
    render: () =>
      told(
        <NotifiersFrame>
          <Skeleton rows={6} />
        </NotifiersFrame>,
      ),
  },
  { name: 'notifiers/one does not arrive', render: () => told(<Shown />) },
  { name: 'notifiers/all arrive', render: () => told(<Shown items={[team, pagerTo]} />) },
  {
    name: 'notifiers/tests under way',
    render: () =>
      told(
        <Shown
          trying={[
            [pagerTo, { state: 'asked' }],
            [audit, { state: 'late' }],
            [team, { state: 'refused', error: mayNotPatch }],
          ]}
        />,
      ),
  },
  { name: 'notifiers/read only', render: () => told(<Shown readOnly />) },
  { name: 'notifiers/empty', render: () => told(<Shown items={[]} />) },
  { name: 'notifiers/no match', render: () => told(<Shown first={{ q: 'teams', state: undefined }} />) },
  { name: 'notifiers/stale', render: () => told(<Shown stale />) },
  {
    name: 'notifiers/hostile and long names',
    render: () =>
      told(
        <Shown
          items={[
            {
              ...mail,
              namespace: hostile,
              name: hostile,
              target: hostile,
              to: hostile,
              rollouts: [hostile],
              events: [hostile],
              lastError: { at: ago(1), message: hostile },
            },
            { ...mail, name: long, to: long, rollouts: [long], lastError: { at: ago(1), message: long } },
          ]}
        />,
      ),
  },
  {
    name: 'notifiers/many',
    render: () =>
      told(
        <Shown
          items={Array.from({ length: 200 }, (_unused, at) => ({
            ...([team, pagerTo, mail, team][at % 4] ?? team),
            namespace: `team-${at % 20}`,
            name: `notifier-${at}`,
          }))}
        />,
      ),
  },
  {
    name: 'notifiers/error',
    render: () =>
      told(
        <NotifiersFrame>
          <ErrorState error={new Unreachable('The server does not answer.')} retry={() => {}} />
        </NotifiersFrame>,
      ),
  },
  {
    name: 'notifiers/forbidden',
    render: () =>
      told(
        <NotifiersFrame>
          <ErrorState
            problem={problem(403, {
              detail: 'You may not list notifiers in any namespace.',
              missing: { verb: 'list', resource: 'notifiers.serin.dev' },
            })}
          />
        </NotifiersFrame>,
      ),
  },
  { name: 'notifiers/recent', render: () => dialog(recent) },
  { name: 'notifiers/recent loading', render: () => dialog(undefined) },
  { name: 'notifiers/recent empty', render: () => dialog([]) },
  {
    name: 'notifiers/recent forbidden',
    render: () =>
      dialog(
        undefined,
        new ApiError(
          problem(403, {
            detail: 'vera may not list notifications.serin.dev in namespace shop.',
            missing: { verb: 'list', resource: 'notifications.serin.dev', namespace: 'shop' },
          }),
        ),
      ),
  },
  {
    name: 'notifiers/recent hostile and long',
    render: () =>
      dialog([
        { ...sent, because: hostile, event: hostile, message: hostile, phase: 'Dead', of: { kind: 'Rollout', name: hostile } },
        { ...sent, name: 'l', because: long, of: { kind: 'Rollout', name: long } },
      ]),
  },
]
