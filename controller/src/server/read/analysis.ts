import type { MetricVerdict } from '@serin/analysis'
import type { MetricStatus } from '../../api/analysisRun.ts'
import { iso, milliseconds } from '../../api/fields.ts'
import { judgedAgain } from '../../cli/analyses/recordText.ts'
import { programVersion } from '../../cli/programVersion.ts'
import { namesOf } from '../../evidence/parts.ts'
import { type PartRecord, type RunRecord, unpacked } from '../../evidence/record.ts'
import type { AnalysisView, MetricView } from '../dto/evidence.ts'
import { analysisSummary } from './detail.ts'
import type { AnalysisSeen } from './seen.ts'
import { finite, formOf, limitsOf, samplesOf, shownValue, together, unitOf } from './values.ts'

/** What an AnalysisRun judged; undefined where nothing was, or where it cannot be read. */
export function recordOf({ status }: Pick<AnalysisSeen, 'status'>): RunRecord | undefined {
  const record = status?.record === undefined ? undefined : unpacked(status.record)
  return record?.parts.some(({ intervals }) => intervals.length > 0) ? record : undefined
}

/** An AnalysisRun for people: the words of its status, with the figures of its record. Judges the record once more, which is not free. */
export function analysisView(seen: AnalysisSeen, record = recordOf(seen)): AnalysisView {
  const { metadata, spec, status } = seen
  const { namespace } = metadata
  const start = status?.startedAt === undefined ? undefined : Date.parse(status.startedAt)
  const figures = record ? figuresOf(seen, record) : new Map<string, Figures>()
  return {
    ...analysisSummary(seen),
    namespace,
    ...(spec.for ? { rollout: spec.for.rollout } : {}),
    templates: spec.templates.map(({ name, scope }) => (scope === 'Cluster' ? `cluster/${name}` : name)),
    judge: `${spec.judge.kind} ${programVersion}`,
    intervals: status?.intervals ?? 0,
    intervalSeconds: milliseconds(spec.interval) / 1000,
    ...(status?.through === undefined ? {} : { through: status.through }),
    ...(start === undefined
      ? {}
      : { bakeEndsAt: iso(start + milliseconds(spec.bake)), deadlineAt: iso(start + milliseconds(spec.deadline)) }),
    alpha: spec.alpha,
    beta: spec.beta,
    metrics: metricViews(seen, figures),
    problems: (status?.problems ?? []).map(({ what, kind, because, since }) => ({ what, kind, because, since })),
    ...(status?.ramp ? { ramp: status.ramp } : {}),
    learned: status?.learned ?? [],
    replay: `serin record sar/${metadata.name} -n ${namespace} | serin judge --replay`,
  }
}

interface Figures {
  verdict: MetricVerdict | undefined
  part: PartRecord
}

function figuresOf({ spec }: AnalysisSeen, record: RunRecord): Map<string, Figures> {
  const { parts } = judgedAgain(record, spec)
  return new Map(
    record.parts.flatMap((part, at) =>
      namesOf(part).map((name): [string, Figures] => [
        name,
        { part, verdict: parts[at]?.verdict.metrics.find((metric) => metric.name === name) },
      ]),
    ),
  )
}

/** The words of verdicts, the worst first. */
const order = ['Fail', 'Inconclusive', 'Running', 'Pass']

function metricViews({ spec, status }: AnalysisSeen, figures: ReadonlyMap<string, Figures>): MetricView[] {
  const known = new Map((status?.metrics ?? []).map((metric) => [metric.name, metric]))
  const names = [...new Set([...spec.metrics.map(({ name }) => name), ...known.keys()])]
  const views = names.map((name): MetricView => {
    const metric = spec.metrics.find((one) => one.name === name)
    const said: Pick<MetricStatus, 'verdict' | 'because'> & Partial<MetricStatus> = known.get(name) ?? {
      verdict: 'Running',
      because: 'Not measured yet.',
    }
    const { verdict, because, gate = metric?.gate ?? true, dryRun = metric?.dryRun ?? false, ratio, evidence, needed, dataAt } = said
    const figure = figures.get(name)
    const unit = unitOf(metric)
    const limits = limitsOf(figure?.part, name)
    return {
      name,
      form: metric ? formOf(metric) : '',
      verdict,
      because,
      gate: gate && !dryRun,
      dryRun,
      ...(unit === undefined ? {} : { unit }),
      ...sidesOf(name, figure),
      ...(ratio ? { ratio } : {}),
      ...(limits ? { limits } : {}),
      ...(evidence ? { evidence } : {}),
      ...(needed ? { needed } : {}),
      ...(dataAt === undefined ? {} : { dataAt }),
    }
  })
  const rank = ({ verdict, gate }: MetricView) => order.indexOf(verdict) * 2 + (gate ? 0 : 1)
  return views.sort((a, b) => rank(a) - rank(b))
}

/** As the judge summed them up; of distributions a quantile over what it did not leave out as warm-up. */
function sidesOf(name: string, figure: Figures | undefined): Pick<MetricView, 'canary' | 'baseline'> {
  if (!figure) return {}
  const { part } = figure
  const all = together(part.judge === 'sequential' ? part.intervals.slice(part.plan.warmup) : part.intervals, name)
  const side = (arm: 'canary' | 'baseline') => {
    const sum = figure.verdict?.[arm]
    const counted = sum?.bad !== undefined && sum.total !== undefined && sum.total > 0 ? sum.bad / sum.total : sum?.mean
    const value = all?.form === 'histogram' || all?.form === 'raw' ? shownValue(all, arm) : (finite(counted) ?? shownValue(all, arm))
    const samples = all?.form === 'ratio' || all?.form === 'histogram' ? (sum?.total ?? samplesOf(all, arm)) : undefined
    if (value === null && samples === undefined) return {}
    return { [arm]: { ...(value === null ? {} : { value }), ...(samples === undefined ? {} : { samples }) } }
  }
  return { ...side('canary'), ...side('baseline') }
}
