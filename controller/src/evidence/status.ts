import type { AnalysisRunSpec, AnalysisRunStatus } from '../api/analysisRun.ts'
import { iso } from '../api/fields.ts'
import type { Instant } from '../clock.ts'
import { type Assessment, assess } from './assessment.ts'
import { type Bench, elapsedOf, last, lastData, patienceOf } from './bench.ts'
import type { Course } from './course.ts'
import { namesOf } from './parts.ts'

export type Problem = Omit<AnalysisRunStatus['problems'][number], 'since'>

/** Everything a status follows from. */
export interface Known {
  spec: AnalysisRunSpec
  before: AnalysisRunStatus | undefined
  course: Course
  bench: Bench
  problems: readonly Problem[]
  /** What the time before the run said. */
  learned: readonly string[]
  record: { text: string; times: number }
  now: Instant
}

/** The status as it reads now. Pure. */
export function statusOf(known: Known): AnalysisRunStatus {
  const { spec, before, course, bench, learned, record, now } = known
  const elapsed = elapsedOf(bench)
  const parts = bench.record.parts.map((part, at) => ({
    part,
    verdict: bench.sittings[at]?.explained(part.intervals.length <= explainedUpTo ? part.intervals : []) ?? never(),
  }))
  const said = assess(spec, parts, elapsed)
  const problems = [...known.problems, ...silences(spec, bench, known.problems)]
  const start = course.state === 'running' ? course.start : before?.startedAt === undefined ? undefined : Date.parse(before.startedAt)
  const asked = bench.record.parts.every(({ once }) => once)
  const { phase, message } = phaseOf(spec, course, said, elapsed, asked)
  const ended = phase !== 'Pending' && phase !== 'Running'
  const coarsened = (before?.coarsened ?? 0) + record.times
  const dataAt = new Map(
    bench.record.parts.flatMap((part) => [...lastData(part)].map(([name, at]): [string, number] => [name, at * part.step])),
  )
  return {
    phase,
    message: message.slice(0, 4000),
    ...(start === undefined ? {} : { startedAt: iso(start), through: iso(start + elapsed) }),
    ...(ended ? { endedAt: before?.endedAt ?? iso(now) } : {}),
    intervals: Math.max(0, ...bench.record.parts.filter(({ once }) => !once).map(last)),
    ...(course.state === 'pending' ? {} : { verdict: said.verdict }),
    ...(said.by === undefined ? {} : { by: said.by }),
    calm: said.calm,
    ...(said.ramp ? { ramp: said.ramp.map(({ weight, passed }) => ({ weight, passed })) } : {}),
    metrics: said.metrics.map((metric) => {
      const at = dataAt.get(metric.name)
      return start === undefined || !at ? metric : { ...metric, dataAt: iso(start + at) }
    }),
    problems: problems.map((problem) => ({ ...problem, since: sinceOf(problem, before, now) })),
    learned: [...learned],
    ...(coarsened > 0 ? { coarsened } : {}),
    record: record.text,
  }
}

/** A pass over all intervals for the limits that people see is not worth it beyond this many. */
export const explainedUpTo = 240

function phaseOf(
  { for: purpose }: AnalysisRunSpec,
  course: Course,
  said: Assessment,
  elapsed: number,
  asked: boolean,
): Pick<AnalysisRunStatus, 'phase' | 'message'> {
  const soFar = elapsed > 0 ? ` So far: ${said.because}` : ''
  if (course.state === 'over')
    return said.verdict === 'Pass'
      ? { phase: 'Pass', message: said.because }
      : { phase: 'Stopped', message: `It was stopped: ${course.because}.${soFar}` }
  if (course.state === 'pending') return { phase: 'Pending', message: course.because }
  const message = asked || elapsed > 0 || said.verdict !== 'Running' ? said.because : 'The first interval is not over yet.'
  // Beside a run it goes on after a pass: what comes later may still turn it into a fail.
  const goesOn = purpose?.stage === 'Background' ? said.verdict !== 'Fail' : said.verdict === 'Running'
  return { phase: goesOn || said.verdict === 'Running' ? 'Running' : said.verdict, message }
}

/** Metrics that had no data for a while, and about which nothing worse is known. */
function silences(spec: AnalysisRunSpec, bench: Bench, known: readonly Problem[]): Problem[] {
  return bench.record.parts.flatMap((part) => {
    if (part.dryRun || part.once) return []
    const patience = patienceOf(part)
    const warmup = part.judge === 'sequential' ? part.plan.warmup : 0
    const data = lastData(part)
    return namesOf(part).flatMap((name): Problem[] => {
      const silent = last(part) - (data.get(name) ?? 0)
      if (silent < patience + (data.get(name) === 0 ? warmup : 0) || known.some(({ what }) => what === name)) return []
      return [{ what: name, kind: 'NoData', because: silence(spec, part.intervals.slice(-patience), name, part.judge !== 'threshold') }]
    })
  })
}

function silence(spec: AnalysisRunSpec, recent: Bench['record']['parts'][number]['intervals'], name: string, compared: boolean): string {
  const seen = recent.map(({ metrics }) => metrics[name])
  const lacks = (arm: 'canary' | 'baseline') => seen.every((measured) => measured?.[arm] === undefined)
  const metric = spec.metrics.find((one) => one.name === name)
  const check = metric?.ratio ? 'is there traffic, and are the pods scraped?' : 'are the pods scraped, and is the query right?'
  if (!compared) return `the last ${recent.length} measurements gave no number; is the query right?`
  if (lacks('canary') && lacks('baseline')) return `no data of either version for ${recent.length} intervals: ${check}`
  if (lacks('canary'))
    return `no data of the new version (pods ${spec.arms.canary.pods}) for ${recent.length} intervals, though the old one has some: ${check}`
  if (lacks('baseline'))
    return `no data of the old version (pods ${spec.arms.baseline?.pods}) for ${recent.length} intervals, though the new one has some: ${check}`
  return `no requests to either version for ${recent.length} intervals`
}

function sinceOf(problem: Problem, before: AnalysisRunStatus | undefined, now: Instant): string {
  return before?.problems.find(({ what, kind }) => what === problem.what && kind === problem.kind)?.since ?? iso(now)
}

function never(): never {
  throw new Error('a part without a judge')
}
