import type { MetricView, Series } from '../../../../controller/src/server/dto/evidence.ts'
import { ArmsChart } from '../../parts/charts/ArmsChart.tsx'
import { BandChart } from '../../parts/charts/BandChart.tsx'
import { countText, ratioText } from '../../parts/charts/units.ts'
import { isSaid } from '../../parts/sentences.ts'
import { Instant } from '../../parts/Time.tsx'
import { strings } from '../../strings.ts'
import { type Fact, Facts } from './Facts.tsx'
import { Spark } from './Spark.tsx'
import { When } from './When.tsx'

const words = strings.report

/**
 * One metric closely: the judge's sentence, unless it was said above or a chart says it, how far each test is, and its course. `print`: as drawings
 * that need no script.
 */
export function MetricDetail({
  metric,
  series,
  said,
  print = false,
}: {
  metric: MetricView
  series: Series | undefined
  said: string
  print?: boolean
}) {
  const drawn = series && series.points.length > 0 ? series : undefined
  const told = isSaid(metric.because, said) || (!print && isSaid(metric.because, drawn?.summary))
  return (
    <div className="report-detail">
      {!told && <p className="report-sentence">{metric.because}</p>}
      <Measured metric={metric} />
      {drawn && (print ? <Drawing metric={metric.name} series={drawn} /> : <Charts series={drawn} said={said} />)}
      {print && series && series.gaps.length > 0 && (
        <ul className="report-list" aria-label={words.gapTitle}>
          {series.gaps.map(({ from, to, because }) => (
            <li key={from}>
              <Instant at={from} /> – <Instant at={to} />: {because}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

function Measured({ metric: { evidence, limits, needed, dataAt } }: { metric: MetricView }) {
  const rows: Fact[] = []
  if (evidence?.harm !== undefined) rows.push([words.evidenceHarm, <Nats key="harm" has={evidence.harm} needs={evidence.harmNeeds} />])
  if (evidence?.pass !== undefined) rows.push([words.evidencePass, <Nats key="pass" has={evidence.pass} needs={evidence.passNeeds} />])
  const bounds = [
    limits?.tolerance === undefined ? undefined : words.tolerance(ratioText(limits.tolerance)),
    limits?.margin === undefined ? undefined : words.margin(ratioText(limits.margin)),
  ].filter((text) => text !== undefined)
  if (bounds.length > 0) rows.push([words.limits, bounds.join('; ')])
  if (needed)
    rows.push([words.needed, words.neededText(needed.intervals, needed.requests === undefined ? undefined : countText(needed.requests))])
  if (dataAt !== undefined) rows.push([words.lastData, <When key="data" at={dataAt} />])
  if (rows.length === 0) return null
  return <Facts facts={rows} />
}

/** How far a test is, as words and as a bar that says nothing more. */
function Nats({ has, needs }: { has: number; needs: number }) {
  // Less than nothing is evidence for the opposite.
  const amount = (nats: number) => String(Math.max(0, Number(nats.toPrecision(2))))
  return (
    <span className="report-nats">
      <progress className="report-progress" aria-hidden="true" max={needs} value={Math.min(Math.max(0, has), needs)} />
      {words.evidenceOf(amount(has), amount(needs))}
    </span>
  )
}

function Charts({ series, said }: { series: Series; said: string }) {
  return (
    <div className="report-charts">
      <BandChart series={series} summaryShown={!isSaid(series.summary, said)} />
      <ArmsChart series={series} summaryShown={false} />
    </div>
  )
}

function Drawing({ metric, series: { points, summary } }: { metric: string; series: Series }) {
  return (
    <figure className="report-figure">
      <Spark
        label={words.spark(metric, summary)}
        canary={points.map(({ canary }) => canary)}
        baseline={points.map(({ baseline }) => baseline)}
        width={560}
        height={70}
      />
      <figcaption>{words.sparkLegend}</figcaption>
    </figure>
  )
}
