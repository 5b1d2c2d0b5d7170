import { Panel } from '../../parts/Panel.tsx'
import { Skeleton } from '../../parts/Skeleton.tsx'
import { strings } from '../../strings.ts'
import { ReportFrame, type ReportFrameProps } from './ReportView.tsx'

/** The report before it is there. */
export function ReportSkeleton(props: Pick<ReportFrameProps, 'namespace' | 'name' | 'run'>) {
  return (
    <ReportFrame {...props}>
      <Panel title={strings.report.verdict}>
        <Skeleton rows={4} />
      </Panel>
      <Panel title={strings.report.configuration}>
        <Skeleton rows={6} />
      </Panel>
    </ReportFrame>
  )
}
