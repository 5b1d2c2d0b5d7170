import { iso } from '../../api/fields.ts'
import type { CommandView } from '../dto/detail.ts'
import type { Series } from '../dto/evidence.ts'
import { type PartCourse, partOf } from './course.ts'
import type { AnalysisSeen } from './seen.ts'
import { limitsOf, shownValue, together, unitOf } from './values.ts'

const mostPoints = 1000

/**
 * A metric over time, from what the judges said interval by interval. More than a thousand intervals are shown several to a point: the sums of their
 * samples, and the last look. Undefined for a metric that it does not have. `start`: begin of the first interval.
 */
export function seriesOf(
  { spec, status }: Pick<AnalysisSeen, 'spec' | 'status'>,
  courses: readonly PartCourse[],
  metric: string,
  { start, commands = [] }: { start: number; commands?: readonly CommandView[] },
): Series | undefined {
  const defined = spec.metrics.find(({ name }) => name === metric)
  const course = partOf(courses, metric)
  if (!course && !defined) return undefined
  const unit = unitOf(defined)
  const limits = limitsOf(course?.part, metric)
  const points = course ? pointsOf(course, metric, start) : []
  const gaps = course ? gapsOf(course, metric, start, problemsOf(status, metric)) : []
  return {
    metric,
    ...(unit === undefined ? {} : { unit }),
    points,
    ...(limits ? { limits } : {}),
    gaps,
    marks: course
      ? [...marksOf(course, metric, start), ...commandMarks(commands, points), ...problemMarks(status, metric)].sort((a, b) =>
          a.at < b.at ? -1 : 1,
        )
      : [],
    summary: summaryOf(metric, points, gaps, status),
  }
}

function pointsOf({ part, looks }: PartCourse, metric: string, start: number): Series['points'] {
  const group = Math.max(1, Math.ceil(part.intervals.length / mostPoints))
  const points: Series['points'] = []
  for (let at = 0; at < part.intervals.length; at += group) {
    const intervals = part.intervals.slice(at, at + group)
    const last = intervals.at(-1)
    if (!last) break
    const measured = together(intervals, metric)
    const look = looks[at + intervals.length - 1]?.get(metric)
    points.push({
      at: iso(start + last.interval * part.step),
      canary: shownValue(measured, 'canary'),
      baseline: shownValue(measured, 'baseline'),
      estimate: look?.estimate ?? null,
      low: look?.low ?? null,
      high: look?.high ?? null,
      ...(look ? { verdict: look.verdict } : {}),
    })
  }
  return points
}

/** Stretches without data of one of the arms that it compares. An interval that is not in the record was not measured at all. */
function gapsOf({ part }: PartCourse, metric: string, start: number, because: string): Series['gaps'] {
  const single = part.judge === 'threshold'
  const gaps: { from: number; to: number; because: string }[] = []
  const add = (from: number, to: number, why: string) => {
    const last = gaps.at(-1)
    if (last && last.to >= from && last.because === why) last.to = to
    else gaps.push({ from, to, because: why })
  }
  let before = 0
  for (const { interval, metrics } of part.intervals) {
    const measured = metrics[metric]
    const [canary, baseline] = [shownValue(measured, 'canary'), single ? 0 : shownValue(measured, 'baseline')]
    // Neighbours that were merged have the label of the later one.
    const from = before
    before = interval
    if (canary !== null && baseline !== null) continue
    const who =
      canary === null && baseline === null
        ? single
          ? 'no number'
          : 'no data of either version'
        : `no data of the ${canary === null ? 'new' : 'old'} version`
    add(start + from * part.step, start + interval * part.step, because === '' ? who : `${who}: ${because}`)
  }
  return gaps.map(({ from, to, because: why }) => ({ from: iso(from), to: iso(to), because: why }))
}

const problemsOf = (status: AnalysisSeen['status'], metric: string): string =>
  status?.problems.find(({ what, kind }) => what === metric && kind !== 'Remark')?.because ?? ''

function marksOf({ part, looks }: PartCourse, metric: string, start: number): Series['marks'] {
  const marks: Series['marks'] = []
  let weight: number | undefined
  let verdict = 'Running'
  for (const [at, interval] of part.intervals.entries()) {
    const end = start + interval.interval * part.step
    if (interval.weight !== undefined && interval.weight !== weight)
      marks.push({ at: iso(end - part.step), text: `${interval.weight} % of the traffic`, kind: 'weight' })
    weight = interval.weight ?? weight
    const said = looks[at]?.get(metric)?.verdict ?? verdict
    if (said !== verdict) marks.push({ at: iso(end), text: said, kind: 'verdict' })
    verdict = said
  }
  return marks
}

/** What people did while it was measured. */
function commandMarks(commands: readonly CommandView[], points: Series['points']): Series['marks'] {
  const [first, last] = [points[0]?.at, points.at(-1)?.at]
  if (first === undefined || last === undefined) return []
  return commands
    .filter(({ phase }) => phase === 'Done')
    .map(({ action, by, answeredAt, askedAt }) => ({
      at: iso(Date.parse(answeredAt ?? askedAt)),
      text: by === undefined ? action : `${action} by ${by}`,
      kind: 'command' as const,
    }))
    .filter(({ at }) => at >= first && at <= last)
}

function problemMarks(status: AnalysisSeen['status'], metric: string): Series['marks'] {
  return (status?.problems ?? [])
    .filter(({ what, kind }) => what === metric || kind === 'SourceDown')
    .map(({ since, because, what }) => ({
      at: since,
      text: because.startsWith(what) ? because : `${what}: ${because}`,
      kind: 'problem' as const,
    }))
}

function summaryOf(metric: string, points: Series['points'], gaps: Series['gaps'], status: AnalysisSeen['status']): string {
  const because = status?.metrics.find(({ name }) => name === metric)?.because
  if (points.length === 0) return because ?? `${metric}: nothing is measured yet.`
  const missing = gaps.length === 0 ? '' : ` ${gaps.length} ${gaps.length === 1 ? 'stretch' : 'stretches'} without data.`
  return `${because ?? metric}${missing}`
}
