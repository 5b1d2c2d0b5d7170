import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Statistics, StatisticsFigures, StatisticsRow } from '../../../../controller/src/server/dto/statistics.ts'
import { Button } from '../../parts/Button.tsx'
import { download } from '../../parts/download.ts'
import { EmptyState } from '../../parts/EmptyState.tsx'
import { DownloadIcon, InfoIcon } from '../../parts/icons.tsx'
import { Panel } from '../../parts/Panel.tsx'
import { Select } from '../../parts/Select.tsx'
import { StaleBar } from '../../parts/StaleBar.tsx'
import { type Column, Table } from '../../parts/Table.tsx'
import { Instant } from '../../parts/Time.tsx'
import { strings } from '../../strings.ts'
import { type By, type Choice, spans } from './choice.ts'
import { csvOf } from './csv.ts'
import { byValue, csvRows, perWeekText, shareOr, spanOr } from './figures.ts'
import { Weeks } from './Weeks.tsx'
import './Statistics.css'

const words = strings.statistics

export interface StatisticsViewProps {
  statistics: Statistics
  choice: Choice
  onChoice(choice: Choice): void
  /** What is shown is from then, and could not be renewed. */
  staleSince?: number | undefined
  retry?(): void
}

/** How delivery goes: four figures, week by week, and row by row. */
export function StatisticsView({ statistics, choice, onChoice, staleSince, retry }: StatisticsViewProps) {
  const { total, rows, weeks, remark, from, to } = statistics
  return (
    <main className="screen statistics" id="main">
      {staleSince !== undefined && <StaleBar since={staleSince} {...(retry ? { retry } : {})} />}
      <StatisticsHead
        choice={choice}
        onChoice={onChoice}
        actions={
          total.runs > 0 && (
            <Button icon={DownloadIcon} onClick={() => download(words.file(statistics.by, choice.days), csvOf(csvRows(statistics)))}>
              {words.download}
            </Button>
          )
        }
      />
      {remark !== undefined && (
        <p className="statistics-remark">
          <InfoIcon />
          <span>
            <strong>{words.remark}:</strong> {remark}
          </span>
        </p>
      )}
      {total.runs === 0 ? (
        <EmptyState title={words.empty} text={words.emptyText} command={words.emptyCommand} />
      ) : (
        <>
          <Keys total={total} />
          <p className="statistics-fine">
            {words.period}: <Instant at={from} /> – <Instant at={to} />
          </p>
          <Weeks weeks={weeks} />
          <Panel title={words.rows[statistics.by]}>
            <Table
              caption={words.rowsCaption}
              captionHidden
              columns={columnsOf(statistics.by)}
              rows={rows}
              rowKey={({ key }) => key ?? ''}
              sorting={{ column: 'perWeek', down: true }}
            />
          </Panel>
        </>
      )}
    </main>
  )
}

/** The heading with what can be chosen: there whatever came of it. */
export function StatisticsHead({ choice, onChoice, actions }: Pick<StatisticsViewProps, 'choice' | 'onChoice'> & { actions?: ReactNode }) {
  const days = spans.includes(choice.days) ? spans : [...spans, choice.days].sort((one, other) => one - other)
  return (
    <header className="statistics-head">
      <div>
        <h1>{words.title}</h1>
        <p className="statistics-lead">{words.lead}</p>
      </div>
      <div className="statistics-choice">
        <Select
          label={words.by}
          value={choice.by}
          options={(['service', 'team', 'namespace'] satisfies By[]).map((by) => ({ value: by, label: words.bys[by] }))}
          onChange={(by) => onChoice({ ...choice, by })}
        />
        <Select
          label={words.days}
          value={String(choice.days)}
          options={days.map((one) => ({ value: String(one), label: words.daysOf(one) }))}
          onChange={(chosen) => onChoice({ ...choice, days: Number(chosen) })}
        />
        {actions}
      </div>
    </header>
  )
}

function Keys({ total }: { total: StatisticsFigures }) {
  const figures = [
    ['perWeek', perWeekText(total), words.of(total.deployments, total.runs)],
    ['leadTime', spanOr(total.leadTime), undefined],
    ['failureRate', shareOr(total.failureRate), undefined],
    ['timeToRestore', spanOr(total.timeToRestore), undefined],
  ] as const
  return (
    <dl className="statistics-keys">
      {figures.map(([key, figure, fine]) => (
        <div key={key} className="statistics-key">
          <dt>{words.keys[key].title}</dt>
          <dd className="statistics-figure">{figure}</dd>
          <dd className="statistics-fine">
            {fine && <>{fine}. </>}
            {words.keys[key].meaning}
          </dd>
        </div>
      ))}
    </dl>
  )
}

function columnsOf(by: By): Column<StatisticsRow>[] {
  return [
    {
      id: 'key',
      title: words.key[by],
      header: true,
      cell: ({ key }) => <Key by={by} of={key} />,
      compare: (one, other) => (one.key ?? '').localeCompare(other.key ?? ''),
    },
    { id: 'runs', title: words.columns.runs, align: 'end', cell: ({ runs }) => runs, compare: (one, other) => one.runs - other.runs },
    {
      id: 'deployments',
      title: words.columns.deployments,
      align: 'end',
      cell: ({ deployments }) => deployments,
      compare: (one, other) => one.deployments - other.deployments,
    },
    {
      id: 'perWeek',
      title: words.columns.perWeek,
      align: 'end',
      cell: ({ perWeek }) => Number(perWeek.toPrecision(2)),
      compare: (one, other) => one.perWeek - other.perWeek,
    },
    {
      id: 'leadTime',
      title: words.columns.leadTime,
      align: 'end',
      cell: ({ leadTime }) => spanOr(leadTime),
      compare: (one, other) => byValue(one.leadTime, other.leadTime),
    },
    {
      id: 'failureRate',
      title: words.columns.failureRate,
      align: 'end',
      cell: ({ failureRate }) => shareOr(failureRate),
      compare: (one, other) => byValue(one.failureRate, other.failureRate),
    },
    {
      id: 'timeToRestore',
      title: words.columns.timeToRestore,
      align: 'end',
      cell: ({ timeToRestore }) => spanOr(timeToRestore),
      compare: (one, other) => byValue(one.timeToRestore, other.timeToRestore),
    },
  ]
}

/** Leads to the release, or to the list of those of the team or namespace. */
function Key({ by, of }: { by: By; of: string | null }) {
  if (of === null) return <span className="statistics-fine">{words.noTeam}</span>
  if (by !== 'service')
    return (
      <Link to="/" search={{ [by]: of }}>
        {of}
      </Link>
    )
  const slash = of.indexOf('/')
  return (
    <Link to="/releases/$namespace/$name" params={{ namespace: of.slice(0, slash), name: of.slice(slash + 1) }}>
      {of}
    </Link>
  )
}
