import type { AnalysisRunStatus, MetricStatus } from '../../api/analysisRun.ts'
import type { Look } from '../io.ts'
import { bar } from './bar.ts'
import { clip } from './paint.ts'
import { type Cell, table } from './table.ts'
import { percent, ratioText } from './verdict.ts'
import { wordTone } from './words.ts'

const longestName = 24
const cells = 6
/** Of a table where there is no terminal: as wide as a mail or a log shows. */
const usualWidth = 80

/** A row a metric: how it stands, and how far it is to harm and to a pass. Never wider than the terminal; 80 columns where there is none. */
export function metricRows(look: Look, metrics: readonly MetricStatus[]): string[] {
  if (metrics.length === 0) return []
  const rows = metrics.map((metric): Cell[] => {
    const { harm, pass } = evidenceOf(metric)
    const shown = harm === undefined || pass === undefined ? ['', ''] : [progress(look, harm), progress(look, pass)]
    const word = metric.dryRun ? `(${metric.verdict})` : metric.verdict
    return [
      clip({ ...look, columns: longestName }, metric.name),
      { text: word, tone: metric.dryRun ? 'dim' : wordTone(metric.verdict) },
      ...shown,
      ratioText(ratioOf(metric), look),
    ]
  })
  const fitting = { ...look, columns: look.columns > 0 ? look.columns : usualWidth }
  const tried = metrics.some(({ dryRun }) => dryRun)
    ? ['(…) is tried out: it decides nothing.'.replace('…', look.unicode ? '…' : '...')]
    : []
  return [...table(look, ['METRIC', 'VERDICT', 'TO HARM', 'TO PASS', 'RATIO'], rows), ...tried].map((line) => clip(fitting, line))
}

/** `errors 1.2× harm 12 % pass 61 %`; of a condition only its word. */
export function metricPhrase(look: Look, metric: MetricStatus): string {
  const { harm, pass } = evidenceOf(metric)
  const ratio = ratioText(ratioOf(metric), look)
  const evidence = harm === undefined || pass === undefined ? metric.verdict : `harm ${harm} % pass ${pass} %`
  return `${metric.name} ${ratio === '' ? '' : `${ratio} `}${metric.dryRun ? `(${evidence})` : evidence}`
}

/** How far the tests are, in percent of what they need. */
function evidenceOf({ evidence }: MetricStatus): { harm?: number; pass?: number } {
  if (!evidence) return {}
  return {
    harm: percent({ has: evidence.harm ?? null, needs: evidence.harmNeeds }),
    pass: percent({ has: evidence.pass ?? null, needs: evidence.passNeeds }),
  }
}

const ratioOf = ({ ratio }: MetricStatus) => ratio && { estimate: ratio.estimate ?? null, low: ratio.low ?? null, high: ratio.high ?? null }

const progress = (look: Look, share: number): string => `${bar(look, share, cells)} ${String(share).padStart(3)} %`

type Problem = AnalysisRunStatus['problems'][number]

/** What keeps an analysis from measuring, as the beginning of a sentence. */
const problemWords: Readonly<Record<Problem['kind'], string>> = {
  SourceDown: 'a source does not answer',
  NoData: 'no data',
  Query: 'a query is refused',
  Missing: 'a source is missing',
  Remark: 'not all is measured',
}

/** `no data: errors: no data of the new version …`; the same as long as nothing about it changes. */
export function problemText({ kind, what, because }: Problem): string {
  return `${problemWords[kind]}: ${because.startsWith(what) ? '' : `${what}: `}${because}`
}
