import { Panel } from '../../parts/Panel.tsx'
import { Skeleton } from '../../parts/Skeleton.tsx'
import { strings } from '../../strings.ts'
import './Report.css'

/** The report before it is there. */
export function ReportSkeleton() {
  return (
    <main className="report" aria-busy="true">
      <Skeleton rows={1} />
      <Panel title={strings.report.verdict}>
        <Skeleton rows={4} />
      </Panel>
      <Panel title={strings.report.configuration}>
        <Skeleton rows={6} />
      </Panel>
    </main>
  )
}
