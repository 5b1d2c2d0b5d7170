import type { ArmSummary, Evidence, MetricVerdict, Verdict } from '@serin/analysis'
import type { Look } from '../io.ts'
import { bar } from './bar.ts'
import { paint, type Tone, wrap } from './paint.ts'
import { table } from './table.ts'

/** The verdict for a person: the sentence, then a row a metric. */
export function verdictView(look: Look, verdict: Verdict): string[] {
  const { metrics, ramp, by, decidedAt } = verdict
  const [head = '', ...more] = wrap(
    `${upper(verdict.verdict)} at interval ${verdict.decidedAt ?? verdict.interval}: ${verdict.because}`,
    look.columns,
  )
  const stated = upper(verdict.verdict)
  const rows = metrics.map((metric) => [
    metric.name,
    arm(metric.canary, metric.form),
    arm(metric.baseline, metric.form),
    ratioText(metric.ratio, look),
    progress(look, metric.evidence.harm),
    progress(look, metric.evidence.pass),
    { text: metric.verdict, tone: tones[metric.verdict] },
  ])
  return [
    paint(look, tones[verdict.verdict], stated) + head.slice(stated.length),
    ...more,
    ...(by && by.also.length > 0 ? [`Also suspect: ${by.also.join(', ')}.`] : []),
    ...(rows.length > 0 ? ['', ...table(look, ['METRIC', 'CANARY', 'BASELINE', 'RATIO', 'HARM', 'PASS', 'VERDICT'], rows)] : []),
    ...(decidedAt !== undefined && decidedAt < verdict.interval && rows.length > 0
      ? [paint(look, 'dim', `The table is of interval ${verdict.interval}; the verdict has stood since ${decidedAt}.`)]
      : []),
    ...(ramp ? ['', `Steps  ${ramp.map(({ weight, passed }) => `${weight} % ${passed ? 'passed' : 'not yet'}`).join(', ')}`] : []),
  ]
}

/** One line: the interval, the verdict (since when it stands) and where each metric stands; the sentence when there is news. */
export function verdictLine(look: Look, verdict: Verdict, news: boolean): string {
  const metrics = verdict.metrics.map((metric) => {
    const { harm, pass } = metric.evidence
    const ratio = ratioText(metric.ratio, look)
    return `${metric.name} ${ratio === '' ? '' : `${ratio} `}harm ${percent(harm)} % pass ${percent(pass)} %`
  })
  const { decidedAt, interval } = verdict
  const since = !news && decidedAt !== undefined && decidedAt < interval ? ` since interval ${decidedAt}` : ''
  const said = [paint(look, tones[verdict.verdict], verdict.verdict) + since, ...metrics, ...(news ? [verdict.because] : [])]
  return `interval ${interval}: ${said.join('  ')}`
}

const tones: Readonly<Record<Verdict['verdict'], Tone>> = { pass: 'good', fail: 'bad', inconclusive: 'held', continue: 'busy' }

function upper(verdict: Verdict['verdict']): string {
  return verdict === 'continue' ? 'NOT YET' : verdict.toUpperCase()
}

/** Sums of an arm. Nothing counted at all is no count of 0. */
function arm(sums: ArmSummary | undefined, form: MetricVerdict['form']): string {
  const { bad, total, mean } = sums ?? {}
  if (total === 0) return 'no data'
  if (bad !== undefined) return total === undefined ? figure(bad) : `${figure(bad)} ${form === 'count' ? 'in' : 'of'} ${figure(total)}`
  const shown = mean ?? total
  return shown === undefined ? 'no data' : figure(shown)
}

/** Two digits, as in the sentences. */
export function ratioText(ratio: MetricVerdict['ratio'], look: Look): string {
  if (!ratio || ratio.estimate === null) return ''
  const { estimate, low, high } = ratio
  const rough = (value: number) => figure(Number(value.toPrecision(2)))
  const times = `${rough(estimate)}${look.unicode ? '×' : 'x'}`
  const least = low === null || low < negligible ? undefined : rough(low)
  if (high !== null) return `${times} (${least === undefined ? 'up' : least} to ${rough(high)})`
  return least === undefined ? times : `${times} (${least} or more)`
}

/** A lower limit of a ratio that says no more than 0. */
const negligible = 0.01

/** How far a test is, from 0 to what it needs; evidence to the contrary shows as none. */
export function percent({ has, needs }: Evidence): number {
  if (has === null || has <= 0) return 0
  if (has >= needs) return 100
  return Math.min(99, Math.floor((has / needs) * 100))
}

function progress(look: Look, evidence: Evidence): string {
  const share = percent(evidence)
  return `${bar(look, share, 8)} ${share} %`
}

/** Three digits, or all whole ones with thousands apart up to a million millions. */
function figure(value: number): string {
  const size = Math.abs(value)
  if (size >= 1e12) return value.toExponential(1)
  if (size !== 0 && size < 1e-4) return value.toExponential(2)
  const rounded = size >= 100 ? Math.round(value) : Number(value.toPrecision(3))
  return String(rounded).replace(/\B(?=(\d{3})+$)/g, size >= 1000 ? ',' : '')
}
