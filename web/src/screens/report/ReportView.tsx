import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { CommandView } from '../../../../controller/src/server/dto/detail.ts'
import type { AnalysisView, Report, Series } from '../../../../controller/src/server/dto/evidence.ts'
import { Button } from '../../parts/Button.tsx'
import { Chip } from '../../parts/Chip.tsx'
import { Copy } from '../../parts/Copy.tsx'
import { EmptyState } from '../../parts/EmptyState.tsx'
import { Images } from '../../parts/Images.tsx'
import { Panel } from '../../parts/Panel.tsx'
import { Result } from '../../parts/Phase.tsx'
import { StaleBar } from '../../parts/StaleBar.tsx'
import { Instant, Span, useNow } from '../../parts/Time.tsx'
import { strings } from '../../strings.ts'
import { AnalysisReport } from './AnalysisReport.tsx'
import { Commands } from './Commands.tsx'
import { type Fact, Facts } from './Facts.tsx'
import type { Looking } from './looking.ts'
import { commandsOf, tookSeconds } from './run.ts'
import { When } from './When.tsx'
import './Report.css'

const words = strings.report

export interface ReportViewProps {
  report: Report
  seriesOf(analysis: string, metric: string): Series | undefined
  /** Absent while they are not known; `forbidden`: the person may not see them. */
  commands: readonly CommandView[] | 'forbidden' | undefined
  looking: Looking
  onLooking(looking: Looking): void
  /** Of this page, for links and paper. */
  address: string
  recordOf(analysis: AnalysisView, format: 'json' | 'csv'): string
  /** What is shown is from then, and could not be renewed. */
  staleSince?: number | undefined
  retry?(): void
}

/** The judge's record of a run: what became of it, why, and everything that it was decided by. The same on paper. */
export function ReportView(props: ReportViewProps) {
  const { report, seriesOf, commands, looking, onLooking, address, recordOf, staleSince, retry } = props
  return (
    <ReportFrame
      {...report}
      state={report.ended ? <Result result={report.ended.result} /> : <Chip tone="info">{words.underWay}</Chip>}
      address={address}
    >
      {staleSince !== undefined && <StaleBar since={staleSince} {...(retry ? { retry } : {})} />}
      <Verdict report={report} />
      {report.analyses.length === 0 && <EmptyState title={words.gone} text={words.goneText} />}
      {report.analyses.map((analysis) => (
        <AnalysisReport
          key={analysis.name}
          analysis={analysis}
          said={report.verdict}
          seriesOf={(metric) => seriesOf(analysis.name, metric)}
          hidden={looking.hidden}
          onHidden={(hidden) => onLooking({ ...looking, hidden })}
          metric={looking.metric}
          onMetric={(metric) => onLooking({ ...looking, metric })}
          recordOf={(format) => recordOf(analysis, format)}
        />
      ))}
      <Similar report={report} />
      <Panel title={words.commands}>
        {commands === 'forbidden' ? (
          <p className="report-fine">{words.commandsForbidden}</p>
        ) : (
          commands && <Commands commands={commandsOf(commands, report)} />
        )}
      </Panel>
    </ReportFrame>
  )
}

export interface ReportFrameProps {
  namespace: string
  name: string
  run: number | string
  state?: ReactNode
  address?: string
  children: ReactNode
}

/** The heading, whatever comes under it. */
export function ReportFrame({ namespace, name, run, state, address, children }: ReportFrameProps) {
  return (
    <main className="screen report" id="main">
      {address !== undefined && <PrintHeader address={address} />}
      <header className="report-head">
        <nav aria-label={words.trail} className="report-trail screen-only">
          <Link to="/">{words.releases}</Link> <span aria-hidden="true">/</span>{' '}
          <Link to="/releases/$namespace/$name" params={{ namespace, name }}>
            {namespace}/{name}
          </Link>
        </nav>
        <div className="report-title-row">
          <h1>{words.title(run, name)}</h1>
          {state}
          {address !== undefined && (
            <span className="report-actions screen-only">
              <Copy text={address} label={words.copyLink} />
              <Button onClick={() => window.print()}>{words.print}</Button>
            </span>
          )}
        </div>
      </header>
      {children}
    </main>
  )
}

function Verdict({ report }: { report: Report }) {
  const { ended, from, to, startedAt, verdict } = report
  const now = useNow()
  const facts: Fact[] = [
    [words.facts.from, <Version key="from" version={from} />],
    [words.facts.to, <Version key="to" version={to} />],
    [words.facts.began, <Instant key="began" at={startedAt} />],
    ...(ended ? ([[words.facts.ended, <Instant key="ended" at={ended.endedAt} />]] satisfies Fact[]) : []),
    [ended ? words.facts.took : words.facts.soFar, <Span key="took" seconds={tookSeconds(report, now)} />],
    ...(ended?.by === undefined ? [] : ([[words.facts.by, ended.by]] satisfies Fact[])),
  ]
  return (
    <Panel title={words.verdict} className="report-verdict">
      <p className="report-lead">{verdict}</p>
      <Facts facts={facts} />
    </Panel>
  )
}

function Version({ version: { images, hash, revision } }: { version: Report['from'] }) {
  return (
    <>
      <Images images={images} />{' '}
      <span className="report-fine">
        {hash}
        {revision === undefined ? '' : words.revision(revision)}
      </span>
    </>
  )
}

function Similar({ report: { namespace, name, similar } }: { report: Report }) {
  if (similar.length === 0) return null
  return (
    <Panel title={words.similar}>
      <ul className="report-list">
        {similar.map(({ run, endedAt, because }) => (
          <li key={run}>
            <Link to="/releases/$namespace/$name/runs/$run" params={{ namespace, name, run: String(run) }}>
              {words.similarRun(run)}
            </Link>{' '}
            (<When at={endedAt} />
            ): {because}
          </li>
        ))}
      </ul>
    </Panel>
  )
}

/** On paper the place and the time stand on top. */
function PrintHeader({ address }: { address: string }) {
  const now = useNow()
  return (
    <p className="report-print-header print-only">
      {strings.common.product} · <Instant at={now} /> · {address}
    </p>
  )
}
