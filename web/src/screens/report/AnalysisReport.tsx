import type { AnalysisView, Series } from '../../../../controller/src/server/dto/evidence.ts'
import { Button } from '../../parts/Button.tsx'
import { Chip, type Tone } from '../../parts/Chip.tsx'
import { DownloadIcon } from '../../parts/icons.tsx'
import { Panel } from '../../parts/Panel.tsx'
import { isSaid } from '../../parts/sentences.ts'
import { strings } from '../../strings.ts'
import { ClassChip } from './ClassChip.tsx'
import { Configuration } from './Configuration.tsx'
import { MetricDetail } from './MetricDetail.tsx'
import { MetricTable } from './MetricTable.tsx'
import { chosen, type MetricClass, metricClasses, tallyOf } from './metrics.ts'

const words = strings.report

export interface AnalysisReportProps {
  analysis: AnalysisView
  /** What stands above it already: the judge's sentence is not repeated. */
  said: string
  seriesOf(metric: string): Series | undefined
  /** Classes that are left out. */
  hidden: ReadonlySet<MetricClass>
  onHidden(hidden: ReadonlySet<MetricClass>): void
  /** The metric looked at closely; absent: the worst. */
  metric: string | undefined
  onMetric(metric: string): void
  recordOf(format: 'json' | 'csv'): string
}

const tones: Record<string, Tone> = { Pass: 'good', Fail: 'bad', Error: 'bad', Inconclusive: 'warn', Running: 'info' }

/** One comparison of the two versions: its metrics, the chosen one closely, and how it was judged. On paper all metrics are closely looked at. */
export function AnalysisReport({ analysis, said, seriesOf, hidden, onHidden, metric, onMetric, recordOf }: AnalysisReportProps) {
  const shown = chosen(analysis.metrics, new Set(metricClasses.filter((one) => !hidden.has(one))))
  const saidAbove = `${said} ${analysis.message}`
  const looked = shown.find(({ name }) => name === metric) ?? shown[0]
  return (
    <Panel
      className="report-analysis"
      title={
        <>
          {stageText(analysis)} <Chip tone={tones[analysis.verdict ?? analysis.phase] ?? 'quiet'}>{analysis.phase}</Chip>
        </>
      }
      actions={analysis.metrics.length > 0 && <Downloads name={analysis.name} recordOf={recordOf} />}
    >
      {!isSaid(analysis.message, said) && <p className="report-sentence">{analysis.message}</p>}
      {analysis.metrics.length === 0 ? (
        <p className="report-fine">{words.noMetricsText}</p>
      ) : (
        <>
          <Filter analysis={analysis} hidden={hidden} onHidden={onHidden} />
          {shown.length > 0 ? (
            <MetricTable title={analysis.name} metrics={shown} seriesOf={seriesOf} chosen={looked?.name} onChoose={onMetric} />
          ) : (
            <div className="report-none">
              <p>{words.noMatch(analysis.metrics.length)}</p>
              <Button onClick={() => onHidden(new Set())}>{words.showAll}</Button>
            </div>
          )}
          {looked && (
            <section className="report-chosen screen-only" aria-label={words.chosen(looked.name)}>
              <h3 className="report-heading">{words.chosen(looked.name)}</h3>
              <MetricDetail metric={looked} series={seriesOf(looked.name)} said={saidAbove} />
            </section>
          )}
          <div className="print-only">
            {chosen(analysis.metrics, new Set(metricClasses)).map((one) => (
              <section key={one.name} className="report-chosen">
                <h3 className="report-heading">
                  {words.chosen(one.name)} <ClassChip metric={one} />
                </h3>
                <MetricDetail metric={one} series={seriesOf(one.name)} said={saidAbove} print />
              </section>
            ))}
          </div>
        </>
      )}
      <Configuration analysis={analysis} />
    </Panel>
  )
}

/** When it ran. */
function stageText({ stage, step }: Pick<AnalysisView, 'stage' | 'step'>): string {
  const { Background, Step, Before, After, other } = words.stages
  if (stage === 'Step') return Step(step)
  return (
    new Map([
      ['Background', Background],
      ['Before', Before],
      ['After', After],
    ]).get(stage) ?? other
  )
}

function Filter({ analysis, hidden, onHidden }: Pick<AnalysisReportProps, 'analysis' | 'hidden' | 'onHidden'>) {
  const tally = tallyOf(analysis.metrics)
  const toggled = (one: MetricClass) => new Set(metricClasses.filter((other) => (other === one) !== hidden.has(other)))
  return (
    <fieldset className="report-filter screen-only">
      <legend>{words.filter}</legend>
      {metricClasses.map((one) => (
        <label key={one} className="report-check">
          <input type="checkbox" checked={!hidden.has(one)} onChange={() => onHidden(toggled(one))} />
          <ClassChip of={one} /> <span className="report-count">{tally[one]}</span>
        </label>
      ))}
    </fieldset>
  )
}

function Downloads({ name, recordOf }: { name: string; recordOf(format: 'json' | 'csv'): string }) {
  return (
    <span className="report-downloads screen-only">
      <a className="button button-plain" href={recordOf('json')} download={`${name}.json`} aria-label={words.downloadJson(name)}>
        <DownloadIcon /> {words.json}
      </a>
      <a className="button button-plain" href={recordOf('csv')} download={`${name}.csv`} aria-label={words.downloadCsv(name)}>
        <DownloadIcon /> {words.csv}
      </a>
    </span>
  )
}
