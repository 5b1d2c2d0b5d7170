import { useQueries, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { CommandView } from '../../../../controller/src/server/dto/detail.ts'
import type { Report, Series } from '../../../../controller/src/server/dto/evidence.ts'
import { ApiError, get, path } from '../../api/client.ts'
import { EmptyState } from '../../parts/EmptyState.tsx'
import { ErrorState } from '../../parts/ErrorState.tsx'
import { strings } from '../../strings.ts'
import { lookingOf, searchOf } from './looking.ts'
import { ReportSkeleton } from './ReportSkeleton.tsx'
import { ReportFrame, ReportView } from './ReportView.tsx'

/** The report of a run: fetched, and renewed when the release changes. */
export function ReportScreen({ namespace, name, run }: { namespace: string; name: string; run: string }) {
  // Below the release's key: what tells that a release changed renews all of this.
  const key = ['release', namespace, name]
  const report = useQuery({
    queryKey: [...key, 'report', run],
    queryFn: ({ signal }) => get<Report>(path(['releases', namespace, name, 'runs', run]), signal),
  })
  const commands = useQuery({
    queryKey: [...key, 'commands'],
    queryFn: ({ signal }) => get<{ items: CommandView[] }>(path(['releases', namespace, name, 'commands']), signal),
  })
  const wanted = (report.data?.analyses ?? []).flatMap((analysis) => analysis.metrics.map((metric) => ({ analysis, metric: metric.name })))
  const series = useQueries({
    queries: wanted.map(({ analysis, metric }) => ({
      queryKey: [...key, 'series', analysis.name, metric],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        get<Series>(path(['analyses', analysis.namespace, analysis.name, 'series'], { metric }), signal),
    })),
  })
  const looking = lookingOf(useSearch({ strict: false }) as Record<string, unknown>)
  const navigate = useNavigate()

  if (!report.data) {
    const place = { namespace, name, run }
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
      commands={forbidden(commands.error) ? 'forbidden' : commands.data?.items}
      looking={looking}
      onLooking={(next) =>
        void navigate({
          to: '.',
          search: ((before: object) => ({ ...before, ...searchOf(next) })) as never,
          replace: true,
          resetScroll: false,
        })
      }
      address={location.href}
      recordOf={(analysis, format) => path(['analyses', analysis.namespace, analysis.name, 'record'], format === 'csv' ? { format } : {})}
      staleSince={report.error ? report.dataUpdatedAt : undefined}
      retry={() => void report.refetch()}
    />
  )
}

const forbidden = (error: unknown) => error instanceof ApiError && error.problem.status === 403
