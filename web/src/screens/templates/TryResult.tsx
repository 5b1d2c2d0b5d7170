import type { Try } from '../../../../controller/src/server/dto/measuring.ts'
import { Chip, type Tone } from '../../parts/Chip.tsx'
import { Code } from '../../parts/Code.tsx'
import { type Column, Table } from '../../parts/Table.tsx'
import { strings } from '../../strings.ts'
import { MetricTable } from '../report/MetricTable.tsx'

const words = strings.templates
const tones: Record<string, Tone> = { Pass: 'good', Fail: 'bad', Error: 'bad', Inconclusive: 'warn', Pending: 'info', Running: 'info' }

/** What came of a try: what was measured, how long a release would take, and how often it would cry wolf. */
export function TryResult({ outcome: { namespace, name, analysis, done, plan, backtest } }: { outcome: Try }) {
  return (
    <section className="try-result" aria-label={words.progress(name)} aria-busy={!done}>
      <div className="try-state" role="status">
        <Chip tone={tones[analysis.phase] ?? 'quiet'}>{analysis.phase}</Chip>
        <span>{analysis.message}</span>
        <span className="templates-fine">{words.judgedSoFar(analysis.intervals)}</span>
      </div>
      {analysis.problems.length > 0 && (
        <div>
          <h3 className="try-heading">{words.problems}</h3>
          <ul className="templates-problems">
            {analysis.problems.map(({ what, kind, because }) => (
              <li key={`${what} ${kind}`}>
                <strong>{what}</strong>: {because}
              </li>
            ))}
          </ul>
        </div>
      )}
      <div>
        <h3 className="try-heading">{words.measured}</h3>
        {analysis.metrics.length > 0 ? (
          <MetricTable title={name} metrics={analysis.metrics} />
        ) : (
          <p className="templates-fine">{words.measuredNone}</p>
        )}
      </div>
      <div>
        <h3 className="try-heading">{words.planTitle}</h3>
        {plan.length > 0 ? (
          <Table caption={words.planCaption} captionHidden columns={planColumns} rows={plan} rowKey={({ metric }) => metric} />
        ) : (
          <p className="templates-fine">{done ? words.noPlan : words.noPlanYet}</p>
        )}
      </div>
      <div>
        <h3 className="try-heading">{words.backtestTitle}</h3>
        {backtest ? <Backtest backtest={backtest} /> : <p className="templates-fine">{done ? words.noBacktest : words.noPlanYet}</p>}
      </div>
      <div>
        <p className="templates-fine">{words.seeAll}</p>
        <Code text={`kubectl get analysisruns.serin.dev ${name} -n ${namespace} -o yaml`} label={words.copyCommand} />
      </div>
    </section>
  )
}

const planColumns: readonly Column<Try['plan'][number]>[] = [
  { id: 'metric', title: words.planColumns.metric, header: true, cell: ({ metric }) => metric },
  {
    id: 'pass',
    title: words.planColumns.pass,
    cell: ({ toPass }) => (toPass === undefined ? <Chip tone="warn">{words.noPass}</Chip> : words.passText(toPass)),
  },
  {
    id: 'detects',
    title: words.planColumns.detects,
    cell: ({ detects }) => (
      <ul className="templates-list">
        {detects.map(({ ratio, after }) => (
          <li key={ratio}>{words.detectText(`×${Number(ratio.toPrecision(2))}`, after)}</li>
        ))}
      </ul>
    ),
  },
  { id: 'remark', title: words.planColumns.remark, cell: ({ remark }) => remark ?? '' },
]

function Backtest({ backtest: { runs, falseAlarms, inconclusive, text } }: { backtest: NonNullable<Try['backtest']> }) {
  return (
    <div className="try-state">
      <Chip tone={falseAlarms === 0 ? 'good' : 'warn'}>{words.backtestText(falseAlarms, runs)}</Chip>
      {inconclusive > 0 && <span>{words.backtestInconclusive(inconclusive)}</span>}
      <span className="templates-fine">{text}</span>
    </div>
  )
}
