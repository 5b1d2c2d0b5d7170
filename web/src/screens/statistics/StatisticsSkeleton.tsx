import { Panel } from '../../parts/Panel.tsx'
import { Skeleton } from '../../parts/Skeleton.tsx'
import { strings } from '../../strings.ts'
import { StatisticsHead, type StatisticsViewProps } from './StatisticsView.tsx'

/** The figures before they are there. */
export function StatisticsSkeleton(props: Pick<StatisticsViewProps, 'choice' | 'onChoice'>) {
  return (
    <main className="screen statistics" id="main" aria-busy="true">
      <StatisticsHead {...props} />
      <Skeleton rows={3} />
      <Panel title={strings.statistics.weeks}>
        <Skeleton rows={4} />
      </Panel>
      <Panel title={strings.statistics.rows[props.choice.by]}>
        <Skeleton rows={6} />
      </Panel>
    </main>
  )
}
