import { ratioSequence } from '../shown/ratioSequence.ts'
import type { Interval, RatioSample } from '../table.ts'
import type { MetricVerdict, Verdict } from '../verdict.ts'
import { unsettledAt } from './judge.ts'
import { metricShown } from './metric.ts'
import { metricSentence } from './sentence.ts'
import type { SequentialState } from './state.ts'
import { reason, timeOf } from './verdict.ts'

/**
 * The verdict with a confidence sequence of each ratio of rates, valid at every look at level 1 - alpha, and with sentences that quote it. Costs a
 * pass over all intervals, so it is for verdicts that people read. `state` is the judge's after those intervals.
 */
export function explained(verdict: Verdict, state: SequentialState, intervals: readonly Interval[]): Verdict {
  const judged = counted(state, intervals)
  const metrics = verdict.metrics.map((metric) => withSequence(metric, state, judged))
  return { ...verdict, metrics, because: reason(state, verdict.verdict, metrics) }
}

/** Those that the judge did not leave out. */
function counted({ plan }: SequentialState, intervals: readonly Interval[]): Interval[] {
  let unsettled = plan.warmup
  let last: number | undefined
  return intervals.filter(({ weight }) => {
    unsettled = unsettledAt(unsettled, last, weight, plan.settle)
    last = weight ?? last
    const left = unsettled
    unsettled = Math.max(0, left - 1)
    return left === 0
  })
}

function withSequence(metric: MetricVerdict, state: SequentialState, intervals: readonly Interval[]): MetricVerdict {
  const pairs = intervals.flatMap(({ metrics }) => pair(metrics[metric.name]))
  if (pairs.length === 0) return metric
  const judged = state.metrics.find(({ plan }) => plan.name === metric.name)
  const dispersion = judged && metricShown(judged).dispersion
  if (dispersion === undefined || !Number.isFinite(dispersion)) return metric
  const { estimate, low, high } = ratioSequence(pairs, { alpha: state.plan.alpha, dispersion })
  const finite = (value: number | undefined) => (value !== undefined && Number.isFinite(value) ? value : null)
  const facts = { ...metric, ratio: { estimate: finite(estimate), low: finite(low), high: finite(high) } }
  return { ...facts, because: metricSentence(facts, timeOf(state)) }
}

function pair(measured: Interval['metrics'][string] | undefined): { canary: RatioSample; baseline: RatioSample }[] {
  if (measured?.form === 'ratio' && measured.canary && measured.baseline) return [{ canary: measured.canary, baseline: measured.baseline }]
  if (measured?.form !== 'count' || !measured.canary || !measured.baseline) return []
  const rate = ({ count, exposure = 1 }: { count: number; exposure?: number }) => ({ bad: count, total: exposure })
  return [{ canary: rate(measured.canary), baseline: rate(measured.baseline) }]
}
