import type { AnalysisView } from '../../../../controller/src/server/dto/evidence.ts'
import { Code } from '../../parts/Code.tsx'
import { valueText } from '../../parts/charts/units.ts'
import { spanText } from '../../parts/times.ts'
import { strings } from '../../strings.ts'
import { type Fact, Facts } from './Facts.tsx'
import { When } from './When.tsx'

const words = strings.report

/** How a comparison was judged: enough to judge again, and what kept it from measuring. */
export function Configuration({ analysis }: { analysis: AnalysisView }) {
  return (
    <details className="report-configuration" open={analysis.problems.length > 0}>
      <summary>{words.configuration}</summary>
      <Facts facts={factsOf(analysis)} />
      {analysis.problems.length > 0 && (
        <>
          <h3 className="report-heading">{words.problems}</h3>
          <ul className="report-list">
            {analysis.problems.map(({ what, kind, because, since }) => (
              <li key={`${what} ${kind}`}>
                <strong>{what}</strong>: {because} (<When at={since} />)
              </li>
            ))}
          </ul>
        </>
      )}
      {analysis.learned.length > 0 && (
        <>
          <h3 className="report-heading">{words.learned}</h3>
          <ul className="report-list">
            {analysis.learned.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </>
      )}
      <h3 className="report-heading">{words.replay}</h3>
      <p className="report-fine">{words.recordText}</p>
      <Code text={analysis.replay} label={words.copyReplay} />
    </details>
  )
}

function factsOf(analysis: AnalysisView): Fact[] {
  const rows: Fact[] = [
    [words.judge, analysis.judge],
    [words.templates, analysis.templates.length > 0 ? analysis.templates.join(', ') : words.noTemplates],
    [words.analysis, <code key="name">{`${analysis.namespace}/${analysis.name}`}</code>],
    [words.intervals, words.judged(analysis.intervals, spanText(analysis.intervalSeconds))],
    [words.chances, words.chancesText(valueText(analysis.alpha, 'share'), valueText(analysis.beta, 'share'))],
  ]
  if (analysis.bakeEndsAt !== undefined) rows.push([words.bake, <When key="bake" at={analysis.bakeEndsAt} />])
  if (analysis.deadlineAt !== undefined) rows.push([words.deadline, <When key="deadline" at={analysis.deadlineAt} />])
  if (analysis.ramp && analysis.ramp.length > 0)
    rows.push([words.ramp, analysis.ramp.map(({ weight, passed }) => (passed ? words.rampPassed : words.rampOpen)(weight)).join(', ')])
  return rows
}
