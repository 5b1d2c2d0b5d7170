import { useState } from 'react'
import type { Statistics, StatisticsRow } from '../../../../controller/src/server/dto/statistics.ts'
import { hostile, long, type Story, storyNow } from '../../gallery/story.ts'
import { told } from '../../gallery/told.tsx'
import { ErrorState } from '../../parts/ErrorState.tsx'
import { type By, type Choice, choiceOf } from './choice.ts'
import { StatisticsSkeleton } from './StatisticsSkeleton.tsx'
import { StatisticsHead, StatisticsView } from './StatisticsView.tsx'

const day = 86_400_000
const at = (days: number) => new Date(storyNow - days * day).toISOString()

const row = (key: string | null, deployments: number, failed: number, more: Partial<StatisticsRow> = {}): StatisticsRow => ({
  key,
  runs: deployments + failed,
  deployments,
  perWeek: deployments / 4.3,
  leadTime: deployments > 0 ? 900 + 37 * deployments : null,
  failureRate: deployments + failed > 0 ? failed / (deployments + failed) : null,
  timeToRestore: failed > 0 ? 240 + 11 * failed : null,
  ...more,
})

const names: Record<By, readonly (string | null)[]> = {
  service: ['shop/web', 'shop/cart', 'find/search', 'notify/mail', 'edge/gateway'],
  team: ['shop', 'find', 'platform', null],
  namespace: ['shop', 'find', 'notify', 'edge'],
}

const statisticsOf = ({ by, days }: Choice): Statistics => ({
  from: at(days),
  to: at(0),
  by,
  total: row('', 73, 9),
  rows: names[by].map((name, index) => row(name, 31 - 7 * index, (index * 3) % 5)),
  weeks: Array.from({ length: Math.ceil(days / 7) }, (_, week) => ({
    from: at(days - week * 7),
    promoted: 6 + ((week * 7) % 11),
    failed: (week * 5) % 4,
  })),
})

function Shown({ first = choiceOf({}), change = (known) => known }: { first?: Choice; change?(known: Statistics): Statistics }) {
  const [choice, setChoice] = useState(first)
  return <StatisticsView statistics={change(statisticsOf(choice))} choice={choice} onChoice={setChoice} />
}

const choice = choiceOf({})

export const stories: readonly Story[] = [
  { name: 'statistics/loading', render: () => told(<StatisticsSkeleton choice={choice} onChoice={() => {}} />) },
  { name: 'statistics/by service', render: () => told(<Shown />) },
  { name: 'statistics/by team over a year', render: () => told(<Shown first={{ by: 'team', days: 365 }} />) },
  {
    name: 'statistics/histories were cut',
    render: () =>
      told(
        <Shown
          change={(known) => ({
            ...known,
            remark: '3 of 5 releases remember fewer days than asked for: they keep their last 10 runs (spec.historyLimit).',
          })}
        />,
      ),
  },
  {
    name: 'statistics/empty',
    render: () => told(<Shown change={(known) => ({ ...known, total: row('', 0, 0), rows: [], weeks: [] })} />),
  },
  {
    name: 'statistics/nothing failed',
    render: () => told(<Shown change={(known) => ({ ...known, total: row('', 12, 0), rows: [row('shop/web', 12, 0)] })} />),
  },
  {
    name: 'statistics/stale',
    render: () =>
      told(
        <StatisticsView
          statistics={statisticsOf(choice)}
          choice={choice}
          onChoice={() => {}}
          staleSince={storyNow - 95_000}
          retry={() => {}}
        />,
      ),
  },
  {
    name: 'statistics/hostile and long names',
    render: () =>
      told(
        <Shown
          change={(known) => ({ ...known, remark: hostile, rows: [row(`${hostile}/${hostile}`, 3, 1), row(`shop/${long}`, 2, 2)] })}
        />,
      ),
  },
  {
    name: 'statistics/many rows',
    render: () =>
      told(
        <Shown
          change={(known) => ({
            ...known,
            rows: Array.from({ length: 500 }, (_, index) => row(`shop/service-${index}`, 500 - index, index % 7)),
          })}
        />,
      ),
  },
  {
    name: 'statistics/error',
    render: () =>
      told(
        <main className="screen statistics" id="main">
          <StatisticsHead choice={choice} onChoice={() => {}} />
          <ErrorState
            problem={{
              type: 'about:blank',
              code: 'SERIN-502-CLUSTER',
              title: 'The API server cannot be reached',
              status: 502,
              detail: 'It refuses connections.',
              effect: 'Runs under way continue as far as the controller can reach it.',
              requestId: 'r-2',
            }}
            retry={() => {}}
          />
        </main>,
      ),
  },
]
