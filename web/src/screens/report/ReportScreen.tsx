import { useQueries, useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { ApiError, path } from '../../api/client.ts'
import { EmptyState } from '../../parts/EmptyState.tsx'
import { ErrorState } from '../../parts/ErrorState.tsx'
import { useAddress } from '../../parts/useAddress.ts'
import { strings } from '../../strings.ts'
import { commandsOf, reportOf, seriesOf } from '../release/queries.ts'
import { lookingOf, searchOf } from './looking.ts'
import { ReportSkeleton } from './ReportSkeleton.tsx'
import { ReportFrame, ReportView } from './ReportView.tsx'

/** The report of a run: fetched, and renewed when the release changes. */
export function ReportScreen({ namespace, name, run }: { namespace: string; name: string; run: string }) {
  const at = { namespace, name }
  const report = useQuery(reportOf(at, run))
  const commands = useQuery(commandsOf(at))
  const wanted = (report.data?.analyses ?? []).flatMap((analysis) => analysis.metrics.map((metric) => ({ analysis, metric: metric.name })))
  const series = useQueries({
    // They are renewed with the report, which may have many.
    queries: wanted.map(({ analysis, metric }) => ({ ...seriesOf(at, analysis, metric), refetchInterval: false as const })),
  })
  const looking = lookingOf(useSearch({ strict: false }) as Record<string, unknown>)
  const write = useAddress()

  if (!report.data) {
    const place = { ...at, run }
    if (!report.error) return <ReportSkeleton {...place} />
    return (
      <ReportFrame {...place}>
        {report.error instanceof ApiError && report.error.problem.status === 404 ? (
          <EmptyState title={strings.report.missing} text={report.error.problem.detail} />
        ) : (
          <ErrorState error={report.error} retry={() => void report.refetch()} />
        )}
      </ReportFrame>
    )
  }
  return (
    <ReportView
      report={report.data}
      seriesOf={(analysis, metric) => series[wanted.findIndex((one) => one.analysis.name === analysis && one.metric === metric)]?.data}
      commands={forbidden(commands.error) ? 'forbidden' : commands.data}
      looking={looking}
      onLooking={(next) => write(searchOf(next))}
      address={location.href}
      recordOf={(analysis, format) => path(['analyses', analysis.namespace, analysis.name, 'record'], format === 'csv' ? { format } : {})}
      staleSince={report.error ? report.dataUpdatedAt : undefined}
      retry={() => void report.refetch()}
    />
  )
}

const forbidden = (error: unknown) => error instanceof ApiError && error.problem.status === 403
