import type { AnalysisView } from '../../../../controller/src/server/dto/evidence.ts'
import { Chip, type Tone } from '../../parts/Chip.tsx'
import { Sparkline } from '../../parts/charts/Sparkline.tsx'
import { CheckIcon, ClockIcon, CrossIcon, DotIcon, type Icon, WarnIcon } from '../../parts/icons.tsx'
import { type Column, Table } from '../../parts/Table.tsx'
import { Time } from '../../parts/Time.tsx'
import { strings } from '../../strings.ts'
import { type MetricRow, type MetricWord, metricRowsOf } from './metricRows.ts'

const words = strings.release.metric

const looks: Record<MetricWord, readonly [Tone, Icon]> = {
  good: ['good', CheckIcon],
  bad: ['bad', CrossIcon],
  open: ['info', ClockIcon],
  undecided: ['warn', DotIcon],
  noData: ['warn', WarnIcon],
}

/** A line a metric: verdict by shape and word, both values, their difference with limits, what would matter and what is missing. */
export function MetricTable({
  analysis,
  trends,
  chosen,
  onChoose,
}: {
  analysis: AnalysisView
  /** Values of the new version over time, by metric, where they are known. */
  trends?: Readonly<Record<string, readonly (number | null)[]>>
  chosen?: string
  onChoose?(metric: string): void
}) {
  const rows = metricRowsOf(analysis)
  const columns: Column<MetricRow>[] = [
    { id: 'verdict', title: words.verdict, cell: ({ word }) => <Word word={word} /> },
    { id: 'name', title: words.name, header: true, cell: (row) => <Name row={row} chosen={row.name === chosen} onChoose={onChoose} /> },
    { id: 'canary', title: words.canary, align: 'end', cell: ({ canary }) => <strong>{canary}</strong> },
    { id: 'baseline', title: words.baseline, align: 'end', cell: ({ baseline }) => baseline },
    { id: 'difference', title: words.difference, cell: (row) => <Difference row={row} /> },
    { id: 'limit', title: words.limit, cell: ({ limit }) => <span className="muted">{limit}</span> },
    { id: 'need', title: words.need, cell: (row) => <Need row={row} /> },
  ]
  if (trends)
    columns.push({
      id: 'trend',
      title: words.trend,
      cell: ({ name }) => trends[name] && <Sparkline values={trends[name]} text={strings.evidence.trend(name)} />,
    })
  return <Table caption={words.caption} captionHidden columns={columns} rows={rows} rowKey={({ name }) => name} className="metric-table" />
}

function Word({ word }: { word: MetricWord }) {
  const [tone, shape] = looks[word]
  return (
    <Chip tone={tone} shape={shape}>
      {words.words[word]}
    </Chip>
  )
}

function Name({ row, chosen, onChoose }: { row: MetricRow; chosen: boolean; onChoose: ((metric: string) => void) | undefined }) {
  return (
    <div className="metric-name">
      {onChoose ? (
        <button type="button" className="metric-choose" aria-pressed={chosen} title={words.choose} onClick={() => onChoose(row.name)}>
          {row.name}
        </button>
      ) : (
        row.name
      )}
      {row.dryRun && <span className="muted">{words.dryRun}</span>}
      {row.word !== 'good' && row.because !== '' && <span className="metric-because">{row.because}</span>}
    </div>
  )
}

function Difference({ row }: { row: MetricRow }) {
  return (
    <div className="metric-stack">
      <span>{row.difference}</span>
      {row.band && (
        <span className="muted" title={words.band}>
          {row.band}
        </span>
      )}
    </div>
  )
}

function Need({ row }: { row: MetricRow }) {
  return (
    <div className="metric-stack">
      <span>{row.need}</span>
      {row.pass !== undefined && row.harm !== undefined && row.word !== 'good' && (
        <span className="muted">{words.progress(row.pass, row.harm)}</span>
      )}
      {row.samples && <span className="muted">{row.samples}</span>}
      {row.word === 'noData' && row.dataAt && (
        <span className="muted">
          {words.dataThrough} <Time at={row.dataAt} />
        </span>
      )}
    </div>
  )
}
