import type { MetricView, Series } from '../../../../controller/src/server/dto/evidence.ts'
import { bandText, countText, ratioText, valueText } from '../../parts/charts/units.ts'
import { type Column, Table } from '../../parts/Table.tsx'
import { strings } from '../../strings.ts'
import { ClassChip } from './ClassChip.tsx'
import { differenceText } from './difference.ts'
import { classOf, metricClasses } from './metrics.ts'
import { Spark } from './Spark.tsx'

const words = strings.report

export interface MetricTableProps {
  /** Of what: the table's caption. */
  title: string
  metrics: readonly MetricView[]
  /** Absent: no course is shown. */
  seriesOf?(metric: string): Series | undefined
  /** The one looked at closely. */
  chosen?: string | undefined
  onChoose?(metric: string): void
}

/** Metrics of one comparison: what each side was, how far apart, and the judge's word. */
export function MetricTable({ title, metrics, seriesOf, chosen, onChoose }: MetricTableProps) {
  const columns: Column<MetricView>[] = [
    {
      id: 'metric',
      title: words.table.metric,
      header: true,
      cell: (metric) => <Name metric={metric} chosen={chosen === metric.name} {...(onChoose ? { onChoose } : {})} />,
      compare: (one, other) => one.name.localeCompare(other.name),
    },
    {
      id: 'class',
      title: words.table.class,
      cell: (metric) => <ClassChip metric={metric} />,
      compare: (one, other) => metricClasses.indexOf(classOf(one)) - metricClasses.indexOf(classOf(other)),
    },
    { id: 'baseline', title: words.table.baseline, align: 'end', cell: (metric) => <Side side={metric.baseline} unit={metric.unit} /> },
    { id: 'canary', title: words.table.canary, align: 'end', cell: (metric) => <Side side={metric.canary} unit={metric.unit} /> },
    { id: 'difference', title: words.table.difference, align: 'end', cell: (metric) => differenceText(metric) ?? <None /> },
    {
      id: 'ratio',
      title: words.table.ratio,
      align: 'end',
      cell: (metric) => <Ratio metric={metric} />,
      compare: (one, other) => (one.ratio?.estimate ?? -1) - (other.ratio?.estimate ?? -1),
    },
  ]
  if (seriesOf) columns.push({ id: 'time', title: words.table.time, cell: ({ name }) => <Course metric={name} series={seriesOf(name)} /> })
  return <Table caption={words.table.caption(title)} captionHidden columns={columns} rows={metrics} rowKey={({ name }) => name} />
}

function Name({ metric, chosen, onChoose }: { metric: MetricView; chosen: boolean; onChoose?(metric: string): void }) {
  const tags = [metric.gate ? words.gate : undefined, metric.dryRun ? words.dryRun : undefined].filter((tag) => tag !== undefined)
  return (
    <>
      {onChoose ? (
        <button type="button" className="report-metric" aria-pressed={chosen} onClick={() => onChoose(metric.name)}>
          {metric.name}
        </button>
      ) : (
        <span className="report-metric-name">{metric.name}</span>
      )}
      {tags.length > 0 && <span className="report-fine">{tags.join(', ')}</span>}
    </>
  )
}

function Side({ side, unit }: { side: MetricView['canary']; unit: string | undefined }) {
  if (side?.value === undefined) return <None />
  return (
    <>
      <span className="report-value">{valueText(side.value, unit)}</span>
      {side.samples !== undefined && <span className="report-fine">{words.samples(countText(side.samples))}</span>}
    </>
  )
}

function Ratio({ metric: { ratio } }: { metric: MetricView }) {
  if (ratio?.estimate === undefined && ratio?.low === undefined && ratio?.high === undefined) return <None />
  return (
    <>
      {ratio.estimate !== undefined && <span className="report-value">{ratioText(ratio.estimate)}</span>}
      <span className="report-fine">{bandText(ratio.low, ratio.high)}</span>
    </>
  )
}

function Course({ metric, series }: { metric: string; series: Series | undefined }) {
  if (!series || series.points.length === 0) return <span className="report-fine">{words.noSeries}</span>
  return (
    <Spark
      label={words.spark(metric, series.summary)}
      canary={series.points.map(({ canary }) => canary)}
      baseline={series.points.map(({ baseline }) => baseline)}
    />
  )
}

const None = () => <span className="report-fine">{words.none}</span>
