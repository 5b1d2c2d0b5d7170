import type { AnalysisView, MetricView } from '../../../../controller/src/server/dto/evidence.ts'
import { bandText, changeText, countText, ratioText, valueText } from '../../parts/charts/units.ts'
import { spanText } from '../../parts/times.ts'
import { strings } from '../../strings.ts'

/** What is known of a metric, in a word that goes with a shape. */
export type MetricWord = 'good' | 'bad' | 'open' | 'undecided' | 'noData'

/** A metric as one line: what both versions were, how they differ, what would matter, and what is still needed. */
export interface MetricRow {
  name: string
  word: MetricWord
  dryRun: boolean
  gate: boolean
  canary: string
  baseline: string
  /** How many were counted, where that is known. */
  samples: string
  difference: string
  band: string
  limit: string
  need: string
  because: string
  /** How far the tests are, in whole percent of what they need. */
  harm: number | undefined
  pass: number | undefined
  dataAt: string | undefined
}

const words = strings.release.metric

type Judged = Pick<AnalysisView, 'metrics' | 'intervalSeconds' | 'problems' | 'endedAt'>

/** In the order of the analysis: bad ones first. What an analysis that ended left open stays undecided. */
export function metricRowsOf({ metrics, intervalSeconds, problems, endedAt }: Judged): MetricRow[] {
  const silent = new Set(problems.filter(({ kind }) => kind !== 'Remark').map(({ what }) => what))
  const rows = metrics.map((metric) => rowOf(metric, intervalSeconds, silent.has(metric.name)))
  return endedAt === undefined ? rows : rows.map((row) => ({ ...row, need: '', word: row.word === 'open' ? 'undecided' : row.word }))
}

function rowOf(metric: MetricView, intervalSeconds: number, troubled: boolean): MetricRow {
  const { name, dryRun, gate, canary, baseline, ratio, evidence, because, unit, dataAt } = metric
  return {
    name,
    word: wordOf(metric, troubled),
    dryRun,
    gate,
    canary: canary === undefined && asked.has(metric.form) ? '' : valueText(canary?.value, unit),
    baseline: baseline === undefined && (single.has(metric.form) || asked.has(metric.form)) ? '' : valueText(baseline?.value, unit),
    samples: samplesText(metric),
    difference: differenceText(ratio?.estimate),
    band: ratio ? bandText(ratio.low, ratio.high) : '',
    limit: limitText(metric),
    need: needText(metric, intervalSeconds),
    because: because.startsWith(`${name}: `) ? because.slice(name.length + 2) : because,
    harm: evidence && progress(evidence.harm, evidence.harmNeeds),
    pass: evidence && progress(evidence.pass, evidence.passNeeds),
    dataAt,
  }
}

/** Forms without an old version beside them. */
const single = new Set(['threshold'])
/** Forms whose answer is a word. */
const asked = new Set(['job', 'webhook'])

function differenceText(ratio: number | undefined): string {
  if (ratio === undefined) return ''
  const [change, times] = [changeText(ratio), ratioText(ratio)]
  return change === times ? times : `${change} (${times})`
}

/** Nothing measured is not the same as nothing decided. */
export function wordOf({ verdict, canary, baseline, ratio }: MetricView, troubled: boolean): MetricWord {
  switch (verdict) {
    case 'Pass':
      return 'good'
    case 'Fail':
    case 'Error':
      return 'bad'
    case 'Inconclusive':
      return 'undecided'
    default:
      if (troubled) return 'noData'
      return isEmpty(canary) && isEmpty(baseline) && ratio?.estimate === undefined && (canary ?? baseline) !== undefined ? 'noData' : 'open'
  }
}

const isEmpty = (side: MetricView['canary']): boolean => side?.value === undefined && (side?.samples ?? 0) === 0

function samplesText({ canary, baseline }: MetricView): string {
  if (canary?.samples === undefined && baseline?.samples === undefined) return ''
  return words.samples(countText(canary?.samples), countText(baseline?.samples))
}

function limitText({ limits }: MetricView): string {
  const { tolerance, margin } = limits ?? {}
  return [
    tolerance === undefined ? '' : words.tolerated(ratioText(tolerance), tolerance < 1),
    margin === undefined ? '' : words.passes(ratioText(margin), margin < 1),
  ]
    .filter((text) => text !== '')
    .join(', ')
}

function needText({ needed, verdict }: MetricView, intervalSeconds: number): string {
  if (!needed || verdict !== 'Running') return ''
  return words.needs(spanText(needed.intervals * intervalSeconds), needed.requests === undefined ? undefined : countText(needed.requests))
}

/** Evidence to the contrary is none; only what suffices is 100. */
export function progress(has: number | undefined, needs: number): number {
  if (has === undefined || has <= 0 || needs <= 0) return 0
  return has >= needs ? 100 : Math.min(99, Math.floor((has / needs) * 100))
}
