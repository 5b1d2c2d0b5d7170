import type { Interval } from '@serin/analysis'
import type { Metric } from '../../api/metric.ts'
import type { RolloutStatus, Run } from '../../api/rolloutStatus.ts'
import type { Instant } from '../../clock.ts'
import { collect } from '../../collect/collect.ts'
import type { CollectProblem } from '../../collect/collected.ts'
import { heard, last } from '../../evidence/bench.ts'
import { intervalsOver, nextOver, weightIn } from '../../evidence/course.ts'
import { namesOf, type Part } from '../../evidence/parts.ts'
import type { Problem } from '../../evidence/status.ts'
import type { AnalysisObject } from '../../rollout/observed.ts'
import { lagOf } from './lag.ts'
import { askOnce } from './once.ts'
import { measureThresholds } from './thresholds.ts'
import { withUnsteady } from './unsteady.ts'
import { type AnalysisWorld, type Memory, rolloutOf } from './world.ts'

/** What came of a look at the sources. `next`: when to look again. */
export interface Gathered {
  problems: Problem[]
  next: Instant | undefined
}

/** More intervals at a time are asked for in the next look: a controller that was away for days comes back step by step. */
const mostAtATime = 500
/** So many intervals wait for a source that is down; then they are judged without it. */
const graceIntervals = 2
const firstRetryMs = 1_000
const longestRetryMs = 10_000

/** Brings in every interval that is over and was not judged yet, of all parts. */
export async function gather(key: string, run: AnalysisObject, memory: Memory, start: Instant, world: AnalysisWorld): Promise<Gathered> {
  const parts = await Promise.all(
    memory.bench.record.parts.map((part) => (part.once ? askOnce(key, run, memory, part, world) : ofPart(run, memory, part, start, world))),
  )
  const down = parts.some(({ problems }) => problems.some(({ kind }) => kind === 'SourceDown'))
  memory.downs = down ? memory.downs + 1 : 0
  for (const { key: part, intervals, said, due = [] } of parts) {
    if (intervals.length > 0) memory.bench = heard(memory.bench, part, intervals, said)
    for (const instant of due) world.judged?.((world.clock.now() - instant) / 1000)
  }
  const nexts = parts.flatMap(({ next }) => (next === undefined ? [] : [next]))
  return { problems: unique(parts.flatMap(({ problems }) => problems)), next: nexts.length === 0 ? undefined : Math.min(...nexts) }
}

/** What one part brings. */
export interface PartGathered {
  key: string
  intervals: readonly Interval[]
  /** When each of them could be judged at the earliest. */
  due?: Instant[]
  /** What a Job or a webhook answered. */
  said?: string
  problems: Problem[]
  next: Instant | undefined
}

async function ofPart(
  run: AnalysisObject,
  memory: Memory,
  part: Part & { intervals: readonly Interval[] },
  start: Instant,
  { client, clock, sources, caches }: AnalysisWorld,
): Promise<PartGathered> {
  const { namespace } = run.metadata
  const names = new Set(namesOf(part))
  const metrics = run.spec.metrics.filter(({ name }) => names.has(name))
  const lag = await lagOf(metrics, namespace, sources)
  const { step } = part
  const done = last(part)
  const over = Math.min(intervalsOver({ start, step, lag }, clock.now()), done + mostAtATime)
  const idle: PartGathered = { key: part.key, intervals: [], problems: [], next: nextOver({ start, step, lag }, clock.now()) }
  if (over <= done) return { ...idle, problems: standing(run, metrics) }
  const request = {
    namespace,
    metrics,
    arms: run.spec.arms,
    args: run.spec.args ?? {},
    from: start + done * step,
    to: start + over * step,
    step,
  }
  const { intervals, problems } = await (part.judge === 'threshold' ? measureThresholds(request, sources) : collect(request, sources))
  // What is only tried out holds nothing up.
  const said = problems.map(problemOf).map((problem) => (part.dryRun ? { ...problem, kind: 'Remark' as const } : problem))
  const down = part.dryRun ? [] : problems.filter(({ kind }) => kind === 'SourceDown')
  if (down.length > 0) {
    const waited = clock.now() - (start + (done + 1) * step + lag)
    const nothing = new Set(down.map(({ metric }) => metric)).size >= metrics.length
    if (nothing || waited < graceIntervals * step) return { ...idle, problems: said, next: clock.now() + retryAfter(down, memory.downs) }
  }
  const shifts = shiftsOf(run, caches)
  const measured = intervals.map(({ end, metrics }, at): Interval => {
    const weight = weightIn(shifts, end)
    return { interval: done + at + 1, ...(weight === undefined || weight === 0 ? {} : { weight }), metrics }
  })
  return {
    ...idle,
    problems: said,
    due: intervals.map(({ end }) => end + lag),
    intervals: await withUnsteady(measured, run, part, ({ interval }) => start + (interval - 1) * step, client),
    next: nextOver({ start, step, lag }, clock.now()),
  }
}

/** Between two intervals what kept a metric from being measured is still so. */
function standing({ status }: AnalysisObject, metrics: readonly Metric[]): Problem[] {
  return (status?.problems ?? []).filter(
    ({ what, kind }) => kind !== 'NoData' && (kind === 'SourceDown' || metrics.some(({ name }) => name === what)),
  )
}

function problemOf({ metric, source, kind, because }: CollectProblem): Problem {
  return { what: kind === 'SourceDown' && source !== undefined ? source : metric, kind, because }
}

function retryAfter(down: readonly CollectProblem[], times: number): number {
  const asked = Math.max(0, ...down.map(({ retryAfterMs = 0 }) => retryAfterMs))
  return Math.max(asked, Math.min(longestRetryMs, firstRetryMs * 2 ** times))
}

/** As they are known now: the traffic may have shifted while the sources were asked. */
function shiftsOf(run: AnalysisObject, caches: AnalysisWorld['caches']): Run['shifts'] {
  const stage = run.spec.for?.stage
  if (stage === 'Before' || stage === 'After') return []
  return (rolloutOf(run, caches)?.status as RolloutStatus | undefined)?.run?.shifts ?? []
}

function unique(problems: readonly Problem[]): Problem[] {
  return problems.filter(({ what, kind }, at) => problems.findIndex((other) => other.what === what && other.kind === kind) === at)
}
