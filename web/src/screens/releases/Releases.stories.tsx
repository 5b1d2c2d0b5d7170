import type { ReactNode } from 'react'
import { ApiError } from '../../api/client.ts'
import { hostile, long, type Story, storyNow } from '../../gallery/story.ts'
import { told } from '../../gallery/told.tsx'
import { ErrorState } from '../../parts/ErrorState.tsx'
import { Skeleton } from '../../parts/Skeleton.tsx'
import { morning, pageFixture, releaseFixture, runFixture } from './fixtures.ts'
import { ReleasesFrame, ReleasesView, type ReleasesViewProps } from './ReleasesView.tsx'
import { everything } from './search.ts'

const nothing = () => {}
const view = (rows: typeof morning, more: Partial<ReleasesViewProps> = {}): ReactNode =>
  told(
    <ReleasesView
      search={everything}
      onSearch={nothing}
      rows={rows}
      counts={pageFixture(rows)}
      hasMore={false}
      onMore={nothing}
      changed={0}
      onSortAgain={nothing}
      {...more}
    />,
  )
const story = (name: string, render: () => ReactNode): Story => ({ name: `releases/${name}`, render })

const forbidden = new ApiError({
  type: 'about:blank',
  code: 'SERIN-403-VERB',
  title: 'A right is missing',
  status: 403,
  detail: 'vera may not list rollouts.serin.dev in the whole cluster.',
  effect: 'Runs under way continue; nothing was changed.',
  requestId: '7a1c',
  missing: { verb: 'list', resource: 'rollouts.serin.dev' },
})

export const stories: readonly Story[] = [
  story('a morning', () => view(morning)),
  story('nobody is needed', () => view([releaseFixture(), releaseFixture({ name: 'stock' })])),
  story('some changed', () => view(morning, { changed: 3 })),
  story('filtered', () =>
    view(morning.slice(0, 2), {
      search: { ...everything, q: 'c', attention: true, namespace: 'gone' },
      counts: pageFixture(morning, { total: 2 }),
    }),
  ),
  story('no match', () => view([], { search: { ...everything, q: 'nothing' }, counts: pageFixture(morning, { items: [], total: 0 }) })),
  story('empty', () => view([])),
  story('stale', () => view(morning, { staleSince: storyNow - 42_000, retry: nothing })),
  story('loading', () =>
    told(
      <ReleasesFrame>
        <Skeleton rows={12} />
      </ReleasesFrame>,
    ),
  ),
  story('forbidden', () =>
    told(
      <ReleasesFrame>
        <ErrorState error={forbidden} retry={nothing} />
      </ReleasesFrame>,
    ),
  ),
  story('hostile and long names', () =>
    view([
      releaseFixture({ name: hostile, namespace: hostile, team: hostile, message: hostile }),
      releaseFixture({
        name: long,
        namespace: long.slice(0, 63),
        team: long,
        message: long.repeat(3),
        phase: 'Progressing',
        run: runFixture(long, { waiting: { for: long, because: hostile, since: '2026-03-14T10:00:00Z' } }),
      }),
    ]),
  ),
  story('five thousand', () =>
    view(
      Array.from({ length: 5_000 }, (_, at) =>
        releaseFixture({ name: `service-${at}`, namespace: `team-${at % 100}`, team: `team-${at % 7}` }),
      ),
    ),
  ),
]
