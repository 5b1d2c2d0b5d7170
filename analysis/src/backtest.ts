import { quantile } from 'simple-statistics'
import { leastStep } from './calibrate/steps.ts'
import type { Judge } from './judge.ts'
import { exactUpperLimit } from './special/binomial.ts'
import type { Interval } from './table.ts'
import type { Verdict } from './verdict.ts'
import { duration, times } from './words.ts'

export interface BacktestInput<Plan, State> {
  readonly judge: Judge<Plan, State>
  readonly plan: Plan
  /** Placebo intervals, as `placebos` makes them: one list a draw, in ascending order. */
  readonly draws: readonly (readonly Interval[])[]
  /** Only these metrics of the history; a judge may refuse what its plan does not name. Default: all. */
  readonly metrics?: readonly string[]
  /** Length of a release and of an interval, in seconds. */
  readonly deadline: number
  readonly interval: number
}

export interface Backtest {
  /** Releases that changed nothing, judged: windows of the history times draws. */
  readonly releases: number
  /** Different windows of time among them. */
  readonly windows: number
  /** Seconds of history that the windows cover. */
  readonly covered: number
  readonly alarms: readonly FalseAlarm[]
  readonly passed: number
  /** Neither failed nor passed by the deadline. */
  readonly undecided: number
  /** Seconds until those that passed did; undefined when none did. */
  readonly toPass?: { readonly median: number; readonly p90: number }
  /** 95 % upper limit of the share of windows with a false alarm. */
  readonly alarmsAtMost: number
  readonly sentences: readonly string[]
}

export interface FalseAlarm {
  readonly draw: number
  /** Labels: the window's first interval, and the one at which the alarm was raised. */
  readonly from: number
  readonly at: number
  /** Undefined where the judge names none. */
  readonly metric?: string
  readonly because: string
}

/** A window of which more is missing is no release. */
const leastCovered = 0.8

/**
 * What the judge would have said of releases that changed nothing: every draw is cut into windows of the deadline's length, one after the other
 * without overlap, and each is judged from its start. Gaps in the labels stay gaps. Pure; the cost is that of judging the whole history.
 *
 * Throws a RangeError when the lengths make no sense and a CalibrationError when a draw is not in ascending order.
 */
export function backtest<Plan, State>({ judge, plan, draws, metrics, deadline, interval }: BacktestInput<Plan, State>): Backtest {
  if (!(deadline > 0 && interval > 0 && Number.isFinite(deadline / interval)))
    throw new RangeError(`A backtest needs a deadline and an interval of more than 0 s, got ${deadline} and ${interval}`)
  const length = Math.max(1, Math.ceil(deadline / interval - 1e-9))
  const step = leastStep(draws)
  const alarms: FalseAlarm[] = []
  const passes: number[] = []
  const seen = new Set<number>()
  const alarmed = new Set<number>()
  let releases = 0
  for (const [draw, intervals] of draws.entries()) {
    for (const { from, window } of windowsOf(intervals, length, step, draws)) {
      releases += 1
      seen.add(from)
      const verdict = judged(judge, plan, metrics ? window.map((each) => only(each, metrics)) : window)
      const at = verdict.decidedAt ?? verdict.interval
      if (verdict.verdict === 'pass') passes.push((Math.round((at - from) / step) + 1) * interval)
      if (verdict.verdict !== 'fail') continue
      alarmed.add(from)
      alarms.push({ draw, from, at, because: verdict.because, ...(verdict.by ? { metric: verdict.by.metric } : {}) })
    }
  }
  const found = {
    releases,
    windows: seen.size,
    covered: seen.size * length * interval,
    alarms,
    passed: passes.length,
    undecided: releases - passes.length - alarms.length,
    alarmsAtMost: seen.size > 0 ? exactUpperLimit(alarmed.size, seen.size, 0.95) : 1,
    ...(passes.length > 0 ? { toPass: { median: quantile(passes, 0.5), p90: quantile(passes, 0.9) } } : {}),
  }
  return { ...found, sentences: sentencesOf(found, deadline) }
}

function only(interval: Interval, metrics: readonly string[]): Interval {
  return { ...interval, metrics: Object.fromEntries(Object.entries(interval.metrics).filter(([name]) => metrics.includes(name))) }
}

/** The first decision: what comes after it belongs to no release any more. */
function judged<Plan, State>(judge: Judge<Plan, State>, plan: Plan, window: readonly Interval[]): Verdict {
  let state = judge.begin(plan)
  for (const interval of window) {
    state = judge.observe(state, interval)
    const verdict = judge.verdict(state)
    if (verdict.verdict === 'fail' || verdict.verdict === 'pass') return verdict
  }
  return judge.verdict(state)
}

/** The windows begin at the same labels in all draws, counted from the earliest. */
function windowsOf(
  intervals: readonly Interval[],
  length: number,
  step: number,
  draws: readonly (readonly Interval[])[],
): readonly { from: number; window: readonly Interval[] }[] {
  const first = Math.min(...draws.flatMap(([head]) => (head ? [head.interval] : [])))
  const windows = new Map<number, Interval[]>()
  for (const interval of intervals) {
    const from = first + Math.floor((interval.interval - first) / (length * step) + 1e-9) * length * step
    const window = windows.get(from)
    if (window) window.push(interval)
    else windows.set(from, [interval])
  }
  return [...windows].flatMap(([from, window]) => (window.length >= leastCovered * length ? [{ from, window }] : []))
}

function sentencesOf(found: Omit<Backtest, 'sentences'>, deadline: number): string[] {
  const { releases, windows, covered, alarms, passed, undecided, toPass } = found
  if (releases === 0)
    return [`The history is shorter than one release of ${duration(deadline)}, or mostly gaps: there is nothing to test this analysis on.`]
  const among = releases > windows ? `, each of ${windows} ${windows === 1 ? 'window' : 'windows'} with several choices of pods` : ''
  const sentences = [
    `In the last ${duration(covered)} this analysis would have raised ${times(alarms.length, 'false alarm')} in ${times(releases, 'release')} of ${duration(deadline)}${among}; ${
      toPass ? `median time to pass ${duration(toPass.median)} (90 % within ${duration(toPass.p90)}).` : 'none of them would have passed.'
    }`,
  ]
  if (passed > 0 && undecided > 0) sentences.push(`${times(undecided, 'release')} would have been undecided at the deadline.`)
  const byMetric = new Map<string, number>()
  for (const { metric = 'no single metric' } of alarms) byMetric.set(metric, (byMetric.get(metric) ?? 0) + 1)
  if (byMetric.size > 0)
    sentences.push(
      `Alarms by metric: ${[...byMetric]
        .sort(([, a], [, b]) => b - a)
        .map(([metric, count]) => `${metric} ${count}`)
        .join(', ')}.`,
    )
  return sentences
}
