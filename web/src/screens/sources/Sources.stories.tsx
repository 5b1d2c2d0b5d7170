import { useState } from 'react'
import type { SourceItem } from '../../../../controller/src/server/dto/measuring.ts'
import { hostile, long, type Story, storyNow } from '../../gallery/story.ts'
import { told } from '../../gallery/told.tsx'
import { ErrorState } from '../../parts/ErrorState.tsx'
import { Skeleton } from '../../parts/Skeleton.tsx'
import type { Choice } from './choice.ts'
import { SourcesFrame, SourcesView } from './SourcesView.tsx'

const ago = (seconds: number) => new Date(storyNow - seconds * 1000).toISOString()

const up: SourceItem = {
  scope: 'Cluster',
  name: 'default',
  type: 'prometheus',
  address: 'prometheus.monitoring:9090',
  health: 'Up',
  because: 'It answers.',
  since: ago(86_400 * 9),
  lastAnswerAt: ago(12),
}
const down: SourceItem = {
  scope: 'Namespace',
  namespace: 'shop',
  name: 'datadog',
  type: 'datadog',
  address: 'api.datadoghq.eu',
  health: 'Down',
  because: 'It answered 403 Forbidden: is the application key of this site? It is asked again in 50 s.',
  since: ago(152),
  lastAnswerAt: ago(200),
}
const unknown: SourceItem = {
  scope: 'Namespace',
  namespace: 'find',
  name: 'business',
  type: 'web',
  address: 'orders.find:8080',
  health: 'Unknown',
  because: 'No analysis asked it yet.',
}

function Shown({
  items = [up, down, unknown],
  first = { q: '', health: undefined },
  stale = false,
}: {
  items?: SourceItem[]
  first?: Choice
  stale?: boolean
}) {
  const [choice, setChoice] = useState(first)
  return (
    <SourcesView items={items} choice={choice} onChoice={setChoice} staleSince={stale ? storyNow - 95_000 : undefined} retry={() => {}} />
  )
}

export const stories: readonly Story[] = [
  {
    name: 'sources/loading',
    render: () =>
      told(
        <SourcesFrame>
          <Skeleton rows={6} />
        </SourcesFrame>,
      ),
  },
  { name: 'sources/one is down', render: () => told(<Shown />) },
  {
    name: 'sources/all answer',
    render: () => told(<Shown items={[up, { ...up, scope: 'Namespace', namespace: 'shop', name: 'mimir' }]} />),
  },
  { name: 'sources/empty', render: () => told(<Shown items={[]} />) },
  { name: 'sources/no match', render: () => told(<Shown first={{ q: 'graphite', health: undefined }} />) },
  { name: 'sources/stale', render: () => told(<Shown stale />) },
  {
    name: 'sources/hostile and long names',
    render: () =>
      told(
        <Shown
          items={[
            { ...down, name: hostile, because: hostile, type: hostile, address: hostile, namespace: hostile },
            { ...down, name: long, because: long, address: long },
          ]}
        />,
      ),
  },
  {
    name: 'sources/many',
    render: () =>
      told(
        <Shown
          items={Array.from({ length: 300 }, (_, at) => ({
            ...([up, up, unknown, down][at % 4] ?? up),
            scope: 'Namespace',
            namespace: `team-${at % 20}`,
            name: `source-${at}`,
          }))}
        />,
      ),
  },
  {
    name: 'sources/error',
    render: () =>
      told(
        <SourcesFrame>
          <ErrorState
            problem={{
              type: 'about:blank',
              code: 'SERIN-403-VERB',
              title: 'A right is missing',
              status: 403,
              detail: 'You may not list metricsources in any namespace.',
              effect: 'Runs under way continue; nothing was changed.',
              requestId: 'r-3',
              missing: { verb: 'list', resource: 'metricsources.serin.dev' },
            }}
          />
        </SourcesFrame>,
      ),
  },
]
